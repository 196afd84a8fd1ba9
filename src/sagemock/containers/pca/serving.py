"""Serves models as the container of PCA does."""

from __future__ import annotations

from collections.abc import Mapping

from sagemock.algorithms.base import Features, FloatArray
from sagemock.algorithms.pca import PCAModel
from sagemock.containers.base import ModelData
from sagemock.containers.first_party import model_file, responses
from sagemock.containers.first_party.serving import FirstPartyPredictor, FirstPartyServing
from sagemock.containers.pca.artifact import unpack_member
from sagemock.containers.pca.responses import PROJECTION, RENDERERS


class PCAPredictor(FirstPartyPredictor[FloatArray]):
    """Projects the rows of requests on the components."""

    renderers = RENDERERS

    def __init__(self, model: PCAModel) -> None:
        super().__init__(columns=len(model.vectors))
        self.model = model

    def predict(self, features: Features) -> FloatArray:
        """Project rows on the components."""
        projections = self.model.predict(features)
        responses.check_finite(projections)
        return projections

    def meanings(self) -> Mapping[str, str]:
        """Say what a projection means."""
        components = self.model.vectors.shape[1]
        origin = "" if self.model.mean is None else " less the mean of the train rows"
        along = (
            "the component."
            if components == 1
            else f"each of the {components} components, the most important one last."
        )
        return {PROJECTION: f"The row{origin} along {along}"}


class PCAServing(FirstPartyServing[PCAPredictor]):
    """Serves the models of PCA jobs."""

    def predictor(self, model: ModelData) -> PCAPredictor:
        """Read the only file of an artifact."""
        return PCAPredictor(unpack_member(model_file.read(model)))
