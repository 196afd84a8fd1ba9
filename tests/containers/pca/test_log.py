"""The container's log against the recorded one, line for line, and the metrics in it."""

from __future__ import annotations

import re

from tests.containers.container_job import (
    ENVIRONMENT,
    FLOATS,
    ContainerJob,
    LogReader,
    channel,
    csv,
    stats,
)
from tests.containers.pca.conftest import SETTINGS, rows

from sagemock.containers.pca.metric_definitions import METRIC_DEFINITIONS

DEFAULTS = (
    "{'algorithm_mode': 'regular', 'subtract_mean': 'true', 'extra_components': '-1', "
    "'force_dense': 'true', 'epochs': 1, '_log_level': 'info', '_kvstore': 'dist_sync', "
    "'_num_kv_servers': 'auto', '_num_gpus': 'auto'}"
)
GIVEN = "{'feature_dim': '34', 'num_components': '33', 'mini_batch_size': '500'}"
FINAL = f"{DEFAULTS[:-1]}, {GIVEN[1:]}"


ROW = 164
"""Bytes of a record of 34 float32 numbers."""

ITERATORS = [
    f"INFO Loaded iterator creator {name} for content type ('{name}', '1.0')"
    for name in (
        "application/x-labeled-vector-protobuf",
        "application/x-recordio-protobuf",
        "protobuf",
    )
]

# The recorded log of May 2021: N for numbers that differ from run to run, {...} for environments.
RECORDED = [
    "Docker entrypoint called with argument(s): train",
    "Running default environment configuration script",
    "INFO Reading default configuration from /opt/amazon/lib/python3.7/site-packages/algorithm/"
    f"resources/default-conf.json: {DEFAULTS}",
    "INFO Merging with provided configuration from /opt/ml/input/config/hyperparameters.json: "
    + GIVEN,
    f"INFO Final configuration: {FINAL}",
    "WARNING Loggers have already been setup.",
    "INFO Launching parameter server for role scheduler",
    "INFO {...}",
    "INFO envs={...}",
    "INFO Launching parameter server for role server",
    "INFO {...}",
    "INFO envs={...}",
    "INFO Environment: {...}",
    "Process 34 is a shell:scheduler.",
    "Process 43 is a shell:server.",
    "Process 1 is a worker.",
    "INFO Using default worker.",
    *ITERATORS,
    "INFO Checkpoint loading and saving are disabled.",
    "INFO Create Store: dist_sync",
    "INFO nvidia-smi: took N seconds to run.",
    "INFO nvidia-smi identified 0 GPUs.",
    "INFO Number of GPUs being used: 0",
    "INFO The default executor is <PCAExecutor on cpu(0)>.",
    "INFO 34 feature(s) found in 'data'.",
    "INFO <PCAExecutor on cpu(0)> is assigned to batch slice from 0 to 499.",
    "#metrics initialize.time",
    "#metrics Meta=init_train_data_iter 0 0 0 0 0 0 0",
    stats(0, 1, 500 * ROW),
    stats(1, 7, 3218 * ROW),
    "#metrics epochs update.time",
    "INFO #progress_metric: host=algo-1, completed N % of epochs",
    "#metrics epoch=0 Meta=training_data_iter 3218 7 3218 7 1 3218 7",
    "INFO #throughput_metric: host=algo-1, train throughput=N records/second",
    "#metrics finalize.time",
    "INFO Test data is not provided.",
    "#metrics setuptime totaltime",
]


READER = LogReader("PCA", [FLOATS, ENVIRONMENT])


def test_the_log_is_the_recorded_one(job: ContainerJob) -> None:
    job.train(SETTINGS, channel("train", rows()))
    assert READER.lines(job) == RECORDED


def test_the_environment_is_that_of_the_job(job: ContainerJob) -> None:
    name, arn = "census", "arn:aws:sagemaker:eu-west-1:123456789012:training-job/census"
    job.train(
        SETTINGS,
        channel("train", rows(600)),
        document={"TrainingJobName": name, "TrainingJobArn": arn},
    )
    (worker,) = [text for text in job.texts if "Environment: {" in text]
    for pair in (
        "'TRAINING_JOB_NAME': 'census'",
        "'TRAINING_JOB_ARN': 'arn:aws:sagemaker:eu-west-1:123456789012:training-job/census'",
        "'DMLC_ROLE': 'worker', 'DMLC_PS_ROOT_URI': 'algo-1', 'DMLC_PS_ROOT_PORT': '9000', "
        "'DMLC_NUM_SERVER': '1', 'DMLC_NUM_WORKER': '1'",
    ):
        assert pair in worker
    (scheduler,) = [text for text in job.texts if "'DMLC_ROLE': 'scheduler'" in text]
    assert "envs={" in scheduler


def test_each_host_has_a_log(job: ContainerJob) -> None:
    job.train(
        SETTINGS,
        channel("train", rows(1200), rows(300, seed=1)),
        channel("test", rows(20), None),
        hosts=("algo-1", "algo-2"),
    )
    one, two = READER.lines(job), READER.lines(job, "algo-2")
    assert "#metrics epoch=0 Meta=training_data_iter 1200 3 1200 3 1 1200 3" in one
    assert "#metrics epoch=0 Meta=training_data_iter 300 1 300 1 1 300 1" in two
    assert any("#test_score (algo-1)" in line for line in one)
    assert "INFO Test data is not provided." in two
    # The scheduler of all hosts runs on the first one.
    assert "Process 34 is a shell:scheduler." in one
    assert "Process 34 is a shell:scheduler." not in two
    assert "Process 43 is a shell:server." in two
    assert "'DMLC_NUM_WORKER': '2'" in "".join(job.of("algo-2"))


def test_several_epochs(job: ContainerJob) -> None:
    job.train({**SETTINGS, "epochs": "2"}, channel("train", rows(600)))
    lines = READER.lines(job)
    assert "#metrics epoch=0 Meta=training_data_iter 600 2 600 2 1 600 2" in lines
    assert "#metrics epoch=1 Meta=training_data_iter 1200 4 600 2 2 600 2" in lines
    assert stats(2, 2, 600 * ROW) in lines
    assert job.metrics(METRIC_DEFINITIONS)["train:progress"] == [50.0, 100.0]


def test_a_test_channel(job: ContainerJob) -> None:
    job.train(
        {**SETTINGS, "num_components": "2"}, channel("train", rows()), channel("test", rows(700))
    )
    lines = READER.lines(job)
    assert lines[lines.index("#metrics finalize.time") + 1 :] == [
        stats(0, 1, 500 * ROW, "test"),
        stats(1, 2, 700 * ROW, "test"),
        "#metrics Meta=test_data_iter 700 2 700 2 1 700 2",
        lines[-3],
        "INFO #quality_metric: host=algo-1, test reconstruction_error <loss>=N",
        "#metrics setuptime totaltime",
    ]
    scores = [
        float(re.split("[=,)]", text)[-1] or text[:-1].rpartition(" ")[2])
        for text in job.texts
        if "reconstruction_error" in text
    ]
    assert scores[0] == scores[1] > 0


def test_csv_in_the_log(job: ContainerJob) -> None:
    data = channel("train", csv(rows(40)), content_type="text/csv;label_size=0")
    job.train(SETTINGS, data)
    lines = READER.lines(job)
    assert "INFO Loaded iterator creator text/csv for content type ('text/csv', '1.0')" in lines
    assert not set(ITERATORS) & set(lines)
