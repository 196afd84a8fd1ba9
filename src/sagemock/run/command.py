"""Runs a command as a child process, and passes on its exit status and signals."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import FrameType

NOT_FOUND = 127
NOT_EXECUTABLE = 126
"""Exit statuses, the same as those of `env` and shells."""

_FORWARDED = ("SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGUSR1", "SIGUSR2")


def run(command: Sequence[str], environment: Mapping[str, str]) -> int:
    """Run a command.

    Parameters
    ----------
    command
        The command and its arguments.
    environment
        Its environment variables.

    Returns
    -------
    The exit status of the command, or minus the number of the signal that ended it.
    """
    try:
        child = subprocess.Popen(command, env=dict(environment))  # noqa: S603
    except FileNotFoundError:
        print(f"sagemock: {command[0]}: command not found", file=sys.stderr)
        return NOT_FOUND
    except OSError as error:
        print(f"sagemock: {command[0]}: {error.strerror or error}", file=sys.stderr)
        return NOT_EXECUTABLE
    with _forwarding(child):
        return child.wait()


def end_as(status: int) -> int:
    """Return an exit status for that of `run`, or exit by the signal that ended the command."""
    if status >= 0 or sys.platform == "win32":
        return status
    import resource

    # The command has dumped its own core; another one of this process is useless.
    resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
    sys.stdout.flush()
    if -status not in (signal.SIGKILL, signal.SIGSTOP):
        signal.signal(-status, signal.SIG_DFL)
    os.kill(os.getpid(), -status)
    return 128 - status


@contextmanager
def _forwarding(child: subprocess.Popen[bytes]) -> Iterator[None]:
    """Forward signals to the command, as long as it runs."""

    def forward(number: int, _: FrameType | None) -> None:
        if number in (signal.SIGINT, signal.SIGQUIT) and _from_terminal():
            return
        child.send_signal(number)

    handlers = {}
    for name in _FORWARDED:
        number = getattr(signal, name, None)
        # Signals that are ignored here, as under `nohup`, are ignored by the command as well.
        if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
            handlers[number] = signal.signal(number, forward)
    try:
        yield
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)


def _from_terminal() -> bool:
    """Whether a terminal sends the signals of its keys to this process, and so to the command.

    Asks the controlling terminal, because standard input may be a pipe or a file.
    """
    try:
        terminal = os.open(os.ctermid(), os.O_RDONLY | os.O_NOCTTY)
    except (AttributeError, OSError):
        return False
    try:
        return os.tcgetpgrp(terminal) == os.getpgrp()
    except OSError:
        return False
    finally:
        os.close(terminal)
