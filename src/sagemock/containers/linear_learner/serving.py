"""A loaded model that answers requests as Linear Learner's container does."""

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
    """Predicts from request bodies."""

    def __init__(self, model: LinearModel) -> None:
        self.model = model

    def invoke(self, request: InferenceRequest) -> InferenceResponse:
        """The predictions of the rows of a body, in the type that the client accepts."""
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
        document: Mapping[str, Any],  # noqa: ARG002 - the model says all that there is to know
        environment: Mapping[str, str],  # noqa: ARG002
        log: Log,  # noqa: ARG002 - hosting writes the lines of health checks and refusals
    ) -> LinearPredictor:
        """Raises `ArtifactError`."""
        return LinearPredictor(unpack_member(model_file.read(model)))
