"""What a user writes, as mypy reads it: see `test_types.py`.

A line that must be an error says so, with the code of the error; every other line must be none.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any, assert_type
from unittest import TestCase

import sagemock
from sagemock import Config, control, mock_sagemaker, open_console
from sagemock.containers import Registration, TrainingFunctionJob, explain, register
from sagemock.faults.controls import Control
from sagemock.mock import MockSageMaker
from sagemock.server import ConsoleServer, SageMockServer
from sagemock.testing import SageMock

# The package.
assert_type(sagemock.__version__, str)
assert_type(control, Control)
sagemock.nope  # error: attr-defined
sagemock.mock_sagemakr()  # error: attr-defined
from sagemock import nope  # error: attr-defined


# What runs for images.
def train(job: TrainingFunctionJob) -> None:
    assert_type(job.channels["train"], Path)
    assert_type(job.hyperparameters["lr"], str)
    job.log(1.5)
    job.model  # error: attr-defined


with sagemock.containers.register("mine", train=train, python="python") as registration:
    assert_type(registration, Registration)
register("mine", train=["python", "train.py"], process=lambda job: job.inputs)
register("mine", train=3)  # error: arg-type
register("mine", serves=train)  # error: call-arg
assert_type(explain("mine:1"), str)


# The decorator keeps the type of what it decorates.
@mock_sagemaker
def bare(name: str, count: int = 1) -> bool:
    return bool(name) and count > 0


@mock_sagemaker(training="background", seed=3, max_workers=4, waiting="real")
def with_options(name: str) -> bool:
    return bool(name)


@mock_sagemaker(config={"core": {"reset_boto3_session": False}}, executor=ThreadPoolExecutor(1))
async def coroutine() -> int:
    return 1


@mock_sagemaker
def generator() -> Iterator[str]:
    yield "a"


@mock_sagemaker
async def async_generator() -> AsyncIterator[str]:
    yield "a"


@mock_sagemaker
class Decorated:
    def __init__(self, name: str) -> None:
        self.name = name

    @staticmethod
    @mock_sagemaker
    def static(count: int) -> int:
        return count

    @classmethod
    @mock_sagemaker
    def of_class(cls, count: int) -> int:
        return count

    @mock_sagemaker
    def method(self) -> str:
        return self.name


@mock_sagemaker()
class Case(TestCase):
    def test(self) -> None:
        assert bare("a")


class CallableObject:
    def __call__(self, name: str) -> bytes:
        return name.encode()


assert_type(bare("a", count=2), bool)
assert_type(with_options("a"), bool)
assert_type(coroutine, Callable[[], Coroutine[Any, Any, int]])
assert_type(generator(), Iterator[str])
assert_type(async_generator(), AsyncIterator[str])
assert_type(Decorated("a"), Decorated)
assert_type(mock_sagemaker(Decorated), type[Decorated])
assert_type(Decorated.static(1), int)
assert_type(Decorated.of_class(1), int)
assert_type(Decorated("a").method(), str)
assert_type(mock_sagemaker(CallableObject())("a"), bytes)
assert_type(mock_sagemaker(seed=1)(CallableObject())("a"), bytes)
assert_type(mock_sagemaker(partial(bare, count=2))("a"), bool)
bare(1)  # error: arg-type
with_options()  # error: call-arg
Decorated()  # error: call-arg
Decorated("a").nope  # error: attr-defined
mock_sagemaker(training="later")  # error: call-overload
mock_sagemaker(validation="on")  # error: call-overload
mock_sagemaker(sed=3)  # error: call-overload
mock_sagemaker(executor=ProcessPoolExecutor)
mock_sagemaker(executor="processes")  # error: call-overload


# The context manager is the mock itself.
with mock_sagemaker(training="off", validation="off") as mock:
    assert_type(mock, MockSageMaker)
    assert_type(mock.control, Control)
    assert_type(mock.control.hold_training_job(), int)
    assert_type(mock.control.release(), list[str])
    mock.control.fail_training_job("reason", at="Training", tags={"a": "b"}, times=None)
    mock.control.fail_training_job(times="always")  # error: arg-type
    mock.control.nope()  # error: attr-defined
    mock.reset()
    with open_console() as console:
        assert_type(console, ConsoleServer)
        assert_type(console.url, str)

started = mock_sagemaker()
started.start()
started.stop()


# The fixtures.
def test_fixture(sagemock: SageMock, sagemock_server: SageMock) -> None:
    assert_type(sagemock.url, str | None)
    assert_type(sagemock.control, Control)
    assert_type(sagemock.assert_completed("job"), dict[str, Any])
    assert_type(sagemock.assert_metric("job", "m", at_least=0.5), float)
    sagemock_server.client("sagemaker").list_training_jobs()
    sagemock.assert_complete("job")  # error: attr-defined


# The server.
with SageMockServer(config=Config(training="inline")) as server:
    assert_type(server, SageMockServer)
    assert_type(server.url, str)
    assert_type(server.running_jobs(), list[str])
Config(training="later")  # error: arg-type
SageMockServer(config={"training": "inline"})  # error: arg-type


# A function of a user's that takes the mock, or what it decorates.
def apply(decorator: MockSageMaker, function: Callable[[int], str]) -> Callable[[int], str]:
    return decorator(function)
