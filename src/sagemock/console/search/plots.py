"""The charts of the Search page: what they are about, and the values that they show."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sagemock.accounts.world import World
from sagemock.console.charts.parallel import Parallel, parallel
from sagemock.console.charts.scatter import Scatter, scatter
from sagemock.console.room import fitting, written
from sagemock.console.search.columns import SETTINGS, Column, column
from sagemock.console.search.metrics import differing, metric_names, telling_metrics
from sagemock.console.search.results_table import Board
from sagemock.console.search.results_table import matching as ask_all
from sagemock.documents import Document
from sagemock.query import Kind, Scalar
from sagemock.query.property import decimal

MAX_READ = 50_000
MAX_DOTS = 1_200
MAX_LINES = 80
SAMPLE = 1_000


def plot(world: World, found: Board) -> Mapping[str, Any] | None:
    """The chart that the question's view asks for; None for the table."""
    if found.question.view == "table":
        return None
    limit = MAX_READ if found.question.view == "scatter" else SAMPLE
    matching, _ = ask_all(world, found.question, limit)
    plotted = _plottable(found, matching)
    if found.question.view == "scatter":
        return _scatter(found, matching, plotted)
    return _parallel(found, matching, plotted)


def _plottable(found: Board, matching: Sequence[Document]) -> list[Column]:
    """The columns that charts may be about: hyperparameters that differ, and numbers."""
    sample = matching[:SAMPLE]
    offered = [
        *differing(sample),
        *(f"Metrics.{name}" for name in metric_names(sample)),
        *(
            name
            for name, node in found.schema.root.members.items()
            if isinstance(node, Scalar) and node.kind is Kind.NUMBER
        ),
        *(each.name for each in found.columns),
    ]
    made = (column(found.schema, name) for name in dict.fromkeys(offered))
    return [each for each in made if each is not None and each.prop.kind is not Kind.TIMESTAMP]


def _scatter(
    found: Board, matching: Sequence[Document], plotted: Sequence[Column]
) -> Mapping[str, Any]:
    numbers = [each for each in plotted if each.numeric]
    x = _pick(found.question.x, plotted, SETTINGS)
    telling = [f"Metrics.{name}" for name in telling_metrics(matching[:SAMPLE])]
    numbers.sort(key=lambda each: telling.index(each.name) if each.name in telling else 99)
    y = _pick(found.question.y, numbers, ("metric",))
    points: list[tuple[str, str | float, float]] = []
    drawn: Scatter | None = None
    if x is not None and y is not None:
        for document in _spread(matching, MAX_DOTS):
            across, up = plain(x.value(document)), plain(y.value(document))
            if across is not None and isinstance(up, int | float):
                points.append((str(document[found.schema.key]), across, up))
        drawn = scatter(_uniform(points)) if points else None
    xs, ys = _offered(plotted, x), _offered(numbers, y)
    return {"kind": "scatter", "x": x, "y": y, "xs": xs, "ys": ys, "scatter": drawn}


ROOM_AXES = 5_000
"""Bytes of the properties to choose an axis from."""


def _offered(columns: Sequence[Column], chosen: Column | None) -> list[Column]:
    """As many columns as there is room for, and the chosen one."""
    some = fitting(columns, ROOM_AXES, lambda each: 40 + 2 * written(each.name))
    return some if chosen is None or chosen in some else [chosen, *some]


def _uniform(points: list[tuple[str, str | float, float]]) -> list[tuple[str, str | float, float]]:
    """Points whose x are all numbers, or else all texts."""
    if all(isinstance(x, int | float) for _, x, _ in points):
        return points
    return [(name, str(x), y) for name, x, y in points]


def _pick(wanted: str, offered: Sequence[Column], families: Sequence[str]) -> Column | None:
    by_name = {each.name: each for each in offered}
    fitting = [each for each in offered if each.family in families]
    telling = [each for each in fitting if each.goal is not None] or fitting
    return by_name.get(wanted) or next(iter(telling or offered), None)


def _spread(documents: Sequence[Document], limit: int) -> Iterator[Document]:
    """The first ones, and of the others so many that all parts of the order are there."""
    if len(documents) <= limit:
        yield from documents
        return
    head = limit // 4
    yield from documents[:head]
    rest = limit - head
    stride = (len(documents) - head) / rest
    yield from (documents[head + int(place * stride)] for place in range(rest))


def _parallel(
    found: Board, matching: Sequence[Document], plotted: Sequence[Column]
) -> Mapping[str, Any]:
    wanted = found.question.columns
    axes = [each for each in plotted if each.name in wanted] if wanted else list(plotted)
    settings = [each for each in axes if each.family in SETTINGS][:6]
    first = [f"Metrics.{name}" for name in telling_metrics(matching[:SAMPLE])]
    telling = [each for each in axes if each.name in first]
    # What the table is sorted by comes last: the shades are read off it.
    telling.sort(key=lambda each: (each.name == found.question.sort, -first.index(each.name)))
    axes = [*settings, *telling[-3:]]
    rows: list[tuple[str, dict[str, str | float]]] = []
    for document in matching[:MAX_LINES]:
        values = {each.name: plain(each.value(document)) for each in axes}
        held = {name: value for name, value in values.items() if value is not None}
        rows.append((str(document[found.schema.key]), held))
    _make_uniform(rows)
    drawn: Parallel | None = None
    if len(axes) > 1 and rows:
        drawn = parallel(
            [(each.name, each.label, each.family) for each in axes],
            rows,
            high_is_good=axes[-1].goal != "low",
        )
    return {
        "kind": "parallel",
        "parallel": drawn,
        "axes": axes,
        "shown": 0 if drawn is None else len(drawn.lines),
    }


def _make_uniform(rows: Sequence[tuple[str, dict[str, str | float]]]) -> None:
    """Values of an axis that are not all numbers become texts."""
    mixed = {key for _, held in rows for key, value in held.items() if isinstance(value, str)}
    for _, held in rows:
        for key in mixed & held.keys():
            held[key] = str(held[key])


def plain(value: Any) -> str | float | None:
    """A value for a chart: a number where the text is one."""
    if isinstance(value, str):
        number = decimal(value)
        return value if number is None else number
    return float(value) if isinstance(value, int | float) and math.isfinite(value) else None
