"""What users have registered in this process, and for how long.

A registration may end with the mock, fixture or server that is on when it is made: its scope.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sagemock import forks
from sagemock.config import Config

if TYPE_CHECKING:
    from sagemock.containers.container import Container


@dataclass(frozen=True, slots=True)
class _Entry:
    number: int
    container: Container
    scope: object | None


class Registrations:
    """The containers of users, the latest first, and the scopes that are open."""

    def __init__(self) -> None:
        self._lock = forks.lock()
        self._numbers = itertools.count(1)
        # Both are replaced as a whole, so that readers take no lock.
        self._entries: tuple[_Entry, ...] = ()
        self._scopes: tuple[object, ...] = ()
        self.options = Config()
        """The options of the mock or server that is on; the defaults while none is."""

    @property
    def containers(self) -> tuple[Container, ...]:
        """The containers, the latest first."""
        return tuple(entry.container for entry in self._entries)

    def open(self, scope: object) -> None:
        """Let scoped registrations end with a mock or server, until a later one is on."""
        with self._lock:
            self._scopes = (*self._scopes, scope)

    def close(self, scope: object) -> None:
        """End what has been registered in a scope."""
        with self._lock:
            self._scopes = tuple(other for other in self._scopes if other is not scope)
            self._entries = tuple(entry for entry in self._entries if entry.scope is not scope)

    def use(self, options: Config) -> None:
        """Note the options in force."""
        self.options = options

    def add(self, container: Container, *, scoped: bool) -> int:
        """Put a container ahead of all others. Returns the number to remove it by.

        Parameters
        ----------
        container
            What to register.
        scoped
            Whether it ends with the mock or server that is on, if one is.
        """
        with self._lock:
            scope = self._scopes[-1] if scoped and self._scopes else None
            entry = _Entry(next(self._numbers), container, scope)
            self._entries = (entry, *self._entries)
            return entry.number

    def remove(self, number: int) -> bool:
        """Take a registration back. Returns whether it was still there."""
        with self._lock:
            others = tuple(entry for entry in self._entries if entry.number != number)
            removed = len(others) < len(self._entries)
            self._entries = others
            return removed

    def remove_container(self, container: Container) -> None:
        """Take back all registrations of a container. Raises KeyError if there are none."""
        with self._lock:
            others = tuple(entry for entry in self._entries if entry.container is not container)
            if len(others) == len(self._entries):
                raise KeyError(container.name)
            self._entries = others


registrations = Registrations()
