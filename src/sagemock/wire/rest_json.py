"""The REST-JSON protocol: members of a request or response in path, query, headers and body."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any

from sagemock.errors import ContentTooLong
from sagemock.wire import service_model
from sagemock.wire.serialization import parse_json, parse_value, write_json, wrong_type


def parse_rest(
    service: str,
    operation: str,
    uri_params: Mapping[str, str],
    headers: Mapping[str, str],
    query: Mapping[str, Sequence[str]],
    body: bytes,
    *,
    limits_body: bool = True,
) -> dict[str, Any]:
    """Parse a REST-JSON request from its parts, by the locations in the model.

    Parameters
    ----------
    service
        The service in botocore's spelling.
    operation
        The operation whose input shape applies.
    uri_params
        The values of the labels in the path, by name.
    headers
        The headers; their names match in any case.
    query
        All values of each name in the query.
    body
        The body: a payload, or JSON with all members that have no other location.
    limits_body
        Whether the model's maximum length of a payload applies.

    Returns
    -------
    dict
        The request in wire shape.

    Raises
    ------
    ContentTooLong
        For a payload that is too long; AWS's front end checks that first.
    SerializationException
        As `parse_json`.
    """
    shape = service_model.input_shape(service, operation)
    if shape is None:
        return {}
    texts = {name.lower(): _header_text(value) for name, value in headers.items()}
    request: dict[str, Any] = {}
    in_body: dict[str, Any] = {}
    payload = shape.serialization.get("payload")
    for name, member in shape.members.items():
        location = member.serialization.get("location")
        wire_name = member.serialization.get("name", name)
        if name == payload:
            if limits_body and len(body) > member.metadata.get("max", math.inf):
                raise ContentTooLong(
                    f"HTTP content length exceeded {member.metadata['max']} bytes."
                )
            request[name] = body
        elif location == "uri":
            request[name] = uri_params[wire_name]
        elif location == "header":
            if wire_name.lower() in texts:
                request[name] = _from_text(member, texts[wire_name.lower()])
        elif location == "querystring":
            if wire_name in query:
                request[name] = _from_texts(member, query[wire_name])
        else:
            in_body[wire_name] = name
    if payload is None and in_body:
        request.update(parse_json(service, operation, body))
    return request


def _header_text(value: str) -> str:
    """A header's value as the client wrote it: WSGI servers decode UTF-8 as Latin-1."""
    if value.isascii():
        return value
    try:
        return value.encode("latin-1").decode()
    except UnicodeError:
        return value


def _from_texts(shape: Any, texts: Sequence[str]) -> Any:
    """The values of a name in a query: all of them for a list shape, otherwise the first."""
    if shape.type_name == "list":
        return [_from_text(shape.member, text) for text in texts]
    return _from_text(shape, texts[0])


def _from_text(shape: Any, text: str) -> Any:
    """The value of a header or query text, by its shape."""
    if shape.type_name in ("string", "timestamp"):
        return text
    try:
        return parse_value(shape, json.loads(text))
    except ValueError:
        raise wrong_type(shape, text) from None


def render_rest(
    service: str, operation: str, response: Mapping[str, Any]
) -> tuple[int, dict[str, str], bytes]:
    """Serialize a REST-JSON response.

    Parameters
    ----------
    service, operation
        The operation whose output shape applies.
    response
        The response in wire shape.

    Returns
    -------
    tuple
        Status, headers and body.
    """
    model = service_model.operation(service, operation)
    shape = model.output_shape
    status = int(model.http.get("responseCode", 200))
    if shape is None:
        return status, {}, b""
    headers: dict[str, str] = {}
    members: dict[str, Any] = {}
    payload = shape.serialization.get("payload")
    for name, value in response.items():
        serialization = shape.members[name].serialization
        if name == payload:
            continue
        if serialization.get("location") == "header":
            headers[serialization["name"]] = str(value)
        else:
            members[serialization.get("name", name)] = value
    if payload is not None:
        return status, headers, response.get(payload, b"")
    headers.setdefault("Content-Type", "application/json")
    return status, headers, write_json(members).encode()
