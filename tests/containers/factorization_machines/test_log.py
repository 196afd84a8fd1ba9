"""The log, line for line as recorded, and the metrics that are found in it."""

from __future__ import annotations

import re

import pytest
from tests.containers.container_job import (
    FLOATS,
    ContainerJob,
    LogReader,
    channel,
    stats,
)
from tests.containers.factorization_machines.conftest import CLASSIFIER, SETTINGS, rows

from sagemock.containers.factorization_machines.hyperparameters import DEFAULT_CONFIGURATION
from sagemock.containers.factorization_machines.metric_definitions import METRIC_DEFINITIONS
from sagemock.formats.recordio import encode

DEFAULTS = str(dict(DEFAULT_CONFIGURATION))
SENT = {**SETTINGS, "epochs": "2"}


def scores(where: str) -> list[str]:
    return [
        f"INFO #quality_metric: host=algo-1, {where}{name} <loss>=N"
        for name in ("rmse", "mse", "absolute_loss")
    ]


ROWS = rows()
SIZES = [len(encode(ROWS[0][:count], ROWS[1][:count])) for count in (1000, 2500)]

# The recorded log of May 2023, with the counts of 2,500 rows; N for what differs from run to run.
RECORDED = [
    "Docker entrypoint called with argument(s): train",
    "Running default environment configuration script",
    "INFO Reading default configuration from /opt/amazon/lib/python3.7/site-packages/algorithm/"
    f"resources/default-conf.json: {DEFAULTS}",
    f"INFO Merging with provided configuration from /opt/ml/input/config/hyperparameters.json: "
    f"{SENT}",
    f"INFO Final configuration: { ({**DEFAULT_CONFIGURATION, **SENT}) }",
    "WARNING Loggers have already been setup.",
    "Process 8 is a worker.",
    "INFO Using default worker.",
    "INFO Checkpoint loading and saving are disabled.",
    "WARNING TensorIO is already initialized; ignoring the initialization routine.",
    stats(0, 1, SIZES[0]),
    "INFO nvidia-smi: took N seconds to run.",
    "INFO nvidia-smi identified 0 GPUs.",
    "INFO Number of GPUs being used: 0",
    "INFO [Sparse network] Building a sparse network.",
    "INFO Create Store: local",
    "#metrics initialize.time",
    "#metrics Meta=init_train_data_iter 1000 1 1000 1 1 1000 1",
    "kvstore_local.h:306: Warning: non-default weights detected during kvstore pull.",
    "kvstore_local.h:306: Warning: non-default weights detected during kvstore pull.",
    "utils.h:450: Optimizer with lazy_update = True detected.",
    *scores("epoch=0, batch=0 train "),
    stats(2, 3, SIZES[1]),
    *scores("epoch=0, train "),
    "#metrics epochs update.time",
    "INFO #progress_metric: host=algo-1, completed N % of epochs",
    "#metrics epoch=0 Meta=training_data_iter 3500 4 2500 3 2 2500 3",
    "INFO #throughput_metric: host=algo-1, train throughput=N records/second",
    *scores("epoch=1, batch=0 train "),
    stats(4, 3, SIZES[1]),
    *scores("epoch=1, train "),
    *scores("train "),
    "#metrics update.time",
    "INFO #progress_metric: host=algo-1, completed N % of epochs",
    "#metrics epoch=1 Meta=training_data_iter 6000 7 2500 3 3 2500 3",
    "INFO #throughput_metric: host=algo-1, train throughput=N records/second",
    "WARNING wait_for_all_workers will not sync workers since the kv store is not running "
    "distributed",
    "INFO Pulling entire model from kvstore to finalize",
    "#metrics finalize.time",
    'INFO Saved checkpoint to "/tmp/tmpbooibdmy/state-0001.params"',
    stats(0, 1, SIZES[0], "test"),
    stats(1, 3, SIZES[1], "test"),
    "#metrics Meta=test_data_iter 2500 3 2500 3 1 2500 3",
    "INFO #test_score (algo-1) : ('rmse', N)",
    "INFO #test_score (algo-1) : ('mse', N)",
    "INFO #test_score (algo-1) : ('absolute_loss', N)",
    *scores("test "),
    "#metrics setuptime totaltime",
]


READER = LogReader(
    "factorization-machines", [FLOATS, (r"^\[\d\d:\d\d:\d\d\] \S+/(\w+\.h:\d+: .*?\.) .*", r"\1")]
)


def test_the_log_is_the_recorded_one(job: ContainerJob) -> None:
    job.train(SENT, channel("train", ROWS), channel("test", ROWS))
    assert READER.lines(job) == RECORDED


def test_dense_rows_have_a_dense_network_without_its_warnings(job: ContainerJob) -> None:
    job.train(SENT, channel("train", rows(sparse=False)))
    lines = READER.lines(job)
    assert "INFO [Dense network] Building a dense network." in lines
    assert not any("lazy_update" in line or "kvstore pull" in line for line in lines)
    assert "INFO Test data is not provided." in lines


def test_scores_after_every_so_many_batches(job: ContainerJob) -> None:
    settings = {**SETTINGS, "mini_batch_size": "100", "batch_metrics_publish_interval": "10"}
    job.train(settings, channel("train", ROWS))
    batches = [text for text in job.texts if "train mse <loss>" in text and "batch=" in text]
    assert [re.search(r"batch=(\d+)", text)[1] for text in batches] == ["0", "10", "20"]


def test_metrics_of_a_regressor(job: ContainerJob) -> None:
    job.train(SENT, channel("train", ROWS), channel("test", ROWS))
    values = job.metrics(METRIC_DEFINITIONS)
    names = ("rmse", "mse", "absolute_loss")
    assert set(values) == {
        "train:progress",
        "train:throughput",
        *(f"{kind}:{name}" for name in names for kind in ("train", "test")),
        *(f"train:{name}:epoch" for name in names),
    }
    assert values["train:progress"] == [50.0, 100.0]
    assert len(values["train:rmse"]) == len(values["train:rmse:epoch"]) == 2
    assert values["test:rmse"][0] ** 2 == pytest.approx(values["test:mse"][0])


def test_metrics_of_a_classifier(job: ContainerJob) -> None:
    data = rows(binary=True)
    settings = {**CLASSIFIER, "factors_lr": "0.1", "factors_init_sigma": "0.1", "epochs": "20"}
    job.train(settings, channel("train", data), channel("test", data))
    tagged = [text for text in job.texts if "epoch=19, train " in text]
    assert [re.search(r"train (\S+ <\w+>)=", text)[1] for text in tagged] == [
        "binary_classification_accuracy <score>",
        "binary_classification_cross_entropy <loss>",
        "binary_f_1.000 <score>",
    ]
    values = job.metrics(METRIC_DEFINITIONS)
    assert values["test:binary_classification_accuracy"][0] > 0.95
    assert values["test:binary_f_beta"][0] > 0.95
    losses = values["train:binary_classification_cross_entropy:epoch"]
    assert losses[-1] < 0.5 * losses[0]
