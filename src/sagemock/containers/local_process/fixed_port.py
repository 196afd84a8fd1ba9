"""Port 8080, for servers that listen on no other: one of them runs at a time on this machine."""

from __future__ import annotations

import socket
import sys
from typing import Protocol

from sagemock import forks

FIXED = 8080
"""The port on which containers listen by default."""

GUARD = "\0sagemock-port-8080"
"""A name that belongs to whoever has the port, among all processes of this machine."""


class PortHolder(Protocol):
    """A server that has the port."""

    def suspend(self) -> None:
        """Leave the port, until the next request."""
        ...


class FixedPort:
    """Which server of this process has the port.

    Attributes
    ----------
    turn
        Held by whoever asks a server on the port, or starts one that may be.
    """

    def __init__(self) -> None:
        self.turn = forks.rlock()
        self._holder: PortHolder | None = None
        self._guard: socket.socket | None = None
        forks.follow(self)

    def take(self, server: PortHolder) -> bool:
        """Let a server have the port, in the place of another one of this process.

        Returns
        -------
        Whether it can: not if a program of somebody else, or a server of another process, has it.
        """
        with self.turn:
            if self._holder is not None and self._holder is not server:
                self._holder.suspend()
                self._leave()
            if self._holder is None:
                if not self._guarded() or _is_taken():
                    self._leave()
                    return False
                self._holder = server
            return True

    def give(self, server: PortHolder) -> None:
        """Leave the port to others, if the server has it."""
        with self.turn:
            if self._holder is server:
                self._leave()

    def after_fork(self) -> None:
        """Leave the port to the parent."""
        self._leave()

    def _leave(self) -> None:
        self._holder = None
        if self._guard is not None:
            self._guard.close()
            self._guard = None

    def _guarded(self) -> bool:
        if sys.platform != "linux":
            return True
        guard = socket.socket(socket.AF_UNIX)
        try:
            guard.bind(GUARD)
        except OSError:
            guard.close()
            return False
        self._guard = guard
        return True


def _is_taken() -> bool:
    with socket.socket() as caller:
        caller.settimeout(1)
        return caller.connect_ex(("127.0.0.1", FIXED)) == 0


fixed_port = FixedPort()
