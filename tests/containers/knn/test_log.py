"""The container's log against the recorded one, line for line, and the metrics in it."""

from __future__ import annotations

from tests.containers.container_job import (
    ENVIRONMENT,
    SCORES,
    ContainerJob,
    LogReader,
    channel,
    stats,
)
from tests.containers.knn.conftest import SETTINGS, table

from sagemock.containers.knn.metric_definitions import METRIC_DEFINITIONS

DEFAULTS = (
    "{'_kvstore': 'dist_async', '_log_level': 'info', '_num_gpus': 'auto', '_num_kv_servers': "
    "'1', '_tuning_objective_metric': '', '_faiss_index_nprobe': '5', 'epochs': '1', "
    "'feature_dim': 'auto', 'faiss_index_ivf_nlists': 'auto', 'index_metric': 'L2', "
    "'index_type': 'faiss.Flat', 'mini_batch_size': '5000', '_enable_profiler': 'false'}"
)
FINAL = DEFAULTS.replace("'feature_dim': 'auto'", "'feature_dim': '4'").replace(
    "}", ", 'k': '3', 'sample_size': '200', 'predictor_type': 'classifier'}"
)
CUDA = "[T] ../src/base.cc:47: Please install cuda driver for GPU use.  No cuda driver detected."


# The recorded log of June 2021, with the numbers of a smaller job.
RECORDED = [
    "Docker entrypoint called with argument(s): train",
    "Running default environment configuration script",
    "INFO Reading default configuration from /opt/amazon/lib/python3.7/site-packages/algorithm/"
    f"resources/default-conf.json: {DEFAULTS}",
    "INFO Merging with provided configuration from /opt/ml/input/config/hyperparameters.json: "
    f"{SETTINGS}",
    *[f"INFO Final configuration: {FINAL}", "WARNING Loggers have already been setup."] * 2,
    "INFO Launching parameter server for role scheduler",
    "INFO {...}",
    "INFO envs={...}",
    "INFO Launching parameter server for role server",
    "INFO {...}",
    "INFO envs={...}",
    "INFO Environment: {...}",
    "Process 54 is a shell:scheduler.",
    "Process 63 is a shell:server.",
    "Process 1 is a worker.",
    "INFO Using default worker.",
    "INFO Checkpoint loading and saving are disabled.",
    "WARNING TensorIO is already initialized; ignoring the initialization routine.",
    "INFO nvidia-smi: took 0.035 seconds to run.",
    "INFO nvidia-smi identified 0 GPUs.",
    "INFO Create Store: dist_async",
    *[CUDA] * 3,
    "ERROR nvidia-smi: failed to run (127): b'/bin/sh: nvidia-smi: command not found'/",
    "WARNING Could not determine free memory in MB for GPU device with ID (0).",
    "INFO Using per-worker sample size = 200 (Available virtual memory = N bytes, GPU free "
    "memory = 0 bytes, number of workers = 1). If an out-of-memory error occurs, choose a larger "
    "instance type, use dimension reduction, decrease sample_size, and/or decrease "
    "mini_batch_size.",
    "INFO Starting cluster...",
    "INFO concurrency model: async",
    "INFO ...Cluster started",
    "INFO masquerade (NAT) address: None",
    "INFO Verifying connection to 0 peer cluster(s)...",
    "INFO passive ports: None",
    "INFO ...Verified connection to 0 peer cluster(s)",
    "#metrics Meta=init_train_data_iter 0 0 0 0 0 0 0",
    "INFO >>> starting FTP server on 0.0.0.0:8999, pid=1 <<<",
    stats(0, 1, 300 * 60),
    stats(1, 1, 300 * 60),
    "INFO #progress_metric: host=algo-1, completed 100.0 % of epochs",
    "#metrics epoch=0 Meta=training_data_iter 300 1 300 1 1 300 1",
    "INFO #throughput_metric: host=algo-1, train throughput=N records/second",
    "INFO Getting reservoir sample from algo-1...",
    "INFO ADDRESS-[] FTP session opened (connect)",
    "INFO ADDRESS-[anonymous] USER 'anonymous' logged in.",
    f"INFO ADDRESS-[anonymous] RETR /opt/rs completed=1 bytes={200 * 7 * 4 + 300} seconds=N",
    "INFO ADDRESS-[anonymous] FTP session closed (disconnect).",
    "INFO ...Got reservoir sample from algo-1: data=(200, 4), labels=(200,), NaNs=0",
    "INFO Training index...",
    "INFO ...Finished training index in N second(s)",
    "INFO Adding data to index...",
    "INFO ...Finished adding data to index in N second(s)",
    "#metrics initialize.time epochs update.time finalize.time model.serialize.time",
    *["INFO Searching index...", "INFO ...Done searching index in N second(s)"],
    stats(0, 1, 120 * 60, "test"),
    "#metrics Meta=test_data_iter 120 1 120 1 0 120 1",
    "INFO #test_score (algo-1) : ('accuracy', N)",
    "INFO #test_score (algo-1) : ('macro_f_1.000', N)",
    "INFO #quality_metric: host=algo-1, test accuracy <score>=N",
    "INFO #quality_metric: host=algo-1, test macro_f_1.000 <score>=N",
    "INFO >>> shutting down FTP server, 0 socket(s), pid=1 <<<",
    "#metrics setuptime totaltime",
]


READER = LogReader(
    "AWS/KNN",
    [
        (r"^\[[-\d.: ]+\]", "[T]"),
        (r"^INFO 10\.0\.0\.1:\d+-", "INFO ADDRESS-"),
        (r"(?<=memory = )\d{9,}", "N"),
        (r"(?<=in )\d+(?= second)", "N"),
        (r"(?<=seconds=)[\d.]+", "N"),
        (r"(?<=throughput=)[\d.]+", "N"),
        *SCORES,
        ENVIRONMENT,
    ],
)


def test_the_log_is_the_recorded_one(job: ContainerJob) -> None:
    job.train(SETTINGS, channel("train", table()), channel("test", table(120, seed=1)))
    assert READER.lines(job) == RECORDED


def test_without_a_test_channel(job: ContainerJob) -> None:
    job.train(SETTINGS, channel("train", table()))
    assert READER.lines(job)[-3:] == [
        "INFO Test data is not provided.",
        "INFO >>> shutting down FTP server, 0 socket(s), pid=1 <<<",
        "#metrics setuptime totaltime",
    ]


def test_every_batch_of_the_test_channel_is_searched(job: ContainerJob) -> None:
    settings = {**SETTINGS, "mini_batch_size": "50"}
    job.train(settings, channel("train", table()), channel("test", table(120)))
    lines = READER.lines(job)
    assert lines.count("INFO Searching index...") == 3
    assert stats(0, 3, 120 * 60, "test") in lines
    assert "#metrics epoch=0 Meta=training_data_iter 300 6 300 6 1 300 6" in lines


def test_numbers_follow_the_data(job: ContainerJob) -> None:
    settings = {**SETTINGS, "feature_dim": "9", "sample_size": "77", "predictor_type": "regressor"}
    rows, labels = table(123, 9)
    others = table(60, 9, seed=5)
    job.train(settings, channel("train", (rows, labels)), channel("test", others))
    log = "\n".join(job.texts)
    for shown in (
        "per-worker sample size = 77 ",
        f"bytes={77 * 12 * 4 + 300} ",
        "data=(77, 9), labels=(77,), NaNs=0",
    ):
        assert shown in log
    (value,) = job.metrics(METRIC_DEFINITIONS)["test:mse"]
    assert f"#test_score (algo-1) : ('mse', {value!r})" in log


def test_several_hosts(job: ContainerJob) -> None:
    job.train(
        SETTINGS,
        channel("train", table(), table(50)),
        channel("test", table(120), table(90)),
        hosts=("algo-1", "algo-2"),
    )
    first, second = (READER.lines(job, host) for host in ("algo-1", "algo-2"))
    for lines in (first, second):
        assert any("per-worker sample size = 100 " in line for line in lines)
        assert "INFO Verifying connection to 1 peer cluster(s)..." in lines
    start = first.index("INFO Getting reservoir sample from algo-1...")
    assert [line for line in first[start:] if "sample from" in line] == [
        "INFO Getting reservoir sample from algo-1...",
        "INFO ...Got reservoir sample from algo-1: data=(100, 4), labels=(100,), NaNs=0",
        "INFO Getting reservoir sample from algo-2...",
        "INFO ...Got reservoir sample from algo-2: data=(50, 4), labels=(50,), NaNs=0",
    ]
    assert "#metrics Meta=test_data_iter 120 1 120 1 0 120 1" in first
    assert "#metrics epoch=0 Meta=training_data_iter 50 1 50 1 1 50 1" in second
    assert f"INFO ADDRESS-[anonymous] RETR /opt/rs completed=1 bytes={50 * 28 + 300} seconds=N" in (
        second
    )
    assert not any("index" in line and "faiss" not in line for line in second)
    assert not any("quality_metric" in line or "scheduler" in line for line in second)
    assert second[-1] == "#metrics setuptime totaltime"


def test_a_class_without_rows_is_logged_as_nan(job: ContainerJob) -> None:
    """As recorded, where the labels were 1 to 7."""
    rows, labels = table()
    job.train(SETTINGS, channel("train", (rows, labels + 1)), channel("test", (rows, labels + 1)))
    log = "\n".join(job.texts)
    assert "#test_score (algo-1) : ('macro_f_1.000', nan)" in log
    assert "test macro_f_1.000 <score>=nan" in log
