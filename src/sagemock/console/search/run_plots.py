"""Charts over many runs: the best so far, the importance of settings, a contour, and curves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sagemock.console import job_log
from sagemock.console.charts import contour as grids
from sagemock.console.charts.best_so_far import TimedScore, best_so_far
from sagemock.console.charts.lines import Series, line_chart
from sagemock.console.charts.options import CHOICES
from sagemock.console.search.column_worth import effect, grouped, ranks
from sagemock.console.search.plot_data import PlotData, offered, plain, spread, varies
from sagemock.resources import types

MAX_DOTS = 1_200
MAX_CURVES = 30
MAX_IMPORTANCES = 20
MAX_RECORDS = 40
"""Rows below the chart of the best so far, the last of them."""

MIN_RUNS = 3
"""Runs from which an importance can be computed."""


def best(data: PlotData) -> Mapping[str, Any]:
    """The best value so far over the time of creation."""
    runs = []
    for document in data.measured_documents:
        value, created = data.measured(document), document.get("CreationTime")
        if value is not None and isinstance(created, int | float):
            runs.append(TimedScore(data.key(document), float(created), value))
    drawn = None
    if runs:
        dots = list(spread(runs, MAX_DOTS))
        drawn = best_so_far(runs, dots, high_is_good=data.high_is_good)
    records = [] if drawn is None else [each.run for each in drawn.records]
    return {
        "best": drawn,
        "runs": len(runs),
        "records": drawn.records[-MAX_RECORDS:] if drawn else [],
        "records_left_out": max(0, len(records) - MAX_RECORDS),
        "data": [
            {"name": each.name, "CreationTime": each.created, "value": each.value}
            for each in records
        ],
    }


def importance(data: PlotData) -> Mapping[str, Any]:
    """The share of the metric's variance that each setting explains alone."""
    documents = data.measured_documents
    metric = ranks([data.measured(each) for each in documents])
    shares = [
        (each, effect(grouped([each.value(document) for document in documents]), metric))
        for each in data.settings
        if varies(each, documents)
    ]
    shares.sort(key=lambda pair: -pair[1])
    enough = len(documents) >= MIN_RUNS
    return {
        "importances": shares[:MAX_IMPORTANCES] if enough else [],
        "importances_left_out": max(0, len(shares) - MAX_IMPORTANCES),
        "runs": len(documents),
        "data": [{"name": each.name, "share": share} for each, share in shares] if enough else [],
    }


def contour(data: PlotData) -> Mapping[str, Any]:
    """The mean of the metric over two settings."""
    form = data.results.form
    documents = data.measured_documents
    settings = [each for each in data.settings if varies(each, documents)]
    x = next((each for each in settings if each.name == form.x), next(iter(settings), None))
    others = [each for each in settings if each != x]
    y = next((each for each in others if each.name == form.y), next(iter(others), None))
    points: list[tuple[str | float, str | float, float]] = []
    for document in documents if x and y else ():
        assert x is not None
        assert y is not None
        across, up = plain(x.value(document)), plain(y.value(document))
        value = data.measured(document)
        if across is not None and up is not None and value is not None:
            points.append((across, up, value))
    drawn = grids.contour(points, high_is_good=data.high_is_good) if points else None
    return {
        "contour": drawn,
        "x": x,
        "y": y,
        "xs": offered(settings, x),
        "ys": offered(others, y),
        "runs": len(points),
        "data": [
            {"cell": each.text, "mean": each.mean, "count": each.count} for each in drawn.cells
        ]
        if drawn
        else [],
    }


def curves(data: PlotData) -> Mapping[str, Any]:
    """The curves of a metric of all jobs that match, up to a number."""
    form = data.results.form
    is_job = data.results.target.resource == types.TRAINING_JOB.noun
    keys = [data.key(each) for each in data.documents] if is_job else []
    with_curves = [key for key in keys if data.world.job_metrics.get(key)]
    by_metric: dict[str, list[Series]] = {}
    for job in with_curves[:MAX_CURVES]:
        for each in job_log.curves(data.world, job):
            by_metric.setdefault(each.metric, []).append(replace(each, name=job, kind="other"))
    names = sorted(by_metric, key=lambda name: ("throughput" in name, -len(by_metric[name])))
    wanted = form.metric.removeprefix("Metrics.") or form.sort.removeprefix("Metrics.")
    metric = wanted if wanted in by_metric else next(iter(names), "")
    series = by_metric.get(metric, [])
    drawn = line_chart(metric, series, form.curves, large=True) if series else None
    return {
        "metric": metric,
        "metrics": [{"name": name, "label": name} for name in names[:MAX_CURVES]],
        "curves": drawn,
        "shown": len(series),
        "notes": _which(len(with_curves), len(data.documents)),
        "options": form.curves,
        "choices": CHOICES,
        "data": [{"job": each.job, "values": list(each.values)} for each in series],
    }


def _which(with_curves: int, documents: int) -> list[str]:
    """In words, which jobs are drawn."""
    notes = []
    if with_curves > MAX_CURVES:
        notes.append(f"The first {MAX_CURVES} of {with_curves:,} jobs with curves, in this order.")
    if documents > with_curves:
        notes.append(f"Left out: {documents - with_curves:,} without curves.")
    return notes
