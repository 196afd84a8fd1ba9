"""Training as a whole: selection, calibration, stopping, determinism, what is told."""

from __future__ import annotations

import pickle
import threading

import numpy as np
import pytest
from tests.algorithms.linear_learner.conftest import LinearRun
from tests.algorithms.run import countdown

from sagemock.algorithms.base import AlgorithmError, Stopped
from sagemock.algorithms.linear_learner.events import (
    Chosen,
    Finished,
    StoppedEarly,
    TrainingInterrupted,
)
from sagemock.containers.linear_learner import parse_hyperparameters

BINARY = {"predictor_type": "binary_classifier", "mini_batch_size": "50"}
MULTICLASS = {
    "predictor_type": "multiclass_classifier",
    "num_classes": "3",
    "mini_batch_size": "50",
}
REGRESSOR = {"predictor_type": "regressor", "mini_batch_size": "50"}


def rows(
    settings: dict[str, str], count: int = 430, seed: int = 0
) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    features = random.normal(3, 2, (count, 5)).astype(np.float32)
    signal = (features - 3) @ np.array(
        [[2, -1, 0], [1, 1, -2], [0, 3, 1], [0.5, 0, 0], [0, 0, 0]]
    ) + random.normal(0, 2, (count, 3))
    if settings is BINARY:
        return features, (signal[:, 0] > 2).astype(np.float32)
    if settings is MULTICLASS:
        return features, signal.argmax(axis=1).astype(np.float32)
    return features, (10 * signal[:, 0] + 500).astype(np.float32)


ALL = pytest.mark.parametrize("settings", [BINARY, MULTICLASS, REGRESSOR], ids=["b", "m", "r"])


ELSEWHERE = {
    "b": {
        "num_classes": "2",
        "normalize_label": "true",
        "unbias_label": "true",
        "balance_multiclass_weights": "true",
        "accuracy_top_k": "9",
        "quantile": "0.9",
        "momentum": "0.5",
    },
    "m": {
        "binary_classifier_model_selection_criteria": "f1",
        "target_recall": "0.1",
        "positive_example_weight_mult": "balanced",
        "normalize_label": "true",
        "accuracy_top_k": "9",
        "margin": "3",
        "momentum": "0.5",
    },
    "r": {
        "num_classes": "2",
        "binary_classifier_model_selection_criteria": "precision_at_target_recall",
        "target_precision": "0.1",
        "positive_example_weight_mult": "7",
        "balance_multiclass_weights": "true",
        "huber_delta": "9",
        "momentum": "0.5",
    },
}
"""What another predictor, loss or optimizer takes."""


@ALL
def test_what_belongs_elsewhere_is_ignored(train, settings) -> None:
    others = ELSEWHERE[settings["predictor_type"][0]]
    data, held_out = rows(settings), rows(settings, 100, 1)
    plain = train(settings, data, validation=held_out)
    other = train({**settings, **others}, data, validation=held_out)
    assert other.model.weights.tobytes() == plain.model.weights.tobytes()
    assert other.model.threshold == plain.model.threshold
    scores = {score.name: score.value for score in plain.chosen.scores}
    values = {score.name: score.value for score in other.chosen.scores}
    if "multiclass_top_k_accuracy_9" in values:
        # There are three classes: the true one is always among so many.
        assert values.pop("multiclass_top_k_accuracy_9") == scores.pop(
            "multiclass_top_k_accuracy_3"
        )
    assert values == scores


@ALL
def test_the_same_request_gives_the_same_bits(train, settings) -> None:
    """Whatever else runs; and another seed gives another model."""
    data = rows(settings)
    first = train(settings, data, validation=rows(settings, 100, 1))
    noise = [
        threading.Thread(target=train, args=(settings, rows(settings, 400, 7 + n)))
        for n in range(3)
    ]
    for thread in noise:
        thread.start()
    second = train(settings, data, validation=rows(settings, 100, 1))
    for thread in noise:
        thread.join()
    assert first.model.weights.tobytes() == second.model.weights.tobytes()
    assert first.model.bias.tobytes() == second.model.bias.tobytes()
    assert first.model.threshold == second.model.threshold
    assert [e.hosts for e in first.epochs] == [e.hosts for e in second.epochs]
    other = train(settings, data, validation=rows(settings, 100, 1), seed=5)
    assert other.model.weights.tobytes() != first.model.weights.tobytes()


@ALL
def test_train_losses_decide_without_a_validation_channel(train, settings) -> None:
    run = train(settings, rows(settings))
    for epoch in run.epochs:
        assert epoch.criterion == min(epoch.hosts[0].train)
        assert epoch.hosts[0].validation is None
        assert epoch.criteria == epoch.objective
    assert run.chosen.channel == "train"
    assert run.tested.scores is None


@ALL
def test_a_validation_channel_decides(train, settings) -> None:
    by_loss = {**settings, "binary_classifier_model_selection_criteria": "loss_function"}
    run = train(by_loss, rows(settings), validation=rows(settings, 100, 1))
    assert run.chosen.channel == "validation"
    improved = [epoch for epoch in run.epochs if epoch.improved]
    for epoch in run.epochs:
        assert epoch.criterion == min(epoch.hosts[0].validation)
    # The chosen model is the best that was seen, not that of the last epoch.
    final = run.chosen.scores[0]
    assert final.name == run.epochs[0].objective
    assert final.value == pytest.approx(improved[-1].criterion, rel=1e-5)


@pytest.mark.parametrize(
    ("criterion", "name"),
    [
        ("accuracy", "binary_classification_accuracy"),
        ("f_beta", "binary_f_1.000"),
        ("f1", "binary_f_1.000"),
        ("precision_at_target_recall", "precision"),
        ("recall_at_target_precision", "recall"),
    ],
)
def test_binary_criteria(train, criterion: str, name: str) -> None:
    """The final score on the validation channel is the criterion's best value."""
    settings = {**BINARY, "binary_classifier_model_selection_criteria": criterion}
    run = train(settings, rows(BINARY), validation=rows(BINARY, 200, 1))
    best = [epoch for epoch in run.epochs if epoch.improved][-1]
    scores = {score.name: score.value for score in run.chosen.scores}
    assert best.criteria == f"sampled_{criterion}"
    assert scores[name] == pytest.approx(best.criterion, abs=1e-6)
    if criterion == "precision_at_target_recall":
        assert scores["recall"] >= 0.8
    if criterion == "recall_at_target_precision":
        assert scores["precision"] >= 0.8


def test_targets_move_the_threshold(train) -> None:
    thresholds = []
    for recall in ("0.5", "0.99"):
        name = "precision_at_target_recall"
        settings = {**BINARY, "binary_classifier_model_selection_criteria": name}
        run = train({**settings, "target_recall": recall}, rows(BINARY))
        thresholds.append(run.model.threshold)
        scores = {score.name: score.value for score in run.chosen.scores}
        assert scores["recall"] >= float(recall)
    assert thresholds[0] > thresholds[1]


@pytest.mark.parametrize("name", ["loss_function", "cross_entropy_loss"])
def test_selection_by_loss_keeps_the_neutral_threshold(train, name: str) -> None:
    settings = {**BINARY, "binary_classifier_model_selection_criteria": name}
    run = train(settings, rows(BINARY), validation=rows(BINARY, 100, 1))
    assert run.model.threshold == 0.5
    assert run.epochs[0].criteria == "binary_classification_cross_entropy_objective"


def test_only_so_many_rows_calibrate(train) -> None:
    """The first 60 rows of the validation channel say one thing, the rest the contrary."""
    features, labels = rows(BINARY, 200, 1)
    labels[60:] = 0
    validated = train(BINARY, rows(BINARY), validation=(features, labels))
    first = train(
        {**BINARY, "num_calibration_samples": "60"}, rows(BINARY), validation=(features, labels)
    )
    assert validated.model.threshold > first.model.threshold


def test_blocks_do_not_change_the_criterion(train, monkeypatch: pytest.MonkeyPatch) -> None:
    runs = []
    for size in (1 << 23, 900):
        monkeypatch.setattr("sagemock.algorithms.linear_learner.selection.BLOCK_BYTES", size)
        runs.append(train(BINARY, rows(BINARY), validation=rows(BINARY, 200, 1)))
    assert [e.criterion for e in runs[0].epochs] == [e.criterion for e in runs[1].epochs]


def test_regressors_train_in_scaled_units(train) -> None:
    """As recorded: epoch 0 of a train channel near 1, validation and final in units of labels."""
    data, held_out = rows(REGRESSOR), rows(REGRESSOR, 100, 1)
    run = train(REGRESSOR, data, validation=held_out)
    first = run.epochs[0].hosts[0]
    variance = data[1].var()
    assert first.train[0] < 3
    assert first.validation[0] > variance / 10
    assert run.scaled.label_mean == pytest.approx(data[1][:400].mean(), rel=1e-6)
    alone = train(REGRESSOR, data)
    assert alone.chosen.scores[0].value > 100 * alone.epochs[-1].criterion


@ALL
def test_the_model_works_on_raw_features(train, settings) -> None:
    features, labels = rows(settings)
    run = train(settings, (features, labels), test=(features, labels))
    assert [s.value for s in run.tested.scores] == [s.value for s in run.chosen.scores]
    by_name = {score.name: score.value for score in run.chosen.scores}
    predictions = run.model.predict(features)
    if predictions.labels is None:
        error = predictions.scores[:, 0] - labels
        assert by_name["mse"] == pytest.approx((error**2).mean(), rel=1e-4)
    else:
        accuracy = by_name.get("multiclass_accuracy", by_name.get("binary_classification_accuracy"))
        assert accuracy == pytest.approx((predictions.labels == labels).mean())


def test_without_a_bias(train) -> None:
    run = train({**REGRESSOR, "use_bias": "false"}, rows(REGRESSOR))
    assert run.model.bias.tolist() == [0]
    assert not run.scaled.mean.any()
    assert run.scaled.label_mean == 0


@pytest.mark.parametrize("method", ["uniform", "normal"])
def test_initial_weights(train, method: str) -> None:
    """A job whose rates are next to nothing returns its initial weights."""
    settings = {
        **REGRESSOR,
        "init_method": method,
        "init_scale": "0.5",
        "init_sigma": "2",
        "init_bias": "7",
        "learning_rate": "1e-12",
        "epochs": "1",
        "num_models": "1",
        "normalize_data": "false",
        "unbias_data": "false",
        "normalize_label": "false",
        "unbias_label": "false",
    }
    random = np.random.default_rng(0)
    data = random.normal(0, 1, (50, 1000)), random.normal(0, 1, 50)
    model = train(settings, data).model
    assert model.bias[0] == pytest.approx(7)
    if method == "uniform":
        assert np.abs(model.weights).max() == pytest.approx(0.5, abs=0.01)
        assert model.weights.std() == pytest.approx(0.5 / 3**0.5, rel=0.05)
    else:
        assert model.weights.std() == pytest.approx(2, rel=0.1)


def test_epochs_and_models_are_those_asked_for(train) -> None:
    run = train({**REGRESSOR, "num_models": "5", "epochs": "4"}, rows(REGRESSOR))
    assert len(run.epochs) == 4
    assert all(len(epoch.hosts[0].train) == 5 for epoch in run.epochs)
    assert run.events[-1] == Finished(4)


def test_the_incomplete_batch_is_read_but_does_not_train(train) -> None:
    features, labels = rows(REGRESSOR, 430)
    changed = labels.copy()
    changed[400:] = 0
    first, second = train(REGRESSOR, (features, labels)), train(REGRESSOR, (features, changed))
    assert first.epochs == second.epochs
    assert first.epochs[0].hosts[0].rows == 430
    assert first.scaled.hosts == [(430, 9, 400)]


def test_early_stop(train) -> None:
    settings = {**REGRESSOR, "epochs": "200", "early_stopping_patience": "2"}
    run = train(settings, rows(REGRESSOR), validation=rows(REGRESSOR, 100, 1))
    assert len(run.epochs) < 200
    assert [epoch.idle for epoch in run.epochs[-3:]] == [1, 2, 3]
    assert run.of(StoppedEarly) == [StoppedEarly(len(run.epochs) - 1)]


def test_stop_between_batches(train) -> None:
    asked = 0

    def stop() -> bool:
        nonlocal asked
        asked += 1
        return asked > 11

    with pytest.raises(Stopped):
        train(REGRESSOR, rows(REGRESSOR), stop=stop)
    assert asked == 12


@ALL
@pytest.mark.parametrize("validation", [None, (100, 1)], ids=["train", "validation"])
def test_stopping_gives_the_model_of_the_whole_epochs(train, settings, validation) -> None:
    """The same one that a job of so many epochs ends with, threshold included."""
    data = rows(settings)
    held_out = None if validation is None else rows(settings, *validation)
    whole = train({**settings, "epochs": "2"}, data, validation=held_out)
    batches = len(data[1]) // int(settings["mini_batch_size"])
    run = LinearRun()
    with pytest.raises(Stopped) as caught:
        train(
            {**settings, "epochs": "5"},
            data,
            validation=held_out,
            stop=countdown(2 * batches + 1),
            run=run,
        )
    assert run.events[-1] == TrainingInterrupted(2, saved=True)
    assert not [event for event in run.events if isinstance(event, Chosen)]
    model = caught.value.model
    assert model.weights.tobytes() == whole.model.weights.tobytes()
    assert model.bias.tobytes() == whole.model.bias.tobytes()
    assert model.threshold == whole.model.threshold


def test_stopping_in_the_first_epoch_gives_none(train) -> None:
    run = LinearRun()
    with pytest.raises(Stopped) as caught:
        train(REGRESSOR, rows(REGRESSOR), stop=lambda: True, run=run)
    assert caught.value.model is None
    assert run.events[-1] == TrainingInterrupted(0, saved=False)


def test_a_diverging_member_is_never_chosen(train) -> None:
    """sgd with a weight decay of 100 and a rate of 0.1 grows without end."""
    run = train({**REGRESSOR, "optimizer": "sgd"}, rows(REGRESSOR))
    assert not np.isfinite(run.epochs[-1].hosts[0].train).all()
    assert np.isfinite(run.epochs[-1].criterion)
    assert np.isfinite(run.model.weights).all()


def test_when_all_diverge_the_job_fails(train) -> None:
    settings = {
        **REGRESSOR,
        "optimizer": "sgd",
        "learning_rate": "1e9",
        "use_lr_scheduler": "false",
    }
    with pytest.raises(AlgorithmError, match="diverged"):
        train(settings, rows(REGRESSOR))


def test_what_is_told_can_be_pickled(train) -> None:
    run = train(MULTICLASS, rows(MULTICLASS), test=rows(MULTICLASS, 100, 1))
    assert pickle.loads(pickle.dumps(run.epochs)) == run.epochs
    assert pickle.loads(pickle.dumps(run.model)).metrics_params == run.model.metrics_params
    parsed = parse_hyperparameters(MULTICLASS)
    assert pickle.loads(pickle.dumps(parsed)) == parsed


def test_what_the_artifact_tells(train) -> None:
    """Keys and nulls as in recorded artifacts; multiclass by the same pattern."""
    nulls = dict.fromkeys(
        (
            "eps_insensitive_loss_type",
            "class_weights",
            "huber_delta",
            "quantile",
            "loss_insensitivity",
            "f_beta",
            "margin",
        )
    )
    common = {"positive_example_weight_mult": 1.0, "accuracy_top_k": 3, "threshold": 0.5}
    regressor = train(REGRESSOR, rows(REGRESSOR)).model
    assert regressor.metrics_params == nulls | common
    quantile = train({**REGRESSOR, "loss": "quantile_loss"}, rows(REGRESSOR)).model
    assert quantile.metrics_params == nulls | common | {"quantile": 0.5}
    eps = train({**REGRESSOR, "loss": "eps_insensitive_absolute_loss"}, rows(REGRESSOR)).model
    expected = {
        "eps_insensitive_loss_type": "eps_insensitive_absolute_loss",
        "loss_insensitivity": 0.01,
    }
    assert eps.metrics_params == nulls | common | expected
    hinge = train({**BINARY, "loss": "hinge_loss"}, rows(BINARY)).model
    expected = {"f_beta": 1.0, "margin": 1.0, "threshold": hinge.threshold}
    assert hinge.metrics_params == nulls | common | expected
    balanced = train({**MULTICLASS, "balance_multiclass_weights": "true"}, rows(MULTICLASS)).model
    labels = rows(MULTICLASS)[1][:400]
    weights = (400 / np.bincount(labels.astype(int))).tolist()
    assert balanced.metrics_params == nulls | common | {"f_beta": 1.0, "class_weights": weights}
