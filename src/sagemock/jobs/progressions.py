"""Everything of one world that is on its way."""

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
        """Take a resource on its way."""
        key = (progression.workflow.kind, progression.workflow.name)

        def forget(_: object) -> None:
            with self._lock:
                # By now another resource may have that name.
                if self._active.get(key) is progression:
                    del self._active[key]

        with self._lock:
            self._active[key] = progression
        progression.done.add_done_callback(forget)
        progression.start()

    def after_fork(self) -> None:
        """In a child: leave to the parent what only the parent can finish."""
        for progression in self.active():
            progression.after_fork()

    def get(self, kind: str, name: str) -> Progression[Any] | None:
        """The progression of a resource that is on its way."""
        return self._active.get((kind, name))

    def active(self) -> list[Progression[Any]]:
        """All, in the order of their start."""
        with self._lock:
            return [each for each in self._active.values() if each.phase is not Phase.ENDED]

    def settle(self) -> None:
        """Take on all whose time has come; costs nothing while none is on its way."""
        if self._active:
            for progression in self.active():
                progression.settle()

    def close(self) -> None:
        """Give all of them up."""
        for clean_up in [progression.give_up() for progression in self.active()]:
            clean_up()
