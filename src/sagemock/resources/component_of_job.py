"""What the trial component of a job says about the job.

Every training, processing and transform job has a component that is named after it, whether or not
it belongs to a trial; see https://docs.aws.amazon.com/sagemaker/latest/dg/experiments-additional-sdk.html.
Members and texts are those observed on AWS.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sagemock.documents import Document
from sagemock.resources import lifecycle
from sagemock.resources.model import containers, data_location
from sagemock.resources.resource_type import ResourceType
from sagemock.resources.types import PROCESSING_JOB, TRAINING_JOB, TRANSFORM_JOB

if TYPE_CHECKING:
    from sagemock.resources.model import Model

Entries = dict[str, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class _JobDescription:
    """What components say about a kind of job.

    Parameters
    ----------
    parameters : Callable
        The parameters, from the job and the model that it names, if that exists.
    inputs, outputs : Callable
        The artifacts.
    message : Callable
        The message of Status.
    """

    parameters: Callable[[Document, Model | None], Entries]
    inputs: Callable[[Document], Entries]
    outputs: Callable[[Document], Entries]
    message: Callable[[Document], str]


def name_for(kind: ResourceType, job: str) -> str:
    """The name of the component of a job."""
    return f"{job}-aws-{kind.arn_kind}"


def from_the_start(kind: ResourceType, job: Document, model: Model | None) -> dict[str, Any]:
    """What a component says about its job from the job's creation on.

    Parameters
    ----------
    kind : ResourceType
        The kind of job.
    job : Document
        The job.
    model : Model or None
        The model that the job names, if it exists.
    """
    description = _DESCRIPTIONS[kind]
    arn = job[kind.arn_member]
    described: dict[str, Any] = {
        "Source": {"SourceArn": arn, "SourceType": f"SageMaker{kind.noun}"},
        "Parameters": description.parameters(job, model),
        "InputArtifacts": description.inputs(job),
    }
    display_name = job.get("ExperimentConfig", {}).get("TrialComponentDisplayName")
    if display_name is not None:
        described["DisplayName"] = display_name
    return described


def by_now(kind: ResourceType, job: Document) -> dict[str, Any]:
    """What a component says that changes as the job goes on."""
    description = _DESCRIPTIONS[kind]
    described = {
        "SourceDetail": {"SourceArn": job[kind.arn_member], kind.noun: job},
        "Status": {
            "PrimaryStatus": job[kind.status_member],
            "Message": description.message(job)[:1024],
        },
        "OutputArtifacts": description.outputs(job),
        "LastModifiedTime": job["LastModifiedTime"],
    }
    for moment in ("StartTime", "EndTime"):
        member = f"{kind.noun.removesuffix('Job')}{moment}"
        if member in job:
            described[moment] = float(int(job[member]))
    return described


def _training_message(job: Document) -> str:
    reason = job.get("FailureReason", "")
    return (
        f"Status: {job['TrainingJobStatus']}, secondary status: {job['SecondaryStatus']}, "
        f"failure reason: {reason}."
    )


def _processing_message(job: Document) -> str:
    return (
        f"Status: {job['ProcessingJobStatus']}, exit message: {job.get('ExitMessage', 'null')}, "
        f"failure reason: {job.get('FailureReason', 'null')}"
    )


def _transform_message(job: Document) -> str:
    reason = job.get("FailureReason", "null")
    return f"Status: {job['TransformJobStatus']}, failure reason: {reason}"


def _training_parameters(job: Document, _: Model | None) -> Entries:
    """The hyperparameters, those that spell numbers as numbers, and the job's resources."""
    parameters = {name: _value(text) for name, text in job.get("HyperParameters", {}).items()}
    image = job.get("AlgorithmSpecification", {}).get("TrainingImage")
    if image is not None:
        parameters["SageMaker.ImageUri"] = {"StringValue": image}
    return parameters | _resources(job.get("ResourceConfig", {}))


_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,2})?", re.ASCII)


def _value(text: str) -> dict[str, Any]:
    return {"NumberValue": float(text)} if _NUMBER.fullmatch(text) else {"StringValue": text}


def _training_inputs(job: Document) -> Entries:
    inputs: Entries = {}
    for channel in job.get("InputDataConfig", ()):
        location = channel.get("DataSource", {}).get("S3DataSource", {}).get("S3Uri")
        if location is not None:
            inputs[channel["ChannelName"]] = _artifact(location, channel.get("ContentType"))
    return inputs


def has_artifact(job: Document) -> bool:
    """Whether the job has left a model: a stopped job may have, too."""
    if job["TrainingJobStatus"] not in (lifecycle.ENDED - {lifecycle.FAILED}):
        return False
    history = (each["Status"] for each in job["SecondaryStatusTransitions"])
    return lifecycle.UPLOADING in history


def _training_outputs(job: Document) -> Entries:
    outputs: Entries = {}
    if has_artifact(job):
        outputs["SageMaker.ModelArtifact"] = {"Value": job["ModelArtifacts"]["S3ModelArtifacts"]}
    hook = job.get("DebugHookConfig", {}).get("S3OutputPath")
    if hook is not None:
        outputs["SageMaker.DebugHookOutput"] = {"Value": hook}
    return outputs


def _processing_parameters(job: Document, _: Model | None) -> Entries:
    return _resources(job["ProcessingResources"]["ClusterConfig"])


def _processing_inputs(job: Document) -> Entries:
    image = {"SageMaker.ImageUri": {"Value": job["AppSpecification"]["ImageUri"]}}
    return image | _locations(job.get("ProcessingInputs", ()), "InputName", "S3Input")


def _processing_outputs(job: Document) -> Entries:
    outputs = job.get("ProcessingOutputConfig", {}).get("Outputs", ())
    return _locations(outputs, "OutputName", "S3Output")


def _transform_parameters(job: Document, model: Model | None) -> Entries:
    name: Entries = {"SageMaker.ModelName": {"StringValue": job["ModelName"]}}
    return _resources(job["TransformResources"]) | name | dict(_model(model) if model else ())


def _transform_inputs(job: Document) -> Entries:
    source = job["TransformInput"]
    location = source["DataSource"]["S3DataSource"]["S3Uri"]
    return {"SageMaker.TransformInput": _artifact(location, source.get("ContentType"))}


def _transform_outputs(job: Document) -> Entries:
    target = job["TransformOutput"]
    return {"SageMaker.TransformOutput": _artifact(target["S3OutputPath"], target.get("Accept"))}


def _resources(resources: Mapping[str, Any]) -> Entries:
    """The instances that a job runs on."""
    entries: Entries = {}
    if "InstanceType" in resources:
        entries["SageMaker.InstanceType"] = {"StringValue": resources["InstanceType"]}
    for name in ("InstanceCount", "VolumeSizeInGB"):
        if name in resources:
            entries[f"SageMaker.{name}"] = {"NumberValue": float(resources[name])}
    return entries


def _locations(entries: Iterable[Document], name: str, member: str) -> Entries:
    """The inputs or outputs that are in S3, by their names."""
    return {each[name]: {"Value": each[member]["S3Uri"]} for each in entries if member in each}


def _artifact(location: str, media_type: str | None) -> dict[str, str]:
    return {"Value": location, **({"MediaType": media_type} if media_type else {})}


def _model(model: Model) -> Iterator[tuple[str, dict[str, str]]]:
    """The image and the data of each of a model's containers."""
    for number, container in enumerate(containers(model), 1):
        name = "Primary"
        if "PrimaryContainer" not in model:
            name = container.get("ContainerHostname", f"Container-{number}")
        for member, value in (
            ("DataUrl", data_location(container)),
            ("Image", container.get("Image")),
        ):
            if value is not None:
                yield f"SageMaker.Model{name}.{member}", {"StringValue": value}


_DESCRIPTIONS: Mapping[ResourceType, _JobDescription] = {
    TRAINING_JOB: _JobDescription(
        _training_parameters, _training_inputs, _training_outputs, _training_message
    ),
    PROCESSING_JOB: _JobDescription(
        _processing_parameters, _processing_inputs, _processing_outputs, _processing_message
    ),
    TRANSFORM_JOB: _JobDescription(
        _transform_parameters, _transform_inputs, _transform_outputs, _transform_message
    ),
}
