"""A table of documents, each identified by one of its properties."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from typing import Any

Document = Mapping[str, Any]
Change = Mapping[str, Any] | Callable[[Document], Document]


class DuplicateKey(Exception):
    """A document of that key is in the table already."""


class Table:
    """Documents by key, in the order in which they were inserted.

    A document is never changed in place: a change puts a new one in its place, so that whoever
    holds one holds a consistent state. Safe for many threads; `lock` is for callers that need
    to look and then act.
    """

    def __init__(self, key: str) -> None:
        self.key = key
        self.lock = threading.RLock()
        self._documents: dict[str, Document] = {}

    def insert(self, document: Document) -> None:
        """Add a document. Raises `DuplicateKey`."""
        key = document[self.key]
        with self.lock:
            if key in self._documents:
                raise DuplicateKey(key)
            self._documents[key] = document

    def get(self, key: str) -> Document | None:
        """The document of that key, or None."""
        return self._documents.get(key)

    def replace(self, document: Document) -> None:
        """Put a document in the place of the one with its key. Raises KeyError."""
        self.update(document[self.key], lambda _: document)

    def update(self, key: str, change: Change) -> Document:
        """Change a document as one step, and give the new one. Raises KeyError.

        A mapping is laid over the old document; a function gets the old one and makes the new.
        """
        with self.lock:
            old = self._documents[key]
            new = change(old) if callable(change) else {**old, **change}
            self._documents[key] = new
            return new

    def delete(self, key: str) -> Document:
        """Remove a document and give it. Raises KeyError."""
        with self.lock:
            return self._documents.pop(key)

    def documents(self) -> list[Document]:
        """All documents as they are now, in the order of insertion."""
        with self.lock:
            return list(self._documents.values())

    def __len__(self) -> int:
        return len(self._documents)

    def __contains__(self, key: object) -> bool:
        return key in self._documents

    def __iter__(self) -> Iterator[Document]:
        return iter(self.documents())
