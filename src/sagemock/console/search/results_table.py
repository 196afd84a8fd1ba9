"""The answer to a question, as the Search page shows it."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sagemock import query
from sagemock.accounts.world import World
from sagemock.console.room import written
from sagemock.console.search import resource_lookup
from sagemock.console.search.columns import LONGEST, Column, chosen, column, is_changing, status_of
from sagemock.console.search.form import Question
from sagemock.documents import Document
from sagemock.query.schema import Schema

ROOM = 7_000
"""Bytes of all long texts of a table."""

MIN_TEXT, MAX_TEXT = 12, 120
"""Characters of one."""


@dataclass(frozen=True, slots=True)
class Range:
    """The smallest and the largest value of a column, over all that match."""

    low: float
    high: float

    def fraction(self, value: float) -> float:
        """Where a value lies between the two, from 0 to 1; 1 when all are the same."""
        if not math.isfinite(value):
            return 0.0
        return 1.0 if self.high <= self.low else (value - self.low) / (self.high - self.low)


@dataclass(frozen=True, slots=True)
class Cell:
    """A value in the table; bar: its length from 0 to 1; best: of all that match."""

    column: Column
    value: Any
    bar: float | None = None
    best: bool = False


@dataclass(frozen=True, slots=True)
class Board:
    """A page of the answer.

    total: how many match. rows: each a document's key and its cells.
    """

    question: Question
    schema: Schema
    columns: Sequence[Column]
    documents: Sequence[Document]
    rows: Sequence[tuple[str, Sequence[Cell]]]
    total: int

    @property
    def pages(self) -> int:
        return max(1, math.ceil(self.total / self.question.size))

    @property
    def groups(self) -> list[tuple[str, int]]:
        """What neighbouring columns are, such as metrics, and how many; nothing of properties."""
        runs = itertools.groupby(self.columns, key=lambda column: column.family)
        found = [(family, len(list(held))) for family, held in runs]
        return [("" if family == "property" else f"{family}s", width) for family, width in found]

    @property
    def changing(self) -> bool:
        """Whether something on the page is on its way to another status."""
        status = column(self.schema, status_of(self.schema))
        if status is None:
            return False
        return any(is_changing(status.value(each)) for each in self.documents)

    @property
    def longest(self) -> int:
        """Characters of a text in the table: the more texts, the shorter."""
        texts = [
            cell.value
            for _, cells in self.rows
            for cell in cells[1:]
            if isinstance(cell.value, str) and len(cell.value) > LONGEST
        ]
        if not texts:
            return MAX_TEXT
        of_each = sum(map(written, texts)) / sum(map(len, texts))
        return max(MIN_TEXT, min(MAX_TEXT, int(ROOM / of_each) // len(texts)))

    @property
    def first(self) -> int:
        """The number of the first row, from 1."""
        return (self.question.page - 1) * self.question.size + 1


def ask(world: World, question: Question) -> Board:
    """The page that a question asks for. Raises `QueryError`."""
    found, total = matching(world, question, question.page * question.size)
    documents = found[(question.page - 1) * question.size :]
    known = resource_lookup.schema(question.resource)
    columns = chosen(known, question, documents)
    ranges = {each.name: _range(world, question, each) for each in columns if each.goal}
    key = resource_lookup.key(world, question.resource)
    rows = [
        (str(document[key]), [_cell(each, document, ranges) for each in columns])
        for document in documents
    ]
    return Board(question, known, columns, documents, rows, total)


def matching(world: World, question: Question, limit: int) -> tuple[list[Document], int]:
    """The first documents that match, in order, and how many do. Raises `QueryError`."""
    return search(world, question.resource, question.request(limit))


def search(world: World, resource: str, request: Mapping[str, Any]) -> tuple[list[Document], int]:
    """The documents that a request asks for, and how many match. Raises `QueryError`."""
    if not resource_lookup.known(resource):
        raise query.QueryError(f"There is no resource {resource} to search here.")
    documents = resource_lookup.source(world, resource)
    page = query.search(documents, resource_lookup.schema(resource), request)
    return page.documents, page.total


def _range(world: World, question: Question, column: Column) -> Range | None:
    """From the store's order, in both directions, so that it holds for every matching row."""
    ends = []
    for descending in (False, True):
        asked = question.with_(sort=column.name, descending=descending)
        documents, _ = matching(world, asked, 1)
        value = column.value(documents[0]) if documents else None
        if not isinstance(value, int | float) or not math.isfinite(value):
            return None
        ends.append(value)
    return Range(*ends)


def _cell(column: Column, document: Document, ranges: Mapping[str, Range | None]) -> Cell:
    value = column.value(document)
    span = ranges.get(column.name)
    if span is None or not isinstance(value, int | float):
        return Cell(column, value)
    best = value == (span.high if column.goal == "high" else span.low) and span.low < span.high
    return Cell(column, value, span.fraction(value), best)


def pager(found: Board) -> list[int | None]:
    """The numbers of the pages to go to from here, None for a gap."""
    here, last = found.question.page, found.pages
    near = {1, last, *range(max(1, here - 2), min(last, here + 2) + 1)}
    numbers: list[int | None] = []
    for number in sorted(near):
        if numbers and number != (numbers[-1] or 0) + 1:
            numbers.append(None)
        numbers.append(number)
    return numbers
