"""The log of a job whose container is a function: what it says, and what it logs by `logging`."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Protocol

from sagemock import forks
from sagemock.algorithms.base import Stopped
from sagemock.containers.callbacks import Clock, LogLine, Report

OWN = "sagemock"
"""The logger of sagemock itself, whose records are about the mock and not from the function."""


class FunctionLog:
    """Writes lines to the log of a job.

    Parameters
    ----------
    host
        The host whose log it is.
    report
        Takes the lines.
    clock
        For the times of the lines.
    """

    def __init__(self, host: str, report: Report, clock: Clock) -> None:
        self._host = host
        self._report = report
        self._clock = clock
        # The function may have threads.
        self._lock = forks.lock()

    def write(self, text: str) -> None:
        """Write a text, each of its lines by itself."""
        milliseconds = int(self._clock() * 1000)
        lines = [LogLine(self._host, milliseconds, line) for line in text.splitlines()]
        if lines:
            with self._lock:
                self._report(lines)


class LineLog:
    """Writes lines to the log of an endpoint, which knows their times.

    Parameters
    ----------
    log
        Takes a text.
    """

    def __init__(self, log: Callable[[str], None]) -> None:
        self._log = log
        self._lock = forks.lock()

    def write(self, text: str) -> None:
        """Write a text, each of its lines by itself."""
        with self._lock:
            for line in text.splitlines():
                self._log(line)


class TextLog(Protocol):
    """Takes texts for a log."""

    def write(self, text: str) -> None:
        """Write a text, each of its lines by itself."""
        ...


_current: ContextVar[TextLog | None] = ContextVar("sagemock_function_log", default=None)


class _ToCurrentLog(logging.Handler):
    """Hands records to the log of the job whose function emits them."""

    def emit(self, record: logging.LogRecord) -> None:
        log = _current.get()
        if log is None or record.name.partition(".")[0] == OWN:
            return
        # What is logged while the line is written is not from the function.
        token = _current.set(None)
        try:
            log.write(self.format(record))
        except Stopped:
            # The world of the job is closed: nobody reads its log any more.
            return
        except Exception:
            self.handleError(record)
        finally:
            _current.reset(token)


_lock = forks.lock()
_handler = _ToCurrentLog()
_users = 0


@contextmanager
def captured(log: TextLog) -> Iterator[None]:
    """Send what is logged in this context to the log of a job or an endpoint.

    The levels of loggers stay as they are, and so do their other handlers. Threads have a context
    of their own, and are not captured.
    """
    _count(1)
    token = _current.set(log)
    try:
        yield
    finally:
        _current.reset(token)
        _count(-1)


def _count(change: int) -> None:
    """Have the handler on the root logger while a function runs."""
    global _users
    with _lock:
        _users += change
        if _users == 0:
            logging.getLogger().removeHandler(_handler)
        elif _users == change:
            logging.getLogger().addHandler(_handler)
