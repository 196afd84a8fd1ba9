"""Where `train` runs: in the thread of the job, or on an executor of the user's choice."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Protocol

from sagemock.algorithms.base import JobFailure, Stopped
from sagemock.training.channel import Channel
from sagemock.training.interruptions import InternalServerError
from sagemock.training.log import LogLine

if TYPE_CHECKING:
    from sagemock.training.train import Report, Stop

Artifact = bytes


class Trainer(Protocol):
    """Trains; a generator that may yield futures and returns the artifact.

    channels: the trainer's own, which it may empty. seconds: how long it may take. Raises
    `JobFailure` and `Stopped`.
    """

    def __call__(
        self,
        hyperparameters: Mapping[str, str],
        channels: dict[str, Channel],
        *,
        seed: int,
        report: Report,
        stop: Stop,
        seconds: float,
    ) -> Generator[Future[Any], None, Artifact]: ...


def train_here(
    hyperparameters: Mapping[str, str],
    channels: dict[str, Channel],
    *,
    seed: int,
    report: Report,
    stop: Stop,
    seconds: float,
) -> Generator[Future[Any], None, Artifact]:
    """Train in this thread."""
    # Loads numpy, which a mock that never trains does not need.
    from sagemock.training.train import train

    within = _in_time(stop, seconds)
    return train(hyperparameters, _taken(channels), seed=seed, report=report, stop=within).artifact
    yield  # A trainer is a generator; this one never waits.


def _taken(channels: dict[str, Channel]) -> dict[str, Channel]:
    """The channels, which nobody but the caller holds from here on: their bytes take as much
    memory as the rows that they become, and can go when these have been read."""
    taken = dict(channels)
    channels.clear()
    return taken


def _in_time(stop: Stop, seconds: float) -> Stop:
    deadline = time.monotonic() + seconds
    return lambda: stop() or time.monotonic() >= deadline


@dataclass(frozen=True, slots=True)
class WorkerResult:
    """What a worker sends back: the log, and the artifact or what went wrong."""

    lines: Sequence[LogLine]
    artifact: Artifact = b""
    error: JobFailure | Stopped | None = None


def train_elsewhere(
    hyperparameters: Mapping[str, str],
    channels: Mapping[str, Channel],
    seed: int,
    seconds: float,
    lease: str,
) -> WorkerResult:
    """Train in a worker: all that goes in and comes out can be pickled.

    lease: a file; training stops when it is gone. A worker that does not see its folder is on
    another machine: it trains to its end, whether or not anybody still waits.
    """
    from sagemock.training.train import train

    lines: list[LogLine] = []
    near = os.path.isdir(os.path.dirname(lease))
    stop = _in_time(lambda: near and not os.path.exists(lease), seconds)
    try:
        result = train(hyperparameters, channels, seed=seed, report=lines.extend, stop=stop)
    except (JobFailure, Stopped) as error:
        return WorkerResult(lines, error=error)
    return WorkerResult(lines, artifact=result.artifact)


@cache
def _leases() -> str:
    """The folder of this process's leases; it goes with the process."""
    folder = tempfile.mkdtemp(prefix="sagemock-leases-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


class ExecutorTrainer:
    """Trains on any `concurrent.futures.Executor`: processes here, or those of a cluster."""

    def __init__(self, submit: Callable[..., Future[Any]]) -> None:
        self._submit = submit

    def __call__(
        self,
        hyperparameters: Mapping[str, str],
        channels: dict[str, Channel],
        *,
        seed: int,
        report: Report,
        stop: Stop,  # noqa: ARG002 - the worker cannot ask; the lease tells it
        seconds: float,
    ) -> Generator[Future[Any], None, Artifact]:
        descriptor, lease = tempfile.mkstemp(dir=_leases())
        os.close(descriptor)
        future: Future[Any] | None = None
        try:
            future = self._started(hyperparameters, channels, seed, seconds, lease)
            yield future
            result = _result(future)
        finally:
            os.unlink(lease)
            if future is not None:
                future.cancel()
        report(result.lines)
        if result.error is not None:
            raise result.error
        return result.artifact

    def _started(self, *arguments: Any) -> Future[Any]:
        try:
            return self._submit(train_elsewhere, *arguments)
        except Exception as error:
            raise _lost(error) from error


def _result(future: Future[Any]) -> WorkerResult:
    try:
        result: WorkerResult = future.result()
    except Exception as error:
        raise _lost(error) from error
    return result


def _lost(error: Exception) -> InternalServerError:
    return InternalServerError(
        f"The worker of the training job was lost ({type(error).__name__}: {error})"
    )
