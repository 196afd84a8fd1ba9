"""Response bodies, byte for byte as the container of factorization machines writes them.

Sources: the page *Factorization Machines Response Formats* of the developer guide, and recorded
responses, in which the label of a classifier is a float.
"""

from __future__ import annotations

from collections.abc import Iterator

from sagemock.algorithms.base import FloatArray
from sagemock.algorithms.factorization_machines import FactorizationMachinesPredictions
from sagemock.containers.first_party.responses import number_texts, row_renderers


def _columns(predictions: FactorizationMachinesPredictions) -> dict[str, FloatArray]:
    columns = {"score": predictions.scores.reshape(-1, 1)}
    if predictions.labels is not None:
        columns["predicted_label"] = predictions.labels.reshape(-1, 1)
    return columns


def _entries(predictions: FactorizationMachinesPredictions) -> Iterator[str]:
    """A JSON object for each row, with the spaces of Python's `json`."""
    columns = _columns(predictions)
    texts = [number_texts(column[:, 0]) for column in columns.values()]
    form = ", ".join(f'"{name}": {{}}' for name in columns)
    return (f"{{{form.format(*row)}}}" for row in zip(*texts, strict=True))


RENDERERS = row_renderers(_entries, _columns)
