"""Documents of experiments and of the trials that they are made of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sagemock.documents import Document
from sagemock.resources.arn import Arn
from sagemock.resources.tag import merged


def new_experiment(request: Mapping[str, Any], arn: Arn, now: float) -> dict[str, Any]:
    """The request, with what the service fills in."""
    return {**_filled(request, "ExperimentName", now), "ExperimentArn": str(arn)}


def new_trial(request: Mapping[str, Any], arn: Arn, now: float) -> dict[str, Any]:
    """The request, with what the service fills in; no component is in it yet."""
    return {**_filled(request, "TrialName", now), "TrialArn": str(arn)}


def _filled(request: Mapping[str, Any], name: str, now: float) -> dict[str, Any]:
    return {
        "DisplayName": request[name],
        **request,
        "CreationTime": now,
        "CreatedBy": {},
        "LastModifiedTime": now,
        "LastModifiedBy": {},
        "Tags": merged((), request.get("Tags", ())),
    }


_SUMMARY = (
    "TrialComponentName",
    "TrialComponentArn",
    "CreationTime",
    "CreatedBy",
)


def with_component(trial: Document, component: Document) -> dict[str, Any]:
    """The trial with a component in it, of which Search shows a summary."""
    summary = {name: component[name] for name in _SUMMARY}
    if "Source" in component:
        summary["TrialComponentSource"] = component["Source"]
    others = _others(trial, component["TrialComponentName"])
    return {**trial, "TrialComponentSummaries": [*others, summary]}


def without_component(trial: Document, component: str) -> dict[str, Any]:
    """The trial without the component of that name."""
    return {**trial, "TrialComponentSummaries": _others(trial, component)}


def _others(trial: Document, component: str) -> list[Mapping[str, Any]]:
    held = trial.get("TrialComponentSummaries", ())
    return [each for each in held if each["TrialComponentName"] != component]
