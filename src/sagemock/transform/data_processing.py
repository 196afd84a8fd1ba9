"""InputFilter, JoinSource and OutputFilter: what they make of records and predictions."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from sagemock.formats.media_type import CSV, JSON, JSON_LINES, media_type
from sagemock.transform import json_path
from sagemock.transform.errors import NOT_JOINED, NOT_PARSED, TransformError
from sagemock.transform.json_path import JsonPath
from sagemock.transform.records import (
    COMMA,
    OUTPUT,
    cells,
    joined,
    json_text,
    json_value,
)

_NAMES = {CSV: "CSV", JSON: "JSON", JSON_LINES: "JSON Lines"}

INFERENCE_ID, INFERENCE_TIME = "SageMakerInferenceId", "SageMakerInferenceTime"
"""The members that GenerateInferenceId adds to a JSON record."""


def new_id() -> str:
    """A random inference ID."""
    return str(uuid.uuid4())


@dataclass(frozen=True, slots=True)
class DataProcessing:
    """What happens to records before the model, and to predictions after it.

    Parameters
    ----------
    input_filter, output_filter
        The paths; `$` for all.
    joins
        Whether predictions are joined with their records.
    content_type
        The type of records.
    accept
        The type of predictions.
    splits
        Whether an object is cut into records.
    stamp
        The time that GenerateInferenceId adds to each prediction, besides an ID; None for neither.
    new_id
        Returns the next inference ID.
    """

    input_filter: JsonPath
    output_filter: JsonPath
    joins: bool
    content_type: str
    accept: str
    splits: bool
    stamp: str | None = None
    new_id: Callable[[], str] = new_id

    @classmethod
    def of_job(cls, job: Mapping[str, Any], stamp: str | None = None) -> DataProcessing:
        """The processing that a job's document asks for. Raises `PathError`."""
        config = job.get("DataProcessing", {})
        source, target = job["TransformInput"], job["TransformOutput"]
        content_type = media_type(source.get("ContentType", ""))
        return cls(
            json_path.parse(config.get("InputFilter", "$")),
            json_path.parse(config.get("OutputFilter", "$")),
            config.get("JoinSource") == "Input",
            content_type,
            media_type(target.get("Accept", "")) or content_type,
            source.get("SplitType", "None") != "None",
            stamp,
        )

    @property
    def changes_output(self) -> bool:
        """Whether the container's answers are not written as they are."""
        return self.joins or not self.output_filter.is_root or self.stamp is not None

    @property
    def not_parsed(self) -> str:
        """What the data log says about an answer in another format than the job's Accept."""
        return NOT_PARSED["output"].format(_NAMES.get(self.accept, self.accept))

    def selected(self) -> Callable[[bytes], bytes] | None:
        """What makes the model's input of a record; None if the model gets all of it."""
        if self.input_filter.is_root:
            return None
        return self._input_row if self.content_type == CSV else self._input_value

    def finished(self, records: list[bytes] | None, body: bytes) -> bytes:
        """The records to write for a request, each on a line of its own if the object is split.

        Parameters
        ----------
        records
            The records of the request; None if they are not joined.
        body
            What the container answered.

        Raises
        ------
        TransformError
            For an answer that is not in the format, or has not one prediction for each record.
        """
        predictions = self._predictions(records, body)
        if self.joins and records is not None and len(predictions) != len(records):
            raise TransformError(NOT_JOINED)
        finish = self._output_row if self.accept == CSV else self._output_value
        originals = records if self.joins and records is not None else [None] * len(predictions)
        finished = [
            finish(record, prediction)
            for record, prediction in zip(originals, predictions, strict=True)
        ]
        end = b"\n" if body.endswith(b"\n") and (self.splits or len(finished) > 1) else b""
        return b"\n".join(finished) + end

    def _predictions(self, records: list[bytes] | None, body: bytes) -> list[bytes]:
        if self.accept == JSON and (records is None or len(records) == 1):
            return [body]
        return body.removesuffix(b"\n").split(b"\n")

    def _input_row(self, record: bytes) -> bytes:
        return COMMA.join(self.input_filter.of_row(self._cells(record)))

    def _input_value(self, record: bytes) -> bytes:
        return json_text(self.input_filter.select(self._value(record)))

    def _output_row(self, record: bytes | None, prediction: bytes) -> bytes:
        row = _parsed(cells, prediction, "output", CSV)
        if record is not None:
            row = self._cells(record) + row
        if not self.output_filter.is_root:
            row = self.output_filter.of_row(row)
        if self.stamp is not None:
            row = [*row, self.new_id().encode(), self.stamp.encode()]
        return COMMA.join(row)

    def _output_value(self, record: bytes | None, prediction: bytes) -> bytes:
        value = _parsed(json_value, prediction, "output", self.accept)
        if record is not None:
            value = joined(self._value(record), value)
        value = self.output_filter.select(value)
        if self.stamp is not None:
            members = value if isinstance(value, dict) else {OUTPUT: value}
            value = {**members, INFERENCE_ID: self.new_id(), INFERENCE_TIME: self.stamp}
        return json_text(value)

    def _cells(self, record: bytes) -> list[bytes]:
        return _parsed(cells, record, "input", CSV)

    def _value(self, record: bytes) -> Any:
        return _parsed(json_value, record, "input", self.content_type)


P = TypeVar("P")


def _parsed(parse: Callable[[bytes], P], record: bytes, side: str, kind: str) -> P:
    try:
        return parse(record)
    except TransformError as error:
        raise TransformError(NOT_PARSED[side].format(_NAMES.get(kind, kind))) from error
