"""The models that train in parallel: a grid over the values to try.

Observed in jobs of 2018 to 2021 that left them to the container: 32 = 4 x 2 x 2 x 2 models, whose
index counts through weight decay, learning rate, minimum learning rate and scheduler step, the
first the slowest.
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
    """The settings of the models to train, as many as `num_models`.

    A grid with fewer points is repeated, with other initial weights; of a larger one the first
    points are used.

    Examples
    --------
    >>> from sagemock.containers.linear_learner import parse_hyperparameters
    >>> job = parse_hyperparameters({"predictor_type": "regressor"})
    >>> models = candidates(job)
    >>> len(models), models[1].wd, models[1].learning_rate, models[1].lr_scheduler_step
    (32, 0.0001, 0.005, 100)
    """
    grid = product(
        hyperparameters.wd,
        hyperparameters.learning_rate,
        hyperparameters.lr_scheduler_minimum_lr,
        hyperparameters.lr_scheduler_step,
    )
    return [Candidate(*point) for point in islice(cycle(grid), hyperparameters.num_models)]


def settings(chosen: Candidate, hyperparameters: LinearLearnerHyperparameters) -> dict[str, object]:
    """The settings of a model, with the names and in the order of the log."""
    return {
        "optimizer": hyperparameters.optimizer,
        "learning_rate": chosen.learning_rate,
        "wd": chosen.wd,
        # "-0" is valid, and logged as 0.0.
        "l1": hyperparameters.l1 or 0.0,
        "lr_scheduler_step": chosen.lr_scheduler_step,
        "lr_scheduler_factor": hyperparameters.lr_scheduler_factor,
        "lr_scheduler_minimum_lr": chosen.lr_scheduler_minimum_lr,
    }
