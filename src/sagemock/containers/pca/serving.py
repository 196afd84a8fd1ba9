"""Serves models as the container of PCA does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sagemock.algorithms.pca import PCAModel
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
from sagemock.containers.pca.artifact import unpack_member
from sagemock.containers.pca.responses import PROJECTION, RENDERERS


class PCAPredictor(Predictor):
    """Projects the rows of requests on the components."""

    def __init__(self, model: PCAModel) -> None:
        self.model = model

    def guide(self) -> ModelGuide:
        """Say how many columns a row has, and what a projection means."""
        columns, components = self.model.vectors.shape
        origin = "" if self.model.mean is None else " less the mean of the train rows"
        along = (
            "the component."
            if components == 1
            else f"each of the {components} components, the most important one last."
        )
        return ModelGuide(columns, {PROJECTION: f"The row{origin} along {along}"})

    def invoke(self, request: InferenceRequest) -> InferenceResponse:
        """Project the rows of the body, in a content type that the client accepts."""
        render, answered = responses.renderer(request.accept, RENDERERS)
        columns = self.model.vectors.shape[0]
        try:
            features = payloads.read(request.body, request.content_type, columns)
        except payloads.PayloadError as error:
            raise InferenceError(400, payloads.UNABLE_TO_EVALUATE) from error
        projections = self.model.predict(features)
        responses.check_finite(projections)
        return InferenceResponse(render(projections), answered)


class PCAServing:
    """Serves the models of PCA jobs."""

    def load(
        self,
        model: ModelData,
        *,
        document: Mapping[str, Any],  # noqa: ARG002 - the model data is all that it needs
        environment: Mapping[str, str],  # noqa: ARG002
        log: Log,  # noqa: ARG002 - hosting logs health checks and rejected requests
    ) -> PCAPredictor:
        """Load the model of the artifact. Raises `ArtifactError`."""
        return PCAPredictor(unpack_member(model_file.read(model)))
