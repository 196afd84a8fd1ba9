"""The models that train in parallel: a grid over what the caller leaves to `auto`.

Observed in jobs of 2018 to 2021: with everything on auto, 32 = 4 x 2 x 2 x 2 models, whose index
counts through weight decay, learning rate, least learning rate and scheduler step, the first
the slowest.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import cycle, islice, product
from typing import Any

GRID: Mapping[str, tuple[float, ...]] = {
    "wd": (1e-4, 1e-2, 1.0, 100.0),
    "learning_rate": (0.005, 0.1),
    "lr_scheduler_minimum_lr": (1e-5, 1e-4),
    "lr_scheduler_step": (10, 100),
}
AUTO_MODELS = 32
AUTO_OPTIMIZER = "adam"
AUTO_FACTOR = 0.99


@dataclass(frozen=True, slots=True)
class Candidate:
    """The settings in which one of the parallel models differs from the others."""

    wd: float
    learning_rate: float
    lr_scheduler_minimum_lr: float
    lr_scheduler_step: int


def candidates(hyperparameters: Mapping[str, Any]) -> list[Candidate]:
    """The models to train.

    What the caller gives fixes its axis of the grid. A grid smaller than `num_models` is gone
    through again, with other initial weights; of a larger one the first are taken.
    """
    axes = [
        values if hyperparameters[name] is None else (hyperparameters[name],)
        for name, values in GRID.items()
    ]
    grid = [Candidate(wd, rate, least, int(step)) for wd, rate, least, step in product(*axes)]
    return list(islice(cycle(grid), count(hyperparameters)))


def count(hyperparameters: Mapping[str, Any]) -> int:
    """How many models to train.

    A tuning job tries the settings itself: one model each, whatever `num_models` says.
    """
    if hyperparameters["_tuning_objective_metric"]:
        return 1
    return int(hyperparameters["num_models"] or AUTO_MODELS)


def settings(chosen: Candidate, hyperparameters: Mapping[str, Any]) -> dict[str, object]:
    """The settings of a model, under the names and in the order of the log."""
    return {
        "optimizer": hyperparameters["optimizer"] or AUTO_OPTIMIZER,
        "learning_rate": chosen.learning_rate,
        "wd": chosen.wd,
        "l1": hyperparameters["l1"] or 0.0,
        "lr_scheduler_step": chosen.lr_scheduler_step,
        "lr_scheduler_factor": hyperparameters["lr_scheduler_factor"] or AUTO_FACTOR,
        "lr_scheduler_minimum_lr": chosen.lr_scheduler_minimum_lr,
    }
