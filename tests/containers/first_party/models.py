"""A small model of each algorithm, whose answers can be worked out by hand, and the answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from tests.containers.container_job import channel, csv

from sagemock.algorithms.factorization_machines import FactorizationMachinesModel
from sagemock.algorithms.kmeans import KMeansModel
from sagemock.algorithms.knn import KNNModel
from sagemock.algorithms.linear_learner import LinearModel
from sagemock.algorithms.pca import PCAModel
from sagemock.algorithms.random_cut_forest import AnomalyScorer
from sagemock.algorithms.random_cut_forest.growing import grow
from sagemock.containers.base import TrainingInput
from sagemock.containers.factorization_machines import artifact as machine_artifact
from sagemock.containers.factorization_machines import parse_hyperparameters
from sagemock.containers.kmeans import artifact as kmeans_artifact
from sagemock.containers.knn import artifact as knn_artifact
from sagemock.containers.linear_learner import artifact as linear_artifact
from sagemock.containers.pca import artifact as pca_artifact
from sagemock.containers.random_cut_forest import artifact as forest_artifact
from sagemock.formats.content import Files
from sagemock.formats.media_type import CSV, JSON, JSON_LINES, RECORDIO

MEMBER = "model_algo-1"


@dataclass(frozen=True)
class Model:
    """A model of two columns, and what it answers.

    Attributes
    ----------
    files
        Makes its files.
    rows
        Two rows.
    predictions
        Those of the two rows; None for numbers that a library has computed.
    key
        The member of a JSON answer that has the predictions.
    separators
        Those of a JSON answer.
    too_large
        A row whose prediction is not finite; None where there is none.
    reads, writes
        Content types of requests and answers.
    """

    files: Callable[[], Files]
    rows: Sequence[Sequence[float]]
    predictions: Sequence[Mapping[str, Any]] | None
    key: str = "predictions"
    separators: tuple[str, str] = (", ", ": ")
    too_large: tuple[float, float] | None = (3e38, 3e38)
    reads: tuple[str, ...] = (CSV, JSON, JSON_LINES, RECORDIO)
    writes: tuple[str, ...] = (JSON, JSON_LINES, RECORDIO)


def _linear() -> Files:
    """10 a + b + 0.5."""
    weights, bias = np.float32([[10], [1]]), np.float32([0.5])
    model = LinearModel("regressor", "squared_loss", weights, bias, 0.5, {})
    return {MEMBER: linear_artifact.pack_member(model)}


def _centers() -> Files:
    """The row [7, 4] is the distance 5 from the center [10, 0]."""
    return {MEMBER: kmeans_artifact.pack_member(KMeansModel(np.float32([[0, 0], [10, 0]])))}


def _components() -> Files:
    vectors, mean = np.float32([[1, 0.5], [0, 2]]), np.float32([1, 1])
    return {MEMBER: pca_artifact.pack_member(PCAModel(vectors, np.float32([1, 2]), mean))}


def _neighbors() -> Files:
    rows, labels = np.float32([[0, 0], [0, 1], [10, 0], [10, 1]]), np.float32([1, 1, 0, 2])
    return knn_artifact.pack(KNNModel(rows, labels, 3))


ROWS = np.random.default_rng(0).normal(0, 1, (400, 2)).astype(np.float32)
FOREST = grow(ROWS, np.full(20, 20), np.random.default_rng(0))
NEAR_AND_FAR = [[0, 0.5], [7, 4]]
SCORES = [round(score, 10) for score in AnomalyScorer(FOREST).scores(np.float32(NEAR_AND_FAR))]


def _forest() -> Files:
    return {MEMBER: forest_artifact.pack_member(FOREST)}


def _machine() -> Files:
    """3 a b + a + 2 b - 4."""
    texts = {"feature_dim": "2", "num_factors": "1", "predictor_type": "regressor"}
    columns = np.float32([[3, 1], [1, 2]])
    model = FactorizationMachinesModel("regressor", -4.0, columns, sparse=False)
    return {MEMBER: machine_artifact.pack_member(model, parse_hyperparameters(texts))}


@cache
def _trees() -> Files:
    from sagemock.containers.xgboost.training import XGBoostTraining

    body = csv(ROWS[:, 0] > 0, ROWS)
    channels = {"train": channel("train", body, content_type=CSV)}
    output = XGBoostTraining().train(TrainingInput({"num_round": "3"}, channels))
    assert output.model is not None
    return output.model


LINEAR = Model(_linear, [[1, 2], [0, 1]], [{"score": 12.5}, {"score": 1.5}])
CENTERS = Model(
    _centers,
    [[0, 0.5], [7, 4]],
    [
        {"closest_cluster": 0.0, "distance_to_cluster": 0.5},
        {"closest_cluster": 1.0, "distance_to_cluster": 5.0},
    ],
    writes=(JSON, JSON_LINES, RECORDIO, CSV),
)
COMPONENTS = Model(
    _components,
    [[1, 1], [0, 2]],
    [{"projection": [0.0, 0.0]}, {"projection": [-1.0, 1.5]}],
    key="projections",
)
NEIGHBORS = Model(
    _neighbors, [[0, 0.5], [10, 0]], [{"predicted_label": 1.0}, {"predicted_label": 0.0}]
)
ANOMALIES = Model(
    _forest,
    NEAR_AND_FAR,
    [{"score": score} for score in SCORES],
    key="scores",
    # As recorded.
    separators=(",", ":"),
    too_large=None,
)
MACHINE = Model(
    _machine,
    [[1, 1], [1, 0]],
    [{"score": 2.0}, {"score": -3.0}],
    reads=(JSON, JSON_LINES, RECORDIO),
)
TREES = Model(
    _trees,
    [[1, 2], [-1, 0]],
    None,
    too_large=None,
    reads=(CSV, "text/libsvm", RECORDIO),
    writes=(CSV, JSON),
)
