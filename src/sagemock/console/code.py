"""Calls of boto3, to paste."""

from __future__ import annotations

import pprint
from collections.abc import Mapping
from typing import Any

from sagemock import service_model

FILLED_IN = frozenset({"MetricDefinitions"})
"""What the service adds to a built-in algorithm, and a request need not repeat."""


def request_of(operation: str, document: Mapping[str, Any]) -> dict[str, Any]:
    """The request that would make a document: its members that the operation takes."""
    shape = service_model.input_shape(service_model.CONTROL_PLANE, operation)
    names = () if shape is None else tuple(shape.members)
    return {name: document[name] for name in names if document.get(name) not in (None, [], {}, "")}


def training_job(document: Mapping[str, Any], *, name: str) -> str:
    """A CreateTrainingJob call that makes the same job again under another name."""
    request = {**request_of("CreateTrainingJob", document), "TrainingJobName": name}
    algorithm = request.get("AlgorithmSpecification", {})
    built_in = "linear-learner" in algorithm.get("TrainingImage", "")
    request["AlgorithmSpecification"] = {
        member: value
        for member, value in algorithm.items()
        if not (built_in and member in FILLED_IN)
    }
    return call("create_training_job", request)


def call(method: str, request: Mapping[str, Any]) -> str:
    """`sagemaker.<method>(...)` with an argument on each line."""
    lines = [f"sagemaker.{method}("]
    for name, value in request.items():
        text = pprint.pformat(value, width=80, sort_dicts=False)
        first, *rest = text.splitlines()
        indent = " " * (4 + len(name) + 1)
        lines.append(f"    {name}={first}")
        lines += [indent + line for line in rest]
        lines[-1] += ","
    return "\n".join([*lines, ")"])
