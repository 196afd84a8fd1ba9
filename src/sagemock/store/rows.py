"""The rows of a table: every state that each of its documents has had."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, NamedTuple

from sagemock.documents import D


class Rows(Generic[D]):
    """The rows of a table, until so many are dead that it starts anew with others.

    Attributes
    ----------
    documents : list[D]
        By row; only ever grows.
    dead : list[int]
        Rows in the order in which they died; only ever grows.
    row_of : dict[str, int]
        The living row of each key.
    now : tuple[int, int]
        How many rows and deaths readers see. A single assignment publishes a whole write.
    """

    __slots__ = ("dead", "documents", "now", "row_of")

    def __init__(self, key: str, documents: list[D], fold: Callable[[str], str] = str) -> None:
        self.documents = documents
        self.dead: list[int] = []
        self.row_of = {fold(document[key]): row for row, document in enumerate(documents)}
        self.now = (len(documents), 0)


class Snapshot(NamedTuple, Generic[D]):
    """A table at a moment: its first `size` rows, less its first `deaths` dead ones."""

    rows: Rows[D]
    size: int
    deaths: int

    def __len__(self) -> int:
        return self.size - self.deaths

    def documents(self) -> list[D]:
        """The living documents, the longest unchanged first."""
        documents = self.rows.documents[: self.size]
        if self.deaths:
            dead = set(self.rows.dead[: self.deaths])
            return [each for row, each in enumerate(documents) if row not in dead]
        return documents
