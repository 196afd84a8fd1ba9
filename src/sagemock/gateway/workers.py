"""Where training jobs run: in the call that creates them, or on a pool beside the requests."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor

from sagemock.config import Config

Job = Callable[[], None]


class Workers:
    """Runs jobs as `config.training` says; the pool starts with the first background job."""

    def __init__(self) -> None:
        self.config = Config()
        self._pool: Executor | None = None
        self._lock = threading.Lock()

    def submit(self, job: Job) -> None:
        if self.config.training == "inline":
            job()
            return
        with self._lock:
            if self._pool is None:
                self._pool = ThreadPoolExecutor(
                    self.config.max_workers, thread_name_prefix="sagemock-job"
                )
            self._pool.submit(job)

    def drain(self) -> None:
        """Wait for the jobs that run and close the pool; it opens again when needed."""
        with self._lock:
            pool, self._pool = self._pool, None
        if pool is not None:
            pool.shutdown(wait=True)


workers = Workers()
