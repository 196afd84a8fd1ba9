"""Predictions from neighbors, and their scores."""

from __future__ import annotations

import math
import warnings
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import f1_score

from sagemock.algorithms.knn import KNNModel
from sagemock.algorithms.knn.model import most_frequent
from sagemock.algorithms.knn.scores import macro_f, scores

LABELS = st.lists(st.integers(0, 4), min_size=1, max_size=6)


@given(LABELS)
def test_the_most_frequent_label(labels: list[int]) -> None:
    counts = Counter(labels)
    expected = min(label for label in counts if counts[label] == max(counts.values()))
    assert most_frequent(np.array([labels], np.float32)).tolist() == [expected]


def test_labels_need_not_be_whole_numbers() -> None:
    labels = np.array([[-1.5, 0.25, -1.5]], np.float32)
    assert most_frequent(labels).tolist() == [-1.5]


def macro(predicted: list[float], labels: list[float]) -> float:
    return macro_f(np.array(predicted, np.float32), np.array(labels, np.float32))


def test_the_macro_score_is_that_of_scikit_learn() -> None:
    generator = np.random.default_rng(0)
    labels, predicted = generator.integers(0, 5, (2, 400)).astype(np.float32)
    assert macro_f(predicted, labels) == pytest.approx(f1_score(labels, predicted, average="macro"))


def test_a_class_that_is_always_wrong_counts_as_zero() -> None:
    assert macro([0, 0, 1, 2], [0, 0, 2, 1]) == pytest.approx(1 / 3)


@pytest.mark.parametrize(
    ("predicted", "labels"),
    [
        ([1, 2, 1, 2], [1, 2, 1, 2]),  # As recorded: no class 0.
        ([0, 0], [0, 1]),
        ([0, 1], [0, 0]),
        ([0, 2], [0, 2]),
    ],
)
def test_classes_without_rows(predicted: list[float], labels: list[float]) -> None:
    assert math.isnan(macro(predicted, labels))


def test_other_labels_are_classes_of_their_own() -> None:
    assert macro([-1, 0.5, 0.5], [-1, 0.5, 0.5]) == 1


def test_the_names_of_scores() -> None:
    labels = np.array([0, 1], np.float32)
    assert list(scores("classifier", labels, labels)) == ["accuracy", "macro_f_1.000"]
    assert scores("regressor", labels, labels + 3) == {"mse": 9.0}


def test_k_is_cut_to_the_rows() -> None:
    model = KNNModel(np.ones((2, 1), np.float32), np.array([1, 2], np.float32), k=10)
    assert model.predict(np.ones((1, 1), np.float32)).distances.shape == (1, 2)


def test_distances_beyond_single_precision_cause_no_warning() -> None:
    model = KNNModel(np.zeros((2, 1), np.float32), np.array([1, 2], np.float32), k=1)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert np.isinf(model.predict(np.array([[3e38]], np.float32)).distances).all()
