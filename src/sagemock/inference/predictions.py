"""Response bodies, byte for byte as Linear Learner's container writes them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from sagemock.algorithms.linear_learner.model import Predictions
from sagemock.formats import recordio
from sagemock.formats.media_type import media_type
from sagemock.inference.errors import InferenceError
from sagemock.inference.payloads import JSON, JSON_LINES, RECORDIO

ANYTHING = frozenset({"", "*/*", "application/*"})
Render = Callable[[Predictions], bytes]


def renderer(accept: str | None) -> tuple[Render, str]:
    """How to write an answer, and its content type, for an Accept header.

    JSON where nothing is said. Raises `InferenceError` for a type that the container lacks.
    """
    for offered in (accept or "").split(","):
        wanted = media_type(offered)
        if wanted in ANYTHING:
            return _json, JSON
        if wanted in _RENDERERS:
            return _RENDERERS[wanted], wanted
    raise InferenceError(406, f"Accept type {accept} is not supported")


def _entries(predictions: Predictions) -> Iterator[dict[str, Any]]:
    """One entry a row; a single output is a number, several are a list."""
    scores: list[Any] = predictions.scores.astype(np.float64).tolist()
    single = predictions.scores.shape[1] == 1
    labels = predictions.labels
    for row, score in enumerate(scores):
        entry: dict[str, Any] = {"score": score[0] if single else score}
        if labels is not None:
            entry["predicted_label"] = int(labels[row])
        yield entry


def _json(predictions: Predictions) -> bytes:
    return json.dumps({"predictions": list(_entries(predictions))}).encode()


def _json_lines(predictions: Predictions) -> bytes:
    return "".join(json.dumps(entry) + "\n" for entry in _entries(predictions)).encode()


def _recordio(predictions: Predictions) -> bytes:
    """A record a row, whose label map holds the prediction; the class is a float32 as well."""
    columns = {"score": predictions.scores}
    if predictions.labels is not None:
        columns["predicted_label"] = predictions.labels.astype(np.float32).reshape(-1, 1)
    return recordio.encode_labels(columns)


_RENDERERS: Mapping[str, Render] = {JSON: _json, JSON_LINES: _json_lines, RECORDIO: _recordio}
