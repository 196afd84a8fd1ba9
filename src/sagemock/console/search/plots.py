"""The charts of the Search page: which properties they are about, and the values they show."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sagemock.console.charts.parallel import Parallel, parallel
from sagemock.console.charts.scatter import Scatter, scatter
from sagemock.console.search.columns import SETTINGS, TableColumn, column
from sagemock.console.search.metrics import differing, leading_metrics, metric_names
from sagemock.console.search.results import SearchResults
from sagemock.documents import Document
from sagemock.query import Kind, Scalar
from sagemock.query.property import decimal

MAX_READ = 50_000
"""Documents among which the dots of a scatter plot are chosen."""

MAX_DOTS = 1_200
MAX_LINES = 80
MAX_AXES = 30
"""Properties offered for an axis, beside the chosen one."""

SAMPLE = 1_000
"""Documents from which the properties are collected."""

Point = tuple[str, str | float, float]
"""A document's key, and its values on both axes."""


def plot(results: SearchResults, columns: Sequence[TableColumn]) -> Mapping[str, Any] | None:
    """Return the chart of the form's view, None for the table.

    Parameters
    ----------
    columns
        Those of the table, which charts may be about as well.
    """
    view = results.form.view
    if view == "table":
        return None
    limit = MAX_READ if view == "scatter" else SAMPLE
    documents = results.ask(MaxResults=limit).documents
    plottable = _plottable(results, documents[:SAMPLE], columns)
    draw = _scatter if view == "scatter" else _parallel
    return draw(results, documents, plottable)


def _plottable(
    results: SearchResults, sample: Sequence[Document], columns: Sequence[TableColumn]
) -> list[TableColumn]:
    """The columns that charts may be about: settings that differ, metrics, and numbers."""
    schema = results.target.schema
    names = [
        *differing(sample),
        *(f"Metrics.{name}" for name in metric_names(sample)),
        *(
            name
            for name, node in schema.root.members.items()
            if isinstance(node, Scalar) and node.kind is Kind.NUMBER
        ),
        *(each.name for each in columns),
    ]
    plottable = (column(schema, name) for name in dict.fromkeys(names))
    return [each for each in plottable if each is not None and each.prop.kind is not Kind.TIMESTAMP]


def _scatter(
    results: SearchResults, documents: Sequence[Document], plottable: Sequence[TableColumn]
) -> Mapping[str, Any]:
    leading = [f"Metrics.{name}" for name in leading_metrics(documents[:SAMPLE])]
    numbers = [each for each in plottable if each.numeric]
    numbers.sort(
        key=lambda each: leading.index(each.name) if each.name in leading else len(leading)
    )
    x = _axis(results.form.x, plottable, SETTINGS)
    y = _axis(results.form.y, numbers, ("metric",))
    points = [] if x is None or y is None else list(_points(results, documents, x, y))
    drawn: Scatter | None = scatter(_uniform(points)) if points else None
    xs, ys = _offered(plottable, x), _offered(numbers, y)
    return {"kind": "scatter", "x": x, "y": y, "xs": xs, "ys": ys, "scatter": drawn}


def _axis(name: str, columns: Sequence[TableColumn], families: Sequence[str]) -> TableColumn | None:
    """The column of that name, or else the first of the families, with a goal if there is one."""
    by_name = {each.name: each for each in columns}
    suitable = [each for each in columns if each.family in families]
    with_goal = [each for each in suitable if each.goal is not None] or suitable
    return by_name.get(name) or next(iter(with_goal or columns), None)


def _points(
    results: SearchResults, documents: Sequence[Document], x: TableColumn, y: TableColumn
) -> Iterator[Point]:
    for document in _spread(documents, MAX_DOTS):
        across, up = plain(x.value(document)), plain(y.value(document))
        if across is not None and isinstance(up, int | float):
            yield str(document[results.target.schema.key]), across, up


def _offered(columns: Sequence[TableColumn], chosen: TableColumn | None) -> Sequence[TableColumn]:
    offered = columns[:MAX_AXES]
    return offered if chosen is None or chosen in offered else [chosen, *offered]


def _uniform(points: list[Point]) -> list[Point]:
    """Points whose x are all numbers, or else all texts."""
    if all(isinstance(x, int | float) for _, x, _ in points):
        return points
    return [(name, str(x), y) for name, x, y in points]


def _spread(documents: Sequence[Document], limit: int) -> Iterator[Document]:
    """The first documents, and others at equal distances in the rest of the order."""
    if len(documents) <= limit:
        yield from documents
        return
    head = limit // 4
    yield from documents[:head]
    rest = limit - head
    stride = (len(documents) - head) / rest
    yield from (documents[head + int(step * stride)] for step in range(rest))


def _parallel(
    results: SearchResults, documents: Sequence[Document], plottable: Sequence[TableColumn]
) -> Mapping[str, Any]:
    axes = _axes(results, documents[:SAMPLE], plottable)
    rows: list[tuple[str, dict[str, str | float]]] = []
    for document in documents[:MAX_LINES]:
        values = ((each.name, plain(each.value(document))) for each in axes)
        present = {name: value for name, value in values if value is not None}
        rows.append((str(document[results.target.schema.key]), present))
    _make_uniform(rows)
    drawn: Parallel | None = None
    if len(axes) > 1 and rows:
        drawn = parallel(
            [(each.name, each.label, each.family) for each in axes],
            rows,
            high_is_good=axes[-1].goal != "low",
        )
    shown = 0 if drawn is None else len(drawn.lines)
    return {"kind": "parallel", "parallel": drawn, "axes": axes, "shown": shown}


def _axes(
    results: SearchResults, sample: Sequence[Document], plottable: Sequence[TableColumn]
) -> list[TableColumn]:
    """The axes of parallel coordinates: settings on the left, metrics on the right."""
    wanted = results.form.columns
    columns = [each for each in plottable if each.name in wanted] if wanted else plottable
    settings = [each for each in columns if each.family in SETTINGS][:6]
    leading = [f"Metrics.{name}" for name in leading_metrics(sample)]
    metrics = [each for each in columns if each.name in leading]
    # The metric that the table is sorted by comes last, as the shades follow the last axis.
    metrics.sort(key=lambda each: (each.name == results.form.sort, -leading.index(each.name)))
    return [*settings, *metrics[-3:]]


def _make_uniform(rows: Sequence[tuple[str, dict[str, str | float]]]) -> None:
    """Turn the values of axes that are not all numbers into texts."""
    mixed = {key for _, values in rows for key, value in values.items() if isinstance(value, str)}
    for _, values in rows:
        for key in mixed & values.keys():
            values[key] = str(values[key])


def plain(value: Any) -> str | float | None:
    """Return a value for a chart: a number where a text is one, None where it is not finite."""
    if isinstance(value, str):
        number = decimal(value)
        return value if number is None else number
    return float(value) if isinstance(value, int | float) and math.isfinite(value) else None
