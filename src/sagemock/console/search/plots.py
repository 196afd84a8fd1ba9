"""The charts of the Search page, by the view of its form: each as what its template needs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sagemock.accounts.world import World
from sagemock.console.charts.parallel import parallel
from sagemock.console.charts.scatter import scatter
from sagemock.console.charts.shades import shade_ranges, shades
from sagemock.console.search import run_plots
from sagemock.console.search.columns import TableColumn
from sagemock.console.search.form import SearchForm
from sagemock.console.search.metrics import leading_metrics
from sagemock.console.search.plot_data import (
    PlotData,
    is_setting,
    offered,
    plain,
    read,
    spread,
    uniform,
)
from sagemock.console.search.results import SearchResults

TITLES = {
    "table": "Table",
    "scatter": "Scatter",
    "parallel": "Parallel",
    "best": "Best",
    "importance": "Importance",
    "contour": "Contour",
    "curves": "Curves",
}
"""The name of each view."""

MAX_DOTS = 1_200
MAX_LINES = 40
MAX_SETTINGS, MAX_METRICS = 5, 2
"""Axes of parallel coordinates; the metric that decides the colours is one more than those."""

Point = tuple[str, str | float, float]
"""A document's key, and its values on both axes."""


def plot(results: SearchResults, world: World) -> Mapping[str, Any] | None:
    """Return the chart of the form's view, None for the table."""
    view = results.form.view
    if view == "table":
        return None
    data = read(results, world)
    draw = _VIEWS[view]
    common = {
        "kind": view,
        "template": f"charts/{view}.html",
        "metric": data.metric,
        "metrics": offered(data.metrics, data.metric),
        "high_is_good": data.high_is_good,
        "notes": [each for each in (data.left_out, data.bounded) if each],
        "data": None,
    }
    return {**common, **draw(data)}


def _scatter(data: PlotData) -> Mapping[str, Any]:
    form = data.results.form
    ys = [*data.metrics, *data.numbers]
    xs = [*data.settings, *data.metrics, *data.numbers]
    y = _named(ys, form.y) or data.metric or next(iter(ys), None)
    documents = list(spread(data.measured_documents or data.documents, MAX_DOTS))
    candidates = _first_named(xs, form.x)
    x, points = None, list[Point]()
    for candidate in candidates if y is not None else ():
        assert y is not None
        across = [plain(candidate.value(each)) for each in documents]
        up = [plain(y.value(each)) for each in documents]
        points = _points([data.key(each) for each in documents], across, up)
        if candidate != y and _vary(points):
            x = candidate
            break
    measured = {data.key(each): data.measured(each) for each in documents}
    values = {name: value for name, value in measured.items() if value is not None}
    shade_of = shades(values, high_is_good=data.high_is_good)
    drawn = None if x is None else scatter(points, shade_of)
    return {
        "x": x,
        "y": y,
        "xs": offered(xs, x),
        "ys": offered(ys, y),
        "scatter": drawn,
        "ranges": shade_ranges(values, shade_of),
        "constant": form.x if form.x and (x is None or x.name != form.x) else "",
        "data": [{"name": name, "x": across, "y": up} for name, across, up in points] if x else [],
    }


def _points(
    names: Sequence[str], across: Sequence[str | float | None], up: Sequence[str | float | None]
) -> list[Point]:
    """The points that have both values; x are all numbers, or else all texts."""
    rows = [
        (name, x, y)
        for name, x, y in zip(names, across, up, strict=True)
        if x is not None and isinstance(y, int | float)
    ]
    xs = uniform([x for _, x, _ in rows])
    return [(name, x, y) for (name, _, y), x in zip(rows, xs, strict=True)]


def _vary(points: Sequence[Point]) -> bool:
    """Whether neither axis is a constant."""
    return len({x for _, x, _ in points}) > 1 and len({y for _, _, y in points}) > 1


def _named(columns: Sequence[TableColumn], name: str) -> TableColumn | None:
    return next((each for each in columns if each.name == name), None)


def _first_named(columns: Sequence[TableColumn], name: str) -> list[TableColumn]:
    return sorted(columns, key=lambda each: each.name != name)


def _parallel(data: PlotData) -> Mapping[str, Any]:
    documents = list(spread(data.measured_documents or data.documents, MAX_LINES))
    axes: list[TableColumn] = []
    columns: dict[str, list[str | float | None]] = {}
    for each in _candidates(data):
        values = [plain(each.value(document)) for document in documents]
        present = uniform([value for value in values if value is not None])
        if len(set(present)) > 1:
            remaining = iter(present)
            axes.append(each)
            columns[each.name] = [None if v is None else next(remaining) for v in values]
    axes = _limited(axes, data.metric)
    rows: list[tuple[str, dict[str, str | float]]] = []
    for index, document in enumerate(documents):
        values_of = {each.name: columns[each.name][index] for each in axes}
        present_of = {name: value for name, value in values_of.items() if value is not None}
        rows.append((data.key(document), present_of))
    drawn = None
    if len(axes) > 1:
        drawn = parallel(
            [(each.name, each.label, each.family) for each in axes],
            rows,
            high_is_good=data.high_is_good,
        )
    return {
        "parallel": drawn,
        "axes": axes,
        "shown": len(rows),
        "brushes": [axis for axis in drawn.axes if axis.scale] if drawn else [],
        "data": [{"name": name, **values} for name, values in rows],
    }


def _candidates(data: PlotData) -> Sequence[TableColumn]:
    """Settings on the left, metrics on the right, the one that decides the colours last."""
    form: SearchForm = data.results.form
    leading = [f"Metrics.{name}" for name in leading_metrics(data.sample)]
    metrics = [each for each in data.metrics if each.name in leading or each.name in form.columns]
    chosen = [*data.settings, *metrics]
    if form.columns:
        chosen = [each for each in chosen if each.name in form.columns]
    others = [each for each in chosen if each != data.metric]
    return [*others, *([data.metric] if data.metric else [])]


def _limited(axes: Sequence[TableColumn], metric: TableColumn | None) -> list[TableColumn]:
    settings = [each for each in axes if is_setting(each)][:MAX_SETTINGS]
    metrics = [each for each in axes if not is_setting(each) and each != metric][:MAX_METRICS]
    return [*settings, *metrics, *(each for each in axes if each == metric)]


_VIEWS: Mapping[str, Callable[[PlotData], Mapping[str, Any]]] = {
    "scatter": _scatter,
    "parallel": _parallel,
    "best": run_plots.best,
    "importance": run_plots.importance,
    "contour": run_plots.contour,
    "curves": run_plots.curves,
}
