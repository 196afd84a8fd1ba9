"""Where training jobs run: in the call that creates them, or on a pool beside the requests."""

from __future__ import annotations

import atexit
import threading
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Executor, Future, ThreadPoolExecutor
from functools import cache
from typing import TYPE_CHECKING, Any, cast

from sagemock import forks
from sagemock.config import Config
from sagemock.jobs.state import Reason
from sagemock.jobs.workflow import Work, at_once

if TYPE_CHECKING:
    from sagemock.jobs.executors import Submit, Trainer

THREAD_NAME = "sagemock-job"


class JobPool(ThreadPoolExecutor):
    """Threads in which jobs run, so many at a time."""

    def __init__(self, threads: int) -> None:
        super().__init__(threads, thread_name_prefix=THREAD_NAME)
        self._threads_in_all = threads
        self._unfinished = 0
        self._counting = forks.lock()

    def run(self, work: Work) -> Reason:
        """Run work as soon as a thread is free; gives what says that none is, until one is."""
        with self._counting:
            is_full = self._unfinished >= self._threads_in_all
            self._unfinished += 1
        task = self.submit(self._run, work)
        text = f"a worker: max_workers is {self._threads_in_all}, and as many jobs are at work"
        return lambda: text if is_full and not (task.running() or task.done()) else ""

    def _run(self, work: Work) -> None:
        try:
            work()
        finally:
            with self._counting:
                self._unfinished -= 1


class Workers:
    """Runs jobs as the options say; pools start with the first job that needs them.

    A forked child has none of its parent's threads, and must not touch its processes: it starts
    anew, without an executor that was made before the fork.

    stop_jobs: ends the jobs of this process, at its end.
    """

    def __init__(self, stop_jobs: Callable[[], None]) -> None:
        self._stop_jobs = stop_jobs
        self.config = Config()
        self._pool: JobPool | None = None
        self._executor: Executor | None = None
        self._former: list[Executor] = []
        self._of_parent: list[Any] = []
        self._lock = forks.rlock()
        forks.follow(self)

    def after_fork(self) -> None:
        # Kept, for the end of an executor would be told to the parent's processes.
        theirs = [self._pool, self._executor, self.config.executor]
        self._of_parent += [each for each in theirs if _is_executor(each)]
        self._pool = self._executor = None
        self._former = []

    def submit(self, work: Work) -> Reason | None:
        """Run a job's next steps: in this thread, or on the pool in ``background``.

        Gives what says why it has not begun.
        """
        if self.config.training != "background":
            at_once(work)
            return None
        with self._lock:
            if self._pool is None:
                _at_exit(self._stop_jobs)
                self._pool = JobPool(self.config.max_workers)
            return self._pool.run(work)

    def trainer(self) -> Trainer | None:
        """What trains, as the options say."""
        if self.config.training == "off":
            return None
        # Loads numpy, which a mock without jobs does not need.
        from sagemock.jobs.executors import ExecutorTrainer, train_here

        given = self.config.executor
        if given is None or any(given is each for each in self._of_parent):
            return train_here
        return ExecutorTrainer(self._train)

    def _train(self, submit: Submit) -> tuple[Future[Any], Executor]:
        """Submit to the user's executor; one that we have made is made anew when it breaks."""
        given = self.config.executor
        if given is None:
            raise RuntimeError("the executor is gone")
        if _is_executor(given):
            theirs = cast(Executor, given)
            return submit(theirs), theirs
        make = cast("Callable[[], Executor]", given)
        ours = self._made(make)
        # An executor may work within `submit`, and so no lock is held.
        try:
            return submit(ours), ours
        except BrokenExecutor:
            ours = self._made(make, in_place_of=ours)
            return submit(ours), ours

    def _made(
        self, make: Callable[[], Executor], *, in_place_of: Executor | None = None
    ) -> Executor:
        """The executor that we have made; another one for one that is broken."""
        with self._lock:
            if self._executor is None or self._executor is in_place_of:
                broken, self._executor = self._executor, make()
                if broken is not None:
                    broken.shutdown(wait=False)
            return self._executor

    def use(self, config: Config) -> None:
        """Let other options hold; jobs that run or wait already go on as they were."""
        with self._lock:
            if config.max_workers != self.config.max_workers and self._pool is not None:
                self._pool.shutdown(wait=False)
                self._former.append(self._pool)
                self._pool = None
            self.config = config

    def drain(self) -> None:
        """Wait for the jobs that run and close the pools; they open again when needed."""
        with self._lock:
            pools = [self._pool, self._executor, *self._former]
            self._pool = self._executor = None
            self._former = []
        for pool in pools:
            if pool is not None:
                pool.shutdown(wait=True)


def _is_executor(given: Any) -> bool:
    """Whether it is an executor; the class of one makes one."""
    return hasattr(given, "submit") and not isinstance(given, type)


@cache
def _at_exit(stop_jobs: Callable[[], None]) -> None:
    """Let no job keep a process from its end, as when a child leaves the mock that it was born in.

    Threads of pools are waited for before `atexit` has its turn.
    """
    register = getattr(threading, "_register_atexit", atexit.register)
    register(stop_jobs)
