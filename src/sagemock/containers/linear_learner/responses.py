"""Response bodies, byte for byte as Linear Learner's container writes them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping

import numpy as np

from sagemock.algorithms.linear_learner.model import Predictions
from sagemock.formats import recordio
from sagemock.formats.media_type import JSON, JSON_LINES, RECORDIO


def _entries(predictions: Predictions) -> Iterator[str]:
    """A JSON object for each row; one output is a number, several are a list.

    Formatted here, with the spaces of Python's `json`, as a request may have millions of rows.
    """
    # A float32 is written with all the digits that it has as a float64.
    scores = predictions.scores.astype(np.float64)
    if scores.shape[1] == 1:
        texts = json.dumps(scores[:, 0].tolist())[1:-1].split(", ")
    else:
        texts = [f"[{row}]" for row in json.dumps(scores.tolist())[2:-2].split("], [")]
    if predictions.labels is None:
        return (f'{{"score": {text}}}' for text in texts)
    labels = predictions.labels.tolist()
    return (
        f'{{"score": {text}, "predicted_label": {label}}}'
        for text, label in zip(texts, labels, strict=True)
    )


def _json(predictions: Predictions) -> bytes:
    return f'{{"predictions": [{", ".join(_entries(predictions))}]}}'.encode()


def _json_lines(predictions: Predictions) -> bytes:
    return "".join(f"{entry}\n" for entry in _entries(predictions)).encode()


def _recordio(predictions: Predictions) -> bytes:
    """A record for each row, with the prediction in its label map; the class is a float32, too."""
    columns = {"score": predictions.scores}
    if predictions.labels is not None:
        columns["predicted_label"] = predictions.labels.astype(np.float32).reshape(-1, 1)
    return recordio.encode_labels(columns)


RENDERERS: Mapping[str, Callable[[Predictions], bytes]] = {
    JSON: _json,
    JSON_LINES: _json_lines,
    RECORDIO: _recordio,
}
"""By content type; the first one is for requests that accept anything."""
