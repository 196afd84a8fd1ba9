"""Scripts that call boto3, to paste."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sagemock.containers import selection
from sagemock.wire import service_model


@dataclass(frozen=True, slots=True)
class Script:
    """Calls of one boto3 client, to which `body` refers by the name `client`."""

    body: str
    client: str = "sagemaker"

    def text(self, region: str, endpoint: str | None) -> str:
        """Return the script with its imports and its client, ready to run.

        Parameters
        ----------
        endpoint
            The `endpoint_url` of the client; None for AWS's own.
        """
        endpoint_url = f', endpoint_url="{endpoint}"' if endpoint else ""
        client = (
            f'{self.client} = boto3.client("{_SERVICES[self.client]}", "{region}"{endpoint_url})'
        )
        return f"import boto3\n\n{client}\n{self.body}\n"


_SERVICES = {"sagemaker": "sagemaker", "runtime": "sagemaker-runtime"}

FILLED_IN = frozenset({"MetricDefinitions", "EnableSageMakerMetricsTimeSeries"})
"""What the service adds to a request that names a built-in algorithm."""


def request_of(operation: str, document: Mapping[str, Any]) -> dict[str, Any]:
    """Return the request that makes a resource like a document: the members the operation takes."""
    shape = service_model.input_shape(service_model.CONTROL_PLANE, operation)
    names = () if shape is None else tuple(shape.members)
    return {name: document[name] for name in names if document.get(name) not in (None, [], {}, "")}


def training_job(document: Mapping[str, Any], *, name: str) -> Script:
    """Return the CreateTrainingJob call that makes the same job under another name."""
    request = {**request_of("CreateTrainingJob", document), "TrainingJobName": name}
    algorithm = request.get("AlgorithmSpecification", {})
    built_in = bool(selection.metrics(request))
    request["AlgorithmSpecification"] = {
        member: value
        for member, value in algorithm.items()
        if not (built_in and member in FILLED_IN)
    }
    return call("create_training_job", request)


def call(method: str, request: Mapping[str, Any]) -> Script:
    """Return the call `sagemaker.<method>(...)`, with an argument on each line."""
    arguments = [f"    {name}={literal(value, 1)}," for name, value in request.items()]
    return Script("\n".join([f"sagemaker.{method}(", *arguments, ")"]))


WIDTH = 88
"""Characters of a line with more than one value."""


def literal(value: Any, depth: int = 0) -> str:
    """Return a JSON value as Python source: on one line if it fits, else with an item on each."""
    begin, end, items = _items(value, depth)
    flat = begin + ", ".join(items) + end
    if not items or ("\n" not in flat and len(flat) + 4 * depth <= WIDTH):
        return flat
    inner = "    " * (depth + 1)
    lines = "".join(f"{inner}{item},\n" for item in items)
    return f"{begin}\n{lines}{'    ' * depth}{end}"


def _items(value: Any, depth: int) -> tuple[str, str, list[str]]:
    """The brackets of a value and the items between them; a scalar is returned as the first one."""
    if isinstance(value, Mapping):
        pairs = value.items()
        return "{", "}", [f"{_quoted(key)}: {literal(each, depth + 1)}" for key, each in pairs]
    if isinstance(value, list | tuple):
        return "[", "]", [literal(each, depth + 1) for each in value]
    return (_quoted(value) if isinstance(value, str) else repr(value)), "", []


def _quoted(text: str) -> str:
    """A Python literal, in double quotes where they need no escapes."""
    plain = repr(text)
    inner = plain[1:-1]
    return f'"{inner}"' if plain[0] == "'" and '"' not in inner and "\\'" not in inner else plain
