"""The container's log against the recorded one, line for line, and the metrics in it."""

from __future__ import annotations

import json
import re
from typing import Any

from tests.containers.container_job import (
    ENVIRONMENT,
    SCORES,
    ContainerJob,
    LogReader,
    channel,
    stats,
)
from tests.containers.random_cut_forest.conftest import SETTINGS, labelled, rows

from sagemock.containers.random_cut_forest.metric_definitions import METRIC_DEFINITIONS

DEFAULTS = (
    "{'_ftp_port': 8999, 'num_samples_per_tree': 256, '_tuning_objective_metric': '', "
    "'_num_gpus': 'auto', '_log_level': 'info', '_kvstore': 'dist_async', 'force_dense': 'true', "
    "'epochs': 1, 'num_trees': 100, 'eval_metrics': ['accuracy', 'precision_recall_fscore'], "
    "'_num_kv_servers': 'auto', 'mini_batch_size': 1000}"
)
FINAL = (
    DEFAULTS.replace("'num_samples_per_tree': 256", "'num_samples_per_tree': '80'")
    .replace("'num_trees': 100", "'num_trees': '50'")
    .replace("1000}", "1000, 'feature_dim': '1'}")
)


def twice(text: str) -> list[str]:
    return [f"[I T] {text}", f"INFO {text}"]


# The recorded log of February 2020, N for numbers that differ from run to run. Its records were of
# float64, with 32 bytes each.
RECORDED = [
    "Docker entrypoint called with argument(s): train",
    "Running default environment configuration script",
    "INFO Reading default configuration from /opt/amazon/lib/python3.7/site-packages/algorithm/"
    f"resources/default-conf.json: {DEFAULTS}",
    "INFO Merging with provided configuration from /opt/ml/input/config/hyperparameters.json: "
    f"{SETTINGS}",
    f"INFO Final configuration: {FINAL}",
    "WARNING Loggers have already been setup.",
    "INFO Launching parameter server for role scheduler",
    "INFO {...}",
    "INFO envs={...}",
    "INFO Launching parameter server for role server",
    "INFO {...}",
    "INFO envs={...}",
    "INFO Environment: {...}",
    "Process N is a shell:scheduler.",
    "Process N is a shell:server.",
    "Process N is a worker.",
    "INFO Using default worker.",
    "INFO Loaded iterator creator application/x-recordio-protobuf for content type "
    "('application/x-recordio-protobuf', '1.0')",
    "INFO Verifying hyperparamemters...",
    "INFO Hyperparameters are correct.",
    "INFO Validating that feature_dim agrees with dimensions in training data...",
    "INFO feature_dim is correct.",
    "INFO Validating memory limits...",
    "INFO Available memory in bytes: N",
    "INFO Estimated sample size in bytes: 409600",
    "INFO Estimated memory needed to build the forest in bytes: 1024000",
    "INFO Memory limits validated.",
    "INFO Starting cluster sharing facilities...",
    "INFO Create Store: dist_async",
    *twice(">>> starting FTP server on 0.0.0.0:8999, pid=1 <<<"),
    *twice("poller: <class 'pyftpdlib.ioloop.Epoll'>"),
    *twice("masquerade (NAT) address: None"),
    *twice("passive ports: None"),
    *twice("use sendfile(2): False"),
    "INFO Cluster sharing facilities started.",
    "INFO Verifying all workers are accessible...",
    "INFO All workers accessible.",
    "INFO Initializing Sampler...",
    "INFO Sampler correctly initialized.",
    "#metrics initialize.time",
    "#metrics Meta=init_train_data_iter 0 0 0 0 0 0 0",
    stats(0, 1, 28_000),
    "INFO Sampling training data...",
    stats(1, 5, 4032 * 28),
    "INFO Sampling training data completed.",
    "#metrics epochs update.time",
    "INFO Early stop condition met. Stopping training.",
    "INFO #progress_metric: host=algo-1, completed 100 % epochs",
    "#metrics Meta=training_data_iter epoch=0 4032 5 4032 5 1 4032 5",
    "INFO #throughput_metric: host=algo-1, train throughput=N records/second",
    "INFO Master node: building Random Cut Forest...",
    "INFO Gathering samples...",
    "INFO 4032 samples gathered",
    "INFO Building Random Cut Forest...",
    "INFO Random Cut Forest built: \n\nForestInfo{num_trees: 50, num_samples_in_forest: 4000, "
    "num_samples_per_tree: 80, sample_dim: 1, shingle_size: 1, trees_num_nodes: [50 numbers, ], "
    "trees_depth: [50 numbers, ], max_num_nodes: N, min_num_nodes: N, avg_num_nodes: N, "
    "max_tree_depth: N, min_tree_depth: N, avg_tree_depth: N, mem_size: N}",
    "#metrics finalize.time model.bytes fit_model.time",
    "INFO Master node: Serializing the RandomCutForest model",
    "#metrics serialize_model.time",
    "INFO Test data is not provided.",
    *twice(">>> shutting down FTP server (0 active fds) <<<"),
    "#metrics setuptime totaltime",
]


READER = LogReader(
    "RandomCutForest",
    [
        (r"^\[I [-\d: ]+\]", "[I T]"),
        (r"(?<=Available memory in bytes: )\d+", "N"),
        (r"^Process \d+", "Process N"),
        (r"\[(\d+, ){50}\]", "[50 numbers, ]"),
        (r"(?<=num_nodes: )\d+|(?<=tree_depth: )\d+|(?<=mem_size: )\d+", "N"),
        (r"(?<=throughput=)[\d.]+", "N"),
        *SCORES,
        ENVIRONMENT,
    ],
)


def test_the_log_is_the_recorded_one(job: ContainerJob) -> None:
    job.train(SETTINGS, channel("train", rows()))
    assert READER.lines(job) == RECORDED


def info(job: ContainerJob) -> dict[str, Any]:
    """What the log says of the forest."""
    (text,) = [text for text in job.texts if "ForestInfo{" in text]
    shown = text.partition("ForestInfo{")[2].removesuffix("}")
    pairs = re.findall(r"(\w+): (\[.*?\]|\d+)", shown)
    return {
        name: [int(number) for number in value[1:-1].split(", ")[:-1]]
        if value[0] == "["
        else int(value)
        for name, value in pairs
    }


def test_the_forest_in_numbers(job: ContainerJob) -> None:
    output = job.train(SETTINGS, channel("train", rows()))
    shown = info(job)
    nodes, depths = shown["trees_num_nodes"], shown["trees_depth"]
    # A tree has a leaf for each different number, and a cut between two of them.
    assert all(count % 2 for count in nodes)
    assert 80 < min(nodes) == shown["min_num_nodes"]
    assert max(nodes) == shown["max_num_nodes"] < 159
    assert sum(nodes) // 50 == shown["avg_num_nodes"]
    assert (min(depths), max(depths)) == (shown["min_tree_depth"], shown["max_tree_depth"])
    assert sum(depths) // 50 == shown["avg_tree_depth"]
    assert output.model is not None
    data: Any = output.model["model_algo-1"]
    assert shown["mem_size"] == len(data)
    (line,) = [text for text in job.texts if "model.bytes" in text]
    assert json.loads(line.removeprefix("#metrics "))["Metrics"]["model.bytes"]["max"] == len(data)


def test_numbers_follow_the_data(job: ContainerJob) -> None:
    settings = {"feature_dim": "3", "num_samples_per_tree": "10", "num_trees": "60"}
    job.train(settings, channel("train", rows(2500, 3)))
    lines = READER.lines(job)
    assert "INFO 614 samples gathered" in lines
    assert f"INFO Estimated sample size in bytes: {614 * 108}" in lines
    assert "#metrics Meta=training_data_iter epoch=0 2500 3 2500 3 1 2500 3" in lines
    shown = info(job)
    assert (shown["num_trees"], shown["num_samples_in_forest"]) == (60, 600)
    assert (shown["num_samples_per_tree"], shown["sample_dim"]) == (10, 3)


def test_a_test_channel(job: ContainerJob) -> None:
    table = rows(1500, seed=1)
    job.train(SETTINGS, channel("train", rows()), channel("test", labelled(table)))
    lines = READER.lines(job)
    start = lines.index("#metrics serialize_model.time")
    assert lines[start + 1 :] == [
        stats(0, 1, len(labelled(table[:1000])), "test"),
        stats(1, 2, len(labelled(table)), "test"),
        "#metrics Meta=test_data_iter 1500 2 1500 2 1 1500 2",
        *[f"INFO #test_score (algo-1) : ('{name}', N)" for name in NAMES],
        *[f"INFO #quality_metric: host=algo-1, test {name} <score>=N" for name in NAMES],
        *twice(">>> shutting down FTP server (0 active fds) <<<"),
        "#metrics setuptime totaltime",
    ]


NAMES = ["accuracy", "precision", "recall", "f1"]


def test_the_metrics_that_are_asked_for(job: ContainerJob) -> None:
    settings = {**SETTINGS, "eval_metrics": '["precision_recall_fscore"]'}
    job.train(settings, channel("train", rows()), channel("test", labelled(rows(500))))
    assert not any("accuracy" in text for text in job.texts[5:])
    assert set(job.metrics(METRIC_DEFINITIONS)) == {
        "train:progress",
        "train:throughput",
        "test:precision",
        "test:recall",
        "test:f1",
    }


def test_several_epochs(job: ContainerJob) -> None:
    job.train({**SETTINGS, "epochs": "2"}, channel("train", rows()))
    assert job.metrics(METRIC_DEFINITIONS)["train:progress"] == [50.0, 100.0]
    lines = READER.lines(job)
    assert lines.count("INFO Sampling training data...") == 2
    assert lines.count("INFO Early stop condition met. Stopping training.") == 1
    assert "#metrics Meta=training_data_iter epoch=1 8064 10 4032 5 2 4032 5" in lines


def test_several_hosts(job: ContainerJob) -> None:
    job.train(SETTINGS, channel("train", rows(3000), rows(1500)), hosts=("algo-1", "algo-2"))
    first, second = (READER.lines(job, host) for host in ("algo-1", "algo-2"))
    assert "INFO 4500 samples gathered" in first
    assert "#metrics Meta=training_data_iter epoch=0 1500 2 1500 2 1 1500 2" in second
    assert not any("Master node" in line or "scheduler" in line for line in second)
    assert "INFO Sampler correctly initialized." in second
    assert second[-1] == "#metrics setuptime totaltime"
