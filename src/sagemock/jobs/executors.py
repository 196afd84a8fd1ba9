"""Where a container trains: in the thread of the job, or on an executor of the user."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import Executor, Future
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Protocol

from sagemock.algorithms.base import JobFailure, Stopped
from sagemock.containers.base import (
    LogLine,
    Report,
    Stop,
    TrainingContainer,
    TrainingInput,
    TrainingOutput,
    Workspace,
)
from sagemock.jobs import nesting
from sagemock.jobs.interruptions import InternalServerError, StopRequested
from sagemock.jobs.state import Awaited, Reason


class Trainer(Protocol):
    """Lets a container train."""

    def __call__(
        self,
        container: TrainingContainer,
        input: TrainingInput,
        *,
        report: Report,
        stop: Stop,
        seconds: float,
    ) -> Generator[Awaited, None, TrainingOutput]:
        """Train; a generator that may yield futures to wait for.

        Parameters
        ----------
        container
            What trains.
        input
            What it trains on.
        report
            Takes the lines of its log.
        stop
            Whether training has to stop.
        seconds
            How long training may take.

        Raises
        ------
        JobFailure
            If training fails.
        """
        ...


def train_here(
    container: TrainingContainer,
    input: TrainingInput,
    *,
    report: Report,
    stop: Stop,
    seconds: float,
) -> Generator[Awaited, None, TrainingOutput]:
    """Train in this thread."""
    with nesting.nested():
        return container.train(input, report=report, stop=in_time(stop, seconds))
    yield  # This makes it a generator, as every trainer is one; it never waits.


def in_time(stop: Stop, seconds: float) -> Stop:
    """Return what says to stop when `stop` does, or after a time."""
    deadline = time.monotonic() + seconds
    return lambda: stop() or time.monotonic() >= deadline


def unless_closed(stop: Stop, closed: threading.Event) -> Stop:
    """Return what says to stop when `stop` does, and raises `Stopped` when the world is closed.

    So nobody waits for a script that takes its time to stop when the mock has ended.
    """

    def should_stop() -> bool:
        if closed.is_set():
            raise Stopped
        return stop()

    return should_stop


@dataclass(frozen=True, slots=True)
class WorkerResult:
    """What a worker sends back: the lines of the log, and the output or the failure."""

    lines: Sequence[LogLine]
    result: TrainingOutput | JobFailure


def train_elsewhere(
    container: TrainingContainer, input: TrainingInput, seconds: float, lease: Lease
) -> WorkerResult:
    """Train in a worker; arguments and result can be pickled.

    Training stops when the lease says so, and is given up when it ends. A worker on another machine
    does not see that, and trains to the end even if its result is no longer needed. It sends files
    as bytes.
    """
    lines: list[LogLine] = []
    same_machine = lease.take()
    if not same_machine:
        input = replace(input, workspace=Workspace())
    stop = in_time(lambda: same_machine and lease.stopping(), seconds)
    try:
        output = container.train(input, report=lines.extend, stop=stop)
        return WorkerResult(lines, output if same_machine else output.in_memory())
    except JobFailure as failure:
        return WorkerResult(lines, failure)
    finally:
        if not same_machine:
            input.workspace.remove()


@cache
def _leases(process: int) -> str:
    """The folder of a process's leases; that process removes it, and not a child of it."""
    folder = tempfile.mkdtemp(prefix="sagemock-leases-")

    def remove() -> None:
        if os.getpid() == process:
            shutil.rmtree(folder, ignore_errors=True)

    atexit.register(remove)
    return folder


TAKEN_MARK, STOP_MARK = b"taken", b"stopping"
"""What is in the file of a lease; their lengths tell them apart."""


@dataclass(frozen=True, slots=True)
class Lease:
    """A file by which a worker on this machine sees that it has to stop, or is given up.

    It is empty, then says that a worker has begun, then perhaps that it has to stop. When it is
    removed, nobody waits for the worker any more.
    """

    path: str

    @classmethod
    def begin(cls) -> Lease:
        """Create a lease."""
        descriptor, path = tempfile.mkstemp(dir=_leases(os.getpid()))
        os.close(descriptor)
        return cls(path)

    def take(self) -> bool:
        """Note that a worker has begun. Returns whether it can see the lease, and so its end."""
        if not os.path.isdir(os.path.dirname(self.path)):
            return False
        with suppress(FileNotFoundError), open(self.path, "r+b") as file:
            file.write(TAKEN_MARK)
        return True

    @property
    def taken(self) -> bool:
        """Whether a worker has begun that sees the end."""
        return os.path.getsize(self.path) > 0

    @property
    def waits(self) -> bool:
        """Whether the lease has not ended, and no worker that sees the end has begun."""
        try:
            return os.path.getsize(self.path) == 0
        except FileNotFoundError:
            return False

    def stopping(self) -> bool:
        """Whether the worker has to stop. Raises `Stopped` when the lease has ended."""
        try:
            return os.path.getsize(self.path) == len(STOP_MARK)
        except FileNotFoundError:
            raise Stopped from None

    def stop(self) -> None:
        """Let a worker that sees it stop."""
        with suppress(FileNotFoundError), open(self.path, "r+b") as file:
            file.write(STOP_MARK)

    def end(self) -> None:
        """End the lease: a worker that sees it is given up."""
        with suppress(FileNotFoundError):
            os.unlink(self.path)


Submit = Callable[[Executor], Future[Any]]
"""Submits work to an executor, and returns its future."""


class ExecutorTrainer:
    """Trains on any `concurrent.futures.Executor`: in processes here, or on a cluster.

    Parameters
    ----------
    submit
        Calls a function with an executor, and returns what the function returns, and the executor.
    """

    def __init__(self, submit: Callable[[Submit], tuple[Future[Any], Executor]]) -> None:
        self._submit = submit

    def __call__(
        self,
        container: TrainingContainer,
        input: TrainingInput,
        *,
        report: Report,
        stop: Stop,  # noqa: ARG002 - a worker cannot call it; the lease stops it
        seconds: float,
    ) -> Generator[Awaited, None, TrainingOutput]:
        """Train in a worker of the executor; see `Trainer`."""
        process, lease = os.getpid(), Lease.begin()
        future: Future[Any] | None = None
        try:
            future, executor = self._started(container, input, seconds, lease)
            try:
                yield Awaited(future, _reason(executor, future, lease), elsewhere=True)
            except StopRequested:
                if not lease.taken:
                    raise
                lease.stop()
                # The worker notices this between two mini-batches, and sends the model so far.
                yield Awaited(future, elsewhere=True)
            answer = _answer(future)
        finally:
            # In a forked child worker and lease belong to the parent.
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
    """Says what a job waits for until a worker has begun, as far as that can be seen."""

    def waits_for() -> str:
        if future.done() or not lease.waits:
            return ""
        name = type(executor).__name__
        if _has_its_workers_here(executor):
            return f"a worker of its {name}"
        # Workers elsewhere do not see the lease, and dask's futures are never `running()`.
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
