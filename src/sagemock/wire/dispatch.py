"""One call: parse the request, run the operation, write the answer. No moto here."""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from email.utils import formatdate
from typing import Any

from sagemock.accounts.world import Request, World
from sagemock.api import operations
from sagemock.errors import (
    ContentTooLong,
    NotOurs,
    ServiceError,
    UnknownOperationException,
    UnknownPath,
    ValidationException,
)
from sagemock.wire import serialization, service_model
from sagemock.wire.rest_routes import Route, router

log = logging.getLogger("sagemock")

CONTROL_PLANE = service_model.CONTROL_PLANE
RUNTIME = service_model.RUNTIME
METRICS = service_model.METRICS
JSON_1_1 = "application/x-amz-json-1.1"
TARGET_PREFIX = "SageMaker."
REQUEST_ID = "x-amzn-RequestId"


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes | str = b""


def operation_of(target: str | None) -> str:
    """The operation that an `X-Amz-Target` header names.

    Raises `UnknownOperationException` when it names none of SageMaker's.
    """
    name = (target or "").removeprefix(TARGET_PREFIX)
    if not target or not target.startswith(TARGET_PREFIX) or not _is_operation(name):
        raise UnknownOperationException(f"Unknown operation: {target or 'no X-Amz-Target header'}")
    return name


def _is_operation(name: str) -> bool:
    return operations.is_ours(CONTROL_PLANE, name) or name in service_model.operation_names(
        CONTROL_PLANE
    )


def route_of(service: str, method: str, path: str) -> Route:
    """The operation that a REST request is for. Raises `UnknownPath` when there is none."""
    route = router(service).match(method, path)
    if route is None:
        raise UnknownPath(path)
    return route


def call(world: World, operation: str, body: bytes) -> Answer:
    """Run a control plane operation on a JSON body.

    Raises `NotOurs` when the operation, or this request, is left to moto; all else that goes
    wrong is an answer.
    """
    try:
        request: Request = {}
        if operations.is_ours(CONTROL_PLANE, operation):
            request = serialization.parse_json(CONTROL_PLANE, operation, body)
        response = operations.run(world, CONTROL_PLANE, operation, request)
        written = serialization.write_json(response)
    except NotOurs:
        raise
    except Exception as error:
        return json_error(as_service_error(operation, error))
    return Answer(200, json_headers(), written)


def call_rest(
    world: World,
    service: str,
    operation: str,
    uri_params: Mapping[str, str],
    headers: Mapping[str, str],
    query: Mapping[str, Sequence[str]],
    body: bytes,
) -> Answer:
    """As `call`, for an operation of a service with the REST-JSON protocol."""
    try:
        request: Request = {}
        if operations.is_ours(service, operation):
            request = serialization.parse_rest(
                service,
                operation,
                uri_params,
                headers,
                query,
                body,
                limits_body=world.rules.limits_bodies,
            )
        response = operations.run(world, service, operation, request)
        status, answer_headers, answer_body = serialization.render_rest(
            service, operation, response
        )
    except NotOurs:
        raise
    except Exception as error:
        return rest_error(as_service_error(operation, error))
    return Answer(status, {**common_headers(), **answer_headers}, answer_body)


def as_service_error(operation: str, error: Exception) -> ServiceError:
    """`error` itself if AWS would send it; a bug of ours becomes an error that owns up to it."""
    if isinstance(error, ServiceError):
        return error
    log.error("%s failed", operation, exc_info=error)
    return ValidationException(
        f"sagemock could not answer {operation}; this is a defect of sagemock: "
        f"{type(error).__name__}: {error}"
    )


def json_error(error: ServiceError) -> Answer:
    """An error in the JSON 1.1 protocol."""
    headers = json_headers()
    text = "Message" if error.modelled else "message"
    message = error.message_in(headers[REQUEST_ID])
    body = {"__type": error.code, text: message, **error.members}
    return Answer(error.status, headers, serialization.write_json(body))


def rest_error(error: ServiceError) -> Answer:
    """An error in the REST-JSON protocol."""
    if isinstance(error, ContentTooLong):
        return Answer(error.status, {**common_headers(), "Content-Type": "text/plain"}, str(error))
    headers = {
        **common_headers(),
        "Content-Type": "application/json",
        "x-amzn-ErrorType": error.code,
    }
    message = error.message_in(headers[REQUEST_ID])
    body: dict[str, Any] = {"Message": message, **error.members}
    return Answer(error.status, headers, serialization.write_json(body))


def json_headers() -> dict[str, str]:
    return {**common_headers(), "Content-Type": JSON_1_1}


def common_headers() -> dict[str, str]:
    return {REQUEST_ID: str(uuid.uuid4()), "Date": formatdate(time.time(), usegmt=True)}
