"""The columns of a table as the page shows them: headings, and which ones a narrow page hides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sagemock.console.search.column_choice import ColumnChoice
from sagemock.console.search.columns import Family, TableColumn
from sagemock.console.search.number_format import NumberFormat
from sagemock.console.search.value_range import ValueRange

MAX_SLOT = 29
"""Slots beside the name on the widest page; `search.css` has a rule for each."""

ALWAYS = 0
"""The slot of columns that no width hides."""

_KICKERS: Mapping[Family, str] = {"tag": "tag", "hyperparameter": "param", "parameter": "param"}


@dataclass(frozen=True, slots=True)
class ShownColumn:
    """A column of the page.

    Attributes
    ----------
    kicker, label
        The lines of its heading: what kind of property it is, such as a metric's channel, and its
        name.
    number
        How its values are written, None for text.
    slot
        Where the column ends, in slots of two rem; the page's style hides the columns whose slot
        is beyond its width.
    span
        The range of a metric with a better end, among all that match.
    """

    column: TableColumn
    kicker: str
    label: str
    number: NumberFormat | None
    slot: int
    span: ValueRange | None = None


@dataclass(frozen=True, slots=True)
class HiddenCount:
    """How many columns are not shown, and at which widths of the page that is so.

    Attributes
    ----------
    beyond
        The slot of the last column that is hidden then, or `ALWAYS`.
    within
        The slot of the first one that is still shown, or `ALWAYS`.
    """

    count: int
    beyond: int
    within: int


def width_of(column: TableColumn, number: NumberFormat | None) -> int:
    """Return how many slots a column takes, by the kind of its values and not by their lengths."""
    is_narrow = number is not None and column.family != "metric"
    return 3 if is_narrow else 4


def kicker_and_label(column: TableColumn) -> tuple[str, str]:
    """Return the two lines of a heading.

    A metric's channel is on its first line: `validation` and `objective_loss`.
    """
    if column.family == "metric":
        channel, _, rest = column.label.partition(":")
        return (channel, rest) if rest else ("metric", column.label)
    return _KICKERS.get(column.family, ""), column.label


def place(choice: ColumnChoice, numbers: Sequence[NumberFormat | None]) -> list[ShownColumn]:
    """Return the columns that the widest page has room for, all of them if chosen by hand."""
    placed: list[ShownColumn] = []
    slot = 0
    for index, column in enumerate(choice.columns):
        end = ALWAYS if choice.by_hand or index == 0 else slot + width_of(column, numbers[index])
        if end > MAX_SLOT:
            break
        slot = end
        kicker, label = kicker_and_label(column)
        placed.append(ShownColumn(column, kicker, label, numbers[index], end))
    return placed


def hidden_counts(choice: ColumnChoice, placed: Sequence[ShownColumn]) -> list[HiddenCount]:
    """Return how many columns are hidden at each range of widths."""
    left_out = len(choice.columns) - len(placed)
    slots = [each.slot for each in placed]
    ends = [*slots, ALWAYS]
    return [
        HiddenCount(left_out + len(slots) - shown, ends[shown], slots[shown - 1])
        for shown in range(1, len(slots) + 1)
        if left_out + len(slots) - shown
    ]
