"""`Config`: the options of a mock or server, as one immutable value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Executor

TrainingMode = Literal["inline", "background", "off"]
Waiting = Literal["instant", "real"]
Validation = Literal["strict", "off"]
LineageMode = Literal["on", "off"]
Containers = Literal["built-in", "local"]
Requirements = Literal["skip", "install"]
Isolation = Literal["auto", "namespace", "proot", "link", "folder"]

LONGEST_WAIT = 20
"""Seconds that a server lets a request wait; below the timeouts of clients."""


@dataclass(frozen=True)
class Config:
    """The options of one mock or server.

    `mock_sagemaker` takes them as arguments. The marker ``sagemock`` and the ini file of pytest use
    the same names. `SageMockServer` takes a `Config`.

    Parameters
    ----------
    training
        When jobs train. ``inline``: a job has ended when CreateTrainingJob returns, so that a test
        does not have to wait. ``background``: CreateTrainingJob returns at once, and jobs
        train in a pool of threads. ``off``: jobs complete at once without training.
    max_workers
        How many jobs train at the same time in ``background``, at least 1.
    seed
        Seed of the random numbers. The same request with the same seed gives the same model.
    waiting
        ``instant``: the waiters of boto3 and the polling loops of the SageMaker SDK wait for
        changes instead of sleeping. ``real``: they sleep as usual.
    executor
        Where containers train, in place of the thread of the job: a `concurrent.futures.Executor`,
        which the caller shuts down, or a function that returns a new one. The function is called
        again if an executor has broken. sagemock must be installed where the workers run.
    wait
        On a server, how many seconds, from 0 to 20, a Describe call waits for the final status of
        a job or endpoint. With 0 it returns at once. A call that creates or updates an endpoint
        waits for models of users' code for 20 seconds at most, or with 0 not at all.
    validation
        ``strict``: requests are rejected as on AWS. ``off``: requests are accepted as in plain
        moto, with its defaults, order of lists and error texts. Patterns,
        lengths and enums are not checked, objects in S3 need not exist, and endpoints that were
        never created return moto's canned response.
    lineage
        ``on``: jobs and endpoints create lineage entities and associations, as on AWS. ``off``:
        only calls of the lineage operations create them.
    containers
        ``built-in``: Amazon's algorithms and functions that a test registers run; jobs of other
        images complete without running. ``local``: scripts and commands of jobs also run, as
        processes on this machine, with the permissions of this user. They are not sandboxed: use
        it only for code that you trust.
    requirements
        Whether jobs install packages. ``skip``: ``pip install`` in a job does nothing, except for a
        line in the log. ``install``: it installs into a folder of the job.
    stop_grace
        How many seconds a process may continue after the stop signal, before it is killed.
    isolation
        How the folder of a job becomes ``/opt/ml`` of its processes. ``auto``: the first method
        that this machine allows. ``namespace``: Linux namespaces. ``proot``: the program proot.
        ``link``: a link at ``/opt/ml``, for one job at a time. ``folder``: paths are rewritten.

    Raises
    ------
    ValueError
        If the value of an option is invalid.
    TypeError
        If a number is not an int, or the executor is neither an executor nor callable.

    Examples
    --------
    >>> Config(training="background", max_workers=4).seed
    0
    >>> Config(training="later")
    Traceback (most recent call last):
    ValueError: training must be 'inline', 'background' or 'off', not 'later'
    """

    training: TrainingMode = "inline"
    max_workers: int = 2
    seed: int = 0
    waiting: Waiting = "instant"
    executor: Executor | Callable[[], Executor] | None = None
    wait: float = 5.0
    validation: Validation = "strict"
    lineage: LineageMode = "on"
    containers: Containers = "built-in"
    requirements: Requirements = "skip"
    stop_grace: float = 120.0
    isolation: Isolation = "auto"

    def __post_init__(self) -> None:
        _check("training", self.training, get_args(TrainingMode))
        _check("waiting", self.waiting, get_args(Waiting))
        _check("validation", self.validation, get_args(Validation))
        _check("lineage", self.lineage, get_args(LineageMode))
        _check("containers", self.containers, get_args(Containers))
        _check("requirements", self.requirements, get_args(Requirements))
        _check("isolation", self.isolation, get_args(Isolation))
        for name, number in (("max_workers", self.max_workers), ("seed", self.seed)):
            if not isinstance(number, int):
                raise TypeError(f"{name} must be a whole number, not {number!r}")
        if self.max_workers < 1:
            raise ValueError(f"max_workers must be at least 1, not {self.max_workers}")
        if not 0 <= self.wait <= LONGEST_WAIT:
            raise ValueError(f"wait must be from 0 to {LONGEST_WAIT} seconds, not {self.wait}")
        if not self.stop_grace >= 0:
            raise ValueError(f"stop_grace must be at least 0 seconds, not {self.stop_grace}")
        submits = hasattr(self.executor, "submit") or callable(self.executor)
        if self.executor is not None and not submits:
            raise TypeError(
                f"executor must be an Executor, or a function that returns one: {self.executor!r}"
            )


def _check(name: str, value: str, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        *others, last = map(repr, allowed)
        raise ValueError(f"{name} must be {', '.join(others)} or {last}, not {value!r}")
