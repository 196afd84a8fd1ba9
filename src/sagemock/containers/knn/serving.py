"""Serves models as the container of KNN does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sagemock.algorithms.knn import KNNModel
from sagemock.containers.base import (
    InferenceError,
    InferenceRequest,
    InferenceResponse,
    Log,
    ModelData,
    ModelGuide,
    Predictor,
)
from sagemock.containers.first_party import payloads, responses
from sagemock.containers.knn.artifact import unpack
from sagemock.containers.knn.responses import writer


class KNNPredictor(Predictor):
    """Finds the nearest rows of those in requests."""

    def __init__(self, model: KNNModel) -> None:
        self.model = model
        # The first request must not wait for it.
        self._search = model.search

    def guide(self) -> ModelGuide:
        """Say how many columns a row has, and what label, distances and labels mean."""
        model = self.model
        kind = (
            "The most frequent label"
            if model.predictor_type == "classifier"
            else "The mean of the labels"
        )
        distance = "squared Euclidean distance" if model.metric == "L2" else "inner product"
        return ModelGuide(
            model.columns,
            {
                "predicted_label": f"{kind} of the {model.k} nearest of {len(model.rows)} rows.",
                "distances": f"The {distance} of the row and each of these, nearest first.",
                "labels": "The labels of the nearest rows, in the same order.",
            },
        )

    def invoke(self, request: InferenceRequest) -> InferenceResponse:
        """Predict the rows of the body, in a content type that the client accepts."""
        write, answered = writer(request.accept)
        try:
            features = payloads.read(request.body, request.content_type, self.model.columns)
            predictions = self.model.predict(features)
        except (payloads.PayloadError, OverflowError) as error:
            raise InferenceError(400, payloads.UNABLE_TO_EVALUATE) from error
        responses.check_finite(predictions.distances)
        return InferenceResponse(write(predictions), answered)


class KNNServing:
    """Serves the models of KNN jobs."""

    def load(
        self,
        model: ModelData,
        *,
        document: Mapping[str, Any],  # noqa: ARG002 - the model data is all that it needs
        environment: Mapping[str, str],  # noqa: ARG002
        log: Log,  # noqa: ARG002 - hosting logs health checks and rejected requests
    ) -> KNNPredictor:
        """Load the model of the artifact. Raises `ArtifactError`."""
        return KNNPredictor(unpack(model))
