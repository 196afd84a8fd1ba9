"""Response bodies, byte for byte as Linear Learner's container writes them."""

from __future__ import annotations

import json
from collections.abc import Iterator

import numpy as np

from sagemock.algorithms.base import FloatArray
from sagemock.algorithms.linear_learner.model import Predictions
from sagemock.containers.first_party.responses import number_texts, row_renderers


def _entries(predictions: Predictions) -> Iterator[str]:
    """A JSON object for each row; one output is a number, several are a list.

    Formatted here, with the spaces of Python's `json`, as a request may have millions of rows.
    """
    scores = predictions.scores
    if scores.shape[1] == 1:
        texts = number_texts(scores[:, 0])
    else:
        rows = json.dumps(scores.astype(np.float64).tolist())
        texts = [f"[{row}]" for row in rows[2:-2].split("], [")]
    if predictions.labels is None:
        return (f'{{"score": {text}}}' for text in texts)
    labels = predictions.labels.tolist()
    return (
        f'{{"score": {text}, "predicted_label": {label}}}'
        for text, label in zip(texts, labels, strict=True)
    )


def _columns(predictions: Predictions) -> dict[str, FloatArray]:
    """The class is a float32, too."""
    columns = {"score": predictions.scores}
    if predictions.labels is not None:
        columns["predicted_label"] = predictions.labels.astype(np.float32).reshape(-1, 1)
    return columns


RENDERERS = row_renderers(_entries, _columns)
