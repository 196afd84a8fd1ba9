"""The JSON arguments of a control, by the signature of the function behind it."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Mapping
from typing import Any

from sagemock.suggestions import closest


class InvalidArguments(Exception):
    """The body of a request has arguments that the control does not accept."""


def described(function: Callable[..., Any]) -> dict[str, str]:
    """The arguments of a function, by name, each with the JSON that it accepts, in words."""
    return {
        name: _type_of(parameter)[0]
        for name, parameter in inspect.signature(function).parameters.items()
        if parameter.kind is not parameter.VAR_KEYWORD
    }


def check(function: Callable[..., Any], arguments: Mapping[str, Any]) -> None:
    """Raises `InvalidArguments` when a function does not accept the arguments."""
    signature = inspect.signature(function)
    try:
        signature.bind(**arguments)
    except TypeError as error:
        unknown = next((name for name in arguments if name not in signature.parameters), "")
        known = closest(unknown, signature.parameters)
        raise InvalidArguments(f"{error}; it takes: {', '.join(known) or 'nothing'}") from None
    for name, value in arguments.items():
        if name not in signature.parameters:
            continue  # One of `**members`, which the function checks itself.
        expected, matches = _type_of(signature.parameters[name])
        if not matches(value):
            raise InvalidArguments(f"{name} must be {expected}, not {json.dumps(value)}")


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _is_flag(value: Any) -> bool:
    return isinstance(value, bool)


def _maps(inner: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, dict) and all(map(inner, value.values()))


def _is_list_of_objects(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(each, dict) for each in value)


def _is_list_of_texts(value: Any) -> bool:
    return isinstance(value, list) and all(map(_is_text, value))


_TYPES: Mapping[str, tuple[str, Callable[[Any], bool]]] = {
    "str": ("a string", _is_text),
    "int": ("an integer", _is_whole),
    "float": ("a number", _is_number),
    "bool": ("true or false", _is_flag),
    "datetime": ("seconds since the epoch", _is_number),
    "list[str]": ("a list of strings", _is_list_of_texts),
    "Mapping[str, str]": ("an object of strings", _maps(_is_text)),
    "Mapping[str, float]": ("an object of numbers", _maps(_is_number)),
    "list[Mapping[str, Any]]": ("a list of objects", _is_list_of_objects),
    "None": ("null", lambda value: value is None),
}


def _type_of(parameter: inspect.Parameter) -> tuple[str, Callable[[Any], bool]]:
    """The JSON that a parameter accepts, in words and as a predicate, by its annotation's text."""
    types = [_TYPES[name] for name in str(parameter.annotation).split(" | ")]
    return " or ".join(text for text, _ in types), lambda value: any(
        matches(value) for _, matches in types
    )
