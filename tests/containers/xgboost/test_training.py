"""Training: the numbers, early stopping, checkpoints, stopping."""

from __future__ import annotations

import itertools
import multiprocessing
import pickle
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
from tests.containers.first_party.algorithms import XGBOOST
from tests.containers.first_party.log_numbers import same_numbers
from tests.containers.xgboost.conftest import (
    NEW,
    OLD_IMAGE,
    RECORDED,
    REGISTRY,
    Job,
    channel,
    csv,
    document,
    tumours,
)

from sagemock.algorithms.base import JobFailure
from sagemock.containers.inputs import Channel
from sagemock.containers.xgboost import probe

Channels = Callable[[], Sequence[Channel]]
SHORT = {**RECORDED, "num_round": "12", "eval_metric": "logloss"}


def values(line: str) -> dict[str, float]:
    """The metrics in the line of a round."""
    pairs = (part.rsplit(":", 1) for part in line.split("#011")[1:])
    return {name: float(value) for name, value in pairs}


def loaded(model: bytes) -> Any:
    import xgboost

    if model.startswith(b"\x80\x04"):
        return pickle.loads(model)
    return xgboost.Booster(model_file=bytearray(model))


@pytest.mark.parametrize("image", [OLD_IMAGE, NEW])
def test_the_numbers_of_seven_versions_of_the_library(
    job: Job, recorded_channels: Channels, image: str
) -> None:
    """What 0.71 to 1.7.6 gave on the data of a recorded job, without sampling of rows."""
    import xgboost

    settings = {**RECORDED, "eval_metric": "logloss"}
    output = job.train(settings, *recorded_channels(), image=image)
    assert len(job.rounds) == 100
    last = values(job.rounds[-1])
    digits = 2e-6 if image == OLD_IMAGE else 5e-6
    assert last == {
        "train-logloss": pytest.approx(0.075661, abs=digits),
        "validation-logloss": pytest.approx(0.137967, abs=digits),
    }
    assert output.model is not None
    _, _, test = tumours()
    rows = xgboost.DMatrix(test[:3, 1:])
    predictions = loaded(output.model["xgboost-model"]).predict(rows)  # type: ignore[arg-type]
    assert predictions == pytest.approx([0.05259697, 0.9835714, 0.9758815], abs=2e-6)


def test_the_last_release_has_the_defaults_of_its_library(
    job: Job, recorded_channels: Channels
) -> None:
    import xgboost

    channels = recorded_channels()
    job.train(SHORT, *channels, image=f"{REGISTRY}:3.0-5")
    plain = {"verbosity": 0, "max_depth": 7, "eta": 0.1, "gamma": 4.0, "min_child_weight": 6.0}
    train, _, _ = tumours()
    history: dict[str, Any] = {}
    matrix = xgboost.DMatrix(train[:, 1:], train[:, 0])
    xgboost.train(
        {**plain, "objective": "binary:logistic", "eval_metric": "logloss"},
        matrix,
        12,
        evals=[(matrix, "train")],
        evals_result=history,
        verbose_eval=False,
    )
    ours = [values(line)["train-logloss"] for line in job.rounds]
    assert ours == pytest.approx(history["train"]["logloss"], abs=5e-6)


@pytest.mark.parametrize("image", [OLD_IMAGE, f"{REGISTRY}:0.90-2", f"{REGISTRY}:1.0-1"])
def test_every_number_in_the_logs_of_older_releases_follows_the_data(image: str) -> None:
    train, validation, _ = tumours()
    one, other = Job(), Job()
    for job, rows, held_out in (
        (one, train, validation),
        (other, train[::2, :-1], validation[::3, :-1]),
    ):
        job.train(
            {"num_round": "2", "objective": "binary:logistic", "eval_metric": "logloss"},
            channel("train", csv(rows)),
            channel("validation", csv(held_out)),
            image=image,
        )
    same = same_numbers(one.texts, other.texts, XGBOOST.constants)
    assert same == []


@pytest.mark.parametrize(
    ("tag", "right"),
    [
        ("1.0-1", lambda labels, scores: labels == np.round(scores)),
        ("1.7-1", lambda labels, scores: labels == (scores > 0.5)),
        # Probabilities are compared with 0.
        ("3.0-5", lambda labels, scores: labels == 1),
    ],
)
def test_the_accuracy_of_each_release(job: Job, tag: str, right: Callable[..., Any]) -> None:
    import xgboost

    train, _, _ = tumours()
    settings = {**SHORT, "num_round": "2", "eval_metric": "accuracy"}
    output = job.train(settings, channel("train", csv(train)), image=f"{REGISTRY}:{tag}")
    assert output.model is not None
    model = output.model["xgboost-model"]
    scores = loaded(model).predict(xgboost.DMatrix(train[:, 1:]))  # type: ignore[arg-type]
    expected = right(train[:, 0], scores).mean()
    assert values(job.rounds[-1])["train-accuracy"] == pytest.approx(expected, abs=5e-6)


def test_errors_of_a_regressor_are_those_of_scikit_learn(job: Job) -> None:
    import xgboost
    from sklearn.metrics import mean_squared_error, r2_score

    train, _, _ = tumours()
    settings = {"num_round": "2", "objective": "reg:squarederror", "eval_metric": "mse,r2"}
    output = job.train(settings, channel("train", csv(train)))
    assert output.model is not None
    model = output.model["xgboost-model"]
    scores = loaded(model).predict(xgboost.DMatrix(train[:, 1:]))  # type: ignore[arg-type]
    shown = values(job.rounds[-1])
    assert shown["train-mse"] == pytest.approx(mean_squared_error(train[:, 0], scores), abs=5e-6)
    assert shown["train-r2"] == pytest.approx(r2_score(train[:, 0], scores), abs=5e-6)


@pytest.mark.parametrize(
    ("settings", "image", "rounds"),
    [
        # Without a named metric releases from 1.3 on do not stop.
        ({}, NEW, 60),
        ({"eval_metric": "logloss"}, NEW, 18),
        ({"eval_metric": "auc,logloss"}, NEW, 18),
        ({"_tuning_objective_metric": "validation:logloss"}, NEW, 18),
        ({}, f"{REGISTRY}:0.90-2", None),
    ],
)
def test_early_stopping(settings: dict[str, str], image: str, rounds: int | None) -> None:
    job = Job()
    train, validation, _ = tumours()
    # Noise, so that the validation channel gets worse soon.
    noisy = train.copy()
    noisy[::4, 0] = 1 - noisy[::4, 0]
    base = {"objective": "binary:logistic", "num_round": "60", "early_stopping_rounds": "4"}
    output = job.train(
        {**base, **settings},
        channel("train", csv(noisy)),
        channel("validation", csv(validation)),
        image=image,
    )
    assert output.model is not None
    booster = loaded(output.model["xgboost-model"])  # type: ignore[arg-type]
    if rounds == 60:
        assert len(job.rounds) == 60
        assert booster.num_boosted_rounds() == 60
        return
    name = "validation-error" if image != NEW else "validation-logloss"
    series = [values(line)[name] for line in job.rounds if line[0] == "["]
    if image != NEW:
        # The line of the best round comes again at the end.
        *series, again = series
        assert again == min(series)
        assert "Stopping. Best iteration:" in job.texts
        assert (
            "Multiple eval metrics have been passed: 'validation-error' will be used for early "
            "stopping." in job.texts
        )
        assert "Will train until validation-error hasn't improved in 4 rounds." in job.texts
    best = int(np.argmin(series))
    assert len(series) == best + 5
    kept = len(series) if image != NEW else best + 1
    assert booster.num_boosted_rounds() == kept
    assert booster.attr("best_iteration") == str(best)


def test_a_job_with_checkpoints_goes_on_after_the_newest(
    job: Job, recorded_channels: Channels
) -> None:
    whole = Job()
    expected = whole.train(SHORT, *recorded_channels())
    with_config = document(CheckpointConfig={"S3Uri": "s3://data/checkpoints"})
    asked = itertools.count()
    first = Job().train(SHORT, *recorded_channels(), job=with_config, stop=lambda: next(asked) == 6)
    assert first.stopped
    assert first.model is None
    assert set(first.checkpoints) == {f"xgboost-checkpoint.{number}" for number in range(2, 7)}
    second = job.train(SHORT, *recorded_channels(), job=with_config, checkpoints=first.checkpoints)
    assert job.rounds == whole.rounds[7:]
    assert second.model == expected.model
    assert any(
        text.endswith("Checkpoint loaded from /opt/ml/checkpoints/xgboost-checkpoint.6")
        for text in job.texts
    )
    assert any(text.endswith("Resuming from iteration 7") for text in job.texts)
    assert set(second.checkpoints) == {f"xgboost-checkpoint.{number}" for number in range(2, 12)}


def test_a_checkpoint_that_is_none_fails_the_job(
    job: Job, recorded_channels: Channels, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The library refuses it: it need not be tried in another process.
    monkeypatch.setattr(probe, "crashes", lambda _: False)
    with_config = document(CheckpointConfig={"S3Uri": "s3://data/checkpoints"})
    with pytest.raises(JobFailure, match="XGB train call failed with exception"):
        job.train(
            SHORT,
            *recorded_channels(),
            job=with_config,
            checkpoints={"xgboost-checkpoint.3": b"{not a model"},
        )


@pytest.mark.parametrize("saves", ["true", "false"])
def test_a_stopped_job_leaves_its_model_only_where_asked(
    job: Job, recorded_channels: Channels, saves: str
) -> None:
    settings = {**SHORT, "save_model_on_termination": saves}
    asked = itertools.count()
    output = job.train(settings, *recorded_channels(), stop=lambda: next(asked) == 2)
    assert output.stopped
    if saves == "false":
        assert output.model is None
        return
    assert output.model is not None
    assert loaded(output.model["xgboost-model"]).num_boosted_rounds() == 3  # type: ignore[arg-type]


OBJECTIVES = {
    "reg:linear": {},
    "reg:squarederror": {},
    "reg:logistic": {},
    "reg:squaredlogerror": {},
    "reg:pseudohubererror": {},
    "reg:absoluteerror": {},
    "reg:gamma": {},
    "reg:tweedie": {"tweedie_variance_power": "1.3"},
    "binary:logistic": {"eval_metric": "error@0.7,aucpr"},
    "binary:logitraw": {},
    "binary:hinge": {"eval_metric": "f1_binary,precision,recall"},
    "count:poisson": {},
    "multi:softmax": {"num_class": "3", "eval_metric": "f1_macro,precision_micro,mlogloss"},
    "multi:softprob": {"num_class": "3", "eval_metric": "balanced_accuracy,merror,recall_macro"},
    "rank:pairwise": {},
    "rank:ndcg": {"eval_metric": "ndcg@3"},
    "survival:cox": {},
}


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_each_objective_trains(job: Job, objective: str) -> None:
    generator = np.random.default_rng(0)
    labels = generator.integers(1, 3, 60) if "multi" in objective else generator.integers(0, 2, 60)
    if objective == "reg:gamma":
        labels = labels + 1
    rows = np.column_stack([labels, generator.random((60, 3)) + labels.reshape(-1, 1)])
    settings = {"objective": objective, "num_round": "3", **OBJECTIVES[objective]}
    output = job.train(settings, channel("train", csv(rows)))
    assert output.model is not None
    assert len(job.rounds) == 3
    assert all(np.isfinite(value) for value in values(job.rounds[-1]).values())


@pytest.mark.parametrize(
    "settings",
    [
        {"booster": "gblinear", "updater": "coord_descent"},
        {"booster": "dart", "rate_drop": "0.5", "one_drop": "1"},
        {"tree_method": "hist", "grow_policy": "lossguide", "max_leaves": "4"},
        {"grow_policy": "lossguide"},
        {"tree_method": "exact", "monotone_constraints": "(1,0,0)"},
        {"tree_method": "hist", "interaction_constraints": "[[1,2]]"},
        {"silent": "1", "dsplit": "row", "sketch_eps": "0.1", "predictor": "cpu_predictor"},
        {"learning_rate": "0.1", "reg_lambda": "2", "reg_alpha": "1", "min_split_loss": "1"},
        {"num_parallel_tree": "2", "subsample": "0.5", "colsample_bytree": "0.5", "seed": "7"},
        {"nthread": "1", "verbosity": "2", "scale_pos_weight": "2", "base_score": "0.3"},
    ],
)
def test_further_hyperparameters(job: Job, settings: dict[str, str], capfd: Any) -> None:
    generator = np.random.default_rng(0)
    labels = generator.integers(0, 2, 60)
    rows = np.column_stack([labels, generator.random((60, 3)) + labels.reshape(-1, 1)])
    job.train(
        {"num_round": "3", **settings},
        channel("train", csv(rows)),
        image=f"{REGISTRY}:1.0-1" if "silent" in settings else NEW,
    )
    assert len(job.rounds) == 3
    # The library writes nothing past the log.
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("settings", "labels", "text"),
    [
        (
            {"objective": "binary:logistic"},
            [0, 1, 2, 3],
            "label must be in [0,1] for logistic regression",
        ),
        (
            {"objective": "multi:softmax", "num_class": "2"},
            [0, 1, 2, 3],
            "label must be in [0, num_class)",
        ),
        ({"objective": "count:poisson"}, [0, -1, 2, 3], "PoissonRegression: label must be"),
        ({"objective": "reg:tweedie"}, [0, -1, 2, 3], "TweedieRegression: label must be"),
        (
            {"objective": "binary:logistic", "base_score": "2"},
            [0, 1, 0, 1],
            "base_score must be in (0,1) for logistic loss",
        ),
        (
            {"eval_metric": "f1_binary", "objective": "multi:softmax", "num_class": "4"},
            [0, 1, 2, 3],
            "Target is multiclass but average='binary'",
        ),
    ],
)
def test_known_faults_of_users(
    job: Job, settings: dict[str, str], labels: list[int], text: str
) -> None:
    rows = np.column_stack([labels, np.arange(4), np.arange(4)]).astype(float)
    with pytest.raises(JobFailure) as caught:
        job.train({"num_round": "2", **settings}, channel("train", csv(rows)))
    assert text in str(caught.value)
    assert "XGB train call failed" not in str(caught.value)


def test_auc_of_one_class_fails_up_to_1_2(job: Job) -> None:
    rows = np.column_stack([np.zeros(4), np.arange(4), np.arange(4)])
    settings = {"objective": "binary:logistic", "eval_metric": "auc", "num_round": "1"}
    with pytest.raises(JobFailure, match="AUC: the dataset only contains pos or neg samples"):
        job.train(settings, channel("train", csv(rows)), image=f"{REGISTRY}:1.2-2")
    job.train(settings, channel("train", csv(rows)))
    assert job.rounds[-1] == "[0]#011train-auc:nan"


def test_other_faults_of_the_library(job: Job) -> None:
    rows = np.column_stack([np.zeros(4), np.arange(4), np.arange(4)])
    with pytest.raises(JobFailure) as caught:
        job.train(
            {"num_round": "1", "tree_method": "exact", "updater": "grow_skmaker"},
            channel("train", csv(rows)),
        )
    assert str(caught.value).startswith("XGB train call failed with exception:\n ")
    assert "Stack trace" not in str(caught.value)
    assert job.texts[-2].startswith("sagemaker_algorithm_toolkit.exceptions.AlgorithmError: XGB")


def test_hosts_train_one_model_on_all_their_rows(job: Job) -> None:
    from sagemock.containers.inputs import Part, Shard

    train, _, _ = tumours()
    parts = [Part(f"/opt/ml/input/data/train/{n}", csv(train[n::2])) for n in range(2)]
    sharded = Channel("train", "text/csv", [Shard((0,), parts[:1]), Shard((1,), parts[1:])])
    job.train(SHORT, sharded, hosts=("algo-1", "algo-2"))
    assert job.rounds[0].startswith("INFO:RabitTracker:[0]#011train-logloss:")
    assert any(text.endswith("Train matrix has 409 rows and 26 columns") for text in job.texts)


@pytest.mark.filterwarnings("ignore:.*multi-threaded, use of fork:DeprecationWarning")
def test_a_forked_child_trains_and_predicts(logistic_rows: Any) -> None:
    """The library's threads are only in the parent, which has used them."""
    body = csv(logistic_rows)
    settings = {"objective": "binary:logistic", "num_round": "2", "tree_method": "hist"}

    def work() -> tuple[list[str], list[float]]:
        from sagemock.containers.base import InferenceRequest, ModelData
        from sagemock.containers.xgboost.serving import XGBoostServing

        job = Job()
        output = job.train({**settings}, channel("train", body))
        assert output.model is not None
        predictor = XGBoostServing().load(
            ModelData(output.model), document={"Image": NEW}, environment={}, log=lambda _: None
        )
        rows = csv(logistic_rows[:3], labelled=False)
        answer = predictor.invoke(InferenceRequest(rows, "text/csv")).body.split()
        return job.rounds, [float(each) for each in answer]

    expected = work()
    receiver, sender = multiprocessing.get_context("fork").Pipe(False)
    child = multiprocessing.get_context("fork").Process(target=lambda: sender.send(work()))
    child.start()
    try:
        assert receiver.poll(60), "the child hangs"
        assert receiver.recv() == expected
    finally:
        child.kill()
        child.join()


@pytest.fixture
def logistic_rows() -> np.ndarray:
    """So many rows that the library uses its threads."""
    generator = np.random.default_rng(0)
    return np.column_stack([generator.integers(0, 2, 9000), generator.random((9000, 15)).round(3)])
