"""What the containers of an endpoint print, before and after its instances have streams."""

from __future__ import annotations

from sagemock import forks
from sagemock.accounts.world import World
from sagemock.documents import Document
from sagemock.hosting import endpoint_log
from sagemock.resources import clock


class ContainerLog:
    """Keeps what starting containers print until their instances have log streams."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._lock = forks.lock()
        self._document: Document | None = None
        self._waiting: list[tuple[str, str, float, str]] = []

    def write(self, variant: str, host: str, text: str) -> None:
        """Write a line of one of a variant's containers, by its host name."""
        line = (variant, host, clock.now(), text)
        with self._lock:
            document = self._document
            if document is None:
                self._waiting.append(line)
                return
        endpoint_log.written(self._world, document, *line)

    def begin(self, document: Document) -> None:
        """Write the lines so far, and all further ones: the instances have streams now."""
        with self._lock:
            waiting, self._waiting = self._waiting, []
            self._document = document
        for line in waiting:
            endpoint_log.written(self._world, document, *line)
