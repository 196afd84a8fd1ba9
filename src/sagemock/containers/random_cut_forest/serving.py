"""Serves models as the container of the random cut forest does."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from sagemock.algorithms.base import Doubles, Features
from sagemock.algorithms.random_cut_forest import AnomalyScorer, RandomCutForest
from sagemock.containers.base import ModelData
from sagemock.containers.first_party import model_file
from sagemock.containers.first_party.serving import FirstPartyPredictor, FirstPartyServing
from sagemock.containers.random_cut_forest.artifact import unpack_member
from sagemock.containers.random_cut_forest.responses import RENDERERS


class ForestPredictor(FirstPartyPredictor[Doubles]):
    """Says how anomalous the rows of requests are."""

    renderers = RENDERERS

    def __init__(self, forest: RandomCutForest) -> None:
        super().__init__(forest.columns)
        self._trees = forest.trees
        self._greatest = float(np.log2(forest.sizes().max() + 1))
        self._scorer = AnomalyScorer(forest)

    def predict(self, features: Features) -> Doubles:
        """Score rows."""
        return self._scorer.scores(features)

    def meanings(self) -> Mapping[str, str]:
        """Say what a score means."""
        return {
            "score": f"How anomalous the row is in {self._trees} trees: the higher, the more, "
            f"up to {self._greatest:.3g}. More than three standard deviations above the mean "
            "of many rows counts as an anomaly.",
        }


class RandomCutForestServing(FirstPartyServing[ForestPredictor]):
    """Serves the models of jobs of the random cut forest."""

    def predictor(self, model: ModelData) -> ForestPredictor:
        """Read the only file of an artifact."""
        return ForestPredictor(unpack_member(model_file.read(model)))
