"""The progressions of one world."""

from __future__ import annotations

from typing import Any

from sagemock import forks
from sagemock.jobs.engine import Progression
from sagemock.jobs.state import Phase


class Progressions:
    """The progressions of one world that have not ended, by kind and name of their resource."""

    def __init__(self) -> None:
        self._lock = forks.lock()
        self._active: dict[tuple[str, str], Progression[Any]] = {}
        forks.follow(self)

    def start(self, progression: Progression[Any]) -> None:
        """Start a progression, and keep it until it has ended."""
        key = (progression.workflow.kind, progression.workflow.name)

        def forget(_: object) -> None:
            with self._lock:
                # Another resource may have that name by now.
                if self._active.get(key) is progression:
                    del self._active[key]

        with self._lock:
            self._active[key] = progression
        progression.done.add_done_callback(forget)
        progression.start()

    def after_fork(self) -> None:
        """In a forked child: leave to the parent what only the parent can finish."""
        for progression in self.active():
            progression.after_fork()

    def get(self, kind: str, name: str) -> Progression[Any] | None:
        """Return the progression of a resource, or None if it has ended."""
        return self._active.get((kind, name))

    def active(self) -> list[Progression[Any]]:
        """Return all progressions, in the order of their start."""
        with self._lock:
            return [each for each in self._active.values() if each.phase is not Phase.ENDED]

    def settle(self) -> None:
        """Let those continue whose pace allows it. Costs nothing if there are none."""
        if self._active:
            for progression in self.active():
                progression.settle()

    def close(self) -> None:
        """Give up all progressions."""
        for clean_up in [progression.give_up() for progression in self.active()]:
            clean_up()
