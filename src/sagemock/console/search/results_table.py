"""The results of a search as a table: on the page with bars and best values, and as CSV."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from sagemock.console.page import CsvTable
from sagemock.console.search.column_choice import ColumnChoice
from sagemock.console.search.columns import (
    SETTINGS,
    TableColumn,
    column,
    is_changing,
    status_of,
)
from sagemock.console.search.number_format import NumberFormat, number_format
from sagemock.console.search.results import SearchResults
from sagemock.console.search.table_columns import (
    HiddenCount,
    ShownColumn,
    hidden_counts,
    place,
)
from sagemock.console.search.value_range import ValueRange
from sagemock.documents import Document
from sagemock.query import Kind

MAX_TEXT = 80
"""Characters of a text in a cell."""

MAX_CSV = 1_000_000
"""Rows of a CSV."""

DURATIONS = "TimeInSeconds"
"""What the names of properties end with that are shown as a length of time."""

MAX_SAME = 8
"""Columns that are constant, of which the page says the value."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A value in the table.

    Attributes
    ----------
    number
        The value as the numbers of its column are written; None for other values.
    bar
        Its length from 0 to 1, longer for a better value; None for no bar.
    best
        Whether it is the best value among all documents that match.
    """

    column: TableColumn
    value: Any
    number: str | None = None
    bar: float | None = None
    best: bool = False


@dataclass(frozen=True, slots=True)
class ResultsTable:
    """One page of results.

    Attributes
    ----------
    rows
        The key and the cells of each document.
    by_hand
        Whether the columns were chosen in the form, so that all are shown however wide.
    hidden
        How many columns are not shown, by the width of the page.
    same
        Constant columns, with their value.
    total
        How many documents match.
    page
        The number of this page, from 1, of `pages`.
    first
        The number of the first row, from 1.
    changing
        Whether a resource on the page is on its way to another status.
    """

    columns: Sequence[ShownColumn]
    rows: Sequence[tuple[str, Sequence[Cell]]]
    by_hand: bool
    hidden: Sequence[HiddenCount]
    same: Sequence[tuple[TableColumn, Any]]
    total: int
    page: int
    pages: int
    first: int
    changing: bool
    max_text: int = MAX_TEXT

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


def build(results: SearchResults, choice: ColumnChoice) -> ResultsTable:
    """Return the table of the documents of a page. Raises `QueryError`."""
    numbers = [_number_format(results, each) for each in choice.columns]
    key, form = results.target.key, results.form
    columns = [_with_span(results, each) for each in place(choice, numbers)]
    return ResultsTable(
        columns,
        [
            (str(document[key]), [_cell(each, document) for each in columns])
            for document in results.documents
        ],
        choice.by_hand,
        hidden_counts(choice, columns),
        [(each, value) for each, value in choice.same if value is not None][:MAX_SAME],
        results.total,
        form.page,
        max(1, math.ceil(results.total / form.size)),
        (form.page - 1) * form.size + 1,
        _is_changing(results),
    )


def _number_format(results: SearchResults, column: TableColumn) -> NumberFormat | None:
    """How the numbers of a column are written on this page, None where not all are numbers."""
    if not (column.numeric or column.family in SETTINGS) or column.name.endswith(DURATIONS):
        return None
    values = (column.value(each) for each in results.documents)
    return number_format([value for value in values if value is not None])


def _with_span(results: SearchResults, shown: ShownColumn) -> ShownColumn:
    return replace(shown, span=_range(results, shown.column))


def _range(results: SearchResults, column: TableColumn) -> ValueRange | None:
    """Of all documents that match, found by sorting in both directions, which an index answers."""
    if column.goal is None:
        return None
    ends = []
    for order in ("Ascending", "Descending"):
        page = results.ask(SortBy=column.name, SortOrder=order, MaxResults=1)
        value = column.value(page.documents[0]) if page.documents else None
        if not isinstance(value, int | float) or not math.isfinite(value):
            return None
        ends.append(value)
    low, high = ends
    return ValueRange(low, high, column.goal)


def _cell(shown: ShownColumn, document: Document) -> Cell:
    value = shown.column.value(document)
    if value is None or shown.number is None:
        return Cell(shown.column, value)
    number = shown.number.text(value)
    if shown.span is None:
        return Cell(shown.column, value, number)
    return Cell(shown.column, value, number, shown.span.bar(value), value == shown.span.best)


def _is_changing(results: SearchResults) -> bool:
    status = column(results.target.schema, status_of(results.target.schema))
    return status is not None and any(is_changing(status.value(each)) for each in results.documents)


def csv(results: SearchResults, choice: ColumnChoice) -> CsvTable:
    """Return the columns of all documents that match, not only of those on the page."""

    def rows() -> Iterator[Sequence[Any]]:
        for document in results.ask(MaxResults=MAX_CSV).documents:
            yield [_plain(each, each.value(document)) for each in choice.columns]

    return CsvTable([each.name for each in choice.columns], rows())


def _plain(column: TableColumn, value: Any) -> Any:
    """A value for a spreadsheet: times as ISO 8601 writes them, in UTC."""
    if column.prop.kind is not Kind.TIMESTAMP or not isinstance(value, int | float):
        return value
    try:
        text = datetime.fromtimestamp(value, UTC).isoformat(timespec="milliseconds")
    except (OverflowError, ValueError, OSError):
        return value
    return text.replace("+00:00", "Z")
