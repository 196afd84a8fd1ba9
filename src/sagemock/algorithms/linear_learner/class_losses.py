"""Losses of classes; the shapes of arrays are in `loss`."""

from __future__ import annotations

from typing import Self

import numpy as np

from sagemock.algorithms.base import FloatArray
from sagemock.algorithms.linear_learner.hyperparameters import LinearLearnerHyperparameters
from sagemock.algorithms.linear_learner.loss import Loss

LOG_FLOOR = np.float32(1e-8)
"""The logged cross entropy is -ln(p + 1e-8): in recorded logs it never exceeds 18.42 for a row."""

NEGLIGIBLE = np.float32(1e-30)
"""A smaller probability counts as 0 in a gradient. Some processors multiply matrices that contain
float32 numbers below the normal ones, of 1e-38, a hundred times slower than others."""


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
        np.multiply(probabilities, probabilities >= NEGLIGIBLE, out=probabilities)
        probabilities[truth] -= 1
        of_truth += LOG_FLOOR
        np.log(of_truth, out=of_truth)
        return np.negative(of_truth, out=of_truth)

    @staticmethod
    def link(margins: FloatArray) -> FloatArray:
        """The probabilities of the classes."""
        return softmax(margins)


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
