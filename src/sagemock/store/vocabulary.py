"""The words that the documents of a table use, counted as documents come and go."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable
from typing import Any, Generic, TypeVar

from sagemock import forks
from sagemock.documents import Document
from sagemock.store.rows import Rows
from sagemock.store.table import Table

Word = TypeVar("Word", bound=Hashable)


class Vocabulary(Generic[Word]):
    """The words in the living documents of one table, of which each is read only once.

    Safe for many threads.

    Parameters
    ----------
    words : Callable[[Document], Iterable[Word]]
        Returns the words of a document.
    """

    def __init__(self, words: Callable[[Document], Iterable[Word]]) -> None:
        self._words = words
        self._lock = forks.lock()
        self._rows: Rows[Any] | None = None
        self._size = self._deaths = 0
        self._counts: Counter[Word] = Counter()

    def of(self, table: Table[Any]) -> list[Word]:
        """All words that are in use now."""
        with self._lock:
            rows, size, deaths = table.snapshot()
            if rows is not self._rows:
                # The table has dropped its dead rows, and numbered the others anew.
                self._rows, self._size, self._deaths = rows, 0, 0
                self._counts.clear()
            for document in rows.documents[self._size : size]:
                self._counts.update(self._words(document))
            for row in rows.dead[self._deaths : deaths]:
                self._counts.subtract(self._words(rows.documents[row]))
            self._size, self._deaths = size, deaths
            return [word for word, count in self._counts.items() if count > 0]
