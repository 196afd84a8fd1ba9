"""Where a container trains: in the thread of the job, or on an executor of the user's choice."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import Executor, Future
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Protocol

from sagemock.algorithms.base import JobFailure
from sagemock.containers.base import (
    LogLine,
    Report,
    Stop,
    TrainingContainer,
    TrainingInput,
    TrainingOutput,
    Workspace,
)
from sagemock.jobs.interruptions import InternalServerError, StopRequested
from sagemock.jobs.state import Awaited, Reason


class Trainer(Protocol):
    """Lets a container train; a generator that may yield futures to wait for.

    stop: whether training must stop; one who asks has been told. seconds: how long it may take.
    Raises `JobFailure`.
    """

    def __call__(
        self,
        container: TrainingContainer,
        input: TrainingInput,
        *,
        report: Report,
        stop: Stop,
        seconds: float,
    ) -> Generator[Awaited, None, TrainingOutput]: ...


def train_here(
    container: TrainingContainer,
    input: TrainingInput,
    *,
    report: Report,
    stop: Stop,
    seconds: float,
) -> Generator[Awaited, None, TrainingOutput]:
    """Train in this thread."""
    return container.train(input, report=report, stop=_in_time(stop, seconds))
    yield  # A trainer is a generator; this one never waits.


def _in_time(stop: Stop, seconds: float) -> Stop:
    deadline = time.monotonic() + seconds
    return lambda: stop() or time.monotonic() >= deadline


@dataclass(frozen=True, slots=True)
class WorkerResult:
    """What a worker sends back: the log, and the result or what went wrong."""

    lines: Sequence[LogLine]
    result: TrainingOutput | JobFailure


def train_elsewhere(
    container: TrainingContainer, input: TrainingInput, seconds: float, lease: Lease
) -> WorkerResult:
    """Train in a worker: all that goes in and comes out can be pickled.

    Training stops when the lease has ended. A worker on another machine does not see that: it
    trains to its end, whether or not anybody still waits. What it leaves is sent in memory.
    """
    lines: list[LogLine] = []
    near = lease.take()
    if not near:
        input = replace(input, workspace=Workspace())
    stop = _in_time(lambda: near and lease.ended, seconds)
    try:
        output = container.train(input, report=lines.extend, stop=stop)
        return WorkerResult(lines, output if near else output.in_memory())
    except JobFailure as failure:
        return WorkerResult(lines, failure)
    finally:
        if not near:
            input.workspace.remove()


@cache
def _leases(process: int) -> str:
    """The folder of a process's leases; it goes with that process, and not with a child of it."""
    folder = tempfile.mkdtemp(prefix="sagemock-leases-")

    def remove() -> None:
        if os.getpid() == process:
            shutil.rmtree(folder, ignore_errors=True)

    atexit.register(remove)
    return folder


@dataclass(frozen=True, slots=True)
class Lease:
    """A file by which a worker on this machine is told to stop: it has ended when it is gone."""

    path: str

    @classmethod
    def begin(cls) -> Lease:
        descriptor, path = tempfile.mkstemp(dir=_leases(os.getpid()))
        os.close(descriptor)
        return cls(path)

    def take(self) -> bool:
        """Whether the worker that asks sees the lease's folder, and so will see its end."""
        if not os.path.isdir(os.path.dirname(self.path)):
            return False
        with suppress(FileNotFoundError), open(self.path, "r+b") as file:
            file.write(b"taken")
        return True

    @property
    def taken(self) -> bool:
        """Whether a worker has begun that will see the end."""
        return os.path.getsize(self.path) > 0

    @property
    def waits(self) -> bool:
        """Whether it has not ended, and no worker that will see the end has begun."""
        try:
            return os.path.getsize(self.path) == 0
        except FileNotFoundError:
            return False

    @property
    def ended(self) -> bool:
        return not os.path.exists(self.path)

    def end(self) -> None:
        with suppress(FileNotFoundError):
            os.unlink(self.path)


Submit = Callable[[Executor], Future[Any]]
"""Submits work to an executor."""


class ExecutorTrainer:
    """Trains on any `concurrent.futures.Executor`: processes here, or those of a cluster.

    submit: calls a function that submits work with an executor, and gives the future and that
    executor.
    """

    def __init__(self, submit: Callable[[Submit], tuple[Future[Any], Executor]]) -> None:
        self._submit = submit

    def __call__(
        self,
        container: TrainingContainer,
        input: TrainingInput,
        *,
        report: Report,
        stop: Stop,  # noqa: ARG002 - the worker cannot ask; the lease tells it
        seconds: float,
    ) -> Generator[Awaited, None, TrainingOutput]:
        process, lease = os.getpid(), Lease.begin()
        future: Future[Any] | None = None
        try:
            future, executor = self._started(container, input, seconds, lease)
            try:
                yield Awaited(future, _reason(executor, future, lease), elsewhere=True)
            except StopRequested:
                if not lease.taken:
                    raise
                lease.end()
                # The worker notices between two mini-batches, and sends the model so far.
                yield Awaited(future, elsewhere=True)
            answer = _answer(future)
        finally:
            # In a forked child the worker is the parent's, and so is the lease.
            if os.getpid() == process:
                lease.end()
                if future is not None:
                    future.cancel()
        report(answer.lines)
        if isinstance(answer.result, JobFailure):
            raise answer.result
        return answer.result

    def _started(
        self, container: TrainingContainer, input: TrainingInput, seconds: float, lease: Lease
    ) -> tuple[Future[Any], Executor]:
        def submit(executor: Executor) -> Future[Any]:
            sent = input if _has_its_workers_here(executor) else input.in_memory()
            return executor.submit(train_elsewhere, container, sent, seconds, lease)

        try:
            return self._submit(submit)
        except Exception as error:
            raise _lost(error) from error


def _reason(executor: Executor, future: Future[Any], lease: Lease) -> Reason:
    """Says what a job waits for until a worker has begun with it, as far as that can be seen."""

    def waits_for() -> str:
        if future.done() or not lease.waits:
            return ""
        name = type(executor).__name__
        if _has_its_workers_here(executor):
            return f"a worker of its {name}"
        # Workers elsewhere do not see the lease, and dask's futures are never seen to run.
        return "" if future.running() else f"its {name}, or trains where that is not seen from here"

    return waits_for


def _has_its_workers_here(executor: Executor) -> bool:
    # Loads multiprocessing.
    from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

    return isinstance(executor, ProcessPoolExecutor | ThreadPoolExecutor)


def _answer(future: Future[Any]) -> WorkerResult:
    try:
        answer: WorkerResult = future.result()
    except Exception as error:
        raise _lost(error) from error
    return answer


def _lost(error: Exception) -> InternalServerError:
    return InternalServerError(
        f"The worker of the training job was lost ({type(error).__name__}: {error})"
    )
