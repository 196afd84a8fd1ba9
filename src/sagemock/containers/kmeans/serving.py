"""A loaded model that answers requests as the container of K-Means does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sagemock.algorithms.kmeans import KMeansModel
from sagemock.containers.base import (
    InferenceError,
    InferenceRequest,
    InferenceResponse,
    Log,
    ModelData,
    Predictor,
)
from sagemock.containers.first_party import model_file, payloads, responses
from sagemock.containers.kmeans.artifact import unpack_member
from sagemock.containers.kmeans.responses import RENDERERS


class KMeansPredictor(Predictor):
    """Finds the cluster of each row of a request."""

    def __init__(self, model: KMeansModel) -> None:
        self.model = model

    def invoke(self, request: InferenceRequest) -> InferenceResponse:
        """The clusters of the rows of a body, in the type that the client accepts."""
        render, answered = responses.renderer(request.accept, RENDERERS)
        columns = self.model.centers.shape[1]
        try:
            features = payloads.read(request.body, request.content_type, columns)
        except payloads.PayloadError as error:
            raise InferenceError(400, payloads.UNABLE_TO_EVALUATE) from error
        assignments = self.model.predict(features)
        responses.check_finite(assignments.distance_to_cluster)
        return InferenceResponse(render(assignments), answered)


class KMeansServing:
    """Serves the models of K-Means jobs."""

    def load(
        self,
        model: ModelData,
        *,
        document: Mapping[str, Any],  # noqa: ARG002 - the model says all that there is to know
        environment: Mapping[str, str],  # noqa: ARG002
        log: Log,  # noqa: ARG002 - hosting writes the lines of health checks and refusals
    ) -> KMeansPredictor:
        """Raises `ArtifactError`."""
        return KMeansPredictor(unpack_member(model_file.read(model)))
