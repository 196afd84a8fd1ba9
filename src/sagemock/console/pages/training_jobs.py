"""A training job: its settings, its progress, and its results."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any

from werkzeug.wrappers import Response

from sagemock.accounts.services import ObjectNotFound
from sagemock.console import code, job_log, log_view
from sagemock.console.budget import excerpt
from sagemock.console.charts.lines import LineChart, line_chart
from sagemock.console.charts.options import CHOICES, CurveOptions
from sagemock.console.faults.waiting import waiting_job
from sagemock.console.links import page_of
from sagemock.console.missing import MissingResource
from sagemock.console.page import CsvTable, Page, Redirect
from sagemock.console.page_request import PageRequest
from sagemock.console.related import deployments_of_job
from sagemock.console.search.metrics import goal_of
from sagemock.errors import ServiceError
from sagemock.resources import clock, component_of_job, lifecycle, types
from sagemock.resources.s3_uri import parse_s3

PART = 1_000
"""Lines of the whole log that are sent in one piece."""

MAX_TEXT = 120
"""Characters of a hyperparameter or a location."""

MAX_NOTE = 2_000
"""Characters of a note on a job."""

GROUPS = ("Scores", "Losses", "Other metrics", "Throughput and progress")
"""The groups of metrics, in order."""

DEPLOYABLE = frozenset({"Completed", "Stopped"})
"""Statuses of jobs that may have an artifact."""

MAX_CHARTS = 4
MAX_METRICS, MAX_PARAMETERS, MAX_CHANNELS = 24, 40, 20
"""Rows of the tables."""

RUNNING = frozenset({"InProgress", "Stopping"})
MAX_CANDIDATES = 64


def find(page_request: PageRequest, name: str) -> Mapping[str, Any]:
    """Return a job's document. Raises `NotFound`."""
    document = page_request.world.training_jobs.get(name)
    if document is None:
        raise MissingResource(page_request, types.TRAINING_JOB, name)
    return document


def training_job(page_request: PageRequest, name: str) -> Page:
    """Show a training job. Raises `NotFound`."""
    return _page(page_request, name)


def _page(
    page_request: PageRequest, name: str, error: str | None = None, typed: str | None = None
) -> Page:
    """A page with an error, on why a change was refused, does not follow the job.

    `typed` is the note of a form that was refused; None for the one that is kept.
    """
    document = find(page_request, name)
    lines = job_log.read(page_request.world, name)
    series = job_log.curves(page_request.world, name)
    options = CurveOptions.read(page_request.args)
    charts = job_log.charts(series, options)
    metrics = document.get("FinalMetricDataList", ())
    parameters = (document.get("HyperParameters") or {}).items()
    models = _candidates(lines)
    wanted = log_view.log_filter(page_request.args)
    log = log_view.excerpt_of(lines, wanted)
    artifact = _artifact(page_request, document)
    note = page_request.world.job_notes.get(name, "")
    context = {
        "title": name,
        "job": document,
        "running": document["TrainingJobStatus"] in RUNNING,
        "waiting": waiting_job(page_request.world, types.TRAINING_JOB, name),
        "error": error,
        "transitions": transitions(document, clock.now()),
        "metrics": excerpt(by_group(metrics), MAX_METRICS),
        "goal_of": goal_of,
        "parameters": excerpt(parameters, MAX_PARAMETERS),
        "parameters_total": len(parameters),
        "channels": excerpt(document.get("InputDataConfig", ()), MAX_CHANNELS),
        "max_text": MAX_TEXT,
        "charts": charts[:MAX_CHARTS],
        "charts_total": len(charts),
        "options": options,
        "curve_arguments": list(options.arguments()),
        "choices": CHOICES,
        "candidates": models,
        "candidates_cut": len(lines) > job_log.MAX_READ,
        "log": log,
        "wanted": wanted,
        "log_levels": log_view.LEVELS,
        "artifact": artifact,
        "deployable": _is_deployable(page_request, document, artifact),
        "note": note if typed is None else typed,
        "max_note": MAX_NOTE,
        "deployments": list(deployments_of_job(page_request.world, document)),
        "arn": document["TrainingJobArn"],
        "component": _component(page_request, name),
    }

    def data() -> dict[str, Any]:
        curves = {each.name: list(each.values) for each in series}
        return {"TrainingJob": dict(document), "Curves": curves, "Note": note}

    table = CsvTable(
        ["MetricName", "Value", "Timestamp"],
        [[each["MetricName"], each["Value"], each["Timestamp"]] for each in metrics],
    )
    script = code.training_job(document, name=f"{name[:58]}-copy")
    status = 400 if error else 200
    return Page("training_job.html", context, data, table, script, status)


def _component(page_request: PageRequest, name: str) -> str | None:
    """The name of the job's trial component, None if it has been deleted."""
    component = component_of_job.name_for(types.TRAINING_JOB, name)
    return component if component in page_request.world.trial_components else None


def transitions(document: Mapping[str, Any], now: float) -> list[dict[str, Any]]:
    """Return the history until now, with the position of each status on a line from 0 to 100."""
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
    """When a status ended, or now; a terminal status has no length."""
    begin: float = transition["StartTime"]
    end: float = transition.get("EndTime", begin)
    last = "EndTime" in transition or transition["Status"] in lifecycle.TERMINAL
    return end if last else max(begin, now)


def _candidates(lines: job_log.Lines) -> LineChart | None:
    """The curves of all models trained in parallel, on validation data if there is any."""
    series = job_log.candidates(lines)
    held_out = [each for each in series if "validation" in each.name]
    curves = [each for each in held_out or series if len(each.values) > 1][:MAX_CANDIDATES]
    return line_chart("all candidate models", curves) if len(curves) > 1 else None


def _artifact(page_request: PageRequest, document: Mapping[str, Any]) -> dict[str, Any] | None:
    """The location of the model artifact, and its size in bytes once it exists."""
    location = document.get("ModelArtifacts", {}).get("S3ModelArtifacts")
    if location is None:
        return None
    size = None
    with suppress(ObjectNotFound, ValueError):
        size = page_request.world.services.storage.size(*parse_s3(location))
    return {"location": location, "size": size}


def _is_deployable(
    page_request: PageRequest, document: Mapping[str, Any], artifact: Mapping[str, Any] | None
) -> bool:
    """Whether CreateModel takes the artifact: a job that was put in place has none in S3."""
    if artifact is None or document["TrainingJobStatus"] not in DEPLOYABLE:
        return False
    return artifact["size"] is not None or not page_request.world.rules.needs_objects


def by_group(metrics: Iterable[Mapping[str, Any]]) -> list[tuple[str, Mapping[str, Any]]]:
    """Return the metrics with their groups: scores and losses before what rates no model."""
    pairs = [(group_of(metric["MetricName"]), metric) for metric in metrics]
    return sorted(pairs, key=lambda pair: GROUPS.index(pair[0]))


def group_of(metric: str) -> str:
    """Return the group of a metric, by its name.

    >>> group_of("validation:objective_loss"), group_of("train:throughput")
    ('Losses', 'Throughput and progress')
    """
    if re.search(r"throughput|progress", metric):
        return GROUPS[3]
    goal = goal_of(metric)
    return GROUPS[2] if goal is None else GROUPS[0] if goal == "high" else GROUPS[1]


def save_note(page_request: PageRequest, name: str) -> Page | Redirect:
    """Keep a note beside the job, until the job is deleted; an empty one is none."""
    find(page_request, name)
    text = page_request.request.form.get("note", "").replace("\r\n", "\n").strip()
    home = page_of(types.TRAINING_JOB, name)
    if len(text) > MAX_NOTE:
        error = (
            f"A note has at most {MAX_NOTE:,} characters. "
            f"The first {MAX_NOTE:,} of yours are in the form; none is saved."
        )
        return _page(page_request.at(home), name, error, text[:MAX_NOTE])
    world = page_request.world
    with world.training_jobs.lock:
        # A note of a job that has just been deleted would be that of the next one of its name.
        if name in world.training_jobs and text:
            world.job_notes[name] = text
            message = f"Saved the note on {name}."
        else:
            removed = world.job_notes.pop(name, None) is not None
            message = f"Removed the note on {name}." if removed else f"There is no note on {name}."
    return Redirect(page_request.url(home), message)


def whole_log(page_request: PageRequest, name: str) -> Response:
    """Send the whole log as plain text, in pieces."""
    find(page_request, name)
    lines = job_log.read(page_request.world, name)
    parts = (
        "".join(f"{line.rstrip()}\n" for _, line in lines[start : start + PART])
        for start in range(0, len(lines), PART)
    )
    return Response((part.encode("utf-8", "replace") for part in parts), mimetype="text/plain")


def stop(page_request: PageRequest, name: str) -> Page | Redirect:
    """Stop the job, or show AWS's error."""
    find(page_request, name)
    home = page_of(types.TRAINING_JOB, name)
    try:
        page_request.call("StopTrainingJob", {"TrainingJobName": name})
    except ServiceError as error:
        return _page(page_request.at(home), name, error.message)
    return Redirect(page_request.url(home), f"Asked the training job {name} to stop.")
