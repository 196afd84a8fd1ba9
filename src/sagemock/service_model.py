"""botocore's model of the SageMaker services: operations, shapes and their members.

Read with botocore alone; moto keeps a copy of its own. Nothing is loaded before the first
question, and each model once in a process.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from botocore.model import OperationModel, ServiceModel, Shape, StructureShape

CONTROL_PLANE = "sagemaker"
RUNTIME = "sagemaker-runtime"
METRICS = "sagemaker-metrics"


@cache
def service(name: str) -> ServiceModel:
    """The model of one service."""
    from botocore.model import ServiceModel

    from sagemock.sessions import loader

    return ServiceModel(loader().load_service_model(name, "service-2"), name)


@cache
def operation_names(name: str) -> frozenset[str]:
    """The operations of a service."""
    return frozenset(service(name).operation_names)


@cache
def operation(name: str, operation: str) -> OperationModel:
    """The model of an operation. Raises botocore's OperationNotFoundError."""
    return service(name).operation_model(operation)


def input_shape(name: str, operation_name: str) -> StructureShape | None:
    """The shape of a request; None when the operation takes no members."""
    return operation(name, operation_name).input_shape


@cache
def output_members(operation_name: str) -> tuple[str, ...]:
    """The members of a control plane answer."""
    shape = operation(CONTROL_PLANE, operation_name).output_shape
    return () if shape is None else tuple(shape.members)


def shape(name: str) -> Shape:
    """A shape of the control plane by its name."""
    return service(CONTROL_PLANE).shape_for(name)


@cache
def structure_members(name: str) -> tuple[str, ...]:
    """The members of a structure of the control plane."""
    return tuple(shape(name).members)


@cache
def enum_values(name: str) -> tuple[str, ...]:
    """The values of an enum of the control plane, in the model's order."""
    return tuple(shape(name).enum)
