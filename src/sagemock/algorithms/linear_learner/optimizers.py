"""Optimizers for all candidate models at once: arrays are (parameters, outputs).

Each keeps some arrays of the parameters' shape, its *moments*, and turns a gradient into the
step that is subtracted from the parameters. Formulas are those of MXNet's optimizers, with
which AWS trains.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import ClassVar

import numpy as np

from sagemock.algorithms.base import Doubles, FloatArray
from sagemock.algorithms.linear_learner.candidates import Candidate
from sagemock.algorithms.linear_learner.hyperparameters import (
    LinearLearnerHyperparameters,
    OptimizerName,
)

RMS_DECAY = 0.9
EPSILON = 1e-8


class FactorScheduler:
    """Learning rates (models,) that fall by a factor after every so many updates.

    As MXNet's FactorScheduler: the first fall is at update step + 1, none goes below the least
    rate, and an epoch does not start it anew.
    """

    def __init__(
        self, models: Sequence[Candidate], hyperparameters: LinearLearnerHyperparameters
    ) -> None:
        self._rates = np.array([model.learning_rate for model in models])
        self._least = np.array([model.lr_scheduler_minimum_lr for model in models])
        self._steps = np.array([model.lr_scheduler_step for model in models])
        self._factor = hyperparameters.lr_scheduler_factor
        self._on = hyperparameters.use_lr_scheduler
        # Between two multiples of it, no rate falls.
        self._period = math.gcd(*self._steps.tolist())
        self._now = (0, self._rates)

    def rates(self, update: int) -> Doubles:
        """The rates of an update, counted from 1."""
        periods = (update - 1) // self._period
        if self._on and self._now[0] != periods:
            fallen: Doubles = self._rates * self._factor ** ((update - 1) // self._steps)
            # A rate that starts below the least one stays where it is.
            least = np.minimum(self._least, self._rates)
            self._now = (periods, np.asarray(np.maximum(fallen, least)))
        return self._now[1]


class Optimizer:
    """How a gradient becomes a step. moments: arrays kept from update to update."""

    name: ClassVar[OptimizerName]
    moments: int = 0

    def __init__(self, hyperparameters: LinearLearnerHyperparameters) -> None:
        """Take from the hyperparameters what the optimizer depends on."""

    def scale(self, update: int) -> float:  # noqa: ARG002
        """What the rates of an update, counted from 1, are multiplied by."""
        return 1.0

    def step(
        self, gradient: FloatArray, rates: FloatArray, moments: Sequence[FloatArray]
    ) -> FloatArray:
        """Advance the moments, and overwrite `gradient` with what to subtract."""
        raise NotImplementedError


class Adam(Optimizer):
    """m = b1 m + (1 - b1) g;  v = b2 v + (1 - b2) g^2
    w -= rate sqrt(1 - b2^t) / (1 - b1^t) m / (sqrt(v) + 1e-8)

    Kingma and Ba (2015), *Adam: A Method for Stochastic Optimization*. The moments are kept
    divided by (1 - b1) and (1 - b2), which saves two passes over them in every update.
    """

    name = "adam"
    moments = 2

    def __init__(self, hyperparameters: LinearLearnerHyperparameters) -> None:
        self._beta_1, self._beta_2 = hyperparameters.beta_1, hyperparameters.beta_2
        self._floor = np.float32(EPSILON / (1 - self._beta_2) ** 0.5)

    def scale(self, update: int) -> float:
        # The corrections for the first steps, and the factors left out of the moments.
        correction = (1 - self._beta_2**update) ** 0.5 / (1 - self._beta_1**update)
        return float(correction * (1 - self._beta_1) / (1 - self._beta_2) ** 0.5)

    def step(
        self, gradient: FloatArray, rates: FloatArray, moments: Sequence[FloatArray]
    ) -> FloatArray:
        first, second = moments
        first *= np.float32(self._beta_1)
        first += gradient
        gradient *= gradient
        second *= np.float32(self._beta_2)
        second += gradient
        np.sqrt(second, out=gradient)
        gradient += self._floor
        np.divide(first, gradient, out=gradient)
        gradient *= rates
        return gradient


class Sgd(Optimizer):
    """s = momentum s + rate g;  w -= s

    Polyak (1964), *Some methods of speeding up the convergence of iteration methods*. As in
    MXNet, the rate is inside the sum, so a falling rate does not shorten steps already begun.
    """

    name = "sgd"

    def __init__(self, hyperparameters: LinearLearnerHyperparameters) -> None:
        self._momentum = np.float32(hyperparameters.momentum)
        self.moments = 1 if self._momentum else 0

    def step(
        self, gradient: FloatArray, rates: FloatArray, moments: Sequence[FloatArray]
    ) -> FloatArray:
        gradient *= rates
        for running in moments:
            running *= self._momentum
            running += gradient
            gradient[...] = running
        return gradient


class RmsProp(Optimizer):
    """n = 0.9 n + 0.1 g^2;  w -= rate g / sqrt(n + 1e-8)

    Tieleman and Hinton (2012), *Lecture 6.5: rmsprop*, as in MXNet.
    """

    name = "rmsprop"
    moments = 1

    def step(
        self, gradient: FloatArray, rates: FloatArray, moments: Sequence[FloatArray]
    ) -> FloatArray:
        (square,) = moments
        fresh = gradient * gradient
        fresh *= np.float32(1 - RMS_DECAY)
        square *= np.float32(RMS_DECAY)
        square += fresh
        np.add(square, np.float32(EPSILON), out=fresh)
        np.sqrt(fresh, out=fresh)
        gradient /= fresh
        gradient *= rates
        return gradient


OPTIMIZERS: Mapping[OptimizerName, type[Optimizer]] = {
    optimizer.name: optimizer for optimizer in (Adam, Sgd, RmsProp)
}
