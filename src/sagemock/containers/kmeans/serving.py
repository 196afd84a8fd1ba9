"""Serves models as the container of K-Means does."""

from __future__ import annotations

from collections.abc import Mapping

from sagemock.algorithms.base import Features
from sagemock.algorithms.kmeans import Assignments, KMeansModel
from sagemock.containers.base import ModelData
from sagemock.containers.first_party import model_file, responses
from sagemock.containers.first_party.serving import FirstPartyPredictor, FirstPartyServing
from sagemock.containers.kmeans.artifact import unpack_member
from sagemock.containers.kmeans.responses import RENDERERS


class KMeansPredictor(FirstPartyPredictor[Assignments]):
    """Assigns the rows of requests to clusters."""

    renderers = RENDERERS

    def __init__(self, model: KMeansModel) -> None:
        super().__init__(columns=model.centers.shape[1])
        self.model = model

    def predict(self, features: Features) -> Assignments:
        """Assign rows to clusters."""
        assignments = self.model.predict(features)
        responses.check_finite(assignments.distance_to_cluster)
        return assignments

    def meanings(self) -> Mapping[str, str]:
        """Say what cluster and distance mean."""
        return {
            "closest_cluster": f"The nearest of the {len(self.model.centers)} centers, counted "
            "from 0.",
            "distance_to_cluster": "The Euclidean distance to that center, in the unit of the "
            "features; 0 is the center itself.",
        }


class KMeansServing(FirstPartyServing[KMeansPredictor]):
    """Serves the models of K-Means jobs."""

    def predictor(self, model: ModelData) -> KMeansPredictor:
        """Read the only file of an artifact."""
        return KMeansPredictor(unpack_member(model_file.read(model)))
