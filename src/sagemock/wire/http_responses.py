"""HTTP responses, and errors as the protocols of AWS serialize them."""

from __future__ import annotations

import logging
import time
import uuid
from dataclasses import dataclass, field
from email.utils import formatdate
from typing import Any

from sagemock.errors import ContentTooLong, ServiceError, ValidationException
from sagemock.wire import serialization

log = logging.getLogger("sagemock")

JSON_1_1 = "application/x-amz-json-1.1"
REQUEST_ID = "x-amzn-RequestId"


@dataclass(frozen=True, slots=True)
class HttpResponse:
    """An HTTP response."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes | str = b""


def as_service_error(operation: str, error: Exception) -> ServiceError:
    """`error` itself if it is one of AWS's; otherwise an error that reports a defect of sagemock.

    A ValidationException rather than a server error, which clients would retry.
    """
    if isinstance(error, ServiceError):
        return error
    log.error("%s failed", operation, exc_info=error)
    return ValidationException(
        f"sagemock could not answer {operation}; this is a defect of sagemock: "
        f"{type(error).__name__}: {error}"
    )


def json_error(error: ServiceError) -> HttpResponse:
    """The response for an error in the JSON 1.1 protocol."""
    headers = json_headers()
    text = "Message" if error.modelled else "message"
    message = error.message_in(headers[REQUEST_ID])
    body = {"__type": error.code, text: message, **error.members}
    return HttpResponse(error.status, headers, serialization.write_json(body))


def rest_error(error: ServiceError) -> HttpResponse:
    """The response for an error in the REST-JSON protocol."""
    if isinstance(error, ContentTooLong):
        return HttpResponse(
            error.status, {**common_headers(), "Content-Type": "text/plain"}, str(error)
        )
    headers = {
        **common_headers(),
        "Content-Type": "application/json",
        "x-amzn-ErrorType": error.code,
    }
    message = error.message_in(headers[REQUEST_ID])
    body: dict[str, Any] = {"Message": message, **error.members}
    return HttpResponse(error.status, headers, serialization.write_json(body))


def json_headers() -> dict[str, str]:
    """The headers of a response in the JSON 1.1 protocol, with a request ID of its own."""
    return {**common_headers(), "Content-Type": JSON_1_1}


def common_headers() -> dict[str, str]:
    """The headers of every response: a new request ID and the date."""
    return {REQUEST_ID: str(uuid.uuid4()), "Date": formatdate(time.time(), usegmt=True)}
