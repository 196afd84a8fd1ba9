"""What the console remembers of a world: no AWS resource, and gone at the next reset."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from sagemock import forks
from sagemock.accounts.world import World

MAX_REPORTS = 50
"""Reports that are kept of changes to several resources."""

MAX_VIEWS = 100
"""Saved views of a world."""

Arguments = Sequence[tuple[str, str]]
"""The arguments of a URL."""


@dataclass(frozen=True, slots=True)
class ChangeReport:
    """What became of a change to several resources.

    Attributes
    ----------
    title
        What was done, such as `Delete training jobs`.
    done
        The names of the resources that were changed.
    failures
        The names of those that were not, by AWS's error message.
    back
        The URL of the page that the change was made on.
    """

    title: str
    resource: str
    done: Sequence[str]
    failures: Sequence[tuple[str, Sequence[str]]]
    back: str


class ConsoleMemory:
    """What the console remembers of one world. Safe for many threads."""

    def __init__(self) -> None:
        self._lock = forks.lock()
        self._reports: dict[int, ChangeReport] = {}
        self._last = 0
        self._views: dict[str, Arguments] = {}

    @property
    def views(self) -> dict[str, Arguments]:
        """The arguments of saved searches, by the names that users gave them."""
        with self._lock:
            return dict(self._views)

    def save_view(self, name: str, arguments: Arguments) -> bool:
        """Save a search, in place of one that has the name; False if there are too many."""
        with self._lock:
            if name not in self._views and len(self._views) >= MAX_VIEWS:
                return False
            self._views[name] = arguments
            return True

    def delete_view(self, name: str) -> bool:
        """Forget a saved search. Returns whether there was one of that name."""
        with self._lock:
            return self._views.pop(name, None) is not None

    def add_report(self, report: ChangeReport) -> int:
        """Keep a report, and return its number; the oldest ones are forgotten."""
        with self._lock:
            self._last += 1
            self._reports[self._last] = report
            self._reports.pop(self._last - MAX_REPORTS, None)
            return self._last

    def report(self, number: int) -> ChangeReport | None:
        """Return the report of that number, None for one that is not kept."""
        return self._reports.get(number)


_lock = forks.lock()
_memories: WeakKeyDictionary[World, ConsoleMemory] = WeakKeyDictionary()


def memory_of(world: World) -> ConsoleMemory:
    """Return what the console remembers of a world, which a reset replaces."""
    with _lock:
        return _memories.setdefault(world, ConsoleMemory())
