"""The models that train in parallel: a grid over the values to try.

Observed in jobs of 2018 to 2021 that left them to the container: 32 = 4 x 2 x 2 x 2 models, whose
index counts through weight decay, learning rate, least learning rate and scheduler step, the first
the slowest.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import cycle, islice, product

from sagemock.algorithms.linear_learner.hyperparameters import LinearLearnerHyperparameters


@dataclass(frozen=True, slots=True)
class Candidate:
    """The settings in which one of the parallel models differs from the others."""

    wd: float
    learning_rate: float
    lr_scheduler_minimum_lr: float
    lr_scheduler_step: int


def candidates(hyperparameters: LinearLearnerHyperparameters) -> list[Candidate]:
    """The models to train.

    A grid smaller than `num_models` is gone through again, with other initial weights; of a larger
    one the first are taken.
    """
    grid = product(
        hyperparameters.wd,
        hyperparameters.learning_rate,
        hyperparameters.lr_scheduler_minimum_lr,
        hyperparameters.lr_scheduler_step,
    )
    return [Candidate(*each) for each in islice(cycle(grid), hyperparameters.num_models)]


def settings(chosen: Candidate, hyperparameters: LinearLearnerHyperparameters) -> dict[str, object]:
    """The settings of a model, under the names and in the order of the log."""
    return {
        "optimizer": hyperparameters.optimizer,
        "learning_rate": chosen.learning_rate,
        "wd": chosen.wd,
        # -0 is a valid text too.
        "l1": hyperparameters.l1 or 0.0,
        "lr_scheduler_step": chosen.lr_scheduler_step,
        "lr_scheduler_factor": hyperparameters.lr_scheduler_factor,
        "lr_scheduler_minimum_lr": chosen.lr_scheduler_minimum_lr,
    }
