"""Expressions on columns: which rows match, found by arrays instead of documents.

Nothing here knows whether a row is alive; the caller leaves out the dead ones.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from sagemock.query.expression import Condition, Expression, Nested
from sagemock.query.operators import Method
from sagemock.query.property import Kind, decimal
from sagemock.store.column import MISSING, CodesView, RowSet
from sagemock.store.index import View

Mask = NDArray[np.bool_]
RowNumbers = NDArray[np.int32]

SAMPLE = 512
"""Rows that are sampled to estimate how many match."""

SELECTIVE = 1 / 8
"""Up to this share of matching rows, further conditions are tested on these rows alone."""

_UFUNCS: dict[str, np.ufunc] = {
    "eq": np.equal,
    "gt": np.greater,
    "ge": np.greater_equal,
    "lt": np.less,
    "le": np.less_equal,
}


class Match(Protocol):
    """An expression on a view.

    Attributes
    ----------
    text : object
        The expression, readable by `str()`.
    share : float
        The estimated share of rows that match, 0 to 1.
    count : int or None
        How many living rows match, where that is known beforehand.
    exact : bool
        Whether every row that it finds matches; else each document must be tested.
    """

    text: object
    share: float
    count: int | None
    exact: bool

    def at(self, rows: RowSet) -> Mask:
        """Which of `rows` match."""
        ...

    def postings(self) -> RowNumbers | None:
        """All rows that match, ascending; None where that takes a look at every row."""
        ...


def match(view: View, expression: Expression) -> Match:
    """Bind an expression to a view that has the columns of all its properties."""
    if isinstance(expression, Condition):
        column = view.columns[expression.prop.name]
        if isinstance(column, CodesView):
            return CodeMatch(view, column, expression)
        return NumberMatch(column, expression)
    if isinstance(expression, Nested):
        bounds = [match(view, each) for each in expression.bounds]
        return AllMatch(expression, bounds, exact=False)
    parts = [match(view, part) for part in expression.parts]
    if expression.either:
        return EitherMatch(expression, parts)
    return AllMatch(expression, parts, exact=all(part.exact for part in parts))


class CodeMatch:
    """A condition on a column of codes, as the codes that satisfy it, or all but these."""

    exact = True

    def __init__(self, view: View, column: CodesView, condition: Condition) -> None:
        self.text: object = condition
        self._column = column
        self._size = view.size
        self._negated = condition.operator.negated
        if condition.operator.method is Method.PRESENT:
            # Missing values have one code, all others are present.
            self._codes, self._negated = [MISSING], not self._negated
        else:
            self._codes = _codes(column, condition)
        self._table: Mask | None = None
        living = max(1, len(view))
        self.count = self._counted(len(view))
        self.share = self._estimate(living) if self.count is None else self.count / living

    def _counted(self, living: int) -> int | None:
        counts = self._column.counts
        if not self._codes:
            return living if self._negated else 0
        if counts is None:
            return None
        count = int(counts[self._codes].sum())
        return living - count if self._negated else count

    def _estimate(self, living: int) -> float:
        if len(self._codes) > 1 or self._codes == [MISSING]:
            part = float(self.at(slice(0, self._size, max(1, self._size // SAMPLE))).mean())
            return max(part, 1 / living)
        # A column that has too many distinct values to count them has rare ones.
        rare = 1 / self._column.distinct
        return 1 - rare if self._negated else rare

    def at(self, rows: RowSet) -> Mask:
        """Which of `rows` match."""
        codes = self._column.codes[rows]
        if len(self._codes) == 1:
            compare = np.not_equal if self._negated else np.equal
            mask: Mask = compare(codes, self._codes[0])
            return mask
        if self._table is None:
            table = np.full(self._column.distinct, self._negated)
            table[self._codes] = not self._negated
            self._table = table
        return self._table[codes]

    def postings(self) -> RowNumbers | None:
        """All rows that match, ascending; None where that takes a look at every row."""
        if not self._codes:
            return None if self._negated else np.empty(0, np.int32)
        if self._negated or len(self._codes) > 64 or self.share > SELECTIVE:
            return None
        postings = self._column.column.postings(self._column)
        lists = [postings[code] for code in self._codes]
        if postings.size < self._size:
            late = np.flatnonzero(self.at(slice(postings.size, self._size))) + postings.size
            lists.append(late.astype(np.int32))
        rows = lists[0] if len(lists) == 1 else np.sort(np.concatenate(lists))
        # The postings may have rows that were added after this view.
        return rows if postings.size <= self._size else rows[: np.searchsorted(rows, self._size)]


def _codes(view: CodesView, condition: Condition) -> list[int]:
    """The codes of the values that the condition's operator holds for, before negation."""
    column, distinct = view.column, view.distinct
    method, operand = condition.operator.method, condition.operand
    holds = condition.holds_for
    if column.many and (operand.number or method is Method.COMPARE):
        return column.codes_where(lambda value: any(map(holds, value)), distinct)
    if operand.number:
        numbers = column.numbers(decimal, distinct)
        compare = _UFUNCS[condition.operator.holds.__name__]
        mask = compare(np.trunc(numbers) if operand.whole else numbers, operand.value)
        codes: list[int] = np.flatnonzero(mask).tolist()
        return codes
    if method is Method.LOOK_UP:
        values = operand.value if isinstance(operand.value, frozenset) else (operand.value,)
        return column.codes_of(values, distinct)
    if condition.prop.kind is Kind.PARAMETER:
        return column.codes_where(holds, distinct)
    return column.codes_containing(operand.value, distinct)


class NumberMatch:
    """A condition on a column of numbers."""

    exact = True
    count: int | None = None

    def __init__(self, values: NDArray[np.float64], condition: Condition) -> None:
        self.text: object = condition
        self._values = values
        self._negated = condition.operator.negated
        present = condition.operator.method is Method.PRESENT
        self._compare = None if present else _UFUNCS[condition.operator.holds.__name__]
        self._operand = condition.operand.value
        if len(values):
            part = float(self.at(slice(0, len(values), max(1, len(values) // SAMPLE))).mean())
            self.share = max(part, 1 / len(values))
        else:
            self.share = 0.0

    def at(self, rows: RowSet) -> Mask:
        """Which of `rows` match."""
        values = self._values[rows]
        # A missing number is NaN, which equals nothing, not even itself.
        if self._compare is None:
            mask: Mask = values == values
        else:
            mask = self._compare(values, self._operand)
        return ~mask if self._negated else mask

    def postings(self) -> RowNumbers | None:
        """None: numbers have no postings."""
        return None


class AllMatch:
    """Parts joined by And, the most selective first; without parts, every row."""

    count: int | None = None

    def __init__(self, text: object, parts: Iterable[Match], *, exact: bool = True) -> None:
        self.text = text
        self.parts = sorted(parts, key=lambda part: part.share)
        self.exact = exact
        self.share = 1.0
        for part in self.parts:
            self.share *= part.share

    def at(self, rows: RowSet) -> Mask:
        """Which of `rows` match."""
        if not self.parts:
            return np.ones(
                len(range(rows.stop)[rows]) if isinstance(rows, slice) else len(rows), bool
            )
        first, *others = self.parts
        mask = first.at(rows)
        share = first.share
        for part in others:
            if share < SELECTIVE and not (isinstance(rows, slice) and rows.step):
                here = np.flatnonzero(mask)
                mask[here] = part.at(here + rows.start if isinstance(rows, slice) else rows[here])
            else:
                mask &= part.at(rows)
            share *= part.share
        return mask

    def postings(self) -> RowNumbers | None:
        """All rows that match, ascending; None where that takes a look at every row."""
        for driver in self.parts:
            rows = driver.postings()
            if rows is not None:
                for part in self.parts:
                    if part is not driver:
                        rows = rows[part.at(rows)]
                return rows
        return None


class EitherMatch:
    """Parts joined by Or, the most frequent first."""

    count: int | None = None

    def __init__(self, text: object, parts: Iterable[Match]) -> None:
        self.text = text
        self.parts = sorted(parts, key=lambda part: -part.share)
        self.exact = all(part.exact for part in self.parts)
        self.share = min(1.0, sum(part.share for part in self.parts))

    def at(self, rows: RowSet) -> Mask:
        """Which of `rows` match."""
        first, *others = self.parts
        mask = first.at(rows)
        for part in others:
            mask |= part.at(rows)
        return mask

    def postings(self) -> RowNumbers | None:
        """All rows that match, ascending; None where that takes a look at every row."""
        lists = []
        for part in self.parts:
            rows = part.postings()
            if rows is None:
                return None
            lists.append(rows)
        return np.unique(np.concatenate(lists))
