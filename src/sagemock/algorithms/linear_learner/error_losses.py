"""Losses of the error, the difference of score and label; the shapes of arrays are in `loss`."""

from __future__ import annotations

from typing import Self

import numpy as np

from sagemock.algorithms.base import FloatArray
from sagemock.algorithms.linear_learner.hyperparameters import LinearLearnerHyperparameters
from sagemock.algorithms.linear_learner.loss import Loss


class ErrorLoss(Loss):
    """A loss of the error e = z - y alone: its value is rho(e), its derivative psi(e).

    The score is the margin z.

    References
    ----------
    The names rho and psi are those of P. J. Huber (1981), *Robust Statistics*.
    """

    def rho(self, error: FloatArray) -> FloatArray:
        """The value of the loss, shaped as `error`."""
        raise NotImplementedError

    def psi(self, error: FloatArray) -> FloatArray:
        """The derivative of what is optimised; may overwrite `error` with it."""
        raise NotImplementedError

    def value(self, margins: FloatArray, labels: FloatArray) -> FloatArray:
        """`rho` of the errors."""
        return self.rho(margins - labels)

    def differentiate(self, margins: FloatArray, labels: FloatArray) -> FloatArray:
        """`psi` of the errors."""
        margins -= labels
        losses = self.rho(margins)
        margins[...] = self.psi(margins)
        return losses


class Squared(ErrorLoss):
    """The squared error.

    Notes
    -----
    Value e^2; half of it is optimised, so the derivative is e. The log shows the whole square,
    while the graph of a recorded model ends in MXNet's `LinearRegressionOutput`, whose derivative
    is e.

    Examples
    --------
    >>> margins, labels = np.float32([[3], [0]]), np.float32([[1], [1]])
    >>> print(Squared().value(margins, labels).T)
    [[4. 1.]]
    >>> losses = Squared().differentiate(margins, labels)
    >>> print(margins.T)
    [[ 2. -1.]]
    """

    name = "squared_loss"
    objective = "mse_objective"
    optimised = 0.5

    def rho(self, error: FloatArray) -> FloatArray:
        """The square of e."""
        return error * error

    def psi(self, error: FloatArray) -> FloatArray:
        """The error itself."""
        return error


class Absolute(ErrorLoss):
    """The absolute error: value |e|; derivative sign(e).

    Examples
    --------
    >>> errors = np.float32([-2, 0, 0.5])
    >>> print(Absolute().rho(errors), Absolute().psi(errors))
    [2.  0.  0.5] [-1.  0.  1.]
    """

    name = "absolute_loss"
    objective = "absolute_loss_objective"

    def rho(self, error: FloatArray) -> FloatArray:
        """The absolute value of e."""
        return np.abs(error)

    def psi(self, error: FloatArray) -> FloatArray:
        """The sign of e."""
        return np.sign(error, out=error)


class EpsInsensitiveSquared(ErrorLoss):
    """The squared error, without a loss for errors up to epsilon.

    Parameters
    ----------
    epsilon
        The hyperparameter `loss_insensitivity`.

    Notes
    -----
    Value max(0, e^2 - eps^2); derivative 2 e where |e| > eps.

    References
    ----------
    *Amazon SageMaker Developer Guide*, *Linear Learner Hyperparameters*, `loss_insensitivity`.

    Examples
    --------
    >>> errors = np.float32([-2, 0.5, 1])
    >>> loss = EpsInsensitiveSquared(epsilon=0.5)
    >>> print(loss.rho(errors), loss.psi(errors))
    [3.75 0.   0.75] [-4.  0.  2.]
    """

    name = "eps_insensitive_squared_loss"
    objective = "eps_insensitive_squared_loss_objective"

    def __init__(self, epsilon: float) -> None:
        self._eps = np.float32(epsilon)

    @classmethod
    def of(cls, hyperparameters: LinearLearnerHyperparameters) -> Self:
        """The loss with the job's `loss_insensitivity`."""
        return cls(hyperparameters.loss_insensitivity)

    def rho(self, error: FloatArray) -> FloatArray:
        """e^2 - eps^2, or 0."""
        return np.asarray(np.maximum(error * error - self._eps * self._eps, 0))

    def psi(self, error: FloatArray) -> FloatArray:
        """2 e, or 0."""
        return np.asarray(np.where(np.abs(error) > self._eps, 2 * error, 0), np.float32)


class EpsInsensitiveAbsolute(ErrorLoss):
    """The absolute error, without a loss for errors up to epsilon.

    Parameters
    ----------
    epsilon
        The hyperparameter `loss_insensitivity`.

    Notes
    -----
    Value max(0, |e| - eps); derivative sign(e) where |e| > eps.

    References
    ----------
    V. N. Vapnik (1995), *The Nature of Statistical Learning Theory*.

    Examples
    --------
    >>> errors = np.float32([-2, 0.5, 1])
    >>> loss = EpsInsensitiveAbsolute(epsilon=0.5)
    >>> print(loss.rho(errors), loss.psi(errors))
    [1.5 0.  0.5] [-1.  0.  1.]
    """

    name = "eps_insensitive_absolute_loss"
    objective = "eps_insensitive_absolute_loss_objective"

    def __init__(self, epsilon: float) -> None:
        self._eps = np.float32(epsilon)

    @classmethod
    def of(cls, hyperparameters: LinearLearnerHyperparameters) -> Self:
        """The loss with the job's `loss_insensitivity`."""
        return cls(hyperparameters.loss_insensitivity)

    def rho(self, error: FloatArray) -> FloatArray:
        """|e| - eps, or 0."""
        return np.asarray(np.maximum(np.abs(error) - self._eps, 0))

    def psi(self, error: FloatArray) -> FloatArray:
        """The sign of e, or 0."""
        inner = np.clip(error, -self._eps, self._eps)
        error -= inner
        return np.sign(error, out=error)


class Quantile(ErrorLoss):
    """The loss whose minimum is a quantile of the labels instead of their mean.

    Parameters
    ----------
    quantile
        The quantile q, from 0 to 1; 0.5 is the median.

    Notes
    -----
    Value q (y - z)+ + (1 - q) (z - y)+; derivative 1 - q above the label, and -q below it.

    References
    ----------
    R. Koenker and G. Bassett (1978), *Regression Quantiles*.

    Examples
    --------
    >>> errors = np.float32([-2, 1, 2])
    >>> loss = Quantile(quantile=0.75)
    >>> print(loss.rho(errors), loss.psi(errors))
    [1.5  0.25 0.5 ] [-0.75  0.25  0.25]
    """

    name = "quantile_loss"
    objective = "quantile_loss_objective"

    def __init__(self, quantile: float) -> None:
        self._above = np.float32(1 - quantile)
        self._below = np.float32(quantile)

    @classmethod
    def of(cls, hyperparameters: LinearLearnerHyperparameters) -> Self:
        """The loss with the job's `quantile`."""
        return cls(hyperparameters.quantile)

    def rho(self, error: FloatArray) -> FloatArray:
        """(1 - q) e for positive errors, -q e for negative ones."""
        return np.asarray(np.maximum(self._above * error, -self._below * error))

    def psi(self, error: FloatArray) -> FloatArray:
        """1 - q, -q, or 0."""
        return np.asarray((error > 0) * self._above - (error < 0) * self._below)


class Huber(ErrorLoss):
    """Half the squared error for small errors, linear beyond delta.

    Parameters
    ----------
    delta
        The hyperparameter `huber_delta`.

    Notes
    -----
    Value e^2 / 2 where |e| < d, else d |e| - d^2 / 2; derivative e, clipped to -d and d.

    References
    ----------
    P. J. Huber (1964), *Robust Estimation of a Location Parameter*.

    Examples
    --------
    >>> errors = np.float32([-2, 0.5, 3])
    >>> loss = Huber(delta=1.0)
    >>> print(loss.rho(errors), loss.psi(errors))
    [1.5   0.125 2.5  ] [-1.   0.5  1. ]
    """

    name = "huber_loss"
    objective = "huber_loss_objective"

    def __init__(self, delta: float) -> None:
        self._delta = np.float32(delta)

    @classmethod
    def of(cls, hyperparameters: LinearLearnerHyperparameters) -> Self:
        """The loss with the job's `huber_delta`."""
        return cls(hyperparameters.huber_delta)

    def rho(self, error: FloatArray) -> FloatArray:
        """Quadratic up to delta, linear beyond."""
        inner = np.clip(error, -self._delta, self._delta)
        return np.asarray(inner * (error - inner / 2))

    def psi(self, error: FloatArray) -> FloatArray:
        """The error, clipped."""
        return np.clip(error, -self._delta, self._delta, out=error)
