"""Documents of trial components.

What a component says about its job is in `component_of_job`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NotRequired, cast

from sagemock.documents import Document
from sagemock.resources import lineage_entity
from sagemock.resources.arn import Arn
from sagemock.resources.metric_series import MetricSeries
from sagemock.resources.tag import merged

if TYPE_CHECKING:
    from mypy_boto3_sagemaker.type_defs import (
        CreateTrialComponentRequestTypeDef,
        ParentTypeDef,
        TrialComponentSourceTypeDef,
        UpdateTrialComponentRequestTypeDef,
        UserContextTypeDef,
    )

    from sagemock.resources.metric_series import MetricSummary

    class NewTrialComponent(CreateTrialComponentRequestTypeDef):
        """The request, and what the service adds."""

        TrialComponentArn: str
        CreationTime: float
        CreatedBy: UserContextTypeDef
        LastModifiedTime: float
        LastModifiedBy: UserContextTypeDef
        Metrics: list[MetricSummary]
        Parents: list[ParentTypeDef]
        LineageGroupArn: str

    class TrialComponent(NewTrialComponent):
        """The document, with what it says about a job."""

        Source: NotRequired[TrialComponentSourceTypeDef]
        SourceDetail: NotRequired[Mapping[str, Any]]


MAPS = ("Parameters", "InputArtifacts", "OutputArtifacts")
"""The members that UpdateTrialComponent changes key by key."""


def new(request: CreateTrialComponentRequestTypeDef, arn: Arn, now: float) -> TrialComponent:
    """The document of a new component: the request, and what the service adds."""
    component: NewTrialComponent = {
        "DisplayName": request["TrialComponentName"],
        "Parameters": {},
        "InputArtifacts": {},
        "OutputArtifacts": {},
        **request,
        "TrialComponentArn": str(arn),
        "CreationTime": now,
        "CreatedBy": {},
        "LastModifiedTime": now,
        "LastModifiedBy": {},
        "Metrics": [],
        "Parents": [],
        "LineageGroupArn": lineage_entity.group_arn(arn),
        "Tags": merged((), request.get("Tags", ())),
    }
    return cast("TrialComponent", component)


def updated(
    component: TrialComponent, request: UpdateTrialComponentRequestTypeDef, now: float
) -> TrialComponent:
    """The component after an update: maps are merged, other members overwritten."""
    document: Document = component
    members: Document = request
    changes = {name: value for name, value in members.items() if not name.endswith("ToRemove")}
    for name in MAPS:
        removed = members.get(f"{name}ToRemove", ())
        entries = {**document[name], **members.get(name, {})}
        changes[name] = {key: value for key, value in entries.items() if key not in removed}
    return cast("TrialComponent", {**document, **changes, "LastModifiedTime": now})


def associated(document: TrialComponent, trial: str, experiment: str) -> TrialComponent:
    """The component in a further trial of an experiment; unchanged if it is in it already."""
    parent: ParentTypeDef = {"TrialName": trial, "ExperimentName": experiment}
    others = [each for each in document["Parents"] if each != parent]
    return {**document, "Parents": [*others, parent]}


def disassociated(document: TrialComponent, trial: str) -> TrialComponent:
    """The component without the trial of that name."""
    parents = [each for each in document["Parents"] if each["TrialName"] != trial]
    return {**document, "Parents": parents}


def with_metrics(
    document: TrialComponent, changed: Mapping[str, MetricSeries], source_arn: str
) -> TrialComponent:
    """The component with new summaries of the metrics in `changed`."""
    summaries = {each["MetricName"]: each for each in document["Metrics"]}
    summaries |= {name: each.summary(name, source_arn) for name, each in changed.items()}
    return {**document, "Metrics": list(summaries.values())}
