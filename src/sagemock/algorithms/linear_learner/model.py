"""A trained linear model, which works on raw features."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sagemock.algorithms.base import Features, FloatArray
from sagemock.algorithms.linear_learner.loss import Loss
from sagemock.algorithms.linear_learner.losses import LOSSES


@dataclass(frozen=True, slots=True)
class Predictions:
    """What a model predicts.

    Attributes
    ----------
    scores
        (rows, outputs): probabilities, margins or values, by the loss.
    labels
        (rows,), the predicted classes; None for regressors.
    """

    scores: FloatArray
    labels: NDArray[np.int64] | None


@dataclass(frozen=True, slots=True)
class LinearModel:
    """A linear model: score = link(weights . x + bias).

    Attributes
    ----------
    weights, bias
        (columns, outputs) and (outputs,), float32.
    threshold
        The lowest score of the positive class, for binary classifiers.
    metrics_params
        What the artifact stores under that name.

    Examples
    --------
    >>> weights, bias = np.float32([[1], [-1]]), np.float32([0])
    >>> model = LinearModel("binary_classifier", "logistic", weights, bias, 0.5, {})
    >>> predictions = model.predict(np.float32([[3, 1], [1, 3]]))
    >>> print(predictions.scores.round(4).T, predictions.labels)
    [[0.8808 0.1192]] [1 0]
    """

    predictor_type: str
    loss: str
    weights: FloatArray
    bias: FloatArray
    threshold: float
    metrics_params: Mapping[str, Any]

    def margins(self, features: Features) -> FloatArray:
        """Compute weights . x + bias (rows, outputs)."""
        # Overflows become infinite; a request must not cause a warning.
        with np.errstate(all="ignore"):
            margins: FloatArray = features @ self.weights
            margins += self.bias
        return margins

    def predict(self, features: Features) -> Predictions:
        """Scores and labels of features (rows, columns), float32."""
        with np.errstate(all="ignore"):
            scores = LOSSES.get(self.loss, Loss).link(self.margins(features))
        if self.predictor_type == "binary_classifier":
            return Predictions(scores, (scores[:, 0] >= self.threshold).astype(np.int64))
        if self.predictor_type == "multiclass_classifier":
            return Predictions(scores, scores.argmax(axis=1))
        return Predictions(scores, None)
