"""Serves models as the container of the random cut forest does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from sagemock.algorithms.random_cut_forest import AnomalyScorer, RandomCutForest
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
from sagemock.containers.random_cut_forest.artifact import unpack_member
from sagemock.containers.random_cut_forest.responses import RENDERERS


class ForestPredictor(Predictor):
    """Says how anomalous the rows of requests are."""

    def __init__(self, forest: RandomCutForest) -> None:
        self._columns = forest.columns
        self._trees = forest.trees
        self._greatest = float(np.log2(forest.sizes().max() + 1))
        self._scorer = AnomalyScorer(forest)

    def guide(self) -> ModelGuide:
        """Say how many columns a row has, and what a score means."""
        return ModelGuide(
            self._columns,
            {
                "score": f"How anomalous the row is in {self._trees} trees: the higher, the more, "
                f"up to {self._greatest:.3g}. More than three standard deviations above the mean "
                "of many rows counts as an anomaly.",
            },
        )

    def invoke(self, request: InferenceRequest) -> InferenceResponse:
        """Score the rows of the body, in a content type that the client accepts."""
        render, answered = responses.renderer(request.accept, RENDERERS)
        try:
            features = payloads.read(request.body, request.content_type, self._columns)
        except payloads.PayloadError as error:
            raise InferenceError(400, payloads.UNABLE_TO_EVALUATE) from error
        return InferenceResponse(render(self._scorer.scores(features)), answered)


class RandomCutForestServing:
    """Serves the models of jobs of the random cut forest."""

    def load(
        self,
        model: ModelData,
        *,
        document: Mapping[str, Any],  # noqa: ARG002 - the model data is all that it needs
        environment: Mapping[str, str],  # noqa: ARG002
        log: Log,  # noqa: ARG002 - hosting logs health checks and rejected requests
    ) -> ForestPredictor:
        """Load the model of the artifact. Raises `ArtifactError`."""
        return ForestPredictor(unpack_member(model_file.read(model)))
