"""Scores against scikit-learn's metrics, and against numbers of recorded jobs."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn import metrics

from sagemock.algorithms.base import Dataset
from sagemock.algorithms.linear_learner import LinearModel
from sagemock.algorithms.linear_learner.evaluate import area_under_curve, evaluate
from sagemock.algorithms.linear_learner.losses import LOSSES
from sagemock.containers.linear_learner import parse_hyperparameters

ROWS, COLUMNS, CLASSES = 400, 3, 5


def scores_of(
    settings: dict[str, str], weights: np.ndarray, labels: np.ndarray, features: np.ndarray
) -> tuple[dict[str, float], list[tuple[str, str]], LinearModel]:
    hyperparameters = parse_hyperparameters(settings)
    model = LinearModel(
        settings["predictor_type"],
        hyperparameters.loss,
        weights.astype(np.float32),
        np.full(weights.shape[1], 0.1, np.float32),
        0.4,
        {},
    )
    half = len(labels) // 2
    parts = [Dataset(features[:half], labels[:half]), Dataset(features[half:], labels[half:])]
    loss = LOSSES[hyperparameters.loss].of(hyperparameters)
    scores = evaluate(model, parts, loss, None, hyperparameters)
    values = {score.name: score.value for score in scores}
    return values, [(score.name, score.tag) for score in scores], model


@pytest.fixture
def features() -> np.ndarray:
    return np.random.default_rng(3).normal(0, 1, (ROWS, COLUMNS)).astype(np.float32)


def test_binary(features: np.ndarray) -> None:
    random = np.random.default_rng(4)
    labels = (features[:, 0] + random.normal(0, 1, ROWS) > 0).astype(np.float32)
    settings = {"predictor_type": "binary_classifier", "f_beta": "2"}
    values, names, model = scores_of(settings, np.array([[1.0], [0.5], [0]]), labels, features)
    predictions = model.predict(features)
    assert predictions.labels is not None
    assert names == [
        ("binary_classification_cross_entropy_objective", "loss"),
        ("binary_classification_accuracy", "score"),
        ("binary_f_2.000", "score"),
        ("precision", "score"),
        ("recall", "score"),
        ("roc_auc_score", "score"),
    ]
    probability = predictions.scores[:, 0]
    assert list(values.values()) == pytest.approx(
        [
            metrics.log_loss(labels, probability),
            metrics.accuracy_score(labels, predictions.labels),
            metrics.fbeta_score(labels, predictions.labels, beta=2),
            metrics.precision_score(labels, predictions.labels),
            metrics.recall_score(labels, predictions.labels),
            metrics.roc_auc_score(labels, probability),
        ],
        rel=1e-5,
    )


def test_multiclass(features: np.ndarray) -> None:
    """The last class never occurs, and is predicted now and then."""
    random = np.random.default_rng(5)
    weights = random.normal(0, 1, (COLUMNS, CLASSES))
    labels = np.minimum((features @ weights).argmax(axis=1), CLASSES - 2).astype(np.float32)
    settings = {
        "predictor_type": "multiclass_classifier",
        "num_classes": str(CLASSES),
        "accuracy_top_k": "2",
        "f_beta": "0.5",
    }
    values, names, model = scores_of(settings, weights, labels, features)
    predictions = model.predict(features)
    predicted = predictions.labels
    assert predicted is not None
    assert set(predicted) == set(range(CLASSES))
    assert names == [
        ("multiclass_cross_entropy_objective", "loss"),
        ("multiclass_accuracy", "score"),
        ("multiclass_top_k_accuracy_2", "score"),
        ("dcg", "score"),
        ("macro_recall", "score"),
        ("macro_precision", "score"),
        ("macro_f_0.500", "score"),
        ("multiclass_balanced_accuracy", "score"),
        ("multiclass_log_loss", "score"),
    ]
    classes = np.arange(CLASSES)
    relevance = np.eye(CLASSES)[labels.astype(int)]
    averaged = {"average": "macro", "zero_division": 0}
    log_loss = metrics.log_loss(labels, predictions.scores, labels=classes)
    present = np.unique(labels).astype(int)
    recalls = metrics.recall_score(labels, predicted, labels=present, **averaged)
    assert list(values.values()) == pytest.approx(
        [
            log_loss,
            metrics.accuracy_score(labels, predicted),
            metrics.top_k_accuracy_score(labels, predictions.scores, k=2, labels=classes),
            metrics.ndcg_score(relevance, predictions.scores),
            metrics.recall_score(labels, predicted, **averaged),
            metrics.precision_score(labels, predicted, **averaged),
            metrics.fbeta_score(labels, predicted, beta=0.5, **averaged),
            recalls,
            log_loss,
        ],
        rel=1e-5,
    )


@pytest.mark.parametrize(
    ("loss", "objective"), [("squared_loss", "mse"), ("absolute_loss", "absolute_loss")]
)
def test_regression(features: np.ndarray, loss: str, objective: str) -> None:
    labels = features @ np.array([1, 2, 3], np.float32)
    settings = {"predictor_type": "regressor", "loss": loss}
    values, names, model = scores_of(settings, np.array([[1.0], [1], [1]]), labels, features)
    predicted = model.predict(features).scores[:, 0]
    assert names == [
        (f"{objective}_objective", "loss"),
        ("mse", "loss"),
        ("absolute_loss", "loss"),
        ("rmse", "loss"),
    ]
    # Recorded: the two are the same to the last digit.
    assert values[f"{objective}_objective"] == values[objective]
    assert list(values.values())[1:] == pytest.approx(
        [
            metrics.mean_squared_error(labels, predicted),
            metrics.mean_absolute_error(labels, predicted),
            metrics.root_mean_squared_error(labels, predicted),
        ],
        rel=1e-5,
    )


def test_area_under_curve_of_ties() -> None:
    random = np.random.default_rng(6)
    scores = random.integers(0, 4, 50).astype(np.float32)
    labels = random.integers(0, 2, 50).astype(np.float32)
    assert area_under_curve(scores, labels) == pytest.approx(metrics.roc_auc_score(labels, scores))
    assert np.isnan(area_under_curve(scores, np.ones(50, np.float32)))
