"""Starts the hosts of a job as processes, follows them to their end, and leaves nothing running.

Each host has a supervisor; see `supervisor.py`.
"""

from __future__ import annotations

import selectors
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from sagemock.containers.base import Clock, Report, Stop
from sagemock.containers.local_process import placeholder
from sagemock.containers.local_process.child.supervision import KILL, STOP
from sagemock.containers.local_process.specification import HostProcess
from sagemock.containers.local_process.supervisor import HostExit, Supervisor, WayUnavailable

LOOK = 0.05
"""Seconds between two questions whether the job must stop."""


@dataclass(frozen=True, slots=True)
class JobExit:
    """How all hosts ended: in their order, with the first that failed, if any."""

    exits: Sequence[HostExit]
    failed: int | None
    stopped: bool


def run(
    hosts: Sequence[HostProcess],
    *,
    way: str,
    root: Path,
    grace: float,
    report: Report,
    stop: Stop,
    clock: Clock,
) -> JobExit:
    """Run the hosts until all have ended, or one has failed, or until `stop` returns true.

    Parameters
    ----------
    hosts
        What runs.
    way
        The way of isolation.
    root
        The folder of the job, which the supervisors delete if this process ends.
    grace
        Seconds from SIGTERM to SIGKILL.

    Raises
    ------
    WayUnavailable
        When the way of isolation does not work.
    """
    names = [host.name for host in hosts]
    supervisors: list[Supervisor] = []
    with ExitStack() as stack:
        if way == "proot" and not stack.enter_context(placeholder.shared()):
            raise WayUnavailable("another job has a link at /opt/ml")
        stack.callback(_close, supervisors)
        # Those that have been started are ended even if a later one cannot be.
        supervisors.extend(Supervisor(host, way, root, grace, names) for host in hosts)
        return _follow(supervisors, report, stop, clock)


def _close(supervisors: Sequence[Supervisor]) -> None:
    for supervisor in supervisors:
        supervisor.close()


def _follow(supervisors: Sequence[Supervisor], report: Report, stop: Stop, clock: Clock) -> JobExit:
    stopped, failed = False, None
    with selectors.DefaultSelector() as selector:
        for supervisor in supervisors:
            selector.register(supervisor.output, selectors.EVENT_READ, supervisor)
        while selector.get_map():
            for key, _ in selector.select(LOOK):
                if not key.data.read(report, clock):
                    selector.unregister(key.fileobj)
            for supervisor in supervisors:
                if supervisor.ended and supervisor.output in selector.get_map():
                    # What is in the pipe is read, even if a process that nobody could end has it.
                    supervisor.drain(report, clock)
                    selector.unregister(supervisor.output)
                if failed is None and supervisor.finished and supervisor.exit.status:
                    failed = supervisors.index(supervisor)
                    if not stopped:
                        for other in supervisors:
                            other.command(KILL)
            if not stopped and failed is None and stop():
                stopped = True
                for supervisor in supervisors:
                    supervisor.command(STOP)
    for supervisor in supervisors:
        supervisor.wait()
    exits = [supervisor.exit for supervisor in supervisors]
    if failed is None:
        failed = next((number for number, each in enumerate(exits) if each.status), None)
    return JobExit(exits, failed, stopped)
