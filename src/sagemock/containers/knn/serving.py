"""Serves models as the container of KNN does."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sagemock.algorithms.base import Features
from sagemock.algorithms.knn import KNNModel, KNNPredictions
from sagemock.containers.base import ModelData
from sagemock.containers.first_party import responses
from sagemock.containers.first_party.serving import FirstPartyPredictor, FirstPartyServing
from sagemock.containers.knn.artifact import unpack
from sagemock.containers.knn.responses import RENDERERS, VERBOSE_RENDERERS, is_verbose


class KNNPredictor(FirstPartyPredictor[KNNPredictions]):
    """Finds the nearest rows of those in requests."""

    renderers = RENDERERS

    def __init__(self, model: KNNModel) -> None:
        super().__init__(model.columns)
        self.model = model
        # The first request must not wait for it.
        self._search = model.search

    def predict(self, features: Features) -> KNNPredictions:
        """Find the nearest rows."""
        try:
            predictions = self.model.predict(features)
        except OverflowError as error:
            raise responses.unable_to_evaluate() from error
        responses.check_finite(predictions.distances)
        return predictions

    def renderer(self, accept: str | None) -> tuple[Callable[[KNNPredictions], bytes], str]:
        """In verbose mode a response has the neighbors, too."""
        return responses.renderer(accept, VERBOSE_RENDERERS if is_verbose(accept) else RENDERERS)

    def meanings(self) -> Mapping[str, str]:
        """Say what label, distances and labels mean."""
        model = self.model
        kind = (
            "The most frequent label"
            if model.predictor_type == "classifier"
            else "The mean of the labels"
        )
        distance = "squared Euclidean distance" if model.metric == "L2" else "inner product"
        return {
            "predicted_label": f"{kind} of the {model.k} nearest of {len(model.rows)} rows.",
            "distances": f"The {distance} of the row and each of these, nearest first.",
            "labels": "The labels of the nearest rows, in the same order.",
        }


class KNNServing(FirstPartyServing[KNNPredictor]):
    """Serves the models of KNN jobs."""

    def predictor(self, model: ModelData) -> KNNPredictor:
        """Read the files of an artifact."""
        return KNNPredictor(unpack(model))
