"""Serves models as the container of factorization machines does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sagemock.algorithms.factorization_machines import FactorizationMachinesModel
from sagemock.containers.base import (
    InferenceError,
    InferenceRequest,
    InferenceResponse,
    Log,
    ModelData,
    ModelGuide,
    Predictor,
)
from sagemock.containers.factorization_machines.artifact import unpack_member
from sagemock.containers.factorization_machines.responses import RENDERERS
from sagemock.containers.first_party import model_file, payloads, responses
from sagemock.formats.media_type import JSON, JSON_LINES, RECORDIO, media_type

ACCEPTED = frozenset({JSON, JSON_LINES, RECORDIO})
"""Content types of requests. The developer guide says that CSV is none of them."""


class MachinePredictor(Predictor):
    """Predicts the rows of requests."""

    def __init__(self, model: FactorizationMachinesModel) -> None:
        self.model = model

    def guide(self) -> ModelGuide:
        """Say how many columns a row has, and what a score and a label mean."""
        members = {"score": "The predicted value, in the unit of the labels."}
        if self.model.predictor_type == "binary_classifier":
            members = {
                "score": "The probability of class 1, from 0 to 1.",
                "predicted_label": "1 if the score is at least 0.5, else 0.",
            }
        return ModelGuide(len(self.model.columns), members, ACCEPTED)

    def invoke(self, request: InferenceRequest) -> InferenceResponse:
        """Predict the rows of the body, in a content type that the client accepts."""
        render, answered = responses.renderer(request.accept, RENDERERS)
        if media_type(request.content_type or "") not in ACCEPTED:
            raise InferenceError(400, payloads.UNABLE_TO_EVALUATE)
        try:
            features = payloads.read(request.body, request.content_type, len(self.model.columns))
        except payloads.PayloadError as error:
            raise InferenceError(400, payloads.UNABLE_TO_EVALUATE) from error
        predictions = self.model.predict(features)
        responses.check_finite(predictions.scores)
        return InferenceResponse(render(predictions), answered)


class FactorizationMachinesServing:
    """Serves the models of jobs of factorization machines."""

    def load(
        self,
        model: ModelData,
        *,
        document: Mapping[str, Any],  # noqa: ARG002 - the model data is all that it needs
        environment: Mapping[str, str],  # noqa: ARG002
        log: Log,  # noqa: ARG002 - hosting logs health checks and rejected requests
    ) -> MachinePredictor:
        """Load the model of the artifact. Raises `ArtifactError`."""
        return MachinePredictor(unpack_member(model_file.read(model)))
