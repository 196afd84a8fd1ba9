"""Serves models as the container of K-Means does."""

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
    ModelGuide,
    Predictor,
)
from sagemock.containers.first_party import model_file, payloads, responses
from sagemock.containers.kmeans.artifact import unpack_member
from sagemock.containers.kmeans.responses import RENDERERS


class KMeansPredictor(Predictor):
    """Assigns the rows of requests to clusters."""

    def __init__(self, model: KMeansModel) -> None:
        self.model = model

    def guide(self) -> ModelGuide:
        """Say how many columns a row has, and what cluster and distance mean."""
        clusters, columns = self.model.centers.shape
        return ModelGuide(
            columns,
            {
                "closest_cluster": f"The nearest of the {clusters} centers, counted from 0.",
                "distance_to_cluster": "The Euclidean distance to that center, in the unit of the "
                "features; 0 is the center itself.",
            },
        )

    def invoke(self, request: InferenceRequest) -> InferenceResponse:
        """Assign the rows of the body, in a content type that the client accepts."""
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
        document: Mapping[str, Any],  # noqa: ARG002 - the model data is all that it needs
        environment: Mapping[str, str],  # noqa: ARG002
        log: Log,  # noqa: ARG002 - hosting logs health checks and rejected requests
    ) -> KMeansPredictor:
        """Load the model of the artifact. Raises `ArtifactError`."""
        return KMeansPredictor(unpack_member(model_file.read(model)))
