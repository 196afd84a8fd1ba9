"""The container's log, line for line in kind and order, and the metrics that are found in it."""

from __future__ import annotations

import json
import re
from itertools import count
from typing import Any

import numpy as np
import pytest
from scipy.sparse import csr_array

from sagemock.algorithms.base import Dataset, Sharded
from sagemock.algorithms.linear_learner import fit
from sagemock.containers.base import LogLine, TrainingInput
from sagemock.containers.first_party.log import JobLog
from sagemock.containers.linear_learner import log as linear_learner_log
from sagemock.containers.linear_learner import parse_hyperparameters
from sagemock.containers.linear_learner.log import LinearLearnerHostLog
from sagemock.containers.linear_learner.metric_definitions import METRIC_DEFINITIONS
from sagemock.formats.record_size import size_of

BINARY = {"predictor_type": "binary_classifier", "mini_batch_size": "200"}
MULTICLASS = {
    "predictor_type": "multiclass_classifier",
    "num_classes": "3",
    "mini_batch_size": "200",
}
REGRESSOR = {"predictor_type": "regressor", "mini_batch_size": "200"}

START = [
    "Docker entrypoint called",
    "Running default environment configuration script",
    "Reading default configuration from",
    "Merging with provided configuration from",
    "Final configuration: {",
    "WARNING Loggers have already been setup.",
    "Process 1 is a worker.",
    "Using default worker.",
    "Checkpoint loading and saving are disabled.",
    'epoch_stats={"data_pipeline": "/opt/ml/input/data/train", "epoch": 0, ',
    "Create Store: local",
    'epoch_stats={"data_pipeline": "/opt/ml/input/data/train", "epoch": 1, ',
    "Scaler algorithm parameters",
    "Scaling model computed with parameters:",
    "nvidia-smi: took",
    "nvidia-smi identified 0 GPUs.",
    "Number of GPUs being used: 0",
    "#metrics init_train_data_iter",
]
PREFIX = re.compile(r"^\[\d\d/\d\d/\d{4} \d\d:\d\d:\d\d (INFO |(WARNING ))\d+\] ")
UNSYNCHRONISED = "WARNING wait_for_all_workers will not sync workers"


def rows(settings: dict[str, str], number: int = 227, seed: int = 0) -> Dataset:
    random = np.random.default_rng(seed)
    features = random.normal(0, 1, (number, 13)).astype(np.float32)
    signal = features[:, :3] + random.normal(0, 0.3, (number, 3))
    labels = {
        "binary_classifier": signal[:, 0] > 0,
        "multiclass_classifier": signal.argmax(axis=1),
        "regressor": 10 * signal[:, 0] + 20,
    }[settings["predictor_type"]]
    return Dataset(features, labels.astype(np.float32))


def lines(settings: dict[str, str], hosts: int = 1, **channels: Any) -> list[LogLine]:
    ticks = count(1_600_000_000.0, 0.25)
    written: list[LogLine] = []
    job = TrainingInput(settings, hosts=[f"algo-{number + 1}" for number in range(hosts)])
    log = JobLog(
        [
            LinearLearnerHostLog(written.extend, lambda: next(ticks), number, job)
            for number in range(hosts)
        ]
    )
    parsed = parse_hyperparameters(settings)
    log.started()
    log.configured()
    data = {
        name: Sharded.on_each(*channel)
        if isinstance(channel, list)
        else Sharded((channel,), (0,) * hosts)
        for name, channel in channels.items()
    }
    log.read(parsed, data, "application/x-recordio-protobuf")
    fit(parsed, data, observe=log.observe)
    return written


def kinds(written: list[LogLine]) -> list[str]:
    """Lines without what changes, and the lines of the models of an epoch as one."""
    kinds_of_lines: list[str] = []
    for line in written:
        text = PREFIX.sub(r"\2", line.text)
        if text.startswith("#metrics "):
            record = json.loads(text.removeprefix("#metrics "))
            dimensions = record["Dimensions"]
            if "model" in dimensions:
                (metric,) = record["Metrics"]
                text = f"#metrics {dimensions['epoch']} {metric}"
                if kinds_of_lines[-1] == text:
                    continue
            else:
                text = f"#metrics {dimensions.get('Meta', 'totals')}"
        kinds_of_lines.append(text)
    return kinds_of_lines


def match(written: list[LogLine], expected: list[str]) -> None:
    # Whether a later epoch improves on the first is a matter of luck.
    actual = [line for line in kinds(written) if not line.startswith("Epoch 1: Loss ")]
    for line, wanted in zip(actual, expected, strict=False):
        assert wanted in line
    assert len(actual) == len(expected), actual[len(expected) :] or expected[len(actual) :]


def reading(channel: str, number: int) -> str:
    return (
        f'[tensorio] [info] epoch_stats={{"data_pipeline": "/opt/ml/input/data/{channel}", '
        f'"epoch": {number}, '
    )


def epoch(
    number: int, objective: str, criteria: str, *, validation: bool, progress: str
) -> list[str]:
    channels = ["train", "validation"] if validation else ["train"]
    expected = []
    for channel in channels:
        resets = 3 + 2 * number if channel == "train" else 2 + 3 * number
        expected += [
            reading(channel, resets),
            f"#metrics {number} {channel}_{objective}",
            f"#quality_metric: host=algo-1, epoch={number}, {channel} {objective} <loss>=",
        ]
    return [
        *expected,
        f"#early_stopping_criteria_metric: host=algo-1, epoch={number}, criteria={criteria}, v",
        *([f"Epoch {number}: Loss improved. Updating best model"] if number == 0 else []),
        f"Saving model for epoch: {number}",
        'Saved checkpoint to "/tmp/',
        f"#progress_metric: host=algo-1, completed {progress} % of epochs",
        "#metrics training_data_iter",
        "#throughput_metric: host=algo-1, train throughput=",
    ]


def scores(channel: str, names: list[tuple[str, str]]) -> list[str]:
    return [
        *(f"#{channel}_score (algo-1) : ('{name}', " for name, _ in names),
        *(f"#quality_metric: host=algo-1, {channel} {name} <{tag}>=" for name, tag in names),
    ]


SCORES = {
    "binary_classifier": [
        ("binary_classification_cross_entropy_objective", "loss"),
        ("binary_classification_accuracy", "score"),
        ("binary_f_1.000", "score"),
        ("precision", "score"),
        ("recall", "score"),
        ("roc_auc_score", "score"),
    ],
    "regressor": [
        ("mse_objective", "loss"),
        ("mse", "loss"),
        ("absolute_loss", "loss"),
        ("rmse", "loss"),
    ],
    "multiclass_classifier": [
        ("multiclass_cross_entropy_objective", "loss"),
        ("multiclass_accuracy", "score"),
        ("multiclass_top_k_accuracy_3", "score"),
        ("dcg", "score"),
        ("macro_recall", "score"),
        ("macro_precision", "score"),
        ("macro_f_1.000", "score"),
        ("multiclass_balanced_accuracy", "score"),
        ("multiclass_log_loss", "score"),
    ],
}


@pytest.mark.parametrize("validation", [False, True])
@pytest.mark.parametrize("test", [False, True])
@pytest.mark.parametrize("settings", [BINARY, MULTICLASS, REGRESSOR], ids=["b", "m", "r"])
def test_every_line(settings: dict[str, str], validation: bool, test: bool) -> None:
    channels = {"train": rows(settings)}
    if validation:
        channels["validation"] = rows(settings, 100, 1)
    if test:
        channels["test"] = rows(settings, 50, 2)
    predictor = settings["predictor_type"]
    names = SCORES[predictor]
    objective = criteria = names[0][0]
    if validation and predictor == "binary_classifier":
        criteria = "sampled_accuracy"
    chosen = "validation" if validation else "train"
    best = r"Best model found for hyperparameters: {"
    repeated = f"#early_stopping_criteria_metric: host=algo-1, epoch=1, criteria={criteria}, value="
    match(
        lines({**settings, "epochs": "2"}, **channels),
        [
            *START,
            *epoch(0, objective, criteria, validation=validation, progress="50.0"),
            *epoch(1, objective, criteria, validation=validation, progress="100.0"),
            UNSYNCHRONISED,
            UNSYNCHRONISED,
            *(
                [reading("validation", 8), repeated, reading("validation", 10)]
                if validation
                else []
            ),
            *scores(chosen, names),
            best,
            'Saved checkpoint to "/tmp/',
            *(
                [
                    reading("test", 0),
                    reading("test", 1),
                    "#metrics test_data_iter",
                    *scores("test", names),
                ]
                if test
                else ["Test data is not provided."]
            ),
            "#metrics totals",
        ],
    )


def test_model_zero_speaks_for_the_epoch() -> None:
    """The quality line has the loss of model 0, the early stopping line that of the best."""
    written = lines({**REGRESSOR, "epochs": "1"}, train=rows(REGRESSOR))
    metrics = [json.loads(text[9:]) for _, _, text in written if text.startswith("#metrics ")]
    losses = [
        record["Metrics"]["train_mse_objective"]["sum"]
        for record in metrics
        if "model" in record["Dimensions"]
    ]
    assert len(losses) == 32
    text = "\n".join(line.text for line in written)
    assert f"epoch=0, train mse_objective <loss>={losses[0]}\n" in text
    assert f"criteria=mse_objective, value={min(losses)}\n" in text
    assert min(losses) != losses[0]


def test_very_many_models_have_no_lines_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """So the log is bounded, by the models of a pass and by those of all passes and hosts."""
    monkeypatch.setattr(linear_learner_log, "MODELS_OF_A_PASS", 3)
    monkeypatch.setattr(linear_learner_log, "MODEL_LINES", 16)
    settings = {**REGRESSOR, "num_models": "5", "epochs": "3", "early_stopping_patience": "9"}
    written = lines(settings, hosts=2, train=rows(settings))
    for host in ("algo-1", "algo-2"):
        texts = [line.text for line in written if line.host == host]
        assert sum('"model": ' in text for text in texts) == 8
        left_out = [text.partition("] ")[2] for text in texts if "not logged" in text]
        assert left_out == [
            f"The losses of {count} of 5 models are not logged." for count in (2, 2, 3)
        ]
        assert sum("train mse_objective <loss>=" in text for text in texts) == 4


def test_counts_of_the_reader_are_those_recorded() -> None:
    """227 rows in batches of 200, of March 2020: an incomplete batch is read and counted."""
    written = lines({**REGRESSOR, "epochs": "2"}, train=rows(REGRESSOR))
    counts = []
    for line in written:
        if "data_iter" in line.text:
            taken = json.loads(line.text[9:])["Metrics"]
            assert all(value["min"] == value["max"] == value["sum"] for value in taken.values())
            counts.append({name: value["sum"] for name, value in taken.items()})
    common = {"Max Records Seen Between Resets": 227, "Max Batches Seen Between Resets": 2}
    names = ("Total Records Seen", "Total Batches Seen", "Reset Count")
    last = ("Number of Records Since Last Reset", "Number of Batches Since Last Reset")
    expected = [
        common | dict(zip(names + last, values, strict=True))
        for values in ((427, 3, 2, 0, 0), (654, 5, 3, 227, 2), (881, 7, 4, 227, 2))
    ]
    assert counts == expected


def test_passes_are_those_recorded() -> None:
    """3 columns, 49,169 rows to train and 6,146 to validate on, of November 2020."""
    written = lines(
        {**BINARY, "mini_batch_size": "1000", "epochs": "3"},
        train=slim(49_169),
        validation=slim(6_146),
        test=slim(6_147),
    )
    stats = [
        json.loads(line.text.partition("epoch_stats=")[2])
        for line in written
        if "epoch_stats" in line.text
    ]
    losses = [
        (one["data_pipeline"].rpartition("/")[2], *list(one.values())[1:2], *list(one.values())[3:])
        for one in stats
    ]
    assert losses == [
        ("train", 0, 1, 56_000),
        ("train", 1, 11, 616_000),
        ("train", 3, 50, 2_753_464),
        ("validation", 2, 7, 344_176),
        ("train", 5, 50, 2_753_464),
        ("validation", 5, 7, 344_176),
        ("train", 7, 50, 2_753_464),
        ("validation", 8, 7, 344_176),
        ("validation", 11, 7, 344_176),
        ("validation", 13, 7, 344_176),
        ("test", 0, 1, 56_000),
        ("test", 1, 7, 344_232),
    ]


def slim(number: int) -> Dataset:
    features = np.random.default_rng(0).normal(0, 1, (number, 3)).astype(np.float32)
    return Dataset(features, (features[:, 0] > 0).astype(np.float32))


def test_scaler_of_a_regressor_has_its_label() -> None:
    text = "\n".join(line.text for line in lines(REGRESSOR, train=rows(REGRESSOR)))
    assert re.search(r"'stdev_label': \n\[[\d.]+\]\n<NDArray 1 @cpu\(0\)>", text)
    assert "'mean_label': None" not in text
    text = "\n".join(line.text for line in lines(BINARY, train=rows(BINARY)))
    assert "'stdev_label': None" in text
    assert "'mean_label': None" in text


def test_early_stop() -> None:
    settings = {**REGRESSOR, "epochs": "100", "early_stopping_tolerance": "0.5"}
    actual = kinds(lines(settings, train=rows(REGRESSOR)))
    stop = actual.index("Early stop condition met. Stopping training.")
    assert actual[stop + 1] == "#progress_metric: host=algo-1, completed 100 % epochs"
    assert actual[stop + 2].startswith(UNSYNCHRONISED)
    assert "Epoch 99: Loss improved" not in "".join(actual)


def final(written: list[LogLine]) -> dict[str, float]:
    """The last value of every metric that the service's definitions find."""
    values = {}
    for line in written:
        for definition in METRIC_DEFINITIONS:
            if hit := re.search(definition["Regex"], line.text):
                values[definition["Name"]] = float(hit[1])
    return values


def test_metrics_of_a_recorded_regressor() -> None:
    """The names that a job with train and test channels had in April 2020."""
    metrics = final(lines(REGRESSOR, train=rows(REGRESSOR), test=rows(REGRESSOR, 50, 2)))
    assert set(metrics) == {
        "train:progress",
        "train:objective_loss",
        "test:mse",
        "test:absolute_loss",
        "train:mse",
        "train:objective_loss:final",
        "test:objective_loss",
        "train:absolute_loss",
        "train:throughput",
    }
    assert metrics["train:progress"] == 100
    assert metrics["train:mse"] == metrics["train:objective_loss:final"]
    # One is in units of the scaled label.
    assert metrics["train:objective_loss:final"] > 10 * metrics["train:objective_loss"]


def test_metrics_of_classifiers() -> None:
    channels = {"validation": rows(BINARY, 100, 1), "test": rows(BINARY, 50, 2)}
    metrics = final(lines(BINARY, train=rows(BINARY), **channels))
    kinds_ = ("binary_classification_accuracy", "binary_f_beta", "precision", "recall")
    for name in kinds_:
        assert {f"validation:{name}", f"test:{name}"} <= set(metrics)
        assert f"train:{name}" not in metrics
    channels = {"validation": rows(MULTICLASS, 100, 1), "test": rows(MULTICLASS, 50, 2)}
    metrics = final(lines(MULTICLASS, train=rows(MULTICLASS), **channels))
    for name in (
        "multiclass_accuracy",
        "multiclass_top_k_accuracy",
        "dcg",
        "macro_recall",
        "macro_precision",
        "macro_f_beta",
    ):
        assert {f"validation:{name}", f"test:{name}"} <= set(metrics)


def test_a_stream_for_each_host() -> None:
    shards = [rows(REGRESSOR, 400), rows(REGRESSOR, 227, 1)]
    written = lines({**REGRESSOR, "epochs": "2"}, hosts=2, train=shards)
    by_host = {
        name: [line for line in written if line.host == name] for name in ("algo-1", "algo-2")
    }
    assert sum(map(len, by_host.values())) == len(written)
    first, second = by_host.values()
    assert [re.sub(r"[\d.e-]+", "", kind) for kind in kinds(first)] == [
        re.sub(r"[\d.e-]+", "", kind) for kind in kinds(second)
    ]
    text = "\n".join(line.text for line in second)
    assert "host=algo-2" in text
    assert "algo-1" not in text
    assert "Create Store: dist_sync" in text
    assert "wait_for_all_workers" not in text
    totals = [
        json.loads(line.text[9:])["Metrics"]["Total Records Seen"]["sum"]
        for line in second
        if "training_data_iter" in line.text
    ]
    assert totals == [654, 881]


@pytest.mark.parametrize("make", [np.ascontiguousarray, csr_array], ids=["dense", "sparse"])
def test_each_host_tells_the_bytes_of_the_records_that_it_has_read(make: Any) -> None:
    """As the container does: 636,800 for 200 digits of 3,184 bytes."""
    parts = [rows(BINARY, number, number) for number in (227, 410)]
    for part in parts:
        part.features[part.features < 0.5] = 0
    data = [Dataset(make(part.features), part.labels) for part in parts]
    written = lines({**BINARY, "epochs": "1"}, hosts=2, train=data, test=data)
    for number, part in enumerate(data):
        read = [
            json.loads(line.text.partition("epoch_stats=")[2])
            for line in written
            if "epoch_stats=" in line.text and line.host == f"algo-{number + 1}"
        ]
        size = size_of(part.features)
        read_sizes = [
            (each["data_pipeline"].rpartition("/")[2], each["num_bytes"]) for each in read
        ]
        first_batch, all_of_it = size(200), size(part.rows)
        assert read_sizes == [
            ("train", first_batch), ("train", all_of_it), ("train", all_of_it),
            ("test", first_batch), ("test", all_of_it),
        ]  # fmt: skip


def test_the_bytes_of_digits_are_the_recorded_ones() -> None:
    digits = Dataset(np.eye(200, 784, dtype=np.float32), np.zeros(200, np.float32))
    written = lines({**BINARY, "epochs": "1"}, train=digits)
    first = next(line.text for line in written if "epoch_stats=" in line.text)
    assert '"num_examples": 1, "num_bytes": 636800}' in first
