"""Where a page ended: the next one continues there, whatever has come or gone meanwhile."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sagemock.documents import Document
from sagemock.query.query import Query


@dataclass(frozen=True, slots=True)
class Bookmark:
    """The last document of a page.

    Parameters
    ----------
    value : Any
        What it is sorted by, as the document holds it; None without such a value.
    key : str
        What identifies it.
    """

    value: Any
    key: str

    @classmethod
    def of(cls, document: Document, query: Query) -> Bookmark:
        """The bookmark of a document in the results of a query."""
        sort_by = query.sort_by
        return cls(None if sort_by is None else sort_by.first(document), str(document[query.key]))

    def before(self, document: Document, query: Query) -> bool:
        """Whether the results of a query have a document after the bookmark."""
        other = Bookmark.of(document, query)
        if query.sort_by is not None and self.value != other.value:
            if self.value is None or other.value is None:
                return other.value is None
            mine, others = map(query.sort_by.sort_key, (self.value, other.value))
            if mine != others:
                return bool(mine > others if query.descending else mine < others)
        return self.key < other.key
