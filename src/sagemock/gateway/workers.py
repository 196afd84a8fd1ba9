"""Where training jobs run: in the call that creates them, or on a pool beside the requests."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Executor, Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from sagemock.config import Config

if TYPE_CHECKING:
    from sagemock.training.trainer import Trainer

Work = Callable[[], None]
THREAD_NAME = "sagemock-job"


class Workers:
    """Runs jobs as the options say; pools start with the first job that needs them."""

    def __init__(self) -> None:
        self.config = Config()
        self._pool: Executor | None = None
        self._executor: Executor | None = None
        self._lock = threading.RLock()

    def submit(self, work: Work) -> None:
        """Run a job's next steps: in this thread, or on the pool in ``background``."""
        if self.config.training != "background":
            work()
            return
        with self._lock:
            if self._pool is None:
                self._pool = ThreadPoolExecutor(
                    self.config.max_workers, thread_name_prefix=THREAD_NAME
                )
            self._pool.submit(work)

    def trainer(self) -> Trainer | None:
        """What trains, as the options say."""
        if self.config.training == "off":
            return None
        # Loads numpy, which a mock without jobs does not need.
        from sagemock.training.trainer import ExecutorTrainer, train_here

        return train_here if self.config.executor is None else ExecutorTrainer(self._train)

    def _train(self, function: Any, *arguments: Any) -> Future[Any]:
        """Submit to the user's executor; one that we have made is made anew when it breaks."""
        given = self.config.executor
        if given is None:
            raise RuntimeError("the executor is gone")
        if hasattr(given, "submit"):
            return given.submit(function, *arguments)
        with self._lock:
            if self._executor is None:
                self._executor = given()
            try:
                return self._executor.submit(function, *arguments)
            except BrokenExecutor:
                self._executor.shutdown(wait=False)
                self._executor = given()
                return self._executor.submit(function, *arguments)

    def drain(self) -> None:
        """Wait for the jobs that run and close the pools; they open again when needed."""
        with self._lock:
            pools = [self._pool, self._executor]
            self._pool = self._executor = None
        for pool in pools:
            if pool is not None:
                pool.shutdown(wait=True)


workers = Workers()
