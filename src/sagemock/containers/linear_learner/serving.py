"""Serves models as Linear Learner's container does."""

from __future__ import annotations

from collections.abc import Mapping

from sagemock.algorithms.base import Features
from sagemock.algorithms.linear_learner.model import LinearModel, Predictions
from sagemock.containers.base import ModelData
from sagemock.containers.first_party import model_file, responses
from sagemock.containers.first_party.serving import FirstPartyPredictor, FirstPartyServing
from sagemock.containers.linear_learner.artifact import unpack_member
from sagemock.containers.linear_learner.responses import RENDERERS

_PROBABILITIES = frozenset({"logistic", "softmax_loss"})
"""The losses whose scores are probabilities."""


class LinearPredictor(FirstPartyPredictor[Predictions]):
    """Predicts the rows of requests."""

    renderers = RENDERERS

    def __init__(self, model: LinearModel) -> None:
        super().__init__(columns=len(model.weights))
        self.model = model

    def predict(self, features: Features) -> Predictions:
        """Predict rows with the model."""
        predictions = self.model.predict(features)
        responses.check_finite(predictions.scores)
        return predictions

    def meanings(self) -> Mapping[str, str]:
        """Say what a score and a label mean."""
        model, probabilities = self.model, self.model.loss in _PROBABILITIES
        if model.predictor_type == "binary_classifier":
            return {
                "score": "The probability of class 1, from 0 to 1."
                if probabilities
                else f"The higher, the more the row is like class 1 (the loss is {model.loss}).",
                "predicted_label": "1 if the score is at least this model's threshold of "
                f"{model.threshold:.6g}, else 0.",
            }
        if model.predictor_type == "multiclass_classifier":
            of_class = "probability" if probabilities else "score"
            return {
                "score": f"The {of_class} of each class, class 0 first.",
                "predicted_label": "The class with the highest score.",
            }
        return {"score": "The predicted value, in the unit of the labels."}


class LinearLearnerServing(FirstPartyServing[LinearPredictor]):
    """Serves the models of Linear Learner's jobs."""

    def predictor(self, model: ModelData) -> LinearPredictor:
        """Read the only file of an artifact."""
        return LinearPredictor(unpack_member(model_file.read(model)))
