"""How a search is answered: by the cheapest of the ways that the index offers.

Walking: the order asked for is followed, and each row of it tested, until the page is full.
Gathering: the rows that match are found first, by postings or by whole columns, and then put
in order. Costs are in nanoseconds, as measured on one machine; only their ratios matter.
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
from sagemock.query.question import Found, Question
from sagemock.query.scan import in_order
from sagemock.store import Table

TEST = 4.0
"""To test one row on the way along an order."""
SORT = 1500.0
"""To read the sort value of one document and put it in its place."""
MARK = 2.0
"""To mark one matching row before the order is walked."""
CHUNK = 256
"""Rows that a walk tests at first; it doubles as it goes on."""


@dataclass(slots=True)
class Plan:
    """What was chosen for a search, and why; `str()` tells it to people."""

    rows: int = 0
    steps: list[tuple[str, tuple[object, ...]]] = field(default_factory=list)

    def say(self, text: str, *values: object) -> None:
        """Add a step; nothing is formatted before somebody asks."""
        self.steps.append((text, values))

    def __str__(self) -> str:
        lines = (text.format(*values) for text, values in self.steps)
        return "\n".join([f"of {self.rows:,} documents", *lines])


def execute(table: Table[Any], question: Question, plan: Plan) -> Found:
    """Answer a question from a table's index."""
    search = _Search(table, question, plan)
    return search.whole() if search.unconditional else search.filtered()


class _Search:
    """One search under way; all its steps see the table at the same moment."""

    def __init__(self, table: Table[Any], question: Question, plan: Plan) -> None:
        self._table = table
        self._question = question
        self._plan = plan
        fields = {each.prop.name: each.prop for each in conditions_of(question.expression)}
        self._fields = list(fields.values())
        self._view = table.view(self._fields)
        plan.rows = len(self._view)
        self._match = match(self._view, question.expression)
        self.unconditional = isinstance(self._match, AllMatch) and (
            not self._match.parts and self._match.exact
        )

    def whole(self) -> Found:
        """A page of everything is a slice of the order."""
        question = self._question
        self._arrange()
        rows = self._view.order[question.start : question.end]
        self._plan.say("takes a slice of the order by {}", self._order_text)
        return Found(self._documents(rows), len(self._view))

    def filtered(self) -> Found:
        total = self._match.count
        if total is not None and self._walking(total) < self._sorting(total):
            self._arrange()
            total = self._match.count
            if total is not None:
                return Found(self._walk(total), total)
        hits = self._hits()
        total = len(hits)
        if self._sorting(total) <= self._walking(total) + MARK * total:
            return Found(self._sorted(hits), total)
        if not self._arrange():
            hits = self._hits()
        return Found(self._marked(hits), len(hits))

    # Costs

    def _walking(self, total: int) -> float:
        """To follow the order until the page is full, or to its end if it is the last."""
        rows, end = len(self._view), self._question.end
        return TEST * (rows if total <= end else rows * end / total)

    def _sorting(self, total: int) -> float:
        return SORT * total

    # Steps

    def _arrange(self) -> bool:
        """Get the order; the view becomes that of the order's moment.

        False when somebody wrote meanwhile, and what was found before no longer holds.
        """
        question = self._question
        before = self._view
        self._view = self._table.view(self._fields, (question.sort_by, question.descending))
        if self._view.same_moment(before):
            return True
        self._match = match(self._view, question.expression)
        return False

    @property
    def _order_text(self) -> str:
        sort_by = self._question.sort_by
        if sort_by is None:
            return self._question.key
        return f"{sort_by.name}, {'descending' if self._question.descending else 'ascending'}"

    def _walk(self, total: int) -> list[Document]:
        """A page of what is known to match so often, found on the way along the order."""
        self._plan.say("counts {:,} where {}", total, self._match.text)
        self._plan.say(
            "walks the order by {}, testing about {:,.0f} rows",
            self._order_text,
            self._walking(total) / TEST,
        )
        return self._documents(_follow(self._view.order, self._match.at, self._question))

    def _hits(self) -> NDArray[np.int32]:
        """The living rows that match."""
        view, found, plan = self._view, self._match, self._plan
        for part in getattr(found, "parts", [found]):
            plan.say("expects {:,.0f} where {}", part.share * len(view), part.text)
        rows = found.postings()
        if rows is not None:
            rows = view.living(rows)
            plan.say("gathers the postings of the rarest")
        else:
            mask = found.at(slice(0, view.size))
            alive = view.mask()
            rows = np.flatnonzero(mask if alive is None else mask & alive).astype(np.int32)
            plan.say("compares whole columns")
        if not found.exact:
            plan.say("tests {:,} documents one by one", len(rows))
            test, documents = self._question.expression.test, view.documents
            rows = np.array([row for row in rows.tolist() if test(documents[row])], np.int32)
        plan.say("finds {:,}", len(rows))
        return rows

    def _sorted(self, hits: NDArray[np.int32]) -> list[Document]:
        question = self._question
        self._plan.say("sorts these by {}", self._order_text)
        ordered = in_order(
            self._documents(hits),
            question.key,
            question.sort_by,
            descending=question.descending,
        )
        return ordered[question.start : question.end]

    def _marked(self, hits: NDArray[np.int32]) -> list[Document]:
        """A page of many hits: they are marked, and the order is followed from mark to mark."""
        marks = np.zeros(self._view.size, bool)
        marks[hits] = True
        self._plan.say(
            "walks the order by {}, passing about {:,.0f} rows",
            self._order_text,
            self._walking(len(hits)) / TEST,
        )
        return self._documents(_follow(self._view.order, marks.__getitem__, self._question))

    def _documents(self, rows: NDArray[np.int32]) -> list[Document]:
        documents = self._view.documents
        return [documents[row] for row in rows.tolist()]


def _follow(
    order: NDArray[np.int32],
    holds: Callable[[NDArray[np.int32]], NDArray[np.bool_]],
    question: Question,
) -> NDArray[np.int32]:
    """The rows of the page, in order: chunks are tested until there are enough."""
    found: list[NDArray[np.int32]] = []
    count, at, chunk = 0, 0, max(CHUNK, question.end)
    while count < question.end and at < len(order):
        rows = order[at : at + chunk]
        fitting = rows[holds(rows)]
        found.append(fitting)
        count += len(fitting)
        at += chunk
        chunk *= 2
    if not found:
        return order[:0]
    return np.concatenate(found)[question.start : question.end]
