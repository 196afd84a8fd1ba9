"""Response bodies, byte for byte as the container of factorization machines writes them.

Sources: the page *Factorization Machines Response Formats* of the developer guide, and recorded
responses, in which the label of a classifier is a float.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping

import numpy as np

from sagemock.algorithms.base import FloatArray
from sagemock.algorithms.factorization_machines import FactorizationMachinesPredictions
from sagemock.formats import recordio
from sagemock.formats.media_type import JSON, JSON_LINES, RECORDIO


def _columns(predictions: FactorizationMachinesPredictions) -> dict[str, FloatArray]:
    columns = {"score": predictions.scores}
    if predictions.labels is not None:
        columns["predicted_label"] = predictions.labels
    return columns


def _entries(predictions: FactorizationMachinesPredictions) -> Iterator[str]:
    """A JSON object for each row, with the spaces of Python's `json`.

    A float32 is written with all the digits that it has as a float64.
    """
    columns = _columns(predictions)
    texts = [
        json.dumps(column.astype(np.float64).tolist())[1:-1].split(", ")
        for column in columns.values()
    ]
    form = ", ".join(f'"{name}": {{}}' for name in columns)
    return (f"{{{form.format(*row)}}}" for row in zip(*texts, strict=True))


def _json(predictions: FactorizationMachinesPredictions) -> bytes:
    return f'{{"predictions": [{", ".join(_entries(predictions))}]}}'.encode()


def _json_lines(predictions: FactorizationMachinesPredictions) -> bytes:
    return "".join(f"{entry}\n" for entry in _entries(predictions)).encode()


def _recordio(predictions: FactorizationMachinesPredictions) -> bytes:
    """A record for each row, with the prediction in its label map."""
    return recordio.encode_labels(
        {name: column.reshape(-1, 1) for name, column in _columns(predictions).items()}
    )


RENDERERS: Mapping[str, Callable[[FactorizationMachinesPredictions], bytes]] = {
    JSON: _json,
    JSON_LINES: _json_lines,
    RECORDIO: _recordio,
}
"""By content type; the first one is for requests that accept anything."""
