"""The results of a search as a table: on the page with bars and best values, and as CSV."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sagemock.console.page import CsvTable
from sagemock.console.search.columns import TableColumn, column, is_changing, status_of
from sagemock.console.search.results import SearchResults
from sagemock.documents import Document

MAX_TEXT = 80
"""Characters of a text in a cell."""

MAX_CSV = 1_000_000
"""Rows of a CSV."""


@dataclass(frozen=True, slots=True)
class ValueRange:
    """The smallest and the largest value of a column among all documents that match."""

    low: float
    high: float

    def fraction(self, value: float) -> float:
        """Return where between the two a value lies, from 0 to 1; 1 when both are the same."""
        if not math.isfinite(value):
            return 0.0
        return 1.0 if self.high <= self.low else (value - self.low) / (self.high - self.low)


@dataclass(frozen=True, slots=True)
class Cell:
    """A value in the table.

    Attributes
    ----------
    bar
        Its length from 0 to 1; None for no bar.
    best
        Whether it is the best value among all documents that match.
    """

    column: TableColumn
    value: Any
    bar: float | None = None
    best: bool = False


@dataclass(frozen=True, slots=True)
class ResultsTable:
    """One page of results.

    Attributes
    ----------
    rows
        The key and the cells of each document.
    total
        How many documents match.
    page
        The number of this page, from 1, of `pages`.
    first
        The number of the first row, from 1.
    changing
        Whether a resource on the page is on its way to another status.
    """

    columns: Sequence[TableColumn]
    rows: Sequence[tuple[str, Sequence[Cell]]]
    total: int
    page: int
    pages: int
    first: int
    changing: bool
    max_text: int = MAX_TEXT

    @property
    def groups(self) -> list[tuple[str, int]]:
        """The headings above the columns, such as `metrics`, and how many columns each spans."""
        runs = itertools.groupby(self.columns, key=lambda column: column.family)
        spans = [(family, len(list(columns))) for family, columns in runs]
        return [("" if family == "property" else f"{family}s", span) for family, span in spans]

    @property
    def page_links(self) -> list[int | None]:
        """The numbers of the pages to link to, None for a gap."""
        near = range(max(1, self.page - 2), min(self.pages, self.page + 2) + 1)
        numbers: list[int | None] = []
        for number in sorted({1, self.pages, *near}):
            if numbers and number != (numbers[-1] or 0) + 1:
                numbers.append(None)
            numbers.append(number)
        return numbers


def build(results: SearchResults, columns: Sequence[TableColumn]) -> ResultsTable:
    """Return the table of the documents of a page. Raises `QueryError`."""
    ranges = {each.name: _range(results, each) for each in columns if each.goal}
    key = results.target.key
    form = results.form
    return ResultsTable(
        columns,
        [
            (str(document[key]), [_cell(each, document, ranges) for each in columns])
            for document in results.documents
        ],
        results.total,
        form.page,
        max(1, math.ceil(results.total / form.size)),
        (form.page - 1) * form.size + 1,
        _is_changing(results),
    )


def _range(results: SearchResults, column: TableColumn) -> ValueRange | None:
    """Of all documents that match, found by sorting in both directions, which an index answers."""
    ends = []
    for order in ("Ascending", "Descending"):
        first = results.ask(SortBy=column.name, SortOrder=order, MaxResults=1).documents
        value = column.value(first[0]) if first else None
        if not isinstance(value, int | float) or not math.isfinite(value):
            return None
        ends.append(value)
    return ValueRange(*ends)


def _cell(column: TableColumn, document: Document, ranges: Mapping[str, ValueRange | None]) -> Cell:
    value = column.value(document)
    span = ranges.get(column.name)
    if span is None or not isinstance(value, int | float):
        return Cell(column, value)
    best = value == (span.high if column.goal == "high" else span.low) and span.low < span.high
    return Cell(column, value, span.fraction(value), best)


def _is_changing(results: SearchResults) -> bool:
    status = column(results.target.schema, status_of(results.target.schema))
    return status is not None and any(is_changing(status.value(each)) for each in results.documents)


def csv(results: SearchResults, columns: Sequence[TableColumn]) -> CsvTable:
    """Return the columns of all documents that match, not only of those on the page."""

    def rows() -> Iterator[Sequence[Any]]:
        for document in results.ask(MaxResults=MAX_CSV).documents:
            yield [each.value(document) for each in columns]

    return CsvTable([each.name for each in columns], rows())
