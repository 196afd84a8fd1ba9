"""A training job: what it was asked to do, how far it has come, and what it has left."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from werkzeug.exceptions import BadRequest, NotFound
from werkzeug.wrappers import Response

from sagemock.console import code, joblog
from sagemock.console.charts.lines import LineChart, line_chart
from sagemock.console.columns import goal_of
from sagemock.console.tracing import deployments_of_job
from sagemock.console.visit import Page, Redirect, Table, Visit
from sagemock.errors import ServiceError
from sagemock.resources import lifecycle
from sagemock.resources.s3_uri import parse_s3
from sagemock.services import ObjectNotFound

LOG_LINES = 120
LINE_LENGTH = 240
RUNNING = frozenset({"InProgress", "Stopping"})
MAX_CANDIDATES = 64


def find(visit: Visit, name: str) -> Mapping[str, Any]:
    """The job's document. Raises NotFound."""
    document = visit.world.training_jobs.get(name)
    if document is None:
        raise NotFound(f"There is no training job {name!r} in {visit.region}.")
    return document


def training_job(visit: Visit, name: str) -> Page:
    document = find(visit, name)
    lines = joblog.read(visit.world, name)
    definitions = document.get("AlgorithmSpecification", {}).get("MetricDefinitions", ())
    series = joblog.curves(lines, definitions)
    charts = joblog.charts(series)
    models = _candidates(lines)
    context = {
        "title": name,
        "job": document,
        "running": document["TrainingJobStatus"] in RUNNING,
        "transitions": transitions(document),
        "metrics": _metrics(document),
        "charts": charts,
        "candidates": models,
        "log": [_shortened(each) for each in lines[-LOG_LINES:]],
        "log_total": len(lines),
        "artifact": _artifact(visit, document),
        "deployments": list(deployments_of_job(visit.world, document)),
        "clone": code.training_job(document, name=f"{name[:58]}-copy"),
        "arn": document["TrainingJobArn"],
    }
    curves = {each.name: list(each.values) for each in series}
    data = {"TrainingJob": dict(document), "Curves": curves}
    metrics = Table(
        ["MetricName", "Value", "Timestamp"],
        [
            [each["MetricName"], each["Value"], each["Timestamp"]]
            for each in document.get("FinalMetricDataList", ())
        ],
    )
    return Page("training_job.html", context, data, metrics)


def transitions(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The history, with where each part lies on a line from 0 to 100."""
    history = document.get("SecondaryStatusTransitions", ())
    if not history:
        return []
    begin = history[0]["StartTime"]
    end = max(each.get("EndTime", each["StartTime"]) for each in history)
    whole = (end - begin) or 1.0
    return [
        {
            **each,
            "left": round((each["StartTime"] - begin) / whole * 100, 2),
            "width": round((each.get("EndTime", end) - each["StartTime"]) / whole * 100, 2),
            "seconds": each["EndTime"] - each["StartTime"] if "EndTime" in each else None,
            "terminal": each["Status"] in lifecycle.TERMINAL,
        }
        for each in history
    ]


def _metrics(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [
        {**each, "goal": goal_of(each["MetricName"])}
        for each in document.get("FinalMetricDataList", ())
    ]


def _candidates(lines: joblog.Lines) -> LineChart | None:
    """The curves of all models trained at once, on validation data where there is some."""
    series = joblog.candidates(lines)
    held_out = [each for each in series if "validation" in each.name]
    some = [each for each in held_out or series if len(each.values) > 1][:MAX_CANDIDATES]
    return line_chart("all candidate models", some) if len(some) > 1 else None


def _shortened(line: tuple[int, str]) -> tuple[int, str]:
    when, text = line
    text = text.rstrip()
    return when, text if len(text) <= LINE_LENGTH else f"{text[:LINE_LENGTH]}…"


def _artifact(visit: Visit, document: Mapping[str, Any]) -> dict[str, Any] | None:
    """Where the model is, and its size once it is there."""
    location = document.get("ModelArtifacts", {}).get("S3ModelArtifacts")
    if location is None:
        return None
    size = None
    with suppress(ObjectNotFound, ValueError):
        size = len(visit.world.services.storage.read(*parse_s3(location)))
    return {"location": location, "size": size}


def whole_log(visit: Visit, name: str) -> Response:
    """The log as plain text, every line of it."""
    find(visit, name)
    text = "".join(f"{line.rstrip()}\n" for _, line in joblog.read(visit.world, name))
    return Response(text, mimetype="text/plain")


def stop(visit: Visit, name: str) -> Redirect:
    find(visit, name)
    try:
        visit.call("StopTrainingJob", {"TrainingJobName": name})
    except ServiceError as error:
        raise BadRequest(error.message) from error
    return Redirect(visit.url(f"/training-jobs/{name}"))
