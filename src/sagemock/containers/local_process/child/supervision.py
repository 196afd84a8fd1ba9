"""Runs steps one after the other, and ends all processes that they leave."""

from __future__ import annotations

import json
import os
import select
import signal
import time
from contextlib import suppress

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any, Protocol

    class Others(Protocol):
        """The processes that steps have started, the steps themselves included."""

        def signal(self, number: int) -> None:
            """Send all of them a signal."""
            ...


ENDED = 0
"""Exit status of a supervisor whose steps have ended, as its status file says."""

UNAVAILABLE = 75
"""Exit status of a supervisor whose way of isolation does not work."""

KILLED = 76
"""Exit status of a supervisor that was commanded to kill."""

ORPHANED = 77
"""Exit status of a supervisor whose parent has ended."""

STOP, KILL = b"s", b"k"
"""Commands: end with SIGTERM and time to react, and end at once."""

LOOK = 1.0
"""Seconds between two looks at whether the parent lives: its end of the pipe may be inherited by
another process."""

PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36


def adopt_orphans() -> None:
    """Let processes whose parent has ended become children of this one, where Linux can do so."""
    import ctypes

    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def end_with_parent() -> None:
    """Let Linux kill this process when its parent ends."""
    import ctypes

    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


class Everyone:
    """All processes of this PID namespace, whose first process this is.

    Raises
    ------
    RuntimeError
        In a process that is not the first of its namespace: all processes of the user would be
        meant.
    """

    def __init__(self) -> None:
        if os.getpid() != 1:
            raise RuntimeError("only the first process of a namespace may end all others")

    def signal(self, number: int) -> None:
        """Send all of them a signal."""
        with suppress(ProcessLookupError):
            os.kill(-1, number)


class Descendants:
    """All processes below this one."""

    def signal(self, number: int) -> None:
        """Send all of them a signal."""
        for pid in descendants(os.getpid()):
            with suppress(ProcessLookupError, PermissionError):
                os.kill(pid, number)


def descendants(ancestor: int) -> list[int]:
    """Return the processes below one, itself not included, as `/proc` shows them."""
    children: dict[int, list[int]] = {}
    for name in os.listdir("/proc") if os.path.isdir("/proc") else ():
        if name.isdigit():
            with suppress(OSError, ValueError), open(f"/proc/{name}/stat", "rb") as file:
                # The name of the program, in parentheses, may contain anything.
                fields = file.read().rpartition(b")")[2].split()
                children.setdefault(int(fields[1]), []).append(int(name))
    below, queue = [], [ancestor]
    while queue:
        for child in children.get(queue.pop(), ()):
            below.append(child)
            queue.append(child)
    return below


class _Watch:
    """Waits for commands and for the end of children."""

    def __init__(self, control: int, parent: int | None) -> None:
        self._control: int | None = control
        self._parent = parent
        self._woken, waker = os.pipe()
        os.set_blocking(self._woken, False)
        os.set_blocking(waker, False)
        signal.set_wakeup_fd(waker, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)

    def wait(self, seconds: float) -> bytes | None:
        """Wait for at most some seconds. Returns a command, `b""` for an orphan, or None."""
        watched = [self._woken] + ([] if self._control is None else [self._control])
        ready, _, _ = select.select(watched, [], [], max(0.0, min(seconds, LOOK)))
        if self._woken in ready:
            with suppress(BlockingIOError):
                os.read(self._woken, 4096)
        if self._control in ready and self._control is not None:
            command = os.read(self._control, 1)
            if not command:
                self._control = None
            return command
        if self._parent is not None and os.getppid() != self._parent:
            self._parent = None
            return b""
        return None


def run(spec: Mapping[str, Any], control: int, others: Others, parent: int | None) -> int:
    """Run the steps until one fails, and write how they ended to the status file.

    Parameters
    ----------
    spec
        See `sagemock.containers.local_process.specification`.
    control
        Where commands come from.
    others
        The processes that are ended with the last step.
    parent
        The process without which this one must not run; None to rely on commands.
    """
    for note in spec["notes"]:
        os.write(1, f"{note}\n".encode())
    watch = _Watch(control, parent)
    result: dict[str, int] = {}
    outcome = ENDED
    for number, step in enumerate(spec["steps"]):
        pid = _start(step, spec["environment"])
        outcome, status, deadline = _until_end(pid, watch, others, spec)
        result = {"step": number, "status": status}
        if outcome != ENDED or deadline is not None:
            _let_others_end(watch, others, deadline if outcome == ENDED else 0.0)
            break
        if status:
            break
    _kill(others)
    if outcome == ENDED:
        path = spec["status"]
        with open(path + ".new", "w", encoding="utf-8") as file:
            json.dump(result, file)
        os.rename(path + ".new", path)
    return outcome


def _start(step: Mapping[str, Any], environment: Mapping[str, str]) -> int:
    arguments = step["arguments"]
    pid = os.fork()
    if pid:
        return pid
    code = 127
    try:
        os.setsid()
        for number in (signal.SIGINT, signal.SIGCHLD, signal.SIGPIPE, signal.SIGXFSZ):
            signal.signal(number, signal.SIG_DFL)
        signal.set_wakeup_fd(-1)
        null = os.open(os.devnull, os.O_RDONLY)
        os.dup2(null, 0)
        os.chdir(step["folder"])
        os.execvpe(arguments[0], arguments, environment)  # noqa: S606 - as Docker starts it
    except FileNotFoundError:
        os.write(2, f'exec: "{arguments[0]}": executable file not found in $PATH\n'.encode())
    except OSError as error:
        code = 126
        os.write(2, f'exec: "{arguments[0]}": {(error.strerror or "").lower()}\n'.encode())
    finally:
        os._exit(code)


def _until_end(
    pid: int, watch: _Watch, others: Others, spec: Mapping[str, Any]
) -> tuple[int, int, float | None]:
    """Wait for a step. Returns the outcome, its status, and when a stop has to be over."""
    deadline: float | None = None
    while True:
        status = _reaped().get(pid)
        if status is not None:
            return ENDED, status, deadline
        left = LOOK if deadline is None else deadline - time.monotonic()
        command = watch.wait(left)
        if command == STOP and deadline is None:
            deadline = time.monotonic() + spec["grace"]
            with suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGTERM)
        elif command in (KILL, b""):
            return (KILLED if command else ORPHANED), 0, None
        elif deadline is not None and time.monotonic() >= deadline:
            others.signal(signal.SIGKILL)
            _, status = os.waitpid(pid, 0)
            return ENDED, status, deadline


def _let_others_end(watch: _Watch, others: Others, deadline: float | None) -> None:
    """After a shell that was stopped: let what it has started react as well."""
    if deadline is None or deadline <= time.monotonic():
        return
    others.signal(signal.SIGTERM)
    while _has_children() and (left := deadline - time.monotonic()) > 0:
        if watch.wait(left) in (KILL, b""):
            return
        _reaped()


def _kill(others: Others) -> None:
    pause = 0.0005
    while _has_children():
        others.signal(signal.SIGKILL)
        _reaped()
        time.sleep(pause)
        pause = min(2 * pause, 0.05)


def _reaped() -> dict[int, int]:
    """Reap all children that have ended. Returns their statuses."""
    ended: dict[int, int] = {}
    with suppress(ChildProcessError):
        while True:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if not pid:
                break
            ended[pid] = status
    return ended


def _has_children() -> bool:
    try:
        os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:
        return False
    return True


def await_child(child: int, parent: int) -> int:
    """Wait for the child that supervises. Returns the exit status of the program."""
    read, write = os.pipe()
    watch = _Watch(read, parent)
    while True:
        status = _reaped().get(child)
        if status is not None:
            os.close(write)
            return os.waitstatus_to_exitcode(status) if os.WIFEXITED(status) else KILLED
        if watch.wait(LOOK) == b"":
            os.kill(child, signal.SIGKILL)
            # Its own child ends with it, and all that is in the namespace.
            while _has_children():
                os.wait()
            return ORPHANED
