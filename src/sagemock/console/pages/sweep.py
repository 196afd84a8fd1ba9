"""The jobs that a form has created at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from werkzeug.exceptions import NotFound

from sagemock.console.budget import excerpt
from sagemock.console.job_form.fields import MAX_JOBS
from sagemock.console.links import Arguments
from sagemock.console.page import CsvTable, Page
from sagemock.console.page_request import PageRequest
from sagemock.console.search.metrics import differing, goal_of, leading_metrics, settings

MAX_COLUMNS = 4
"""Hyperparameters of the table."""

MAX_COMPARED = 20
"""Jobs that the Compare page takes."""


def sweep(page_request: PageRequest) -> Page:
    """Show the jobs that the address names, with their hyperparameters that differ."""
    names = list(dict.fromkeys(page_request.args.getlist("job")))[:MAX_JOBS]
    known = page_request.world.training_jobs
    documents = [job for name in names if (job := known.get(name)) is not None]
    if not documents:
        raise NotFound("The address names no training job that exists.")
    columns = differing(documents)[:MAX_COLUMNS]
    metric = next(iter(leading_metrics(documents)), None)
    rows: list[dict[str, Any]] = [
        {
            "name": job["TrainingJobName"],
            "status": job["TrainingJobStatus"],
            "reason": job.get("FailureReason", ""),
            "settings": [settings(job).get(column, "") for column in columns],
            "metric": _value(job, metric),
        }
        for job in documents
    ]
    context = {
        "title": f"{len(documents)} training jobs",
        "rows": rows,
        "missing": excerpt((name for name in names if name not in known), 5),
        "columns": [column.partition(".")[2] for column in columns],
        "metric": metric,
        "search": _search(documents, metric),
        "compared": [("job", job["TrainingJobName"]) for job in documents[:MAX_COMPARED]],
    }
    data = {"TrainingJobs": [dict(job) for job in documents]}
    table = CsvTable(
        ["TrainingJobName", "TrainingJobStatus", *columns, metric or "Metric"],
        [[row["name"], row["status"], *row["settings"], row["metric"]] for row in rows],
    )
    return Page("sweep.html", context, data, table)


def _value(job: Mapping[str, Any], metric: str | None) -> float | None:
    values = {each["MetricName"]: each["Value"] for each in job.get("FinalMetricDataList", ())}
    return values.get(metric or "")


def _search(documents: Sequence[Mapping[str, Any]], metric: str | None) -> Arguments:
    """The search for a tag that all of the jobs have, or for what their names begin with."""
    tags = [
        tag for tag in documents[0].get("Tags", ()) if all(tag in job["Tags"] for job in documents)
    ]
    if tags:
        condition = (f"Tags.{tags[0]['Key']}", "Equals", tags[0]["Value"])
    else:
        names = [job["TrainingJobName"] for job in documents]
        condition = ("TrainingJobName", "Contains", _shared_beginning(names))
    arguments = list(zip(("property", "operator", "value"), condition, strict=True))
    if metric:
        order = "Ascending" if goal_of(metric) == "low" else "Descending"
        arguments += [("sort", f"Metrics.{metric}"), ("order", order)]
    return arguments


def _shared_beginning(names: Sequence[str]) -> str:
    first, last = min(names), max(names)
    length = 0
    while length < min(len(first), len(last)) and first[length] == last[length]:
        length += 1
    return first[:length].rstrip("-") or first
