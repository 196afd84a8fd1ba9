"""What a person asks an endpoint: the fields of the form, and the request that they make."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sagemock.console import code
from sagemock.containers.guide import ModelGuide
from sagemock.formats.media_type import CSV, JSON, JSON_LINES, RECORDIO
from sagemock.hosting.invocations import Invocation

CONTENT_TYPES = (CSV, JSON, JSON_LINES)
"""Content types of requests that are text."""

ACCEPTS = (JSON, JSON_LINES, CSV, RECORDIO)
"""Suggestions for the content type of the answer; the form takes any."""

FORMS = {
    CSV: "{}",
    JSON: '{"instances": [{"features": [{}]}]}',
    JSON_LINES: '{"features": [{}]}',
}
"""The body that has one row, by its content type."""

MAX_ROWS = 12
"""Rows of a body that are shown as pictures."""

MAX_COLUMNS = 100_000
"""Columns of a sparse row that is written out."""


def content_types(guide: ModelGuide) -> Sequence[str]:
    """Return the content types that the form offers, that of an empty form first.

    Examples
    --------
    >>> content_types(ModelGuide(content_types={"application/json"}))
    ('application/json',)
    >>> content_types(ModelGuide())
    ('text/csv', 'application/json', 'application/jsonlines')
    """
    readable = guide.content_types
    return tuple(each for each in CONTENT_TYPES if each in readable) or CONTENT_TYPES


@dataclass(frozen=True, slots=True)
class Trial:
    """The fields of the form.

    Attributes
    ----------
    body, content_type
        The request body.
    accept
        The content type of the answer; empty for the container's own choice.
    target
        The variant to ask; empty for one by weight.
    model
        The model of a multi-model container; empty for none.
    host
        The host name of the container that is invoked directly; empty for none.
    """

    body: str = ""
    content_type: str = CSV
    accept: str = ""
    target: str = ""
    model: str = ""
    host: str = ""

    @classmethod
    def posted(cls, form: Mapping[str, str]) -> Trial:
        """Read a form."""
        return cls(
            form.get("body", "").strip(),
            form.get("content_type", CSV),
            form.get("accept", "").strip(),
            form.get("target", ""),
            form.get("target_model", "").strip(),
            form.get("target_container", ""),
        )

    @classmethod
    def of_row(cls, row: Sequence[float], content_type: str) -> Trial:
        """Return the fields that ask for a row of features; empty for none.

        Examples
        --------
        >>> Trial.of_row([0.5, 2], "text/csv").body
        '0.5,2'
        >>> Trial.of_row([0.5, 2], "application/json").body
        '{"instances": [{"features": [0.5,2]}]}'
        """
        features = ",".join(f"{value:.6g}" for value in row)
        form = FORMS[content_type] if features else "{}"
        return cls(form.replace("{}", features), content_type)

    @classmethod
    def of_sparse_row(cls, row: Sequence[float]) -> Trial:
        """Return the fields that ask for a row in which only few features are not 0.

        Examples
        --------
        >>> Trial.of_sparse_row([0, 0.5, 0, 2]).body
        '{"instances": [{"data": {"features": {"keys": [1,3], "shape": [4], "values": [0.5,2]}}}]}'
        """
        present = [index for index, value in enumerate(row) if value]
        keys = ",".join(map(str, present))
        values = ",".join(f"{row[index]:.6g}" for index in present)
        features = f'{{"keys": [{keys}], "shape": [{len(row)}], "values": [{values}]}}'
        return cls(f'{{"instances": [{{"data": {{"features": {features}}}}}]}}', JSON)

    @classmethod
    def again(cls, invocation: Invocation) -> Trial:
        """Return the fields that ask the same again."""
        request = invocation.request
        return cls(
            request["Body"].decode("utf-8", "replace"),
            request.get("ContentType") or CSV,
            request.get("Accept") or "",
            request.get("TargetVariant") or "",
            request.get("TargetModel") or "",
            request.get("TargetContainerHostname") or "",
        )

    def request(self, endpoint: str) -> dict[str, Any]:
        """Return the request to InvokeEndpoint."""
        request = {"EndpointName": endpoint, "ContentType": self.content_type}
        optional = {
            "Accept": self.accept,
            "TargetVariant": self.target,
            "TargetModel": self.model,
            "TargetContainerHostname": self.host,
        }
        request |= {member: value for member, value in optional.items() if value}
        return {**request, "Body": self.body.encode("utf-8", "replace")}

    def script(self, endpoint: str) -> code.Script:
        """Return the call of boto3 that asks the same."""
        arguments = {**self.request(endpoint), "Body": self.body or "..."}
        lines = [f"    {key}={json.dumps(value)}," for key, value in arguments.items()]
        read = 'print(answer["Body"].read().decode())'
        return code.Script(
            "\n".join(["answer = runtime.invoke_endpoint(", *lines, ")", read]), client="runtime"
        )

    def rows(self) -> list[list[float]]:
        """Return the first rows of features; empty unless all of them are numbers."""
        try:
            return [[float(value) for value in row] for row in self._texts()[:MAX_ROWS]]
        except (ValueError, TypeError):
            return []

    def shape(self) -> tuple[int, int]:
        """Return how many rows there are, and how many columns the first one has."""
        rows = self._texts()
        return len(rows), len(rows[0]) if rows else 0

    def misfit(self, columns: int | None) -> str:
        """Say what is wrong with the rows for a model with so many columns; empty if nothing is."""
        if columns is None:
            return ""
        expected = f"The model expects {columns:,} columns in each row"
        rows = self._texts()
        if not rows:
            return f"{expected}, as numbers."
        for number, row in enumerate(rows, 1):
            if len(row) != columns:
                return f"{expected}; row {number:,} has {len(row):,}."
            try:
                list(map(float, row))
            except (ValueError, TypeError):
                return f"{expected}, as numbers; row {number:,} has something else."
        return ""

    def _texts(self) -> list[list[Any]]:
        """The rows of a body, with cells as they are; empty if it cannot be read as rows."""
        try:
            if self.content_type == CSV:
                return [line.split(",") for line in self.body.splitlines() if line.strip()]
            if self.content_type == JSON:
                instances = json.loads(self.body)["instances"]
            else:
                instances = [json.loads(line) for line in self.body.splitlines() if line.strip()]
            return [
                _written_out((each if "features" in each else each["data"])["features"])
                for each in instances
            ]
        except (ValueError, KeyError, IndexError, TypeError, RecursionError):
            return []


def _written_out(features: Any) -> list[Any]:
    """The cells of an instance in JSON. Raises ValueError and others if it is none.

    >>> _written_out([1, 2]), _written_out({"values": [1, 2]})
    ([1, 2], [1, 2])
    >>> _written_out({"keys": [2], "shape": [4], "values": [0.5]})
    [0, 0, 0.5, 0]
    """
    if not isinstance(features, dict):
        return list(features)
    if "keys" not in features:
        return list(features["values"])
    (columns,) = features["shape"]
    if not 0 <= columns <= MAX_COLUMNS or min(features["keys"], default=0) < 0:
        raise ValueError(columns)
    row: list[Any] = [0] * columns
    for key, value in zip(features["keys"], features["values"], strict=True):
        row[key] = value
    return row
