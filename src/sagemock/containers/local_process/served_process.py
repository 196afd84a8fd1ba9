"""A process that runs until it is stopped, and whose output goes to the log of an endpoint."""

from __future__ import annotations

import selectors
import subprocess
import threading
import time
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from pathlib import Path

from sagemock import forks
from sagemock.containers.base import Log, LogLine
from sagemock.containers.local_process import placeholder
from sagemock.containers.local_process.child.supervision import STOP
from sagemock.containers.local_process.specification import HostProcess
from sagemock.containers.local_process.supervisor import (
    LOOK,
    PATIENCE,
    Supervisor,
    WayUnavailable,
)


class ServedProcess:
    """A process, its supervisor, and the thread that reads its output.

    Parameters
    ----------
    host
        What runs.
    way
        The way of isolation.
    root
        The folder of the container, which the supervisor deletes if this process ends.
    grace
        Seconds from SIGTERM to SIGKILL.
    log
        Takes lines of the output.
    pass_fds
        File descriptors that it inherits.

    Raises
    ------
    WayUnavailable
        When the way of isolation does not work.
    """

    def __init__(
        self,
        host: HostProcess,
        *,
        way: str,
        root: Path,
        grace: float,
        log: Log,
        pass_fds: Sequence[int] = (),
    ) -> None:
        self._log = log
        self._grace = grace
        self._lock = forks.lock()
        self._closed = threading.Event()
        with ExitStack() as stack:
            if way == "proot" and not stack.enter_context(placeholder.shared()):
                raise WayUnavailable("another job has a link at /opt/ml")
            # How an earlier process in this folder has ended.
            host.folder.joinpath("status.json").unlink(missing_ok=True)
            self._supervisor = Supervisor(host, way, root, grace, [host.name], pass_fds)
            stack.callback(self._supervisor.close)
            self._stack = stack.pop_all()
        self._reader = threading.Thread(
            target=self._follow, name=f"sagemock-{host.name}", daemon=True
        )
        self._reader.start()

    @property
    def ended(self) -> bool:
        """Whether it has ended, with all that it has started."""
        return self._supervisor.ended

    @property
    def exit_code(self) -> int:
        """Its exit status once it has ended: 128 and the number of a signal."""
        return self._supervisor.exit.code

    def ends_within(self, seconds: float) -> bool:
        """Wait for its end, but no longer than that. Returns whether it has ended."""
        with suppress(subprocess.TimeoutExpired):
            self._supervisor.wait(seconds)
        return self._supervisor.ended

    def wait(self) -> None:
        """Wait until it has ended by itself, and all its output is in the log."""
        self._supervisor.wait()
        self._reader.join(PATIENCE)

    def drain(self) -> None:
        """Write to the log what it has printed so far."""
        with self._lock:
            if not self._closed.is_set():
                self._supervisor.take(self._report, time.time)

    def stop(self) -> None:
        """Ask it to end, kill it if it does not, and wait until it has ended."""
        self._supervisor.command(STOP)
        deadline = time.monotonic() + self._grace + LOOK
        while not self._supervisor.ended and time.monotonic() < deadline:
            with suppress(subprocess.TimeoutExpired):
                self._supervisor.wait(LOOK)
        self.kill()

    def kill(self) -> None:
        """End it at once, and wait until it has ended."""
        # What is written to a full pipe would hold up the end, so the output is read meanwhile.
        self._supervisor.end()
        self._reader.join(PATIENCE)
        with self._lock:
            self._closed.set()
            self._stack.close()

    def _report(self, lines: Sequence[LogLine]) -> None:
        for line in lines:
            self._log(line.text)

    def _follow(self) -> None:
        with selectors.DefaultSelector() as selector:
            selector.register(self._supervisor.output, selectors.EVENT_READ)
            more = True
            while more:
                ended = self._supervisor.ended
                ready = selector.select(LOOK)
                with self._lock:
                    if self._closed.is_set():
                        return
                    if ready:
                        more = self._supervisor.take(self._report, time.time)
                    elif ended:
                        # A process that nobody could end may still have the pipe.
                        self._supervisor.drain(self._report, time.time)
                        more = False
