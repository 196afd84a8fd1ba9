"""Thresholds against a search through all of them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sagemock.algorithms.linear_learner.hyperparameters import LinearLearnerHyperparameters
from sagemock.algorithms.linear_learner.threshold import NEARLY_EQUAL, choose, f_measure
from sagemock.containers.linear_learner import parse_hyperparameters


def hyperparameters(criterion: str, **settings: str) -> LinearLearnerHyperparameters:
    name = "binary_classifier_model_selection_criteria"
    return parse_hyperparameters(
        {"predictor_type": "binary_classifier", name: criterion, **settings}
    )


def value(criterion: str, labels: np.ndarray, predicted: np.ndarray) -> float:
    """The criterion of given labels, counted out."""
    hits = float((labels * predicted).sum())
    precision = hits / predicted.sum() if predicted.any() else 0.0
    recall = hits / labels.sum() if labels.any() else 0.0
    match criterion:
        case "accuracy":
            return float((labels == predicted).mean())
        case "f_beta":
            return 5 * hits / (predicted.sum() + 4 * labels.sum() or 1)
        case "f1":
            return 2 * hits / (predicted.sum() + labels.sum() or 1)
        case "precision_at_target_recall":
            return precision if recall >= 0.6 else 0.0
        case "recall_at_target_precision":
            return recall if precision >= 0.7 else 0.0
    raise AssertionError(criterion)


CRITERIA = [
    "accuracy",
    "f_beta",
    "f1",
    "precision_at_target_recall",
    "recall_at_target_precision",
]


@pytest.mark.parametrize("criterion", CRITERIA)
@given(
    rows=st.lists(
        st.tuples(st.sampled_from([0.1, 0.3, 0.45, 0.5, 0.55, 0.9]), st.booleans()),
        min_size=1,
        max_size=12,
    )
)
def test_no_threshold_is_better(criterion: str, rows: list[tuple[float, bool]]) -> None:
    scores = np.array([score for score, _ in rows], np.float32)
    labels = np.array([label for _, label in rows], np.float32)
    chosen = choose(
        scores,
        labels,
        hyperparameters(criterion, f_beta="2", target_recall="0.6", target_precision="0.7"),
    )
    reached = value(criterion, labels, scores >= chosen.value)
    assert chosen.criterion == pytest.approx(reached)
    cuts = [*scores.tolist(), 2.0]
    best = max(value(criterion, labels, scores >= np.float32(cut)) for cut in cuts)
    assert reached >= best - NEARLY_EQUAL - 1e-9


def test_of_equal_ones_the_nearest_to_a_half() -> None:
    scores = np.array([0.1, 0.9], np.float32)
    labels = np.array([0, 1], np.float32)
    assert choose(scores, labels, hyperparameters("accuracy")).value == 0.5


def test_between_neighbours_the_middle() -> None:
    scores = np.array([0.01, 0.02, 0.04], np.float32)
    labels = np.array([0, 0, 1], np.float32)
    chosen = choose(scores, labels, hyperparameters("accuracy"))
    assert chosen.value == pytest.approx(0.03)
    assert chosen.criterion == 1


def test_all_negative_and_all_positive() -> None:
    scores = np.array([0.6, 0.7], np.float32)
    nobody = choose(scores, np.zeros(2, np.float32), hyperparameters("accuracy"))
    assert nobody.value > 0.7
    scores = np.array([0.2, 0.3], np.float32)
    everybody = choose(scores, np.ones(2, np.float32), hyperparameters("accuracy"))
    assert everybody.value <= np.float32(0.2)


def test_target_that_cannot_be_reached() -> None:
    """Without a threshold of that precision the recall there is nothing."""
    scores = np.array([0.9, 0.5, 0.1], np.float32)
    labels = np.array([0, 1, 0], np.float32)
    asked = hyperparameters("recall_at_target_precision", target_precision="0.9")
    assert choose(scores, labels, asked).criterion == 0


@pytest.mark.parametrize("beta", [1e150, 1e200, 1.7976931348623157e308])
def test_a_huge_beta_leaves_recall(beta: float) -> None:
    precision, recall = np.array([0.5, 0.0, 1.0]), np.array([0.25, 0.0, 1.0])
    np.testing.assert_allclose(f_measure(precision, recall, beta), recall)
