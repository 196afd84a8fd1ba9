"""One chart of curves, large, at an address of its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import zip_longest
from typing import Any

from sagemock.console import job_log
from sagemock.console.budget import excerpt
from sagemock.console.charts.lines import Series, line_chart
from sagemock.console.charts.options import CHOICES, CurveOptions
from sagemock.console.page import CsvTable, Page
from sagemock.console.page_request import PageRequest

MAX_JOBS = 40
MAX_METRICS = 8
MAX_ROWS, MAX_COLUMNS = 60, 8
"""Epochs and curves of the table below the chart."""


def chart(page_request: PageRequest) -> Page:
    """Draw the metrics and jobs that the address names as `metric` and `job`."""
    named = list(dict.fromkeys(page_request.args.getlist("job")))
    jobs = named[:MAX_JOBS]
    metrics = list(dict.fromkeys(page_request.args.getlist("metric")))[:MAX_METRICS]
    options = CurveOptions.read(page_request.args)
    series = _series(page_request, jobs, metrics)
    title = " and ".join(metrics) or "Chart"
    columns = [each.name for each in series]
    values = list(_rows(series))
    context = {
        "title": title,
        "jobs": jobs,
        "left_out": len(named) - len(jobs),
        "chart": line_chart(title, series, options, large=True) if series else None,
        "options": options,
        "choices": CHOICES,
        "hidden": [("job", job) for job in jobs] + [("metric", metric) for metric in metrics],
        "columns": columns[:MAX_COLUMNS],
        "columns_left_out": max(0, len(columns) - MAX_COLUMNS),
        "values": excerpt([row[: MAX_COLUMNS + 1] for row in values], MAX_ROWS),
        "values_total": sum(len(each.values) for each in series),
    }
    data = [
        {
            "job": each.job,
            "metric": each.metric,
            "values": list(each.values),
            "seconds": list(each.times),
        }
        for each in series
    ]
    return Page("curves.html", context, data, CsvTable(["epoch", *columns], values))


def _series(page_request: PageRequest, jobs: Sequence[str], metrics: Sequence[str]) -> list[Series]:
    """The curves, each named by what tells it from the others."""
    series = [
        replace(each, kind=each.kind if len(jobs) == 1 else "other")
        for job in jobs
        for each in job_log.curves(page_request.world, job)
        if each.metric in metrics
    ]
    if len(jobs) == 1:
        return series
    return [
        replace(each, name=each.job if len(metrics) == 1 else f"{each.job} {each.metric}")
        for each in series
    ]


def _rows(series: Sequence[Series]) -> Iterator[list[Any]]:
    for epoch, values in enumerate(zip_longest(*(each.values for each in series))):
        yield [epoch, *values]
