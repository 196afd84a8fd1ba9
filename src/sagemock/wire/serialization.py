"""JSON bodies, parsed and checked by botocore's shapes; the REST-JSON protocol is `rest_json.py`.

AWS's own deserializer is lenient about unknown members, which it drops, and null, which means
absent. It is strict about JSON types; its messages are those of AWS's Coral framework.
"""

from __future__ import annotations

import base64
import binascii
import json
import math
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from sagemock.errors import SerializationException
from sagemock.wire import service_model

MAX_DEPTH = 128
"""Deeper than any shape is nested, and far from Python's recursion limit."""


write_json = json.JSONEncoder(separators=(",", ":"), check_circular=False).encode
"""JSON as AWS writes it, without spaces. Responses are trees, so cycles are not checked for."""


def parse_json(service: str, operation: str, body: bytes) -> dict[str, Any]:
    """Parse the body of a JSON 1.1 request.

    Parameters
    ----------
    service
        The service in botocore's spelling.
    operation
        The operation whose input shape applies.
    body
        The JSON text; empty means no members.

    Returns
    -------
    dict
        The members of the shape: timestamps as seconds since the epoch, blobs as bytes.

    Raises
    ------
    SerializationException
        For a body that is not JSON, or a value of another JSON type than its shape.
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

    Raises
    ------
    ValueError
        For a text that is not JSON, or that escapes half of a surrogate pair: such a string could
        not be encoded for a page, S3 or a log.
    RecursionError
        For a text that is nested too deeply.
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


def wrong_type(shape: Any, value: Any) -> SerializationException:
    """The error of a value that has another JSON type than its shape."""
    kind = _kind(value)
    if kind in ("list", "structure") or shape.type_name in ("list", "map", "structure"):
        return SerializationException(_UNEXPECTED[kind])
    article = "an" if shape.type_name == "integer" else "a"
    return SerializationException(
        f"{kind} can not be converted to {article} {_JAVA_TYPES[shape.type_name]}"
    )


def parse_value(shape: Any, value: Any, depth: int = 0) -> Any:
    """A JSON value, `depth` levels down, as a value of a shape. Raises `SerializationException`."""
    if depth > MAX_DEPTH:
        raise SerializationException("The request is nested too deeply")
    return _PARSERS[shape.type_name](shape, value, depth)


def _structure(shape: Any, value: Any, depth: int) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise wrong_type(shape, value)
    members = shape.members
    return {
        name: parse_value(members[name], item, depth + 1)
        for name, item in value.items()
        if item is not None and name in members
    }


def _list(shape: Any, value: Any, depth: int) -> list[Any]:
    if not isinstance(value, list):
        raise wrong_type(shape, value)
    return [None if item is None else parse_value(shape.member, item, depth + 1) for item in value]


def _map(shape: Any, value: Any, depth: int) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise wrong_type(shape, value)
    return {
        name: parse_value(shape.value, item, depth + 1)
        for name, item in value.items()
        if item is not None
    }


def _string(shape: Any, value: Any, _: int) -> str:
    if not isinstance(value, str):
        raise wrong_type(shape, value)
    return value


def _integer(shape: Any, value: Any, _: int) -> int:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise wrong_type(shape, value)
    if isinstance(value, float) and not value.is_integer():
        raise wrong_type(shape, value)
    number = int(value)
    bits = 31 if shape.type_name == "integer" else 63
    if not -(2**bits) <= number < 2**bits:
        raise wrong_type(shape, value)
    return number


def _float(shape: Any, value: Any, _: int) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise wrong_type(shape, value)
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise wrong_type(shape, value)
    return number


def _boolean(shape: Any, value: Any, _: int) -> bool:
    if not isinstance(value, bool):
        raise wrong_type(shape, value)
    return value


def _timestamp(shape: Any, value: Any, depth: int) -> float:
    if not isinstance(value, str):
        return _float(shape, value, depth)
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        raise wrong_type(shape, value) from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _blob(shape: Any, value: Any, _: int) -> bytes:
    if not isinstance(value, str):
        raise wrong_type(shape, value)
    try:
        return base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        raise wrong_type(shape, value) from None


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
