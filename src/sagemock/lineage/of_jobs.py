"""What a job uses and what it leaves, as artifacts of its lineage.

Entities and types are those of
https://docs.aws.amazon.com/sagemaker/latest/dg/lineage-tracking-auto-creation.html, read off the
request: an artifact stands for a location, whatever lies there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sagemock.documents import Document
from sagemock.resources import component_of_job, lifecycle, types
from sagemock.resources.model import data_location
from sagemock.resources.resource_type import ResourceType

if TYPE_CHECKING:
    from mypy_boto3_sagemaker.type_defs import ContainerDefinitionUnionTypeDef

    Containers = Iterable[ContainerDefinitionUnionTypeDef]

DATA_SET, IMAGE, MODEL = "DataSet", "Image", "Model"
CHECKPOINT, TENSOR_BOARD = "Checkpoint", "TensorBoard"
"""Types of artifacts."""

Source = tuple[str, str]
"""The SourceUri and the type of an artifact."""


@dataclass(frozen=True, slots=True)
class _Flow:
    """How to read a kind of job.

    Parameters
    ----------
    inputs : Callable
        What contributes to a job, from the job and the containers of its model.
    outputs : Callable
        What a job has produced by now.
    """

    inputs: Callable[[Document, Containers], Iterator[Source]]
    outputs: Callable[[Document], Iterator[Source]]


def inputs(kind: ResourceType, job: Document, containers: Containers) -> list[Source]:
    """What contributes to a job.

    Parameters
    ----------
    kind : ResourceType
        The kind of job.
    job : Document
        The job.
    containers : Iterable
        The containers of the model that a transform job runs.
    """
    return list(dict.fromkeys(_FLOWS[kind].inputs(job, containers)))


def outputs(kind: ResourceType, job: Document) -> list[Source]:
    """What a job has produced; nothing before it has ended."""
    return list(dict.fromkeys(_FLOWS[kind].outputs(job)))


def of_containers(containers: Containers) -> Iterator[Source]:
    """The data and the images of a model's containers."""
    for container in containers:
        location, image = data_location(container), container.get("Image")
        if location:
            yield location, MODEL
        if image:
            yield image, IMAGE


def _training_inputs(job: Document, _: Containers) -> Iterator[Source]:
    for channel in job.get("InputDataConfig", ()):
        location = channel.get("DataSource", {}).get("S3DataSource", {}).get("S3Uri")
        if location:
            yield location, DATA_SET
    image = job.get("AlgorithmSpecification", {}).get("TrainingImage")
    if image:
        yield image, IMAGE


def _training_outputs(job: Document) -> Iterator[Source]:
    if job[types.TRAINING_JOB.status_member] not in lifecycle.ENDED:
        return
    if component_of_job.has_artifact(job):
        yield job["ModelArtifacts"]["S3ModelArtifacts"], MODEL
    for member, location, kind in (
        ("CheckpointConfig", "S3Uri", CHECKPOINT),
        ("TensorBoardOutputConfig", "S3OutputPath", TENSOR_BOARD),
    ):
        if job.get(member, {}).get(location):
            yield job[member][location], kind


def _processing_inputs(job: Document, _: Containers) -> Iterator[Source]:
    for each in job.get("ProcessingInputs", ()):
        if each.get("S3Input", {}).get("S3Uri"):
            yield each["S3Input"]["S3Uri"], DATA_SET
    image = job.get("AppSpecification", {}).get("ImageUri")
    if image:
        yield image, IMAGE


def _processing_outputs(job: Document) -> Iterator[Source]:
    if job[types.PROCESSING_JOB.status_member] == lifecycle.COMPLETED:
        for each in job.get("ProcessingOutputConfig", {}).get("Outputs", ()):
            if each.get("S3Output", {}).get("S3Uri"):
                yield each["S3Output"]["S3Uri"], DATA_SET


def _transform_inputs(job: Document, containers: Containers) -> Iterator[Source]:
    yield from of_containers(containers)
    location = job["TransformInput"]["DataSource"].get("S3DataSource", {}).get("S3Uri")
    if location:
        yield location, DATA_SET


def _transform_outputs(job: Document) -> Iterator[Source]:
    location = job["TransformOutput"].get("S3OutputPath")
    if location and job[types.TRANSFORM_JOB.status_member] == lifecycle.COMPLETED:
        yield location, DATA_SET


_FLOWS: Mapping[ResourceType, _Flow] = {
    types.TRAINING_JOB: _Flow(_training_inputs, _training_outputs),
    types.PROCESSING_JOB: _Flow(_processing_inputs, _processing_outputs),
    types.TRANSFORM_JOB: _Flow(_transform_inputs, _transform_outputs),
}
"""How to read each kind of job; what is not here has no lineage of its own."""

JOBS = tuple(_FLOWS)
"""The kinds of jobs that have a lineage."""
