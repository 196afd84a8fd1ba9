"""One call: parse the request, run the operation, serialize the response."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sagemock.errors import NotOurs, UnknownOperationException, UnknownPath
from sagemock.wire import rest_json, serialization, service_model
from sagemock.wire.http_responses import (
    HttpResponse,
    as_service_error,
    common_headers,
    json_error,
    json_headers,
    rest_error,
)
from sagemock.wire.rest_routes import Route, router
from sagemock.wire.service_model import TARGET_PREFIX


@dataclass(frozen=True, slots=True)
class Call:
    """An operation, and how to run it.

    Attributes
    ----------
    service
        The service in botocore's spelling.
    operation
        The name of the operation.
    run
        Takes the request and returns the response, both in wire shape. Raises `NotOurs` when the
        operation, or this request, is left to moto.
    is_ours
        Whether `run` reads the request; otherwise it need not be parsed.
    """

    service: str
    operation: str
    run: Callable[[Any], Mapping[str, Any]]
    is_ours: bool = True


def operation_of(target: str | None, service: str, is_ours: Callable[[str], bool]) -> str:
    """The operation that an `X-Amz-Target` header names.

    Parameters
    ----------
    target
        The value of the header; None without one.
    service
        The service in botocore's spelling.
    is_ours
        Whether an operation is known without reading the model, which takes a while to load.

    Raises
    ------
    UnknownOperationException
        When the service has no such operation.
    """
    name = (target or "").removeprefix(TARGET_PREFIX)
    is_one = target and target.startswith(TARGET_PREFIX)
    if not is_one or not (is_ours(name) or name in service_model.operation_names(service)):
        raise UnknownOperationException(f"Unknown operation: {target or 'no X-Amz-Target header'}")
    return name


def route_of(service: str, method: str, path: str) -> Route:
    """The operation of a REST request, by method and raw path. Raises `UnknownPath`."""
    route = router(service).match(method, path)
    if route is None:
        raise UnknownPath(path)
    return route


def call(call: Call, body: bytes) -> HttpResponse:
    """Run an operation of a service with the JSON protocol.

    Raises `NotOurs` as `Call.run` does. All other errors become responses.
    """
    try:
        request = (
            serialization.parse_json(call.service, call.operation, body) if call.is_ours else {}
        )
        written = serialization.write_json(call.run(request))
    except NotOurs:
        raise
    except Exception as error:
        return json_error(as_service_error(call.operation, error))
    return HttpResponse(200, json_headers(), written)


def call_rest(
    call: Call,
    labels: Mapping[str, str],
    headers: Mapping[str, str],
    query: Mapping[str, Sequence[str]],
    body: bytes,
    *,
    limits_body: bool,
) -> HttpResponse:
    """Run an operation of a service with the REST-JSON protocol; see `call`.

    Parameters
    ----------
    call
        The operation.
    labels
        The values of the labels in the path, by name.
    headers
        The headers of the request, in any case.
    query
        All values of each name in the query.
    body
        The body of the request.
    limits_body
        Whether to refuse a payload that is longer than the model allows.
    """
    service, operation = call.service, call.operation
    try:
        request: Any = {}
        if call.is_ours:
            request = rest_json.parse_rest(
                service, operation, labels, headers, query, body, limits_body=limits_body
            )
        status, answer_headers, answer_body = rest_json.render_rest(
            service, operation, call.run(request)
        )
    except NotOurs:
        raise
    except Exception as error:
        return rest_error(as_service_error(operation, error))
    return HttpResponse(status, {**common_headers(), **answer_headers}, answer_body)
