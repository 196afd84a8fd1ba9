"""The workers of a model: processes that each have loaded it, and answer one request at a time."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from sagemock import forks
from sagemock.containers import frameworks
from sagemock.containers.base import (
    ArtifactError,
    InferenceRequest,
    InferenceResponse,
    Predictor,
)
from sagemock.containers.frameworks import InferenceToolkit
from sagemock.containers.local_process.worker_client import HandlerContainer


def count(toolkit: InferenceToolkit, environment: Mapping[str, str]) -> int:
    """Return how many workers a container has by its environment: one by default.

    Raises
    ------
    ArtifactError
        When the variable is no number.
    """
    name = frameworks.workers_variable(toolkit)
    try:
        return max(1, int(environment.get(name) or 1))
    except ValueError as error:
        raise ArtifactError(f"{name}: {error}") from error


class WorkerPool(Predictor):
    """Answers as many requests at the same time as it has workers; further ones wait.

    The worker that was used last is used first, so that requests one by one meet the same process.

    Parameters
    ----------
    workers
        The workers, not started yet.
    """

    def __init__(self, workers: Sequence[HandlerContainer]) -> None:
        self._workers = workers
        self._idle = list(workers)
        self._changed = threading.Condition(forks.lock())
        forks.follow(self)

    def start(self) -> None:
        """Start all workers, and wait until they are healthy. Raises `ArtifactError`."""
        first, *others = self._workers
        try:
            # What cannot start at all says so once.
            first.start()
            with ThreadPoolExecutor(len(others)) as threads:
                list(threads.map(HandlerContainer.start, others))
        except BaseException:
            self.close()
            raise

    def invoke(self, request: InferenceRequest) -> InferenceResponse:
        """Let a worker answer. Raises `InferenceError`."""
        with self._worker() as worker:
            return worker.invoke(request)

    def execution_parameters(self) -> Mapping[str, Any] | None:
        """Return what the script says to transform jobs; None without."""
        with self._worker() as worker:
            return worker.execution_parameters()

    def close(self) -> None:
        """End all workers."""
        for worker in self._workers:
            worker.close()

    @contextmanager
    def _worker(self) -> Iterator[HandlerContainer]:
        with self._changed:
            self._changed.wait_for(lambda: self._idle)
            worker = self._idle.pop()
        try:
            yield worker
        finally:
            with self._changed:
                self._idle.append(worker)
                self._changed.notify()

    def after_fork(self) -> None:
        """Leave requests of other threads to the parent."""
        self._idle = list(self._workers)
        self._changed = threading.Condition(forks.lock())
