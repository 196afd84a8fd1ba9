"""A trained linear model, which works on raw features."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sagemock.algorithms.base import Features, FloatArray
from sagemock.algorithms.linear_learner.losses import LOSSES, Loss


@dataclass(frozen=True, slots=True)
class Predictions:
    """scores: (rows, outputs), probability, margin or value; labels: (rows,) or None."""

    scores: FloatArray
    labels: NDArray[np.int64] | None


@dataclass(frozen=True, slots=True)
class LinearModel:
    """weights (columns, outputs) and bias (outputs,), float32.

    threshold: the least score of the positive class, for binary classifiers.
    metrics_params: what the artifact keeps under that name.
    """

    predictor_type: str
    loss: str
    weights: FloatArray
    bias: FloatArray
    threshold: float
    metrics_params: Mapping[str, Any]

    def margins(self, features: Features) -> FloatArray:
        """weights . x + bias (rows, outputs)."""
        # What overflows becomes infinite; no warning is due for what a caller sends.
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
