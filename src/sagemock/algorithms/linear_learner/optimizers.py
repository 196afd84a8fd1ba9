"""Optimizers for all candidate models at once: arrays are (parameters, outputs), float32.

Each keeps some arrays of the parameters' shape, its *moments*, and turns a gradient into the
step that is subtracted from the parameters. The formulas are those of MXNet's optimizers, with
which AWS trains: the graph and the weights of a recorded model are MXNet's.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import ClassVar, Self

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
    """Learning rates (models,) that fall by a factor after a number of updates, again and again.

    Parameters
    ----------
    models
        Each has its initial rate, its minimum, and its number of updates between two falls.
    factor
        What a rate is multiplied by when it falls; None for rates that never fall.

    Notes
    -----
    rate(t) = max(minimum, rate factor^floor((t - 1) / step)) at update t = 1, 2, 3 and so on.
    Epochs do not start it anew. A rate below its minimum stays as it is.

    References
    ----------
    MXNet's `FactorScheduler`.

    Examples
    --------
    >>> model = Candidate(0, learning_rate=0.1, lr_scheduler_minimum_lr=0.03, lr_scheduler_step=2)
    >>> scheduler = FactorScheduler([model], factor=0.5)
    >>> [round(float(scheduler.rates(update)[0]), 3) for update in (1, 2, 3, 4, 5, 6)]
    [0.1, 0.1, 0.05, 0.05, 0.03, 0.03]
    """

    def __init__(self, models: Sequence[Candidate], factor: float | None) -> None:
        self._rates = np.array([model.learning_rate for model in models])
        minimums = np.array([model.lr_scheduler_minimum_lr for model in models])
        self._minimums = np.minimum(minimums, self._rates)
        self._steps = np.array([model.lr_scheduler_step for model in models])
        self._factor = factor
        # Rates fall only at multiples of it.
        self._period = math.gcd(*self._steps.tolist())
        self._current = (0, self._rates)

    @classmethod
    def of(cls, models: Sequence[Candidate], hyperparameters: LinearLearnerHyperparameters) -> Self:
        """The scheduler with the job's `use_lr_scheduler` and `lr_scheduler_factor`."""
        falls = hyperparameters.use_lr_scheduler
        return cls(models, hyperparameters.lr_scheduler_factor if falls else None)

    def rates(self, update: int) -> Doubles:
        """The rates of an update, counted from 1."""
        periods = (update - 1) // self._period
        if self._factor is not None and self._current[0] != periods:
            fallen: Doubles = self._rates * self._factor ** ((update - 1) // self._steps)
            self._current = (periods, np.asarray(np.maximum(fallen, self._minimums)))
        return self._current[1]


class Optimizer:
    """How a gradient becomes a step.

    Attributes
    ----------
    name
        The value of the hyperparameter `optimizer`.
    moments
        How many arrays it keeps from update to update.
    """

    name: ClassVar[OptimizerName]
    moments: int = 0

    @classmethod
    def of(cls, hyperparameters: LinearLearnerHyperparameters) -> Self:  # noqa: ARG003
        """The optimizer with the hyperparameters of a job that it depends on."""
        return cls()

    def scale(self, update: int) -> float:  # noqa: ARG002
        """What the rates of an update, counted from 1, are multiplied by."""
        return 1.0

    def step(
        self, gradient: FloatArray, rates: FloatArray, moments: Sequence[FloatArray]
    ) -> FloatArray:
        """Advance the moments, and overwrite `gradient` with the step to subtract.

        Parameters
        ----------
        gradient
            (parameters, outputs).
        rates
            (outputs,), already multiplied by `scale`.
        moments
            As many arrays as `moments`, each shaped as `gradient`.
        """
        raise NotImplementedError


class Adam(Optimizer):
    """Adaptive moment estimation.

    Parameters
    ----------
    beta_1, beta_2
        Decay of the first and of the second moment.

    Notes
    -----
    ::

        m = b1 m + (1 - b1) g
        v = b2 v + (1 - b2) g^2
        w -= rate sqrt(1 - b2^t) / (1 - b1^t) m / (sqrt(v) + 1e-8)

    The moments are kept divided by (1 - b1) and (1 - b2), which saves two passes over them in
    every update.

    References
    ----------
    D. P. Kingma and J. Ba (2015), *Adam: A Method for Stochastic Optimization*; MXNet's `Adam`.

    Examples
    --------
    The first step is the rate, against the sign of the gradient, whatever its size:

    >>> adam, moments = Adam(beta_1=0.9, beta_2=0.999), np.zeros((2, 3, 1), np.float32)
    >>> rates = np.float32([0.1 * adam.scale(update=1)])
    >>> print(adam.step(np.float32([[5], [-0.01], [2]]), rates, moments).round(4).T)
    [[ 0.1 -0.1  0.1]]
    """

    name = "adam"
    moments = 2

    def __init__(self, beta_1: float, beta_2: float) -> None:
        self._beta_1, self._beta_2 = beta_1, beta_2
        self._floor = np.float32(EPSILON / (1 - self._beta_2) ** 0.5)

    @classmethod
    def of(cls, hyperparameters: LinearLearnerHyperparameters) -> Self:
        """The optimizer with the job's `beta_1` and `beta_2`."""
        return cls(hyperparameters.beta_1, hyperparameters.beta_2)

    def scale(self, update: int) -> float:
        """The corrections for the first steps, and the factors left out of the moments."""
        correction = (1 - self._beta_2**update) ** 0.5 / (1 - self._beta_1**update)
        return float(correction * (1 - self._beta_1) / (1 - self._beta_2) ** 0.5)

    def step(
        self, gradient: FloatArray, rates: FloatArray, moments: Sequence[FloatArray]
    ) -> FloatArray:
        """The step rate m / (sqrt(v) + 1e-8)."""
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
    """Stochastic gradient descent with momentum.

    Parameters
    ----------
    momentum
        The share of the last step that is taken again; 0 for none.

    Notes
    -----
    s = momentum s + rate g;  w -= s. The rate is inside the sum, so a falling rate does not
    shorten steps already begun.

    References
    ----------
    B. T. Polyak (1964), *Some methods of speeding up the convergence of iteration methods*;
    MXNet's `SGD`.

    Examples
    --------
    >>> sgd, moments, rates = Sgd(momentum=0.5), [np.zeros((1, 1), np.float32)], np.float32([0.1])
    >>> for _ in range(3):
    ...     print(sgd.step(np.float32([[2]]), rates, moments).round(4))
    [[0.2]]
    [[0.3]]
    [[0.35]]
    """

    name = "sgd"

    def __init__(self, momentum: float) -> None:
        self._momentum = np.float32(momentum)
        self.moments = 1 if self._momentum else 0

    @classmethod
    def of(cls, hyperparameters: LinearLearnerHyperparameters) -> Self:
        """The optimizer with the job's `momentum`."""
        return cls(hyperparameters.momentum)

    def step(
        self, gradient: FloatArray, rates: FloatArray, moments: Sequence[FloatArray]
    ) -> FloatArray:
        """The step momentum s + rate g."""
        gradient *= rates
        for running in moments:
            running *= self._momentum
            running += gradient
            gradient[...] = running
        return gradient


class RmsProp(Optimizer):
    """Gradients divided by the root of their running mean square.

    Notes
    -----
    n = 0.9 n + 0.1 g^2;  w -= rate g / sqrt(n + 1e-8).

    References
    ----------
    T. Tieleman and G. Hinton (2012), *Lecture 6.5: rmsprop*; MXNet's `RMSProp`.

    Examples
    --------
    >>> moments, rates = [np.zeros((1, 1), np.float32)], np.float32([0.1])
    >>> for _ in range(3):
    ...     print(RmsProp().step(np.float32([[2]]), rates, moments).round(4))
    [[0.3162]]
    [[0.2294]]
    [[0.1921]]
    """

    name = "rmsprop"
    moments = 1

    def step(
        self, gradient: FloatArray, rates: FloatArray, moments: Sequence[FloatArray]
    ) -> FloatArray:
        """The step rate g / sqrt(n + 1e-8)."""
        (square,) = moments
        squared_gradient = gradient * gradient
        squared_gradient *= np.float32(1 - RMS_DECAY)
        square *= np.float32(RMS_DECAY)
        square += squared_gradient
        root = squared_gradient
        np.add(square, np.float32(EPSILON), out=root)
        np.sqrt(root, out=root)
        gradient /= root
        gradient *= rates
        return gradient


OPTIMIZERS: Mapping[OptimizerName, type[Optimizer]] = {
    optimizer.name: optimizer for optimizer in (Adam, Sgd, RmsProp)
}
"""By the value of the hyperparameter `optimizer`."""
