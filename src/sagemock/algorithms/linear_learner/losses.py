"""Losses: value, derivative and link of each, side by side.

Margins z are (rows, models): a column for each candidate model. Labels y are (rows, 1), or
(rows,) for the losses of classes. With several classes the columns of margins are those of
class 0 for every model, then those of class 1, and so on. All arrays are float32.

Which loss belongs to which predictor is in the *Amazon SageMaker Developer Guide*, page *Linear
Learner Hyperparameters*.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Self

import numpy as np

from sagemock.algorithms.base import FloatArray
from sagemock.algorithms.linear_learner.hyperparameters import (
    LinearLearnerHyperparameters,
    LossName,
)

LOG_FLOOR = np.float32(1e-8)
"""The logged cross entropy is -ln(p + 1e-8): in recorded logs it never exceeds 18.42 for a row."""


class Loss:
    """A loss of margins and labels.

    Attributes
    ----------
    name
        The value of the hyperparameter `loss`.
    objective
        What the log calls its mean.
    optimised
        What is minimised is this multiple of the logged value.
    outputs
        How many margins a model has for a row.
    """

    name: ClassVar[LossName]
    objective: ClassVar[str]
    optimised: ClassVar[float] = 1.0
    outputs: int = 1

    @classmethod
    def of(cls, hyperparameters: LinearLearnerHyperparameters) -> Self:  # noqa: ARG003
        """The loss with the hyperparameters of a job that it depends on."""
        return cls()

    def value(self, margins: FloatArray, labels: FloatArray) -> FloatArray:
        """The losses of the rows (rows, models), as the log shows them."""
        raise NotImplementedError

    def differentiate(self, margins: FloatArray, labels: FloatArray) -> FloatArray:
        """Overwrite `margins` with the derivative of each row's loss, and return the losses.

        The losses are (rows, models), as the log shows them. One pass computes both, since they
        share most of their terms.
        """
        raise NotImplementedError

    @staticmethod
    def link(margins: FloatArray) -> FloatArray:
        """The scores (rows, outputs) of the margins (rows, outputs) of one model."""
        return margins


class Logistic(Loss):
    """The cross entropy of two classes, for labels 0 and 1.

    Notes
    -----
    Value -[y ln p + (1 - y) ln(1 - p)] with p = 1 / (1 + exp(-z)); derivative p - y; score p.

    References
    ----------
    D. R. Cox (1958), *The regression analysis of binary sequences*.

    Examples
    --------
    >>> margins, labels = np.float32([[0], [2], [-2]]), np.float32([[1], [1], [1]])
    >>> print(Logistic().value(margins, labels).round(4).T)
    [[0.6931 0.1269 2.1269]]
    >>> losses = Logistic().differentiate(margins, labels)
    >>> print(margins.round(4).T)
    [[-0.5    -0.1192 -0.8808]]
    >>> print(Logistic.link(np.float32([[0], [2]])).round(4).T)
    [[0.5    0.8808]]
    """

    name = "logistic"
    objective = "binary_classification_cross_entropy_objective"

    def value(self, margins: FloatArray, labels: FloatArray) -> FloatArray:
        """-ln of the probability of the true class."""
        return np.asarray(-np.log(sigmoid(margins * (2 * labels - 1)) + LOG_FLOOR))

    def differentiate(self, margins: FloatArray, labels: FloatArray) -> FloatArray:
        """Derivative p - y."""
        # With the sign s = 2y - 1, q = sigmoid(s z) is the probability of the true class: its
        # logarithm is the loss, and s (q - 1) the derivative. One exponential serves both.
        negated_signs = 1 - 2 * labels
        margins *= negated_signs
        probability = _logistic(margins)
        losses = probability + LOG_FLOOR
        np.log(losses, out=losses)
        np.negative(losses, out=losses)
        np.subtract(1, probability, out=margins)
        margins *= negated_signs
        return losses

    @staticmethod
    def link(margins: FloatArray) -> FloatArray:
        """The probability of class 1."""
        return sigmoid(margins)


class Hinge(Loss):
    """The hinge loss of two classes, for labels 0 and 1; its decision boundary is at 0.5.

    Parameters
    ----------
    margin
        The width m of the band around the boundary in which rows have a loss on either side.

    Notes
    -----
    Value y ((m+1)/2 - z)+ + (1-y) ((m-1)/2 + z)+, which is (m/2 - s (z - 1/2))+ with s = 2y - 1;
    derivative -s where the value is positive; the score is z itself.

    References
    ----------
    AWS's example notebook *linear_learner_class_weights_loss_functions*.

    Examples
    --------
    >>> margins, labels = np.float32([[0], [0.5], [1], [2]]), np.float32([[1], [1], [1], [0]])
    >>> print(Hinge(margin=1.0).value(margins, labels).T)
    [[1.  0.5 0.  2. ]]
    >>> losses = Hinge(margin=1.0).differentiate(margins, labels)
    >>> print(margins.T)
    [[-1. -1. -0.  1.]]
    """

    name = "hinge_loss"
    objective = "hinge_loss_objective"

    def __init__(self, margin: float) -> None:
        self._half = np.float32(margin / 2)

    @classmethod
    def of(cls, hyperparameters: LinearLearnerHyperparameters) -> Self:
        """The loss with the job's `margin`."""
        return cls(hyperparameters.margin)

    def value(self, margins: FloatArray, labels: FloatArray) -> FloatArray:
        """How far each row is from the far edge of the band on its own side."""
        signs = 2 * labels - 1
        return np.asarray(np.maximum(self._half - signs * (margins - np.float32(0.5)), 0))

    def differentiate(self, margins: FloatArray, labels: FloatArray) -> FloatArray:
        """Derivative -1 for label 1 and 1 for label 0, where there is a loss."""
        losses = self.value(margins, labels)
        np.multiply(losses > 0, 1 - 2 * labels, out=margins)
        return losses


class Softmax(Loss):
    """The cross entropy of several classes, for labels 0, 1, 2 and so on.

    Parameters
    ----------
    classes
        How many there are; each model has a margin for each.

    Notes
    -----
    Value -ln p_y with p = exp(z) / sum of exp(z) over the classes; derivative p - [class is y];
    the scores are the probabilities p.

    References
    ----------
    J. S. Bridle (1990), *Probabilistic interpretation of feedforward classification network
    outputs, with relationships to statistical pattern recognition*.

    Examples
    --------
    >>> margins, labels = np.float32([[0, 0, 0], [0, 1, 2]]), np.float32([0, 2])
    >>> print(Softmax(classes=3).value(margins, labels).round(4).T)
    [[1.0986 0.4076]]
    >>> losses = Softmax(classes=3).differentiate(margins, labels)
    >>> print(margins.round(4))
    [[-0.6667  0.3333  0.3333]
     [ 0.09    0.2447 -0.3348]]
    """

    name = "softmax_loss"
    objective = "multiclass_cross_entropy_objective"

    def __init__(self, classes: int) -> None:
        self.outputs = classes

    @classmethod
    def of(cls, hyperparameters: LinearLearnerHyperparameters) -> Self:
        """The loss of the job's `num_classes`."""
        return cls(hyperparameters.num_classes)

    def value(self, margins: FloatArray, labels: FloatArray) -> FloatArray:
        """-ln of the probability of the true class."""
        return self.differentiate(margins.copy(), labels)

    def differentiate(self, margins: FloatArray, labels: FloatArray) -> FloatArray:
        """Derivative p, less 1 for the true class."""
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
        """The probabilities of the classes."""
        return softmax(margins)


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
"""By the value of the hyperparameter `loss`."""


def sigmoid(margins: FloatArray) -> FloatArray:
    """1 / (1 + exp(-z)).

    Examples
    --------
    >>> print(sigmoid(np.float32([-2, 0, 2])).round(4))
    [0.1192 0.5    0.8808]
    """
    return _logistic(np.negative(margins))


def _logistic(negated: FloatArray) -> FloatArray:
    """1 / (1 + exp(x)), in place."""
    # Beyond 88 a float32 exponential overflows, and the sigmoid is 0 to its last bit.
    np.minimum(negated, np.float32(88), out=negated)
    np.exp(negated, out=negated)
    negated += 1
    return np.reciprocal(negated, out=negated)


def softmax(margins: FloatArray, out: FloatArray | None = None) -> FloatArray:
    """exp(z) / sum of exp(z) over the classes, which are axis 1.

    The largest margin of each row is subtracted first, so that no exponential overflows.

    Examples
    --------
    >>> print(softmax(np.float32([[1000, 1000], [0, 1]])).round(4))
    [[0.5    0.5   ]
     [0.2689 0.7311]]
    """
    result = np.subtract(margins, margins.max(axis=1, keepdims=True), out=out)
    np.exp(result, out=result)
    result /= result.sum(axis=1, keepdims=True)
    return np.asarray(result)
