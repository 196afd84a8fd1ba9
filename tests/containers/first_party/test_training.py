"""The steps of training, with an algorithm that is made for it."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pytest

from sagemock.algorithms.base import ClientError, Sharded, Stopped
from sagemock.containers.base import Clock, LogLine, Report, TrainingInput, TrainingOutput
from sagemock.containers.first_party.channels import ChannelSpecification
from sagemock.containers.first_party.lines import ContainerLines
from sagemock.containers.first_party.log import HostLog, Writers
from sagemock.containers.first_party.training import FirstPartyTraining, TrainingSteps
from sagemock.containers.inputs import Channel, Part, Shard
from sagemock.formats.recordio import encode

ROWS = np.arange(12, dtype=np.float32).reshape(4, 3)


@dataclass
class Hyperparameters:
    factor: float
    feature_dim: int = 3
    mini_batch_size: int = 2


@dataclass
class Summed:
    rows: int


class Lines(ContainerLines):
    algorithm = "Sums"
    defaults = {"factor": "1"}


class SumsLog(HostLog):
    def __init__(self, report: Report, clock: Clock, number: int, input: TrainingInput) -> None:
        super().__init__(report, Lines(clock, number, input))

    def read(self, hyperparameters: Hyperparameters, content_type: str) -> None:
        self.put(f"{self.rows} rows of {content_type} times {hyperparameters.factor:g}")

    def _summed(self, event: Summed) -> Iterator[str]:
        yield f"{event.rows} rows summed"

    writers: ClassVar[Writers] = {Summed: _summed}


def parse(texts: Mapping[str, str]) -> Hyperparameters:
    if "factor" not in texts:
        raise ClientError("Where is the factor?")
    return Hyperparameters(float(texts["factor"]))


def fit(
    hyperparameters: Hyperparameters,
    channels: Mapping[str, Sharded],
    *,
    seed: int,
    observe: Callable[[Any], None],
    stop: Callable[[], bool],
) -> float:
    if stop():
        raise Stopped
    data = channels["train"].datasets[0]
    total = float(data.features.sum()) * hyperparameters.factor + seed
    observe(Summed(data.rows))
    if stop():
        raise Stopped(total)
    return total


class SumsTraining(FirstPartyTraining[Hyperparameters, float]):
    steps = TrainingSteps(
        log=SumsLog,
        parse=parse,
        channels=[ChannelSpecification("train", labelled=False, distribution="ShardedByS3Key")],
        fit=fit,
        pack=lambda total, hyper: {"sum": f"{total:g} by {hyper.factor:g}".encode()},
    )


@pytest.fixture
def written() -> list[LogLine]:
    return []


def job(*hosts: str, factor: str = "2", distribution: str = "ShardedByS3Key") -> TrainingInput:
    source = {"S3DataSource": {"S3DataDistributionType": distribution}}
    shard = Shard((0, 1), [Part("/train/rows", encode(ROWS))])
    return TrainingInput(
        {"factor": factor} if factor else {},
        {"train": Channel("train", None, [shard])},
        hosts=hosts or ("algo-1",),
        seed=7,
        document={"InputDataConfig": [{"ChannelName": "train", "DataSource": source}]},
    )


def texts(written: list[LogLine], host: str = "algo-1") -> list[str]:
    return [line.text.partition("] ")[2] or line.text for line in written if line.host == host]


def test_each_host_logs_each_step(written: list[LogLine]) -> None:
    output = SumsTraining().train(job("algo-1", "algo-2"), report=written.extend)
    assert output == TrainingOutput({"sum": b"139 by 2"})
    assert texts(written) == texts(written, "algo-2")
    assert texts(written)[3:] == [
        "Merging with provided configuration from /opt/ml/input/config/hyperparameters.json: "
        "{'factor': '2'}",
        "Final configuration: {'factor': '2'}",
        "Loggers have already been setup.",
        "Process 1 is a worker.",
        "Using default worker.",
        "4 rows of application/x-recordio-protobuf times 2",
        "4 rows summed",
    ]


@pytest.mark.parametrize(("calls", "model"), [(0, None), (1, {"sum": b"139 by 2"})])
def test_a_job_that_is_stopped_leaves_its_model_so_far(
    calls: int, model: Mapping[str, bytes] | None
) -> None:
    answers = iter([False] * calls)
    output = SumsTraining().train(job(), stop=lambda: next(answers, True))
    assert output == TrainingOutput(model, stopped=True)


def test_what_is_refused_before_the_configuration_is_final(written: list[LogLine]) -> None:
    """Hyperparameters first, then how the channels are distributed."""
    bad = job(factor="", distribution="FullyReplicated")
    with pytest.raises(ClientError, match="Where is the factor"):
        SumsTraining().train(bad, report=written.extend)
    with pytest.raises(ClientError, match="S3DistributionType"):
        SumsTraining().train(job(distribution="FullyReplicated"), report=written.extend)
    assert not any("Final configuration" in text for text in texts(written))
    assert sum(text.startswith("Customer Error: ") for text in texts(written)) == 2


def test_data_is_read_when_the_configuration_is_final(written: list[LogLine]) -> None:
    empty = job()
    del empty.channels["train"]
    with pytest.raises(ClientError, match="Missing required data channel"):
        SumsTraining().train(empty, report=written.extend)
    assert texts(written)[-2:] == [
        "Using default worker.",
        "Customer Error: Missing required data channel: 'train' (caused by KeyError)\n\n"
        "Caused by: 'train'",
    ]


def test_a_failure_on_demand(written: list[LogLine]) -> None:
    failure = ClientError("Out of luck")
    SumsTraining().fail(job(factor=""), failure, report=written.extend)
    assert [text.partition(":")[0] for text in texts(written)][-2:] == [
        "Merging with provided configuration from /opt/ml/input/config/hyperparameters.json",
        "Customer Error",
    ]


def test_any_executor_can_run_it() -> None:
    container = pickle.loads(pickle.dumps(SumsTraining()))
    assert container.train(job()) == SumsTraining().train(job())
