"""Responses in the content type that a request accepts."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from sagemock.algorithms.base import FloatArray
from sagemock.containers.base import InferenceError
from sagemock.containers.first_party.payloads import UNABLE_TO_EVALUATE
from sagemock.formats import recordio
from sagemock.formats.media_type import JSON, JSON_LINES, RECORDIO, accepted

ANYTHING = frozenset({"", "*/*", "application/*"})

Predictions = TypeVar("Predictions")
Renderers: TypeAlias = Mapping[str, Callable[[Predictions], bytes]]
"""What writes predictions, by content type; the first one is for requests that accept anything."""


def renderer(
    accept: str | None, renderers: Renderers[Predictions]
) -> tuple[Callable[[Predictions], bytes], str]:
    """The renderer, and the content type of the response, for an Accept header.

    Raises
    ------
    InferenceError
        For a type that the container does not write.
    """
    for name in accepted(accept or ""):
        content_type = next(iter(renderers)) if name in ANYTHING else name
        if content_type in renderers:
            return renderers[content_type], content_type
    raise InferenceError(406, f"Accept type {accept} is not supported")


def row_renderers(
    entries: Callable[[Predictions], Iterable[str]],
    columns: Callable[[Predictions], Mapping[str, FloatArray]],
    member: str = "predictions",
) -> dict[str, Callable[[Predictions], bytes]]:
    """What writes the content types that all algorithms have, from each row's prediction.

    Parameters
    ----------
    entries
        Returns the JSON object of each row.
    columns
        Returns the tensors of the label maps, each (rows, numbers), by name.
    member
        Of a JSON response, with the list of all objects.
    """

    def as_json(predictions: Predictions) -> bytes:
        return f'{{"{member}": [{", ".join(entries(predictions))}]}}'.encode()

    def as_json_lines(predictions: Predictions) -> bytes:
        return "".join(f"{entry}\n" for entry in entries(predictions)).encode()

    def as_recordio(predictions: Predictions) -> bytes:
        return recordio.encode_labels(columns(predictions))

    return {JSON: as_json, JSON_LINES: as_json_lines, RECORDIO: as_recordio}


def number_texts(numbers: NDArray[np.floating]) -> list[str]:
    """Each of the numbers (rows,) as JSON.

    A float32 is written with all the digits that it has as a float64.
    """
    return json.dumps(numbers.astype(np.float64).tolist())[1:-1].split(", ")


def unable_to_evaluate() -> InferenceError:
    """The response to rows that cannot be read, or have no prediction."""
    return InferenceError(400, UNABLE_TO_EVALUATE)


def check_finite(numbers: NDArray[Any]) -> None:
    """Raise `InferenceError` for a prediction beyond float32, which JSON cannot represent."""
    if not np.isfinite(numbers).all():
        raise unable_to_evaluate()
