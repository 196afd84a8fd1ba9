"""Documents of models."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from sagemock.resources.arn import Arn
from sagemock.resources.tag import merged

if TYPE_CHECKING:
    from mypy_boto3_sagemaker.type_defs import (
        ContainerDefinitionUnionTypeDef,
        CreateModelInputTypeDef,
        DeploymentRecommendationTypeDef,
    )

    class Model(CreateModelInputTypeDef):
        """The document: the request, and what the service adds."""

        ModelArn: str
        CreationTime: float
        LastModifiedTime: float
        DeploymentRecommendation: DeploymentRecommendationTypeDef


ExecutionMode = Literal["Serial", "Direct"]
"""Whether each container of a model answers the one before it, or those that name it."""


@dataclass(frozen=True, slots=True)
class ModelDefinition:
    """What runs for a model.

    Attributes
    ----------
    containers
        Its containers, with those of a model package instead of its name.
    mode
        What its InferenceExecutionConfig says.
    role
        The ARN of its ExecutionRoleArn; empty without one.
    """

    containers: tuple[ContainerDefinitionUnionTypeDef, ...] = ()
    mode: ExecutionMode = "Serial"
    role: str = ""

    @property
    def hosts(self) -> list[str]:
        """The host name of each container; those without one are named by their position."""
        return [
            each.get("ContainerHostname", f"container-{number}")
            for number, each in enumerate(self.containers, 1)
        ]


def new(request: CreateModelInputTypeDef, arn: Arn, now: float, *, fills_in: bool = True) -> Model:
    """The document of a new model: the request, and what the service adds.

    Parameters
    ----------
    request : CreateModelInputTypeDef
        The request.
    arn : Arn
        The ARN of the model.
    now : float
        Seconds since the epoch.
    fills_in : bool
        Whether to add defaults inside of its members as well.
    """
    document: Model = {
        **request,
        "ModelArn": str(arn),
        "CreationTime": now,
        # Search sorts by it; a model cannot be changed.
        "LastModifiedTime": now,
        "EnableNetworkIsolation": request.get("EnableNetworkIsolation", False),
        # Only models of a registry that recommends instances have another status.
        "DeploymentRecommendation": {"RecommendationStatus": "NOT_APPLICABLE"},
        "Tags": merged((), request.get("Tags", ())),
    }
    if not fills_in:
        return document
    if "PrimaryContainer" in request:
        document["PrimaryContainer"] = _container(request["PrimaryContainer"])
    if "Containers" in request:
        document["Containers"] = [_container(each) for each in request["Containers"]]
        document["InferenceExecutionConfig"] = {
            "Mode": "Serial",
            **request.get("InferenceExecutionConfig", {}),
        }
    return document


def _container(definition: ContainerDefinitionUnionTypeDef) -> ContainerDefinitionUnionTypeDef:
    return {"Mode": "SingleModel", "Environment": {}, **definition}


def containers(document: CreateModelInputTypeDef) -> Iterator[ContainerDefinitionUnionTypeDef]:
    """The containers of a model, or of a request for one, in the order of their invocation."""
    if "PrimaryContainer" in document:
        yield document["PrimaryContainer"]
    yield from document.get("Containers", ())


def data_location(container: ContainerDefinitionUnionTypeDef) -> str | None:
    """The S3 URI of a container's model data."""
    source = container.get("ModelDataSource", {}).get("S3DataSource", {})
    return container.get("ModelDataUrl", source.get("S3Uri"))


def is_uncompressed(container: ContainerDefinitionUnionTypeDef) -> bool:
    """Whether the model data are separate files instead of an archive."""
    source = container.get("ModelDataSource", {}).get("S3DataSource", {})
    return source.get("CompressionType", "Gzip") == "None"


def is_multi_model(container: ContainerDefinitionUnionTypeDef) -> bool:
    """Whether a container serves many models, and its model data is a prefix."""
    return container.get("Mode") == "MultiModel"
