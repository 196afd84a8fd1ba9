"""A command as a child process, with its exit status and signals as ours."""

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
"""Exit statuses as those of `env` and the shells."""

_FORWARDED = ("SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGUSR1", "SIGUSR2")


def run(command: Sequence[str], environment: Mapping[str, str]) -> int:
    """Run a command to its end; its exit status, or minus the signal that ended it."""
    try:
        child = subprocess.Popen(command, env=dict(environment))  # noqa: S603
    except FileNotFoundError:
        print(f"sagemock: {command[0]}: no such command", file=sys.stderr)
        return NOT_FOUND
    except OSError as error:
        print(f"sagemock: {command[0]}: {error.strerror or error}", file=sys.stderr)
        return NOT_EXECUTABLE
    with _forwarding(child):
        return child.wait()


def end_as(status: int) -> int:
    """The exit status for that of `run`; where a signal ended the command, it ends us too."""
    if status >= 0 or sys.platform == "win32":
        return status
    import resource

    # The command has left its core where it wanted to; ours would be of no use.
    resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
    sys.stdout.flush()
    if -status not in (signal.SIGKILL, signal.SIGSTOP):
        signal.signal(-status, signal.SIG_DFL)
    os.kill(os.getpid(), -status)
    return 128 - status


@contextmanager
def _forwarding(child: subprocess.Popen[bytes]) -> Iterator[None]:
    """Hand the signals that reach us on to the command, as long as it runs."""

    def forward(number: int, _: FrameType | None) -> None:
        if number in (signal.SIGINT, signal.SIGQUIT) and _from_terminal():
            return
        child.send_signal(number)

    before = {}
    for name in _FORWARDED:
        number = getattr(signal, name, None)
        # What we were told to ignore, as `nohup` does, the command ignores as well.
        if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
            before[number] = signal.signal(number, forward)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _from_terminal() -> bool:
    """Whether the keys of a terminal send signals to us, and so to the command as well.

    The terminal is asked itself: standard input may be a pipe or a file.
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
