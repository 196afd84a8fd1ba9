"""Where jobs run: in the call that creates them, or on a pool of threads."""

from __future__ import annotations

import atexit
import threading
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Executor, Future, ThreadPoolExecutor
from functools import cache
from typing import TYPE_CHECKING, Any, cast

from sagemock import forks
from sagemock.config import Config
from sagemock.jobs import nesting
from sagemock.jobs.state import Reason
from sagemock.jobs.workflow import Work, at_once

if TYPE_CHECKING:
    from sagemock.jobs.executors import Submit, Trainer

THREAD_NAME = "sagemock-job"

MAX_NESTED = 256
"""How many jobs that other jobs have started run at the same time."""


class JobPool(ThreadPoolExecutor):
    """Threads in which jobs run, a number of them at a time."""

    def __init__(self, threads: int) -> None:
        super().__init__(threads, thread_name_prefix=THREAD_NAME)
        self._threads_in_all = threads
        self._unfinished = 0
        self._counting = forks.lock()

    def run(self, work: Work) -> Reason:
        """Run work as soon as a thread is free. Returns what says so as long as none is."""
        with self._counting:
            is_full = self._unfinished >= self._threads_in_all
            self._unfinished += 1
        task = self.submit(self._run, work)
        text = f"a worker: max_workers is {self._threads_in_all}, and as many jobs are running"
        return lambda: text if is_full and not (task.running() or task.done()) else ""

    def _run(self, work: Work) -> None:
        try:
            work()
        finally:
            with self._counting:
                self._unfinished -= 1


class Workers:
    """Runs jobs as the options say. Pools start with the first job that needs them.

    A forked child has none of its parent's threads, and must not touch its parent's processes. It
    starts its own pools, and does not use an executor that was created before the fork.

    Parameters
    ----------
    stop_jobs
        Stops the jobs of this process when it exits.
    """

    def __init__(self, stop_jobs: Callable[[], None]) -> None:
        self._stop_jobs = stop_jobs
        self.config = Config()
        self._pool: JobPool | None = None
        self._nested: JobPool | None = None
        self._executor: Executor | None = None
        self._former: list[Executor] = []
        self._of_parent: list[Any] = []
        self._lock = forks.rlock()
        forks.follow(self)

    def after_fork(self) -> None:
        """In a forked child: stop using the parent's pools."""
        # Kept, because an executor that is garbage-collected ends the parent's processes.
        theirs = [self._pool, self._nested, self._executor, self.config.executor]
        self._of_parent += [each for each in theirs if _is_executor(each)]
        self._pool = self._nested = self._executor = None
        self._former = []

    def submit(self, work: Work) -> Reason | None:
        """Run a job's next steps: in this thread, or on the pool in ``background``.

        Returns what says why they have not begun.
        """
        if self.config.training != "background":
            at_once(work)
            return None
        with self._lock:
            _at_exit(self._stop_jobs)
            if nesting.is_nested():
                if self._nested is None:
                    self._nested = JobPool(MAX_NESTED)
                return self._nested.run(work)
            if self._pool is None:
                self._pool = JobPool(self.config.max_workers)
            return self._pool.run(work)

    def trainer(self) -> Trainer | None:
        """Return what trains, as the options say, or None."""
        if self.config.training == "off":
            return None
        # Loads numpy, which a mock without jobs does not need.
        from sagemock.jobs.executors import ExecutorTrainer, train_here

        executor = self.config.executor
        if executor is None or any(executor is each for each in self._of_parent):
            return train_here
        return ExecutorTrainer(self._train)

    def _train(self, submit: Submit) -> tuple[Future[Any], Executor]:
        """Submit to the user's executor; one from the user's function is replaced if it breaks."""
        option = self.config.executor
        if option is None:
            raise RuntimeError("the option executor has been unset")
        if _is_executor(option):
            executor = cast(Executor, option)
            return submit(executor), executor
        create = cast("Callable[[], Executor]", option)
        executor = self._created(create)
        # An executor may run the work within `submit`, so no lock is held.
        try:
            return submit(executor), executor
        except BrokenExecutor:
            executor = self._created(create, in_place_of=executor)
            return submit(executor), executor

    def _created(
        self, create: Callable[[], Executor], *, in_place_of: Executor | None = None
    ) -> Executor:
        """The executor from the user's function; a new one in place of a broken one."""
        with self._lock:
            if self._executor is None or self._executor is in_place_of:
                broken, self._executor = self._executor, create()
                if broken is not None:
                    broken.shutdown(wait=False)
            return self._executor

    def use(self, config: Config) -> None:
        """Use other options. Jobs that run or wait already keep theirs."""
        with self._lock:
            if config.max_workers != self.config.max_workers and self._pool is not None:
                self._pool.shutdown(wait=False)
                self._former.append(self._pool)
                self._pool = None
            self.config = config

    def drain(self) -> None:
        """Wait for the running jobs, and close the pools. They open again when needed."""
        with self._lock:
            pools = [self._pool, self._nested, self._executor, *self._former]
            self._pool = self._nested = self._executor = None
            self._former = []
        for pool in pools:
            if pool is not None:
                pool.shutdown(wait=True)


def _is_executor(value: Any) -> bool:
    """Whether a value is an executor; the class of one is a function that returns one."""
    return hasattr(value, "submit") and not isinstance(value, type)


@cache
def _at_exit(stop_jobs: Callable[[], None]) -> None:
    """Stop jobs before the process exits, such as a forked child that never leaves its mock.

    The interpreter waits for threads of pools before it calls functions of `atexit`.
    """
    register = getattr(threading, "_register_atexit", atexit.register)
    register(stop_jobs)
