"""Serves models as Linear Learner's container does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sagemock.algorithms.linear_learner.model import LinearModel
from sagemock.containers.base import (
    InferenceError,
    InferenceRequest,
    InferenceResponse,
    Log,
    ModelData,
    ModelGuide,
    Predictor,
)
from sagemock.containers.first_party import model_file, payloads, responses
from sagemock.containers.linear_learner.artifact import unpack_member
from sagemock.containers.linear_learner.responses import RENDERERS

_PROBABILITIES = frozenset({"logistic", "softmax_loss"})
"""The losses whose scores are probabilities."""


class LinearPredictor(Predictor):
    """Predicts the rows of requests."""

    def __init__(self, model: LinearModel) -> None:
        self.model = model

    def guide(self) -> ModelGuide:
        """Say how many columns a row has, and what a score and a label mean."""
        model, probabilities = self.model, self.model.loss in _PROBABILITIES
        if model.predictor_type == "binary_classifier":
            members = {
                "score": "The probability of class 1, from 0 to 1."
                if probabilities
                else f"The higher, the more the row is like class 1 (the loss is {model.loss}).",
                "predicted_label": "1 if the score is at least this model's threshold of "
                f"{model.threshold:.6g}, else 0.",
            }
        elif model.predictor_type == "multiclass_classifier":
            of_class = "probability" if probabilities else "score"
            members = {
                "score": f"The {of_class} of each class, class 0 first.",
                "predicted_label": "The class with the highest score.",
            }
        else:
            members = {"score": "The predicted value, in the unit of the labels."}
        return ModelGuide(len(model.weights), members)

    def invoke(self, request: InferenceRequest) -> InferenceResponse:
        """Predict the rows of the body, in a content type that the client accepts."""
        render, answered = responses.renderer(request.accept, RENDERERS)
        try:
            features = payloads.read(request.body, request.content_type, len(self.model.weights))
        except payloads.PayloadError as error:
            raise InferenceError(400, payloads.UNABLE_TO_EVALUATE) from error
        predictions = self.model.predict(features)
        responses.check_finite(predictions.scores)
        return InferenceResponse(render(predictions), answered)


class LinearLearnerServing:
    """Serves the models of Linear Learner's jobs."""

    def load(
        self,
        model: ModelData,
        *,
        document: Mapping[str, Any],  # noqa: ARG002 - the model data is all that it needs
        environment: Mapping[str, str],  # noqa: ARG002
        log: Log,  # noqa: ARG002 - hosting logs health checks and rejected requests
    ) -> LinearPredictor:
        """Load the model of the artifact. Raises `ArtifactError`."""
        return LinearPredictor(unpack_member(model_file.read(model)))
