"""Optimizers for all candidate models at once: arrays are (parameters, models)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from sagemock.algorithms.base import FloatArray
from sagemock.algorithms.linear_learner.candidates import Candidate

AUTO_FACTOR = 0.99
AUTO_BETA_1 = 0.9
AUTO_BETA_2 = 0.999
EPSILON = 1e-8


class FactorScheduler:
    """Learning rates (models,) that fall by a factor after every so many updates.

    As MXNet's FactorScheduler: the first fall is at update step + 1, none goes below the least
    rate, and an epoch does not start it anew.
    """

    def __init__(self, models: Sequence[Candidate], hyperparameters: Mapping[str, Any]) -> None:
        self._rates = np.array([model.learning_rate for model in models])
        self._least = np.array([model.lr_scheduler_minimum_lr for model in models])
        self._steps = np.array([model.lr_scheduler_step for model in models])
        self._factor = hyperparameters["lr_scheduler_factor"] or AUTO_FACTOR
        self._on = hyperparameters["use_lr_scheduler"]

    def rates(self, update: int) -> FloatArray:
        """The rates of an update, counted from 1; float64."""
        if not self._on:
            return self._rates
        fallen = self._rates * self._factor ** ((update - 1) // self._steps)
        # A rate that starts below the least one stays where it is.
        return np.maximum(fallen, np.minimum(self._least, self._rates))


class Adam:
    """Adam as MXNet has it, with weight decay added to the gradient.

    m = b1 m + (1 - b1) g;  v = b2 v + (1 - b2) g^2
    w -= rate sqrt(1 - b2^t) / (1 - b1^t) m / (sqrt(v) + 1e-8)

    Kingma and Ba (2015), *Adam: A Method for Stochastic Optimization*. The moments are kept
    divided by (1 - b1) and (1 - b2), which saves two passes over them in every update.
    """

    def __init__(self, shape: tuple[int, int], hyperparameters: Mapping[str, Any]) -> None:
        beta_1, beta_2 = hyperparameters["beta_1"], hyperparameters["beta_2"]
        self._beta_1 = AUTO_BETA_1 if beta_1 is None else beta_1
        self._beta_2 = AUTO_BETA_2 if beta_2 is None else beta_2
        self._first = np.zeros(shape, np.float32)
        self._second = np.zeros(shape, np.float32)
        self._floor = np.float32(EPSILON / (1 - self._beta_2) ** 0.5)
        self._updates = 0

    def step(self, gradient: FloatArray, rates: FloatArray) -> FloatArray:
        """What to subtract from the parameters; `gradient` is overwritten with it.

        rates: (models,), float64.
        """
        self._updates += 1
        t = self._updates
        self._first *= np.float32(self._beta_1)
        self._first += gradient
        gradient *= gradient
        self._second *= np.float32(self._beta_2)
        self._second += gradient
        np.sqrt(self._second, out=gradient)
        gradient += self._floor
        np.divide(self._first, gradient, out=gradient)
        # The corrections for the first steps, and the factors left out of the moments.
        scale = (1 - self._beta_2**t) ** 0.5 / (1 - self._beta_1**t)
        scale *= (1 - self._beta_1) / (1 - self._beta_2) ** 0.5
        gradient *= (rates * scale).astype(np.float32)
        return gradient
