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
    Predictor,
)
from sagemock.containers.first_party import model_file, payloads, responses
from sagemock.containers.linear_learner.artifact import unpack_member
from sagemock.containers.linear_learner.responses import RENDERERS


class LinearPredictor(Predictor):
    """Predicts the rows of requests."""

    def __init__(self, model: LinearModel) -> None:
        self.model = model

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
