"""Losses: value, derivative and link of each, side by side.

Margins z are (rows, models): a column for each candidate model. Labels y are (rows, 1), or
(rows,) for the losses of classes. With several classes the columns of margins are those of
class 0 for every model, then those of class 1, and so on.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import numpy as np

from sagemock.algorithms.base import FloatArray
from sagemock.algorithms.linear_learner.hyperparameters import (
    LinearLearnerHyperparameters,
    LossName,
)

LOG_FLOOR = np.float32(1e-8)
"""The printed cross entropy is -ln(p + 1e-8): observed, it never exceeds 18.42 for a row."""


class Loss:
    """A loss of margins and labels.

    name: the value of the hyperparameter `loss`. objective: what the log calls its mean.
    optimised: what is minimised is this multiple of the printed value. outputs: margins that
    one model has for a row.
    """

    name: ClassVar[LossName]
    objective: ClassVar[str]
    optimised: ClassVar[float] = 1.0
    outputs: int = 1

    def __init__(self, hyperparameters: LinearLearnerHyperparameters) -> None:
        """Take from the hyperparameters what the loss depends on."""

    def value(self, margins: FloatArray, labels: FloatArray) -> FloatArray:
        """The losses of the rows (rows, models), as the log prints them."""
        raise NotImplementedError

    def differentiate(self, margins: FloatArray, labels: FloatArray) -> FloatArray:
        """Overwrite `margins` with the derivative of each row's loss, and give the losses.

        The losses are (rows, models), as the log prints them; what is computed serves both.
        """
        raise NotImplementedError

    @staticmethod
    def link(margins: FloatArray) -> FloatArray:
        """The scores (rows, outputs) that the margins of one model (rows, outputs) mean."""
        return margins


class Logistic(Loss):
    """-[y ln p + (1 - y) ln(1 - p)] with p = 1 / (1 + exp(-z)); derivative p - y; score p.

    Cox (1958), *The regression analysis of binary sequences*.
    """

    name = "logistic"
    objective = "binary_classification_cross_entropy_objective"

    def value(self, margins: FloatArray, labels: FloatArray) -> FloatArray:
        return np.asarray(-np.log(sigmoid(margins * (2 * labels - 1)) + LOG_FLOOR))

    def differentiate(self, margins: FloatArray, labels: FloatArray) -> FloatArray:
        # With the sign s = 2y - 1, q = sigmoid(s z) is the probability of the true class: its
        # logarithm is the loss, and s (q - 1) the derivative. One exponential serves both.
        against = 1 - 2 * labels
        margins *= against
        probability = _logistic(margins)
        losses = probability + LOG_FLOOR
        np.log(losses, out=losses)
        np.negative(losses, out=losses)
        np.subtract(1, probability, out=margins)
        margins *= against
        return losses

    @staticmethod
    def link(margins: FloatArray) -> FloatArray:
        return sigmoid(margins)


class Hinge(Loss):
    """y ((m+1)/2 - z)+ + (1-y) ((m-1)/2 + z)+, which is (m/2 - s (z - 1/2))+ with s = 2y - 1.

    Derivative -s where it is positive; the score is the margin z itself, and the middle between
    the classes 0.5. m is `margin`. Formula from AWS's example notebook
    *linear_learner_class_weights_loss_functions*.
    """

    name = "hinge_loss"
    objective = "hinge_loss_objective"

    def __init__(self, hyperparameters: LinearLearnerHyperparameters) -> None:
        self._half = np.float32(hyperparameters.margin / 2)

    def value(self, margins: FloatArray, labels: FloatArray) -> FloatArray:
        signs = 2 * labels - 1
        return np.asarray(np.maximum(self._half - signs * (margins - np.float32(0.5)), 0))

    def differentiate(self, margins: FloatArray, labels: FloatArray) -> FloatArray:
        losses = self.value(margins, labels)
        np.multiply(losses > 0, 1 - 2 * labels, out=margins)
        return losses


class Softmax(Loss):
    """-ln p_y with p = exp(z) / sum of exp(z) over the classes; derivative p - [class is y].

    The scores are the probabilities of the classes. Bridle (1990), *Probabilistic interpretation
    of feedforward classification network outputs*.
    """

    name = "softmax_loss"
    objective = "multiclass_cross_entropy_objective"

    def __init__(self, hyperparameters: LinearLearnerHyperparameters) -> None:
        self.outputs = hyperparameters.num_classes

    def value(self, margins: FloatArray, labels: FloatArray) -> FloatArray:
        return self.differentiate(margins.copy(), labels)

    def differentiate(self, margins: FloatArray, labels: FloatArray) -> FloatArray:
        rows = len(margins)
        by_class = margins.reshape(rows, self.outputs, -1)
        probabilities = softmax(by_class, out=by_class)
        truth = (np.arange(rows), labels.ravel().astype(np.intp))
        of_truth = probabilities[truth]
        probabilities[truth] -= 1
        of_truth += LOG_FLOOR
        np.log(of_truth, out=of_truth)
        return np.negative(of_truth, out=of_truth)

    @staticmethod
    def link(margins: FloatArray) -> FloatArray:
        return softmax(margins)


class _OfError(Loss):
    """A loss of the error e = z - y alone: its value is rho(e), its derivative psi(e).

    Names as in Huber (1981), *Robust Statistics*. The score is the margin.
    """

    def rho(self, error: FloatArray) -> FloatArray:
        raise NotImplementedError

    def psi(self, error: FloatArray) -> FloatArray:
        """The derivative of what is optimised; `error` may be overwritten with it."""
        raise NotImplementedError

    def value(self, margins: FloatArray, labels: FloatArray) -> FloatArray:
        return self.rho(margins - labels)

    def differentiate(self, margins: FloatArray, labels: FloatArray) -> FloatArray:
        margins -= labels
        losses = self.rho(margins)
        margins[...] = self.psi(margins)
        return losses


class Squared(_OfError):
    """e^2; half of it is optimised, so the derivative is e.

    The log prints the whole square, while the graph of a real model ends in MXNet's
    LinearRegressionOutput, whose derivative is e.
    """

    name = "squared_loss"
    objective = "mse_objective"
    optimised = 0.5

    def rho(self, error: FloatArray) -> FloatArray:
        return error * error

    def psi(self, error: FloatArray) -> FloatArray:
        return error


class Absolute(_OfError):
    """|e|; derivative sign(e)."""

    name = "absolute_loss"
    objective = "absolute_loss_objective"

    def rho(self, error: FloatArray) -> FloatArray:
        return np.abs(error)

    def psi(self, error: FloatArray) -> FloatArray:
        return np.sign(error, out=error)


class EpsInsensitiveSquared(_OfError):
    """max(0, e^2 - eps^2); derivative 2e where |e| > eps. eps is `loss_insensitivity`.

    The formula is AWS's (developer guide, hyperparameter `loss`).
    """

    name = "eps_insensitive_squared_loss"
    objective = "eps_insensitive_squared_loss_objective"

    def __init__(self, hyperparameters: LinearLearnerHyperparameters) -> None:
        self._eps = np.float32(hyperparameters.loss_insensitivity)

    def rho(self, error: FloatArray) -> FloatArray:
        return np.asarray(np.maximum(error * error - self._eps * self._eps, 0))

    def psi(self, error: FloatArray) -> FloatArray:
        return np.asarray(np.where(np.abs(error) > self._eps, 2 * error, 0), np.float32)


class EpsInsensitiveAbsolute(_OfError):
    """max(0, |e| - eps); derivative sign(e) where |e| > eps. eps is `loss_insensitivity`.

    Vapnik (1995), *The Nature of Statistical Learning Theory*.
    """

    name = "eps_insensitive_absolute_loss"
    objective = "eps_insensitive_absolute_loss_objective"

    def __init__(self, hyperparameters: LinearLearnerHyperparameters) -> None:
        self._eps = np.float32(hyperparameters.loss_insensitivity)

    def rho(self, error: FloatArray) -> FloatArray:
        return np.asarray(np.maximum(np.abs(error) - self._eps, 0))

    def psi(self, error: FloatArray) -> FloatArray:
        inner = np.clip(error, -self._eps, self._eps)
        error -= inner
        return np.sign(error, out=error)


class Quantile(_OfError):
    """q (y - z)+ + (1 - q) (z - y)+; derivative 1 - q above the label, -q below. q is `quantile`.

    Koenker and Bassett (1978), *Regression Quantiles*.
    """

    name = "quantile_loss"
    objective = "quantile_loss_objective"

    def __init__(self, hyperparameters: LinearLearnerHyperparameters) -> None:
        self._above = np.float32(1 - hyperparameters.quantile)
        self._below = np.float32(hyperparameters.quantile)

    def rho(self, error: FloatArray) -> FloatArray:
        return np.asarray(np.maximum(self._above * error, -self._below * error))

    def psi(self, error: FloatArray) -> FloatArray:
        return np.asarray((error > 0) * self._above - (error < 0) * self._below)


class Huber(_OfError):
    """e^2 / 2 where |e| < d, else d |e| - d^2 / 2; derivative e, cut at -d and d.

    d is `huber_delta`. Huber (1964), *Robust Estimation of a Location Parameter*.
    """

    name = "huber_loss"
    objective = "huber_loss_objective"

    def __init__(self, hyperparameters: LinearLearnerHyperparameters) -> None:
        self._delta = np.float32(hyperparameters.huber_delta)

    def rho(self, error: FloatArray) -> FloatArray:
        inner = np.clip(error, -self._delta, self._delta)
        return np.asarray(inner * (error - inner / 2))

    def psi(self, error: FloatArray) -> FloatArray:
        return np.clip(error, -self._delta, self._delta, out=error)


LOSSES: Mapping[str, type[Loss]] = {
    loss.name: loss
    for loss in (
        Logistic,
        Hinge,
        Softmax,
        Squared,
        Absolute,
        EpsInsensitiveSquared,
        EpsInsensitiveAbsolute,
        Quantile,
        Huber,
    )
}


def sigmoid(margins: FloatArray) -> FloatArray:
    """1 / (1 + exp(-z))."""
    return _logistic(np.negative(margins))


def _logistic(negated: FloatArray) -> FloatArray:
    """1 / (1 + exp(x)), in place."""
    # Beyond, a float32 exponential overflows, and the sigmoid is 0 to its last bit.
    np.minimum(negated, np.float32(88), out=negated)
    np.exp(negated, out=negated)
    negated += 1
    return np.reciprocal(negated, out=negated)


def softmax(margins: FloatArray, out: FloatArray | None = None) -> FloatArray:
    """exp(z) / sum of exp(z) over the classes, which are axis 1."""
    result = np.subtract(margins, margins.max(axis=1, keepdims=True), out=out)
    np.exp(result, out=result)
    result /= result.sum(axis=1, keepdims=True)
    return np.asarray(result)
