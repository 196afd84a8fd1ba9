"""Wire and Python: JSON bodies checked against botocore's shapes, REST requests and answers.

AWS's own deserializer is lenient where it harms nobody (unknown members are dropped, null
means absent) and strict about JSON types; its texts are those of its Coral framework.
"""

from __future__ import annotations

import base64
import binascii
import json
import math
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sagemock.errors import ContentTooLong, SerializationException
from sagemock.wire import service_model

MAX_DEPTH = 128
"""Deeper nesting than any shape has; refused before Python's recursion limit is near."""


write_json = json.JSONEncoder(separators=(",", ":"), check_circular=False).encode
"""JSON as AWS writes it, without spaces; an answer is a tree, so that no circle is looked for."""


def parse_json(service: str, operation: str, body: bytes) -> dict[str, Any]:
    """A JSON 1.1 request body as a request of `operation`.

    Times become seconds since the epoch, blobs bytes. Raises `SerializationException`.
    """
    shape = service_model.input_shape(service, operation)
    value = _load(body)
    if not isinstance(value, dict):
        raise SerializationException(_UNEXPECTED[_kind(value)])
    return _structure(shape, value, 0) if shape is not None else {}


def _load(body: bytes) -> Any:
    if not body:
        return {}
    try:
        return json_value(body)
    except (ValueError, RecursionError) as error:
        raise SerializationException("Unable to parse the request body as JSON") from error


def json_value(body: bytes) -> Any:
    """The value of a JSON text in UTF-8.

    Raises ValueError and RecursionError; also for half of a surrogate pair, as JSON can escape
    it: whatever shows such a text, or writes it to S3 or a log, could not encode it.
    """
    text = body.decode("utf-8-sig")
    value = json.loads(text, parse_constant=_refuse_constant)
    if "\\u" in text:
        json.dumps(value, ensure_ascii=False).encode()
    return value


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return "TRUE_VALUE" if value else "FALSE_VALUE"
    if isinstance(value, str):
        return "STRING_VALUE"
    if isinstance(value, (int, float)):
        return "NUMBER_VALUE" if isinstance(value, int) else "DECIMAL_VALUE"
    return "list" if isinstance(value, list) else "structure"


_UNEXPECTED = {
    "list": "Start of list found where not expected",
    "structure": "Start of structure or map found where not expected.",
    "STRING_VALUE": "Unexpected field type",
    "NUMBER_VALUE": "Unexpected field type",
    "DECIMAL_VALUE": "Unexpected field type",
    "TRUE_VALUE": "Unexpected field type",
    "FALSE_VALUE": "Unexpected field type",
}

_JAVA_TYPES = {
    "string": "String",
    "integer": "Integer",
    "long": "Long",
    "float": "Float",
    "double": "Double",
    "boolean": "Boolean",
    "timestamp": "Timestamp",
    "blob": "Blob",
}


def _wrong_type(shape: Any, value: Any) -> SerializationException:
    kind = _kind(value)
    if kind in ("list", "structure") or shape.type_name in ("list", "map", "structure"):
        return SerializationException(_UNEXPECTED[kind])
    article = "an" if shape.type_name == "integer" else "a"
    return SerializationException(
        f"{kind} can not be converted to {article} {_JAVA_TYPES[shape.type_name]}"
    )


def _parse(shape: Any, value: Any, depth: int) -> Any:
    if depth > MAX_DEPTH:
        raise SerializationException("The request is nested too deeply")
    return _PARSERS[shape.type_name](shape, value, depth)


def _structure(shape: Any, value: Any, depth: int) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise _wrong_type(shape, value)
    members = shape.members
    return {
        name: _parse(members[name], item, depth + 1)
        for name, item in value.items()
        if item is not None and name in members
    }


def _list(shape: Any, value: Any, depth: int) -> list[Any]:
    if not isinstance(value, list):
        raise _wrong_type(shape, value)
    return [None if item is None else _parse(shape.member, item, depth + 1) for item in value]


def _map(shape: Any, value: Any, depth: int) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise _wrong_type(shape, value)
    return {
        name: _parse(shape.value, item, depth + 1)
        for name, item in value.items()
        if item is not None
    }


def _string(shape: Any, value: Any, _: int) -> str:
    if not isinstance(value, str):
        raise _wrong_type(shape, value)
    return value


def _integer(shape: Any, value: Any, _: int) -> int:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise _wrong_type(shape, value)
    if isinstance(value, float) and not value.is_integer():
        raise _wrong_type(shape, value)
    number = int(value)
    bits = 31 if shape.type_name == "integer" else 63
    if not -(2**bits) <= number < 2**bits:
        raise _wrong_type(shape, value)
    return number


def _float(shape: Any, value: Any, _: int) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise _wrong_type(shape, value)
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise _wrong_type(shape, value)
    return number


def _boolean(shape: Any, value: Any, _: int) -> bool:
    if not isinstance(value, bool):
        raise _wrong_type(shape, value)
    return value


def _timestamp(shape: Any, value: Any, depth: int) -> float:
    if not isinstance(value, str):
        return _float(shape, value, depth)
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        raise _wrong_type(shape, value) from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _blob(shape: Any, value: Any, _: int) -> bytes:
    if not isinstance(value, str):
        raise _wrong_type(shape, value)
    try:
        return base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        raise _wrong_type(shape, value) from None


_PARSERS: dict[str, Callable[[Any, Any, int], Any]] = {
    "structure": _structure,
    "list": _list,
    "map": _map,
    "string": _string,
    "integer": _integer,
    "long": _integer,
    "float": _float,
    "double": _float,
    "boolean": _boolean,
    "timestamp": _timestamp,
    "blob": _blob,
}


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
    """A REST-JSON request from its parts, as the locations in the model say.

    query: all values of each name. limits_body: whether the model's limit of a payload holds.
    Header names are matched without case. Raises `SerializationException`, and `ContentTooLong` as
    AWS's front end does before anything else is looked at.
    """
    shape = service_model.input_shape(service, operation)
    if shape is None:
        return {}
    given = {name.lower(): _header_text(value) for name, value in headers.items()}
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
            if wire_name.lower() in given:
                request[name] = _from_text(member, given[wire_name.lower()])
        elif location == "querystring":
            if wire_name in query:
                request[name] = _from_texts(member, query[wire_name])
        else:
            in_body[wire_name] = name
    if payload is None and in_body:
        request.update(parse_json(service, operation, body))
    return request


def _header_text(value: str) -> str:
    """A header's value as the client wrote it: a server reads UTF-8 as Latin-1."""
    if value.isascii():
        return value
    try:
        return value.encode("latin-1").decode()
    except UnicodeError:
        return value


def _from_texts(shape: Any, texts: Sequence[str]) -> Any:
    """The values that a query has under one name: a list where the shape is one, or the first."""
    if shape.type_name == "list":
        return [_from_text(shape.member, text) for text in texts]
    return _from_text(shape, texts[0])


def _from_text(shape: Any, text: str) -> Any:
    """A header or query value: JSON's number or boolean where the shape is one."""
    if shape.type_name in ("string", "timestamp"):
        return text
    try:
        return _parse(shape, json.loads(text), 0)
    except ValueError:
        raise _wrong_type(shape, text) from None


def render_rest(
    service: str, operation: str, response: Mapping[str, Any]
) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body of a REST-JSON answer."""
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
