"""A trial component's document: what a caller says of a step, and what a job does itself.

Every training job has one, named after it, whether it belongs to a trial or not; see
https://docs.aws.amazon.com/sagemaker/latest/dg/experiments-additional-sdk.html.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from sagemock.resources import lifecycle
from sagemock.resources.arn import Arn
from sagemock.resources.metric_series import MetricSeries
from sagemock.resources.tag import merged

Document = Mapping[str, Any]

MAPS = ("Parameters", "InputArtifacts", "OutputArtifacts")
"""The members that UpdateTrialComponent adds to, or removes from, key by key."""

SOURCE_TYPE = "SageMakerTrainingJob"


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


def name_for(training_job: str) -> str:
    """The name of the component that a training job has."""
    return f"{training_job}-aws-training-job"


def of_training_job(job: Document) -> dict[str, Any]:
    """What a component says of its training job, as the job is now."""
    arn = job["TrainingJobArn"]
    described = {
        "Source": {"SourceArn": arn, "SourceType": SOURCE_TYPE},
        "SourceDetail": {"SourceArn": arn, "TrainingJob": job},
        "Status": _status(job),
        "Parameters": _parameters(job),
        "InputArtifacts": _inputs(job),
        "OutputArtifacts": _outputs(job),
        "LastModifiedTime": job["LastModifiedTime"],
    }
    for member, held in (("StartTime", "TrainingStartTime"), ("EndTime", "TrainingEndTime")):
        if held in job:
            described[member] = float(int(job[held]))
    display_name = job.get("ExperimentConfig", {}).get("TrialComponentDisplayName")
    if display_name is not None:
        described["DisplayName"] = display_name
    return described


def _status(job: Document) -> dict[str, str]:
    status = job["TrainingJobStatus"]
    reason = job.get("FailureReason", "")
    return {
        "PrimaryStatus": status,
        "Message": f"Status: {status}, secondary status: {job['SecondaryStatus']}, "
        f"failure reason: {reason}."[:1024],
    }


def _parameters(job: Document) -> dict[str, dict[str, Any]]:
    """Hyperparameters, those that write numbers as numbers, and what the job runs on."""
    found = {name: _value(text) for name, text in job.get("HyperParameters", {}).items()}
    image = job.get("AlgorithmSpecification", {}).get("TrainingImage")
    if image is not None:
        found["SageMaker.ImageUri"] = {"StringValue": image}
    resources = job.get("ResourceConfig", {})
    if "InstanceType" in resources:
        found["SageMaker.InstanceType"] = {"StringValue": resources["InstanceType"]}
    for name in ("InstanceCount", "VolumeSizeInGB"):
        if name in resources:
            found[f"SageMaker.{name}"] = {"NumberValue": float(resources[name])}
    return found


_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,2})?", re.ASCII)


def _value(text: str) -> dict[str, Any]:
    return {"NumberValue": float(text)} if _NUMBER.fullmatch(text) else {"StringValue": text}


def _inputs(job: Document) -> dict[str, dict[str, str]]:
    found = {}
    for channel in job.get("InputDataConfig", ()):
        location = channel.get("DataSource", {}).get("S3DataSource", {}).get("S3Uri")
        if location is not None:
            found[channel["ChannelName"]] = {"Value": location}
            if channel.get("ContentType"):
                found[channel["ChannelName"]]["MediaType"] = channel["ContentType"]
    return found


def _has_artifact(job: Document) -> bool:
    """Also a job that was stopped has one, if it had a model by then."""
    if job["TrainingJobStatus"] not in (lifecycle.ENDED - {lifecycle.FAILED}):
        return False
    passed = (each["Status"] for each in job["SecondaryStatusTransitions"])
    return lifecycle.UPLOADING in passed


def _outputs(job: Document) -> dict[str, dict[str, str]]:
    found = {}
    if _has_artifact(job):
        found["SageMaker.ModelArtifact"] = {"Value": job["ModelArtifacts"]["S3ModelArtifacts"]}
    hook = job.get("DebugHookConfig", {}).get("S3OutputPath")
    if hook is not None:
        found["SageMaker.DebugHookOutput"] = {"Value": hook}
    return found
