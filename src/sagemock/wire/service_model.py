"""The models of SageMaker's services in botocore: operations, shapes and their members.

They are read with botocore alone; moto has copies of its own. A model is loaded when it is first
needed, once per process.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from botocore.model import OperationModel, ServiceModel, Shape, StructureShape

CONTROL_PLANE = "sagemaker"
RUNTIME = "sagemaker-runtime"
METRICS = "sagemaker-metrics"
TARGET_PREFIX = "SageMaker."
"""The prefix of the operation in the `X-Amz-Target` header of the control plane."""


@dataclass(frozen=True, slots=True)
class Service:
    """One of SageMaker's services.

    Protocol and host are also in the model, but the control plane's takes a while to load.

    Attributes
    ----------
    name
        The name in botocore.
    protocol
        The protocol of requests and responses.
    host
        The first labels of the host, without region and domain.
    """

    name: str
    protocol: Literal["json", "rest-json"]
    host: str


SERVICES: tuple[Service, ...] = (
    Service(CONTROL_PLANE, "json", "api.sagemaker"),
    Service(RUNTIME, "rest-json", "runtime.sagemaker"),
    Service(METRICS, "rest-json", "metrics.sagemaker"),
)
"""The services whose requests sagemock handles; a new one is a row here.

The operations that sagemock answers itself are in `operations.OPERATIONS`.
"""


@cache
def service(name: str) -> ServiceModel:
    """The model of a service, by its name in botocore."""
    from botocore.model import ServiceModel

    from sagemock.wire.sessions import loader

    return ServiceModel(loader().load_service_model(name, "service-2"), name)


@cache
def operation_names(name: str) -> frozenset[str]:
    """The names of a service's operations."""
    return frozenset(service(name).operation_names)


@cache
def operation(name: str, operation: str) -> OperationModel:
    """The model of an operation. Raises botocore's OperationNotFoundError."""
    return service(name).operation_model(operation)


def input_shape(name: str, operation_name: str) -> StructureShape | None:
    """The shape of an operation's requests; None when they have no members."""
    return operation(name, operation_name).input_shape


@cache
def output_members(operation_name: str) -> tuple[str, ...]:
    """The members of a control plane operation's responses."""
    shape = operation(CONTROL_PLANE, operation_name).output_shape
    return () if shape is None else tuple(shape.members)


def has_shape(service_name: str, name: str) -> bool:
    """Whether the model of a service has a shape of that name."""
    return name in service(service_name).shape_names


def shape(name: str) -> Shape:
    """A shape of the control plane by its name."""
    return service(CONTROL_PLANE).shape_for(name)


@cache
def structure_members(name: str) -> tuple[str, ...]:
    """The members of a structure of the control plane."""
    return tuple(shape(name).members)


REQUIRED_BEYOND_THE_MODEL: Mapping[str, tuple[str, ...]] = {"FeatureParameter": ("Key", "Value")}
"""Members, by shape, that are optional in the model but without which a request has no meaning.

They are listed here because operations do not check requests themselves where validation is off.
"""


def required_members(shape: StructureShape) -> tuple[str, ...]:
    """The members that a structure of a request must have."""
    return (*shape.required_members, *REQUIRED_BEYOND_THE_MODEL.get(shape.name, ()))


@cache
def enum_values(name: str) -> tuple[str, ...]:
    """The values of an enum of the control plane, in the model's order."""
    return tuple(shape(name).enum)
