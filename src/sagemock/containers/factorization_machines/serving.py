"""Serves models as the container of factorization machines does."""

from __future__ import annotations

from collections.abc import Mapping

from sagemock.algorithms.base import Features
from sagemock.algorithms.factorization_machines import (
    FactorizationMachinesModel,
    FactorizationMachinesPredictions,
)
from sagemock.containers.base import ModelData
from sagemock.containers.factorization_machines.artifact import unpack_member
from sagemock.containers.factorization_machines.responses import RENDERERS
from sagemock.containers.first_party import model_file, responses
from sagemock.containers.first_party.serving import FirstPartyPredictor, FirstPartyServing
from sagemock.formats.media_type import JSON, JSON_LINES, RECORDIO

ACCEPTED = frozenset({JSON, JSON_LINES, RECORDIO})
"""Content types of requests. The developer guide says that CSV is none of them."""


class MachinePredictor(FirstPartyPredictor[FactorizationMachinesPredictions]):
    """Predicts the rows of requests."""

    renderers = RENDERERS
    content_types = ACCEPTED

    def __init__(self, model: FactorizationMachinesModel) -> None:
        super().__init__(columns=len(model.columns))
        self.model = model

    def predict(self, features: Features) -> FactorizationMachinesPredictions:
        """Predict rows with the model."""
        predictions = self.model.predict(features)
        responses.check_finite(predictions.scores)
        return predictions

    def meanings(self) -> Mapping[str, str]:
        """Say what a score and a label mean."""
        if self.model.predictor_type == "binary_classifier":
            return {
                "score": "The probability of class 1, from 0 to 1.",
                "predicted_label": "1 if the score is at least 0.5, else 0.",
            }
        return {"score": "The predicted value, in the unit of the labels."}


class FactorizationMachinesServing(FirstPartyServing[MachinePredictor]):
    """Serves the models of jobs of factorization machines."""

    def predictor(self, model: ModelData) -> MachinePredictor:
        """Read the only file of an artifact."""
        return MachinePredictor(unpack_member(model_file.read(model)))
