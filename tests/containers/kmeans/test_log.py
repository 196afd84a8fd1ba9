"""The container's log against the recorded one, line for line, and the metrics in it."""

from __future__ import annotations

import re

import pytest
from tests.containers.container_job import (
    ContainerJob,
    LogReader,
    channel,
    csv,
    stats,
)
from tests.containers.kmeans.conftest import SETTINGS, rows

from sagemock.algorithms.kmeans.stopwatch import Step, Stopwatch
from sagemock.containers.kmeans.metric_definitions import METRIC_DEFINITIONS

FINAL = (
    "{'init_method': 'random', 'mini_batch_size': '5000', 'epochs': '1', "
    "'extra_center_factor': 'auto', 'local_lloyd_max_iter': '300', 'local_lloyd_tol': '0.0001', "
    "'local_lloyd_init_method': 'kmeans++', 'local_lloyd_num_trials': 'auto', "
    "'half_life_time_size': '0', 'eval_metrics': '[\"msd\"]', 'force_dense': 'True', "
    "'_disable_wait_to_read': 'false', '_enable_profiler': 'false', '_kvstore': 'auto', "
    "'_log_level': 'info', '_num_gpus': 'auto', '_num_kv_servers': '1', '_num_slices': '1', "
    "'_tuning_objective_metric': '', 'feature_dim': '7', 'k': '8'}"
)
DEFAULTS = FINAL.replace("'True'", "'true'").replace(", 'feature_dim': '7', 'k': '8'", "")

TIMINGS = [
    "compute all data-center distances: inner product",
    "collect from kv store",
    "splitting centers key-value pair",
    "compute all data-center distances: point norm",
    "batch data loading with context",
    "predict compute msd",
    "gradient: one_hot",
    "update state and report convergance",
    "gradient: cluster size ",
    "gradient: cluster center",
    "update set-up time",
    "compute all data-center distances: center norm",
    "predict minus dist",
]


# The recorded log of May 2021, N for numbers that differ from run to run.
RECORDED = [
    "Docker entrypoint called with argument(s): train",
    "Running default environment configuration script",
    "INFO Reading default configuration from /opt/amazon/lib/python3.7/site-packages/algorithm/"
    f"resources/default-input.json: {DEFAULTS}",
    "INFO Merging with provided configuration from /opt/ml/input/config/hyperparameters.json: "
    "{'feature_dim': '7', 'k': '8', 'force_dense': 'True'}",
    f"INFO Final configuration: {FINAL}",
    "WARNING Loggers have already been setup.",
    "Process 1 is a worker.",
    "INFO Using default worker.",
    "INFO Loaded iterator creator application/x-recordio-protobuf for content type "
    "('application/x-recordio-protobuf', '1.0')",
    "INFO Create Store: local",
    "INFO nvidia-smi: took N seconds to run.",
    "INFO nvidia-smi identified 0 GPUs.",
    "INFO Number of GPUs being used: 0",
    "INFO Checkpoint loading and saving are disabled.",
    f"INFO Setting up with params: {FINAL}",
    "INFO 'extra_center_factor' was set to 'auto', evaluated to 10.",
    "INFO Number of GPUs being used: 0",
    "INFO number of center slices 1",
    "WARNING Batch size 5000 is bigger than the first batch data. Effective batch size used to "
    "initialize is 3218",
    "#metrics Meta=init_train_data_iter 3218 1 3218 1 0 3218 1",
    stats(0, 1, 167_336),
    stats(1, 1, 167_336),
    "INFO processed a total of 3218 examples",
    "INFO #progress_metric: host=algo-1, completed N % of epochs",
    "#metrics epoch=0 Meta=training_data_iter 6436 2 3218 1 1 3218 1",
    "INFO #throughput_metric: host=algo-1, train throughput=N records/second",
    "WARNING wait_for_all_workers will not sync workers since the kv store is not running "
    "distributed",
    "INFO shrinking 80 centers into 8",
    *[f"INFO local kmeans attempt #{n}. Current mean square distance N" for n in range(10)],
    "INFO finished shrinking process. Mean Square Distance = 0",
    "INFO #quality_metric: host=algo-1, train msd <loss>=N",
    *[f"INFO {name} took: N%, (N secs)" for name in TIMINGS],
    "INFO TOTAL took: N",
    "INFO Number of GPUs being used: 0",
    "#metrics initialize.time epochs update.time _shrink.time finalize.time model.serialize.time",
    "INFO Test data is not provided.",
    "#metrics setuptime totaltime",
]


READER = LogReader("AWS/KMeansWebscale")


def test_the_log_is_the_recorded_one(job: ContainerJob) -> None:
    job.train(SETTINGS, channel("train", rows()))
    lines = READER.lines(job)
    start = RECORDED.index(f"INFO {TIMINGS[0]} took: N%, (N secs)")
    end = start + len(TIMINGS)
    # Their order is that of their shares.
    assert sorted(lines[start:end]) == sorted(RECORDED[start:end])
    assert [*lines[:start], *lines[end:]] == [*RECORDED[:start], *RECORDED[end:]]


def test_the_attempts_and_the_best_of_them(job: ContainerJob) -> None:
    job.train(SETTINGS, channel("train", rows()))
    attempts = [
        float(text.rpartition(" ")[2]) for text in job.texts if "local kmeans attempt" in text
    ]
    assert len(set(attempts)) > 1
    (best,) = job.metrics(METRIC_DEFINITIONS)["train:msd"]
    assert round(best, 6) == min(attempts)


def test_the_shares_of_the_time_add_up(job: ContainerJob) -> None:
    job.train(SETTINGS, channel("train", rows()))
    timings = [re.search(r"took: (\S+)%, \((\S+) secs\)", text) for text in job.texts]
    shares = [(float(each[1]), float(each[2])) for each in timings if each]
    (total,) = [float(text.rpartition(" ")[2]) for text in job.texts if "TOTAL took" in text]
    assert sum(share for share, _ in shares) == pytest.approx(100, abs=0.01)
    assert sum(seconds for _, seconds in shares) == pytest.approx(total, abs=1e-4)
    assert shares == sorted(shares, reverse=True)
    assert total > 0


def test_the_shares_of_the_time_are_those_of_the_steps(
    job: ContainerJob, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a clock by which a comparison of centers takes a second, and other steps nothing."""

    def lap(watch: Stopwatch, step: Step) -> None:
        watch.seconds["differences"] += step == "differences"

    monkeypatch.setattr(Stopwatch, "lap", lap)
    for batches in (2, 5):
        job.lines.clear()
        job.train({**SETTINGS, "mini_batch_size": "100"}, channel("train", rows(100 * batches)))
        (line,) = [text for text in job.texts if "predict minus dist took" in text]
        assert line.endswith(f" took: 100.0000%, ({batches}.000000 secs)")
        (total,) = [text for text in job.texts if "TOTAL took" in text]
        assert total.endswith(f"TOTAL took: {float(batches)}")


def test_each_host_has_a_log(job: ContainerJob) -> None:
    train, test = channel("train", rows(1200), rows(700)), channel("test", rows(20), None)
    settings = {**SETTINGS, "mini_batch_size": "1000"}
    job.train(settings, train, test, hosts=("algo-1", "algo-2"))
    first, second = (READER.lines(job, host) for host in ("algo-1", "algo-2"))
    assert "INFO Create Store: dist_sync" in first
    assert "#metrics epoch=0 Meta=training_data_iter 2200 3 1200 2 1 1200 2" in first
    assert "#metrics epoch=0 Meta=training_data_iter 1400 2 700 1 1 700 1" in second
    assert not any("Effective batch size" in line for line in first)
    assert any("Effective batch size used to initialize is 700" in line for line in second)
    assert any("#test_score (algo-1)" in line for line in first)
    assert "INFO Test data is not provided." in second
    assert not any("will not sync workers" in line for line in (*first, *second))
    for host, lines in (("algo-1", first), ("algo-2", second)):
        assert f"INFO #progress_metric: host={host}, completed N % of epochs" in lines
        assert "INFO shrinking 80 centers into 8" in lines
    (best,) = {text.rpartition("=")[2] for line in job.lines if "train msd" in (text := line.text)}
    assert job.metrics(METRIC_DEFINITIONS)["train:msd"] == [float(best)] * 2


def test_without_extra_centers_as_recorded(job: ContainerJob) -> None:
    """A job of December 2021: no attempts, and no `train msd` either."""
    job.train({**SETTINGS, "extra_center_factor": "1"}, channel("train", rows(100)))
    readable_lines = READER.lines(job)
    start = readable_lines.index("INFO No shrinking is required as extra_center_factor is 1.")
    assert " took: N%, (N secs)" in readable_lines[start + 1]
    assert "INFO 'extra_center_factor' was set to 'auto', evaluated to 10." not in readable_lines
    assert not any("attempt" in line or "train msd" in line for line in readable_lines)
    totals = next(line for line in readable_lines if line.startswith("#metrics initialize.time"))
    assert "_shrink.time" not in totals
    assert "#metrics epoch=0 Meta=training_data_iter 200 2 100 1 1 100 1" in readable_lines


def test_several_batches_and_epochs(job: ContainerJob) -> None:
    job.train(
        {**SETTINGS, "mini_batch_size": "300", "epochs": "2"},
        channel("train", rows(3100)),
    )
    readable_lines = READER.lines(job)
    start = readable_lines.index("INFO number of center slices 1") + 1
    end = next(n for n, line in enumerate(readable_lines) if line.startswith("INFO shrinking"))
    # Ten whole batches and one of 100 rows; the first one is read twice.
    assert readable_lines[start:end] == [
        "#metrics Meta=init_train_data_iter 300 1 300 1 0 300 1",
        stats(0, 1, 300 * 52),
        "INFO Iter 10: Short term msd N. Long term msd N",
        stats(1, 11, 3100 * 52),
        "INFO processed a total of 3100 examples",
        "INFO #progress_metric: host=algo-1, completed N % of epochs",
        "#metrics epoch=0 Meta=training_data_iter 3400 12 3100 11 1 3100 11",
        "INFO #throughput_metric: host=algo-1, train throughput=N records/second",
        "INFO Iter 20: Short term msd N. Long term msd N",
        stats(2, 11, 3100 * 52),
        "INFO processed a total of 3100 examples",
        "INFO #progress_metric: host=algo-1, completed N % of epochs",
        "#metrics epoch=1 Meta=training_data_iter 6500 23 3100 11 2 3100 11",
        "INFO #throughput_metric: host=algo-1, train throughput=N records/second",
        "WARNING wait_for_all_workers will not sync workers since the kv store is not running "
        "distributed",
    ]
    assert job.metrics(METRIC_DEFINITIONS)["train:progress"] == [50.0, 100.0]
    assert len(job.metrics(METRIC_DEFINITIONS)["train:throughput"]) == 2


def test_a_test_channel(job: ContainerJob) -> None:
    job.train(
        {**SETTINGS, "eval_metrics": '["msd", "ssd"]'},
        channel("train", rows()),
        channel("test", rows(6000, seed=1)),
    )
    readable_lines = READER.lines(job)
    start = next(
        n for n, line in enumerate(readable_lines) if line.startswith("#metrics initialize.time")
    )
    assert readable_lines[start + 1 :] == [
        stats(0, 1, 5000 * 52, "test"),
        stats(1, 2, 6000 * 52, "test"),
        "#metrics Meta=test_data_iter 6000 2 6000 2 1 6000 2",
        "INFO #test_score (algo-1) : ('msd', N)",
        "INFO #test_score (algo-1) : ('ssd', N)",
        "INFO #quality_metric: host=algo-1, test msd <loss>=N",
        "INFO #quality_metric: host=algo-1, test ssd <loss>=N",
        "#metrics setuptime totaltime",
    ]
    values = job.metrics(METRIC_DEFINITIONS)
    assert values["test:ssd"][0] == pytest.approx(6000 * values["test:msd"][0])


def test_csv_in_the_log(job: ContainerJob) -> None:
    data = channel("train", csv(rows(40)), content_type="text/csv;label_size=0")
    job.train({**SETTINGS, "k": "2"}, data)
    assert (
        "INFO Loaded iterator creator text/csv for content type ('text/csv', '1.0')"
        in READER.lines(job)
    )
