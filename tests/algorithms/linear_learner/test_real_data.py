"""Real data sets that scikit-learn ships, against its own linear models."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from sklearn import datasets
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from sagemock.algorithms.blas import single_thread

OPTIMIZERS = [
    {"optimizer": "adam"},
    {"optimizer": "sgd", "momentum": "0.9"},
    {"optimizer": "rmsprop"},
]


def split(load: Callable[..., Any]) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    features, labels = load(return_X_y=True)
    order = np.random.default_rng(0).permutation(len(labels))
    features, labels = features[order].astype(np.float32), labels[order].astype(np.float32)
    cut = int(len(labels) * 0.7)
    return features[:cut], labels[:cut], features[cut:], labels[cut:]


@pytest.mark.parametrize("optimizer", OPTIMIZERS, ids=lambda settings: settings["optimizer"])
@pytest.mark.parametrize(
    ("load", "settings"),
    [
        (datasets.load_digits, {"predictor_type": "multiclass_classifier", "num_classes": "10"}),
        (datasets.load_wine, {"predictor_type": "multiclass_classifier", "num_classes": "3"}),
        (datasets.load_breast_cancer, {"predictor_type": "binary_classifier"}),
    ],
    ids=["digits", "wine", "breast cancer"],
)
def test_classifiers(train, load, settings: dict[str, str], optimizer: dict[str, str]) -> None:
    features, labels, held_out, truth = split(load)
    with single_thread():
        peer = make_pipeline(StandardScaler(), LogisticRegression()).fit(features, labels)
    run = train(
        {**settings, **optimizer, "mini_batch_size": "32", "epochs": "40"}, (features, labels)
    )
    fitted = (run.model.predict(features).labels == labels).mean()
    accuracy = (run.model.predict(held_out).labels == truth).mean()
    # A row of wine is 0.008, and the incomplete last batch does not train.
    assert fitted >= peer.score(features, labels) - 0.01
    assert accuracy >= peer.score(held_out, truth) - max(0.03, 5 / len(truth))


@pytest.mark.parametrize("optimizer", OPTIMIZERS, ids=lambda settings: settings["optimizer"])
def test_regressor(train, optimizer: dict[str, str]) -> None:
    features, labels, held_out, truth = split(datasets.load_diabetes)
    peer = LinearRegression().fit(features, labels)
    settings = {"predictor_type": "regressor", "mini_batch_size": "32", "epochs": "40", **optimizer}
    run = train(settings, (features, labels), test=(held_out, truth))
    scores = {score.name: score.value for score in run.chosen.scores}
    fitted = np.mean((peer.predict(features) - labels) ** 2)
    assert scores["mse"] == pytest.approx(fitted, rel=0.03)
    tested = {score.name: score.value for score in run.tested.scores}
    assert tested["mse"] <= np.mean((peer.predict(held_out) - truth) ** 2) * 1.05


@pytest.mark.parametrize(
    "loss",
    [
        "absolute_loss",
        "quantile_loss",
        "huber_loss",
        "eps_insensitive_squared_loss",
        "eps_insensitive_absolute_loss",
    ],
)
def test_other_losses_of_a_regressor(train, loss: str) -> None:
    """At their defaults all of them look for about the middle."""
    features, labels, _, _ = split(datasets.load_diabetes)
    peer = LinearRegression().fit(features, labels)
    settings = {
        "predictor_type": "regressor",
        "loss": loss,
        "mini_batch_size": "32",
        "epochs": "40",
    }
    scores = {
        score.name: score.value for score in train(settings, (features, labels)).chosen.scores
    }
    peer_loss = np.abs(peer.predict(features) - labels).mean()
    assert scores["absolute_loss"] <= peer_loss * 1.02


def test_hinge(train) -> None:
    features, labels, held_out, truth = split(datasets.load_breast_cancer)
    settings = {"predictor_type": "binary_classifier", "loss": "hinge_loss", "epochs": "40"}
    run = train({**settings, "mini_batch_size": "32"}, (features, labels))
    assert (run.model.predict(held_out).labels == truth).mean() > 0.94
    assert np.abs(run.model.predict(held_out).scores).max() > 1


def test_balanced_classes_raise_the_recall_of_the_rare(train) -> None:
    features, labels, _, _ = split(datasets.load_digits)
    rare = (labels == 8).astype(np.float32)
    settings = {"predictor_type": "binary_classifier", "mini_batch_size": "32", "wd": "0.1"}
    settings["binary_classifier_model_selection_criteria"] = "loss_function"
    recalls = []
    for weight in ("1", "balanced"):
        run = train({**settings, "positive_example_weight_mult": weight}, (features, rare))
        recalls.append({score.name: score.value for score in run.chosen.scores}["recall"])
    assert recalls[1] > recalls[0] + 0.1


def test_balanced_weights_raise_the_recall_of_the_rarest_class(train) -> None:
    features, labels, _, _ = split(datasets.load_digits)
    eights = np.flatnonzero(labels == 8)
    kept = np.delete(np.arange(len(labels)), eights[len(eights) // 10 :])
    features, labels = features[kept], labels[kept]
    settings = {"predictor_type": "multiclass_classifier", "num_classes": "10", "wd": "0.1"}
    recalls = []
    for balanced in ("false", "True"):
        asked = {**settings, "mini_batch_size": "32", "balance_multiclass_weights": balanced}
        predicted = train(asked, (features, labels)).model.predict(features).labels
        recalls.append((predicted[labels == 8] == 8).mean())
    assert recalls[1] > recalls[0] + 0.1
