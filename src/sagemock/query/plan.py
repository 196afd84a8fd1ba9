"""How a search is answered from an index: by the cheapest of the ways that it offers.

Walking follows the requested order and tests each row until the page is full. Gathering finds the
matching rows first, by postings or by whole columns, and then sorts them, or marks them and walks
the order from mark to mark. Costs are in nanoseconds, as measured on one machine; only their ratios
matter.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sagemock.documents import Document
from sagemock.query.expression import conditions_of
from sagemock.query.match import AllMatch, match
from sagemock.query.query import Query, QueryResult
from sagemock.query.scan import in_order
from sagemock.store import Table

TEST = 4.0
"""To test one row during a walk."""
SORT = 1500.0
"""To read the sort value of one document and sort it in."""
MARK = 2.0
"""To mark one matching row before a walk."""
CHUNK = 256
"""Rows that a walk tests in its first step; each further step doubles."""


@dataclass(slots=True)
class Plan:
    """What was chosen for a search, and why; `str()` makes it readable."""

    rows: int = 0
    steps: list[tuple[str, tuple[object, ...]]] = field(default_factory=list)

    def say(self, text: str, *values: object) -> None:
        """Add a step, which is only formatted by `str()`."""
        self.steps.append((text, values))

    def __str__(self) -> str:
        lines = (text.format(*values) for text, values in self.steps)
        return "\n".join([f"of {self.rows:,} documents", *lines])


def execute(table: Table[Any], query: Query, plan: Plan) -> QueryResult:
    """Run a query on a table's index, and record in `plan` how."""
    search = _Search(table, query, plan)
    return search.whole() if search.unconditional else search.filtered()


class _Search:
    """One search. All of its steps see the table as of the same moment."""

    def __init__(self, table: Table[Any], query: Query, plan: Plan) -> None:
        self._table = table
        self._query = query
        self._plan = plan
        fields = {each.prop.name: each.prop for each in conditions_of(query.expression)}
        self._fields = list(fields.values())
        self._view = table.view(self._fields)
        plan.rows = len(self._view)
        self._match = match(self._view, query.expression)
        self.unconditional = isinstance(self._match, AllMatch) and (
            not self._match.parts and self._match.exact
        )

    def whole(self) -> QueryResult:
        """A page of all documents, which is a slice of the order."""
        query = self._query
        self._arrange()
        rows = self._view.order[query.start : query.end]
        self._plan.say("takes a slice of the order by {}", self._order_text)
        return QueryResult(self._documents(rows), len(self._view))

    def filtered(self) -> QueryResult:
        """A page of the documents that match, by whichever way costs least."""
        total = self._match.count
        if total is not None and self._walking(total) < self._sorting(total):
            self._arrange()
            total = self._match.count
            if total is not None:
                return QueryResult(self._walk(total), total)
        hits = self._hits()
        total = len(hits)
        if self._sorting(total) <= self._walking(total) + MARK * total:
            return QueryResult(self._sorted(hits), total)
        if not self._arrange():
            hits = self._hits()
        return QueryResult(self._marked(hits), len(hits))

    # Costs

    def _walking(self, total: int) -> float:
        """Of following the order until the page is full, or to its end for the last page."""
        rows, end = len(self._view), self._query.end
        return TEST * (rows if total <= end else rows * end / total)

    def _sorting(self, total: int) -> float:
        return SORT * total

    # Steps

    def _arrange(self) -> bool:
        """Get the order, and the view of the same moment.

        False when the table has been written to meanwhile, so that earlier hits are out of date.
        """
        query = self._query
        before = self._view
        self._view = self._table.view(self._fields, (query.sort_by, query.descending))
        if self._view.same_moment(before):
            return True
        self._match = match(self._view, query.expression)
        return False

    @property
    def _order_text(self) -> str:
        sort_by = self._query.sort_by
        if sort_by is None:
            return self._query.key
        return f"{sort_by.name}, {'descending' if self._query.descending else 'ascending'}"

    def _walk(self, total: int) -> list[Document]:
        """A page of `total` matches, found by walking the order."""
        self._plan.say("counts {:,} where {}", total, self._match.text)
        self._plan.say(
            "walks the order by {}, testing about {:,.0f} rows",
            self._order_text,
            self._walking(total) / TEST,
        )
        return self._documents(_follow(self._view.order, self._match.at, self._query))

    def _hits(self) -> NDArray[np.int32]:
        """The living rows that match."""
        view, matching, plan = self._view, self._match, self._plan
        for part in getattr(matching, "parts", [matching]):
            plan.say("expects {:,.0f} where {}", part.share * len(view), part.text)
        rows = matching.postings()
        if rows is not None:
            rows = view.living(rows)
            plan.say("gathers the postings of the rarest")
        else:
            mask = matching.at(slice(0, view.size))
            alive = view.mask()
            rows = np.flatnonzero(mask if alive is None else mask & alive).astype(np.int32)
            plan.say("compares whole columns")
        if not matching.exact:
            plan.say("tests {:,} documents one by one", len(rows))
            test, documents = self._query.expression.test, view.documents
            rows = np.array([row for row in rows.tolist() if test(documents[row])], np.int32)
        plan.say("finds {:,}", len(rows))
        return rows

    def _sorted(self, hits: NDArray[np.int32]) -> list[Document]:
        query = self._query
        self._plan.say("sorts these by {}", self._order_text)
        ordered = in_order(
            self._documents(hits),
            query.key,
            query.sort_by,
            descending=query.descending,
        )
        return ordered[query.start : query.end]

    def _marked(self, hits: NDArray[np.int32]) -> list[Document]:
        """A page of many hits, which are marked so that a walk finds them."""
        marks = np.zeros(self._view.size, bool)
        marks[hits] = True
        self._plan.say(
            "walks the order by {}, passing about {:,.0f} rows",
            self._order_text,
            self._walking(len(hits)) / TEST,
        )
        return self._documents(_follow(self._view.order, marks.__getitem__, self._query))

    def _documents(self, rows: NDArray[np.int32]) -> list[Document]:
        documents = self._view.documents
        return [documents[row] for row in rows.tolist()]


def _follow(
    order: NDArray[np.int32],
    holds: Callable[[NDArray[np.int32]], NDArray[np.bool_]],
    query: Query,
) -> NDArray[np.int32]:
    """The rows of the page, in order: chunks are tested until there are enough."""
    chunks: list[NDArray[np.int32]] = []
    count, start, size = 0, 0, max(CHUNK, query.end)
    while count < query.end and start < len(order):
        rows = order[start : start + size]
        matching = rows[holds(rows)]
        chunks.append(matching)
        count += len(matching)
        start += size
        size *= 2
    if not chunks:
        return order[:0]
    return np.concatenate(chunks)[query.start : query.end]
