"""Weights of classes: the numbers of AWS's example notebooks."""

from __future__ import annotations

import numpy as np
import pytest

from sagemock.algorithms.linear_learner.class_weights import UNSEEN, class_weights, weigh
from sagemock.containers.linear_learner import parse_hyperparameters


def weights(labels: list[int], **settings: str) -> list[float] | None:
    return class_weights(np.array(labels, np.float32), parse_hyperparameters(settings))


def test_balanced_positive_rows() -> None:
    """2 positive rows of 100 weigh 49 each."""
    settings = {"predictor_type": "binary_classifier", "positive_example_weight_mult": "balanced"}
    assert weights([0] * 98 + [1] * 2, **settings) == [1.0, 49.0]
    assert weights([0] * 5, **settings) == [1.0, UNSEEN]
    assert weights([1] * 5, **settings) is None


@pytest.mark.parametrize(("text", "expected"), [("1.0", None), ("auto", None), ("3", [1.0, 3.0])])
def test_given_weight(text: str, expected: list[float] | None) -> None:
    settings = {"predictor_type": "binary_classifier", "positive_example_weight_mult": text}
    assert weights([0, 1], **settings) == expected


def test_balanced_classes() -> None:
    """A third of the rows weigh 3 each; a class that the sample lacks, a million."""
    settings = {"predictor_type": "multiclass_classifier", "num_classes": "4"}
    labels = [0] * 2 + [1] * 3 + [2]
    assert weights(labels, **settings) is None
    assert weights(labels, **settings, balance_multiclass_weights="True") == [3.0, 2.0, 6.0, 1e6]


def test_regressors_have_none() -> None:
    assert weights([1, 2], predictor_type="regressor", balance_multiclass_weights="true") is None


def test_rows_weigh_as_their_class() -> None:
    assert weigh([1.0, 49.0], np.array([1, 0, 1], np.float32)).tolist() == [49.0, 1.0, 49.0]
