"""Losses: value, gradient and link of each, side by side.

Margins z are (rows, models): one column for each candidate model. Labels are (rows, 1).
"""

from __future__ import annotations

from typing import Protocol

import numpy as np

from sagemock.algorithms.base import FloatArray

LOG_FLOOR = np.float32(1e-8)
"""The printed cross entropy is -ln(p + 1e-8): observed, it never exceeds 18.42 for a row."""


class Loss(Protocol):
    """A loss of margins and labels."""

    objective: str
    """What the log calls its mean."""

    def gradient(self, margins: FloatArray, labels: FloatArray) -> FloatArray:
        """Overwrite `margins` with the derivative of each row's loss, and give, per model, the
        sum of the rows' losses as the log prints them (models,), float64.
        """
        ...

    def value(self, margins: FloatArray, labels: FloatArray) -> FloatArray:
        """The losses of the rows (rows, models), as the log prints them."""
        ...


class Logistic:
    """-[y ln p + (1 - y) ln(1 - p)] with p = 1 / (1 + exp(-z)); derivative p - y.

    Cox (1958), *The regression analysis of binary sequences*.
    """

    objective = "binary_classification_cross_entropy_objective"

    def gradient(self, margins: FloatArray, labels: FloatArray) -> FloatArray:
        # With the sign s = 2y - 1, q = sigmoid(s z) is the probability of the true class: its
        # logarithm is the loss, and s (q - 1) the derivative. One exponential serves both.
        signs = 2 * labels - 1
        margins *= signs
        probability = sigmoid(margins, out=margins)
        losses = np.log(probability + LOG_FLOOR).sum(axis=0, dtype=np.float64)
        probability -= 1
        probability *= signs
        return np.negative(losses, out=losses)

    def value(self, margins: FloatArray, labels: FloatArray) -> FloatArray:
        probability = sigmoid(margins * (2 * labels - 1))
        return np.asarray(-np.log(probability + LOG_FLOOR))


def sigmoid(margins: FloatArray, out: FloatArray | None = None) -> FloatArray:
    """1 / (1 + exp(-z)), in place when `out` is `margins`."""
    result = np.negative(margins, out=out)
    # Beyond, a float32 exponential overflows, and the sigmoid is 0 to its last bit.
    np.minimum(result, np.float32(88), out=result)
    np.exp(result, out=result)
    result += 1
    np.reciprocal(result, out=result)
    return result


def link(loss: str, margins: FloatArray) -> FloatArray:
    """The score that a margin (rows, outputs) means under a loss."""
    if loss == "logistic":
        return sigmoid(margins)
    if loss == "softmax_loss":
        shifted = np.exp(margins - margins.max(axis=1, keepdims=True))
        return np.asarray(shifted / shifted.sum(axis=1, keepdims=True))
    return margins
