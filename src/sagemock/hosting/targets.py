"""The headers by which a request names one model or container of a variant, and their refusals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sagemock.errors import MissingTargetModel, ValidationError

TARGET_MODEL = "x-amzn-sagemaker-target-model"
"""The header with the model of a multi-model container."""

TARGET_CONTAINER = "x-amzn-sagemaker-target-container-hostname"
"""The header with the host name of a container that is invoked directly."""


@dataclass(frozen=True, slots=True)
class Targets:
    """What requests to a model have to name.

    Attributes
    ----------
    models
        Whether one of many models.
    hosts
        The host names of which they name one; None where they name none.
    """

    models: bool = False
    hosts: Sequence[str] | None = None


def headers(request: Mapping[str, Any]) -> dict[str, str]:
    """Return the headers of an InvokeEndpoint request that name its target."""
    members = {TARGET_MODEL: "TargetModel", TARGET_CONTAINER: "TargetContainerHostname"}
    return {name: request[member] for name, member in members.items() if member in request}


def check(endpoint: str, targets: Targets, request: Mapping[str, Any]) -> None:
    """Raise `ValidationError` for a request that names too much or too little.

    The texts about target models were observed, those about containers follow their form.
    """
    if "TargetModel" in request and not targets.models:
        raise ValidationError(
            f"Endpoint {endpoint} is not a multi-model endpoint and does not support target model "
            "header.",
            ErrorCode="TARGET_MODEL_HEADER_NOT_SUPPORTED",
        )
    _check_host(endpoint, targets.hosts, request.get("TargetContainerHostname"))
    if "InferenceComponentName" in request:
        raise ValidationError(
            f"Endpoint {endpoint} does not host inference components and does not support "
            "inference component name header."
        )
    if targets.models and "TargetModel" not in request:
        raise MissingTargetModel


def _check_host(endpoint: str, hosts: Sequence[str] | None, host: str | None) -> None:
    if hosts is None:
        if host is not None:
            raise ValidationError(
                f"Endpoint {endpoint} is not a multi-container endpoint and does not support "
                "target container hostname header."
            )
    elif host is None:
        raise ValidationError(
            f"Endpoint {endpoint} is a multi-container endpoint with direct invocation and "
            "requires target container hostname header."
        )
    elif host not in hosts:
        raise ValidationError(f"Container {host} not found for this endpoint.")
