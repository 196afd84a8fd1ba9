"""Lines that the logs of all of Amazon's own algorithms have."""

from __future__ import annotations

import json
import os
from itertools import count

import pytest

from sagemock.algorithms.base import Cause, ClientError, Stopped
from sagemock.containers.base import Clock, LogLine, TrainingInput
from sagemock.containers.first_party.lines import ContainerLines
from sagemock.containers.first_party.log import HostLog, JobLog
from sagemock.containers.first_party.reader import ReaderStatistics


class Lines(ContainerLines):
    algorithm = "Any"
    defaults = {"a": "1", "b": "2"}


def lines(number: int = 0, clock: Clock = lambda: 1_600_000_000.0) -> ContainerLines:
    return Lines(clock, number, TrainingInput({"b": "3"}))


def log(written: list[LogLine], hosts: int = 1) -> JobLog:
    ticks = count(1_600_000_000.0, 0.25)
    return JobLog(
        [HostLog(written.extend, lines(number, lambda: next(ticks))) for number in range(hosts)]
    )


def test_the_start_of_each_host() -> None:
    written: list[LogLine] = []
    job = log(written, hosts=2)
    job.started()
    job.configured()
    assert [line.host for line in written] == (["algo-1"] * 4 + ["algo-2"] * 4) * 2
    first = [line.text for line in written if line.host == "algo-1"]
    prefix = f"[09/13/2020 12:26:40 INFO {os.getpid()}] "
    assert first[:4] == [
        "Docker entrypoint called with argument(s): train",
        "Running default environment configuration script",
        f"{prefix}Reading default configuration from /opt/amazon/lib/python3.7/site-packages/"
        "algorithm/resources/default-input.json: {'a': '1', 'b': '2'}",
        f"{prefix}Merging with provided configuration from "
        "/opt/ml/input/config/hyperparameters.json: {'b': '3'}",
    ]
    assert first[4].endswith("] Final configuration: {'a': '1', 'b': '3'}")
    assert f" WARNING {os.getpid()}] Loggers have already been setup." in first[5]


def test_a_pass_and_its_measurements() -> None:
    host = lines()
    stats = host.epoch_stats("train", 3, 1_600_000_000.0 - 1, 17, 520)
    head, _, text = stats.partition("=")
    assert head == "[2020-09-13 12:26:40.000] [tensorio] [info] epoch_stats"
    assert json.loads(text) == {
        "data_pipeline": "/opt/ml/input/data/train",
        "epoch": 3,
        "duration": 1000,
        "num_examples": 17,
        "num_bytes": 520,
    }
    line = host.metrics(1.5, 2.5, {"epoch": 0}, {"time": [3, 1.0]})
    assert line.startswith("#metrics {")
    assert line.endswith("\n")
    assert json.loads(line.removeprefix("#metrics ")) == {
        "StartTime": 1.5,
        "EndTime": 2.5,
        "Dimensions": {"Algorithm": "Any", "Host": "algo-1", "Operation": "training", "epoch": 0},
        "Metrics": {"time": {"sum": 4.0, "count": 2, "min": 1.0, "max": 3}},
    }


def test_what_a_reader_counts() -> None:
    reader = ReaderStatistics(3000, lambda rows: 4 * rows)
    reader.count(3000)
    reader.count(5000)
    reader.count(1000)
    values = {name: value for name, (value,) in reader.metrics(2, 1000).items()}
    assert values == {
        "Total Records Seen": 9000,
        "Total Batches Seen": 4,
        "Max Records Seen Between Resets": 5000,
        "Max Batches Seen Between Resets": 2,
        "Reset Count": 2,
        "Number of Records Since Last Reset": 1000,
        "Number of Batches Since Last Reset": 1,
    }


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (
            ClientError("Bad k", Cause("ValueError", "k")),
            "Customer Error: Bad k (caused by ValueError)\n\nCaused by: k",
        ),
        (KeyError("x"), "Algorithm Error: 'x' (caused by KeyError)\n\nCaused by: 'x'"),
    ],
)
def test_a_failure_ends_the_log(error: Exception, text: str) -> None:
    written: list[LogLine] = []
    with pytest.raises(type(error)), log(written).failures():
        raise error
    assert [line.text.partition("] ")[2] for line in written] == [text]


def test_one_that_is_stopped_has_not_failed() -> None:
    written: list[LogLine] = []
    with pytest.raises(Stopped), log(written).failures():
        raise Stopped
    assert not written
