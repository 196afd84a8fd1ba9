"""Requests made from botocore's shapes: valid ones, and ones with a single fault."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

import regex
from hypothesis import strategies as st

from sagemock.wire import service_model

NAMES = st.sampled_from(["a", "b", "B", "c-1"])
"""Few, so that requests meet resources that others have made."""

NAMED = {
    "TrainingJobName": NAMES,
    "ModelName": NAMES,
    "EndpointName": NAMES,
    "EndpointConfigName": NAMES,
    "ProcessingJobName": NAMES,
    "TransformJobName": NAMES,
    "FeatureGroupName": NAMES,
    "FeatureGroupNameOrArn": NAMES,
    "FeatureName": NAMES,
    "ExperimentEntityName": NAMES,
    "ExperimentEntityNameOrArn": NAMES,
    "ResourceArn": st.builds(
        "arn:aws:sagemaker:{}:{}:{}/{}".format,
        st.sampled_from(["us-east-1", "eu-west-1"]),
        st.sampled_from(["123456789012", "111122223333"]),
        st.sampled_from(["training-job", "model", "endpoint", "endpoint-config"]),
        NAMES,
    ),
}
"""Strategies for shapes by name."""

MAX_DEPTH = 6
MAX_OPTIONAL = 4
"""Optional members of a structure: with all of them every request would be huge."""

Draw = Callable[[st.SearchStrategy[Any]], Any]


@st.composite
def requests(draw: Draw, operation: str) -> dict[str, Any]:
    """Requests that fit the shape of an operation's input."""
    shape = service_model.input_shape(service_model.CONTROL_PLANE, operation)
    request: dict[str, Any] = _value(draw, shape, 0) if shape is not None else {}
    return request


@st.composite
def values(draw: Draw, shape: Any) -> Any:
    """Values that fit a shape."""
    return _value(draw, shape, 0)


def _value(draw: Draw, shape: Any, depth: int) -> Any:
    """A value that fits a shape, in wire form. Drawn step by step: the trees are too large."""
    if shape.name in NAMED:
        return draw(NAMED[shape.name])
    if shape.type_name == "structure":
        return _structure(draw, shape, depth)
    if shape.type_name == "list":
        min_size = shape.metadata.get("min", 0)
        max_size = (
            min_size if depth >= MAX_DEPTH else min(shape.metadata.get("max", 3), min_size + 2)
        )
        size = draw(st.integers(min_size, max(min_size, max_size)))
        return [_value(draw, shape.member, depth + 1) for _ in range(size)]
    if shape.type_name == "map":
        min_size = shape.metadata.get("min", 0)
        size = draw(st.integers(min_size, min_size + 2))
        pairs = (
            (_value(draw, shape.key, depth + 1), _value(draw, shape.value, depth + 1))
            for _ in range(size)
        )
        return dict(pairs)
    return draw(scalars(shape))


def _structure(draw: Draw, shape: Any, depth: int) -> dict[str, Any]:
    required = list(service_model.required_members(shape))
    optional = sorted(set(shape.members) - set(required)) if depth < MAX_DEPTH else []
    subsets = st.lists(st.sampled_from(optional), unique=True, max_size=MAX_OPTIONAL)
    chosen = draw(subsets) if optional else []
    return {name: _value(draw, shape.members[name], depth + 1) for name in [*required, *chosen]}


def scalars(shape: Any) -> st.SearchStrategy[Any]:
    """Values of a shape that holds no others."""
    metadata = shape.metadata
    minimum = metadata.get("min", 0)
    match shape.type_name:
        case "string":
            return _strings(metadata)
        case "integer" | "long":
            return st.integers(minimum, metadata.get("max", minimum + 1000))
        case "float":
            return st.floats(minimum, metadata.get("max", 100), width=32)
        case "double":
            return st.floats(minimum, metadata.get("max", 100))
        case "boolean":
            return st.booleans()
        case "timestamp":
            return st.floats(0, 4e9) | st.just("2026-01-01T00:00:00Z")
        case _:
            return st.just("AAAA")


def _strings(metadata: Mapping[str, Any]) -> st.SearchStrategy[str]:
    if "enum" in metadata:
        return st.sampled_from(metadata["enum"])
    min_size, max_size = metadata.get("min", 0), metadata.get("max", 64)
    if metadata.get("pattern", ".*") in (".*", r"[\S\s]*"):
        return st.text("ab é'\"<&%{}", min_size=min_size, max_size=min(max_size, min_size + 16))
    return texts_of(metadata["pattern"]).filter(lambda text: min_size <= len(text) <= max_size)


BEYOND_THE_BASIC_PLANE = r"\uD800\uDC00-\uDBFF\uDFFF"
"""How Java's patterns write such characters: as two, of which Python has one."""


@cache
def texts_of(pattern: str) -> st.SearchStrategy[str]:
    """Texts that match one of the model's patterns, which are written for Java."""
    python = pattern.replace(BEYOND_THE_BASIC_PLANE, "")
    for java, plain in ((r"\p{L}", "a-zA-Z"), (r"\p{Z}", " "), (r"\p{N}", "0-9")):
        python = python.replace(java, plain)
    try:
        compiled = re.compile(python, re.ASCII)
    except re.error:
        return st.sampled_from(["a", "a/b", "1"])
    return st.from_regex(compiled, fullmatch=True)


class Fault(NamedTuple):
    """A request with one thing wrong; where that is, and what AWS says of it.

    clauses: nothing when the JSON type is wrong, which is said in other words.
    """

    request: dict[str, Any]
    path: str
    clauses: tuple[str, ...]


def faults(operation: str, request: dict[str, Any]) -> Iterator[Fault]:
    """All that can be made wrong with a request, one thing at a time."""
    shape = service_model.input_shape(service_model.CONTROL_PLANE, operation)
    yield from faults_of(shape, request)


def faults_of(shape: Any, request: dict[str, Any]) -> Iterator[Fault]:
    """All that can be made wrong with a value of a structure, one thing at a time."""
    for path, keys, wrong, *clauses in _wrongs(shape, request, "", ()):
        yield Fault(_put(request, keys, wrong), path, tuple(clauses))


MISSING = object()
Wrong = tuple[Any, ...]
"""Where, by AWS's path and by keys; the wrong value, and what is said of it."""


def _put(request: dict[str, Any], keys: tuple[Any, ...], value: Any) -> dict[str, Any]:
    changed = copy.deepcopy(request)
    inside: Any = changed
    for key in keys[:-1]:
        inside = inside[key]
    if value is MISSING:
        del inside[keys[-1]]
    else:
        inside[keys[-1]] = value
    return changed


def _wrongs(shape: Any, value: Any, path: str, keys: tuple[Any, ...]) -> Iterator[Wrong]:
    if keys:
        yield path, keys, _other_type(shape)
    if shape.type_name == "structure":
        for name, item in value.items():
            inner = f"{path}.{name[0].lower()}{name[1:]}".lstrip(".")
            if name in service_model.required_members(shape):
                yield inner, (*keys, name), MISSING, "Member must not be null"
            yield from _wrongs(shape.members[name], item, inner, (*keys, name))
    elif shape.type_name == "list":
        yield from _wrong_sizes(shape, value, path, keys)
        scalar = shape.member.type_name not in ("structure", "list", "map")
        for number, item in enumerate(value):
            where = (*keys, number)
            if not scalar:
                yield from _wrongs(shape.member, item, f"{path}.{number + 1}.member", where)
                continue
            for _, _, wrong, clause in _wrong_scalars(shape.member, path, where):
                yield path, where, wrong, "Member must satisfy constraint: [", clause
    elif shape.type_name == "map":
        for key in value:
            for _, _, wrong, clause in _wrong_scalars(shape.value, path, keys):
                where = (*keys, key)
                yield path, where, wrong, "Map value must satisfy constraint: [", clause
    else:
        yield from _wrong_scalars(shape, path, keys)


def _other_type(shape: Any) -> Any:
    return [1] if shape.type_name in ("structure", "map") else {"a": "b"}


def _wrong_sizes(shape: Any, value: list[Any], path: str, keys: tuple[Any, ...]) -> Iterator[Wrong]:
    max_size, min_size = shape.metadata.get("max"), shape.metadata.get("min", 0)
    if max_size is not None and value:
        text = f"Member must have length less than or equal to {max_size}"
        yield path, keys, [value[0]] * (max_size + 1), text
    if min_size:
        text = f"Member must have length greater than or equal to {min_size}"
        yield path, keys, value[: min_size - 1], text


def _wrong_scalars(shape: Any, path: str, keys: tuple[Any, ...]) -> Iterator[Wrong]:
    metadata = shape.metadata
    if shape.type_name in ("integer", "long", "float", "double"):
        for bound, step, words in (("max", 1, "less"), ("min", -1, "greater")):
            if bound in metadata and abs(metadata[bound]) < 2**31 - 1:
                text = f"Member must have value {words} than or equal to {metadata[bound]}"
                yield path, keys, metadata[bound] + step, text
        return
    if shape.type_name != "string":
        return
    if "enum" in metadata:
        allowed = ", ".join(metadata["enum"])
        yield path, keys, "no such value", f"Member must satisfy enum value set: [{allowed}]"
        return
    if "max" in metadata:
        text = f"Member must have length less than or equal to {metadata['max']}"
        yield path, keys, "a" * (metadata["max"] + 1), text
    if metadata.get("min"):
        text = f"Member must have length greater than or equal to {metadata['min']}"
        yield path, keys, "a" * (metadata["min"] - 1), text
    if "pattern" in metadata and (bad := _mismatch(metadata["pattern"])) is not None:
        text = f"Member must satisfy regular expression pattern: {metadata['pattern']}"
        yield path, keys, bad, text


@cache
def _mismatch(pattern: str) -> str | None:
    """A text that a pattern refuses; None for one that takes everything."""
    python = pattern.replace(BEYOND_THE_BASIC_PLANE, "")
    for text in ("-|-", "\n\n", "", "\x00"):
        if regex.fullmatch(python, text) is None:
            return text
    return None


def misfits(shape: Any, value: Any, path: str = "") -> Iterator[str]:
    """What of an answer in wire form does not fit its shape."""
    kind = shape.type_name
    if not isinstance(value, _WIRE_TYPES[kind]) or (isinstance(value, bool) != (kind == "boolean")):
        yield f"{path}: {value!r} is no {kind}"
    elif kind == "structure":
        for name in set(shape.required_members) - value.keys():
            yield f"{path}: {name} is missing"
        for name, item in value.items():
            if name not in shape.members:
                yield f"{path}: {name} is unknown"
            else:
                yield from misfits(shape.members[name], item, f"{path}.{name}")
    elif kind == "list":
        for item in value:
            yield from misfits(shape.member, item, f"{path}[]")
    elif kind == "map":
        for item in value.values():
            yield from misfits(shape.value, item, f"{path}{{}}")
    elif "enum" in shape.metadata and value not in shape.metadata["enum"]:
        yield f"{path}: {value!r} is not in the enum"


_WIRE_TYPES: dict[str, Any] = {
    "structure": dict,
    "map": dict,
    "list": list,
    "string": str,
    "boolean": bool,
    "integer": int,
    "long": int,
    "float": (int, float),
    "double": (int, float),
    "timestamp": (int, float),
    "blob": str,
}
