"""The process that supervises a host, as seen from the process of the mock.

It (`child/`) enters the way of isolation, runs the host's steps and ends all their processes. It
gets commands to stop or to kill on its standard input, whose end it also takes for the end of this
process.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sagemock.algorithms.base import JobFailure
from sagemock.containers.base import Clock, LogLine, Report
from sagemock.containers.local_process.child.supervision import KILL, UNAVAILABLE
from sagemock.containers.local_process.specification import HostProcess, specification
from sagemock.containers.local_process.streams import LineReader
from sagemock.containers.local_process.tree import ML

PROGRAM = Path(__file__).with_name("child")

LOOK = 0.05
"""Seconds between two looks whether a supervisor has ended."""

PATIENCE = 10.0
"""Seconds for a supervisor to kill what it has started, before it is killed itself."""

PIECE = 1 << 16
"""Bytes of output that are read at a time."""

PIPE = 1 << 20
"""Bytes that a pipe has at most."""

SIGKILLED = 9
"""The wait status of a process that was killed."""


@dataclass(frozen=True, slots=True)
class HostExit:
    """How a host ended.

    Attributes
    ----------
    step
        The index of the last step that ran.
    status
        Its exit status; minus the number of the signal that ended it.
    """

    step: int
    status: int

    @property
    def code(self) -> int:
        """The exit status of a container: 128 and the number of the signal."""
        return self.status if self.status >= 0 else 128 - self.status


class WayUnavailable(JobFailure):
    """A way of isolation does not work on this machine; the text says why."""


class Supervisor:
    """The process that supervises a host, as seen from here.

    Parameters
    ----------
    host, way, root, grace, names
        As in `specification`.
    pass_fds
        File descriptors that the steps of the host inherit.
    """

    def __init__(
        self,
        host: HostProcess,
        way: str,
        root: Path,
        grace: float,
        names: Sequence[str],
        pass_fds: Sequence[int] = (),
    ) -> None:
        self._name = host.name
        self._lines = LineReader()
        self._first = b""
        self._status = host.folder / "status.json"
        spec = host.folder / "spec.json"
        spec.write_text(json.dumps(specification(host, way, root, grace, names)))
        self._process = subprocess.Popen(  # noqa: S603 - this is what the user asks for
            [*_proot(host, way), sys.executable, "-I", "-S", str(PROGRAM), str(spec)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            bufsize=0,
            cwd=host.folder,
            start_new_session=True,
            pass_fds=pass_fds,
        )
        assert self._process.stdout is not None
        self.output = self._process.stdout
        os.set_blocking(self.output.fileno(), False)

    def read(self, report: Report, clock: Clock) -> bool:
        """Read what is there, and report it. Returns false at the end of the output."""
        try:
            data = os.read(self.output.fileno(), PIECE)
        except BlockingIOError:
            return True
        self._report(data, report, clock)
        return bool(data)

    def take(self, report: Report, clock: Clock) -> bool:
        """Read all that is there, and report it. Returns false at the end of the output."""
        while True:
            try:
                data = os.read(self.output.fileno(), PIECE)
            except BlockingIOError:
                return True
            self._report(data, report, clock)
            if not data:
                return False

    def drain(self, report: Report, clock: Clock) -> None:
        """Read what is there when the supervisor has ended."""
        for _ in range(PIPE // PIECE):
            try:
                data = os.read(self.output.fileno(), PIECE)
            except BlockingIOError:
                break
            if not data:
                break
            self._report(data, report, clock)
        self._report(b"", report, clock)

    def _report(self, data: bytes, report: Report, clock: Clock) -> None:
        lines = self._lines.feed(data) if data else self._lines.end()
        self._first = self._first or data[:PIECE]
        if lines:
            now = int(clock() * 1000)
            report([LogLine(self._name, now, line) for line in lines])

    @property
    def ended(self) -> bool:
        """Whether the supervisor has ended."""
        return self._process.poll() is not None

    @property
    def finished(self) -> bool:
        """Whether the steps have ended, as the supervisor has written down."""
        return self._status.exists()

    @property
    def exit(self) -> HostExit:
        """How the steps ended; killed, if nothing is known."""
        if self._process.poll() == UNAVAILABLE:
            raise WayUnavailable(self._first.decode(errors="replace").strip())
        try:
            result: dict[str, Any] = json.loads(self._status.read_bytes())
        except FileNotFoundError:
            return HostExit(0, os.waitstatus_to_exitcode(SIGKILLED))
        return HostExit(result["step"], os.waitstatus_to_exitcode(result["status"]))

    def command(self, command: bytes) -> None:
        """Send a command."""
        assert self._process.stdin is not None
        with suppress(BrokenPipeError, ValueError):
            self._process.stdin.write(command)

    def wait(self, seconds: float | None = None) -> None:
        """Wait until the supervisor has ended. Raises subprocess.TimeoutExpired."""
        self._process.wait(seconds)

    def close(self) -> None:
        """Kill what still runs."""
        self.end()
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe is not None
            with suppress(BrokenPipeError):
                pipe.close()

    def end(self) -> None:
        """Kill what still runs, and wait until the supervisor has ended."""
        if self._process.poll() is None:
            self.command(KILL)
            # What is written to a full pipe would hold up the end.
            deadline = time.monotonic() + PATIENCE
            while self._process.poll() is None and time.monotonic() < deadline:
                with suppress(subprocess.TimeoutExpired):
                    self._process.wait(LOOK)
            if self._process.poll() is None:
                self._process.kill()
                self._process.wait()


def _proot(host: HostProcess, way: str) -> list[str]:
    """What comes before the command of a supervisor that runs in `proot`."""
    if way != "proot":
        return []
    binds = ["-b", f"{host.folder / 'ml'}:{ML}", "-b", f"{host.folder / 'hosts'}:/etc/hosts"]
    return [shutil.which("proot") or "proot", *binds, "-w", str(host.folder)]
