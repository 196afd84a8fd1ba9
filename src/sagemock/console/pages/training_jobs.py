"""A training job: what it was asked to do, how far it has come, and what it has left."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from sagemock.accounts.reports import why_not_on
from sagemock.accounts.services import ObjectNotFound
from sagemock.console import code, joblog, tag_chips
from sagemock.console.charts.lines import LineChart, line_chart
from sagemock.console.links import page_of
from sagemock.console.page import CsvTable, Page, Redirect
from sagemock.console.room import cut, last_fitting, part, written
from sagemock.console.search.metrics import goal_of
from sagemock.console.tracing import deployments_of_job
from sagemock.console.visit import Visit
from sagemock.errors import ServiceError
from sagemock.resources import clock, component_of_job, lifecycle, types
from sagemock.resources.s3_uri import parse_s3

LOG_LINES = 120
LINE_LENGTH = 240
PART = 1_000
"""Lines of the whole log that are sent at a time."""

LONGEST = 200
"""Characters of a hyperparameter or a location."""

MAX_CHARTS = 4
ROOM_LOG, ROOM_PARAMETERS, ROOM_METRICS, ROOM_CHANNELS = 6_000, 5_500, 5_500, 3_000
ROOM_TAGS = 6_000
"""Bytes on the page; tags have what the others leave, and the log what these leave."""
RUNNING = frozenset({"InProgress", "Stopping"})
MAX_CANDIDATES = 64


def find(visit: Visit, name: str) -> Mapping[str, Any]:
    """The job's document. Raises NotFound."""
    document = visit.world.training_jobs.get(name)
    if document is None:
        raise NotFound(f"There is no training job {name!r} in {visit.region}.")
    return document


def training_job(visit: Visit, name: str) -> Page:
    return _page(visit, name)


def _page(visit: Visit, name: str, error: str | None = None) -> Page:
    """error: why what was asked of the job is refused; such a page does not follow the job."""
    document = find(visit, name)
    lines = joblog.read(visit.world, name)
    series = joblog.curves(visit.world, name)
    charts = joblog.charts(series)
    held = document.get("FinalMetricDataList", ())
    metrics = part(held, ROOM_METRICS, _metric_size)
    channels = part(document.get("InputDataConfig", ()), ROOM_CHANNELS, _channel_size)
    settings = (document.get("HyperParameters") or {}).items()
    parameters = part(settings, ROOM_PARAMETERS, _parameter_size)
    spare = metrics.left + channels.left + parameters.left
    tag_room = min(tag_chips.ROOM, ROOM_TAGS + spare)
    tags = part(document.get("Tags", ()), tag_room, tag_chips.size)
    log = _log(lines, ROOM_LOG + ROOM_TAGS + spare - tag_room + tags.left)
    models = _candidates(lines)
    context = {
        "title": name,
        "job": document,
        "running": document["TrainingJobStatus"] in RUNNING,
        "why_not_on": why_not_on(visit.world.progressions.get(types.TRAINING_JOB.arn_kind, name)),
        "error": error,
        "transitions": transitions(document, clock.now()),
        "metrics": metrics,
        "goal_of": goal_of,
        "parameters": parameters,
        "parameters_total": len(settings),
        "channels": channels,
        "tag_room": tag_room,
        "longest": LONGEST,
        "charts": charts[:MAX_CHARTS],
        "charts_total": len(charts),
        "candidates": models,
        "candidates_cut": len(lines) > joblog.MAX_READ,
        "log": log,
        "log_total": len(lines),
        "artifact": _artifact(visit, document),
        "deployments": list(deployments_of_job(visit.world, document)),
        "arn": document["TrainingJobArn"],
        "component": _component(visit, name),
    }

    def data() -> dict[str, Any]:
        curves = {each.name: list(each.values) for each in series}
        return {"TrainingJob": dict(document), "Curves": curves}

    table = CsvTable(
        ["MetricName", "Value", "Timestamp"],
        [[each["MetricName"], each["Value"], each["Timestamp"]] for each in held],
    )
    script = code.training_job(document, name=f"{name[:58]}-copy")
    status = 400 if error else 200
    return Page("training_job.html", context, data, table, script, status)


def _component(visit: Visit, name: str) -> str | None:
    """The name of the job's trial component, which somebody may have deleted."""
    component = component_of_job.name_for(types.TRAINING_JOB, name)
    return component if component in visit.world.trial_components else None


def transitions(document: Mapping[str, Any], now: float) -> list[dict[str, Any]]:
    """The history until now, with where each part lies on a line from 0 to 100."""
    history = document.get("SecondaryStatusTransitions", ())
    if not history:
        return []
    begin = history[0]["StartTime"]
    ends = [_end(each, now) for each in history]
    whole = (max(ends) - begin) or 1.0
    return [
        {
            **each,
            "left": round((each["StartTime"] - begin) / whole * 100, 2),
            "width": round((end - each["StartTime"]) / whole * 100, 2),
            "seconds": each["EndTime"] - each["StartTime"] if "EndTime" in each else None,
            "terminal": each["Status"] in lifecycle.TERMINAL,
        }
        for each, end in zip(history, ends, strict=True)
    ]


def _end(transition: Mapping[str, Any], now: float) -> float:
    """When it ended, so far: a last status has no length."""
    begin: float = transition["StartTime"]
    end: float = transition.get("EndTime", begin)
    last = "EndTime" in transition or transition["Status"] in lifecycle.TERMINAL
    return end if last else max(begin, now)


def _metric_size(datum: Mapping[str, Any]) -> int:
    return 200 + 2 * written(datum["MetricName"])


def _parameter_size(parameter: tuple[str, str]) -> int:
    name, value = parameter
    return 70 + written(name, value[:LONGEST])


def _channel_size(channel: Mapping[str, Any]) -> int:
    return 130 + written(channel["ChannelName"], str(channel.get("DataSource"))[:LONGEST])


def _candidates(lines: joblog.Lines) -> LineChart | None:
    """The curves of all models trained at once, on validation data where there is some."""
    series = joblog.candidates(lines)
    held_out = [each for each in series if "validation" in each.name]
    some = [each for each in held_out or series if len(each.values) > 1][:MAX_CANDIDATES]
    return line_chart("all candidate models", some) if len(some) > 1 else None


def _log(lines: joblog.Lines, room: int) -> list[str]:
    """The last lines of a log, each of them not too long."""
    some = [cut(text.rstrip(), LINE_LENGTH) for _, text in lines[-LOG_LINES:]]
    return last_fitting(some, room)


def _artifact(visit: Visit, document: Mapping[str, Any]) -> dict[str, Any] | None:
    """Where the model is, and its size once it is there."""
    location = document.get("ModelArtifacts", {}).get("S3ModelArtifacts")
    if location is None:
        return None
    size = None
    with suppress(ObjectNotFound, ValueError):
        size = visit.world.services.storage.size(*parse_s3(location))
    return {"location": location, "size": size}


def whole_log(visit: Visit, name: str) -> Response:
    """The log as plain text, every line of it, a part at a time."""
    find(visit, name)
    lines = joblog.read(visit.world, name)
    parts = (
        "".join(f"{line.rstrip()}\n" for _, line in lines[start : start + PART])
        for start in range(0, len(lines), PART)
    )
    return Response((part.encode("utf-8", "replace") for part in parts), mimetype="text/plain")


def stop(visit: Visit, name: str) -> Page | Redirect:
    """Stop it, or say in AWS's words why not."""
    find(visit, name)
    home = page_of(types.TRAINING_JOB, name)
    try:
        visit.call("StopTrainingJob", {"TrainingJobName": name})
    except ServiceError as error:
        return _page(visit.at(home), name, error.message)
    return Redirect(visit.url(home))
