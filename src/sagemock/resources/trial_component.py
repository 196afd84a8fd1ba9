"""A trial component's document: what a caller says of a step.

What it says of the job that it belongs to is in `component_of_job`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sagemock.documents import Document
from sagemock.resources.arn import Arn
from sagemock.resources.metric_series import MetricSeries
from sagemock.resources.tag import merged

MAPS = ("Parameters", "InputArtifacts", "OutputArtifacts")
"""The members that UpdateTrialComponent adds to, or removes from, key by key."""


def new(request: Mapping[str, Any], arn: Arn, now: float) -> dict[str, Any]:
    """The request, with what the service fills in."""
    return {
        "DisplayName": request["TrialComponentName"],
        **{name: {} for name in MAPS},
        **request,
        "TrialComponentArn": str(arn),
        "CreationTime": now,
        "CreatedBy": {},
        "LastModifiedTime": now,
        "LastModifiedBy": {},
        "Metrics": [],
        "Parents": [],
        "Tags": merged((), request.get("Tags", ())),
    }


def updated(document: Document, request: Mapping[str, Any], now: float) -> dict[str, Any]:
    """The document after UpdateTrialComponent: maps are merged, all else is overwritten."""
    changes = {name: value for name, value in request.items() if not name.endswith("ToRemove")}
    for name in MAPS:
        unwanted = request.get(f"{name}ToRemove", ())
        entries = {**document[name], **request.get(name, {})}
        changes[name] = {key: value for key, value in entries.items() if key not in unwanted}
    return {**document, **changes, "LastModifiedTime": now}


def associated(document: Document, trial: Document) -> dict[str, Any]:
    """The component in one trial more, once."""
    parent = {"TrialName": trial["TrialName"], "ExperimentName": trial["ExperimentName"]}
    others = [each for each in document["Parents"] if each != parent]
    return {**document, "Parents": [*others, parent]}


def disassociated(document: Document, trial: str) -> dict[str, Any]:
    """The component out of the trial of that name."""
    parents = [each for each in document["Parents"] if each["TrialName"] != trial]
    return {**document, "Parents": parents}


def with_metrics(
    document: Document, changed: Mapping[str, MetricSeries], source_arn: str
) -> dict[str, Any]:
    """The component with the summaries of metrics that have further values."""
    summaries = {each["MetricName"]: each for each in document["Metrics"]}
    summaries |= {name: each.summary(name, source_arn) for name, each in changed.items()}
    return {**document, "Metrics": list(summaries.values())}
