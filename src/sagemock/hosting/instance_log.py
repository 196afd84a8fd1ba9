"""What the instances of an endpoint write to CloudWatch Logs: names of streams, and lines.

An endpoint has a group, each instance of a variant a stream, or one for each container where the
variant's model has several. The names are those of the developer guide's page on logging; the form
of the lines is that of Amazon's own containers.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from sagemock.hosting.model_container import ContainerError
from sagemock.resources.endpoint import DEPLOYMENT
from sagemock.resources.types import ENDPOINT

MAX_INSTANCES = 100
"""How many instances of a variant have a stream."""

_CLIENT = "169.254.178.2"
"""The address from which health checks and invocations reach a container."""


def group(endpoint: str) -> str:
    """Return the name of an endpoint's log group."""
    return f"{ENDPOINT.log_group}/{endpoint}"


def streams(
    document: Mapping[str, Any], variant: str | None = None, host: str | None = None
) -> list[str]:
    """Return the streams of a deployed endpoint, of one of its variants, or of a container of that.

    Variants for inference components have none: they run no container of their own.
    """
    return [
        stream
        for each in (
            *document.get("ProductionVariants", ()),
            *document.get("ShadowProductionVariants", ()),
        )
        if variant in (None, each["VariantName"])
        for stream in _of_variant(document, each, host)
    ]


def _of_variant(
    document: Mapping[str, Any], variant: Mapping[str, Any], host: str | None
) -> Iterator[str]:
    deployment, name = document[DEPLOYMENT], variant["VariantName"]
    containers = deployment["Containers"].get(name, ())
    # The number of instances of a serverless variant is unknown.
    count = min(variant.get("CurrentInstanceCount", 1), MAX_INSTANCES) if containers else 0
    for number in range(count):
        key = f"{document['EndpointArn']}/{name}/{number}/{deployment['Time']}"
        instance = f"{name}/i-{hashlib.sha256(key.encode()).hexdigest()[:17]}"
        if len(containers) == 1:
            yield instance
        else:
            yield from (f"{instance}/{each}" for each in containers if host in (None, each))


def healthy(now: float) -> list[str]:
    """Return the lines of a container that answers the health check."""
    return [access(now, "GET /ping", 200, 0)]


def broken(now: float, cause: str) -> list[str]:
    """Return the lines of a container that exits before it answers the health check."""
    return [_error(now, cause)]


def refused(now: float, error: ContainerError) -> list[str]:
    """Return the lines of a container that answers an invocation with an error."""
    prefix = "Customer Error: " if error.status < 500 else ""
    size = len(error.body.encode())
    return [
        _error(now, prefix + error.body),
        access(now, f"POST {error.path}", error.status, size),
    ]


def _error(now: float, text: str) -> str:
    return f"[{datetime.fromtimestamp(now, UTC):%m/%d/%Y %H:%M:%S} ERROR 1] {text}"


def access(now: float, request: str, status: int, size: int) -> str:
    """Return the line about a request, such as `GET /ping`, and the bytes of its answer."""
    moment = datetime.fromtimestamp(now, UTC)
    return (
        f"{_CLIENT} - - [{moment:%d/%b/%Y:%H:%M:%S} +0000] "
        f'"{request} HTTP/1.1" {status} {size} "-" "AHC/2.0"'
    )
