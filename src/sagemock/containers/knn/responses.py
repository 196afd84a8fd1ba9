"""Response bodies, byte for byte as the container of KNN writes them.

Source: the page *k-NN Request and Response Formats* of the developer guide.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

import numpy as np

from sagemock.algorithms.base import FloatArray
from sagemock.algorithms.knn import KNNPredictions
from sagemock.containers.first_party.responses import ANYTHING, number_texts, row_renderers
from sagemock.formats.media_type import media_type, parameters


def _entries(predictions: KNNPredictions) -> Iterator[str]:
    return (f'{{"predicted_label": {label}}}' for label in number_texts(predictions.labels))


def _columns(predictions: KNNPredictions) -> dict[str, FloatArray]:
    return {"predicted_label": predictions.labels.reshape(-1, 1)}


def _verbose_entries(predictions: KNNPredictions) -> Iterator[str]:
    return (
        f'{{"predicted_label": {label}, "distances": {distances}, "labels": {of_neighbors}}}'
        for label, distances, of_neighbors in zip(
            number_texts(predictions.labels),
            _lists(predictions.distances),
            _lists(predictions.neighbor_labels),
            strict=True,
        )
    )


def _lists(table: FloatArray) -> list[str]:
    """A float32 is written with all the digits that it has as a float64."""
    return [json.dumps(row) for row in table.astype(np.float64).tolist()]


def _verbose_columns(predictions: KNNPredictions) -> dict[str, FloatArray]:
    return {
        **_columns(predictions),
        "distances": predictions.distances,
        "labels": predictions.neighbor_labels,
    }


RENDERERS = row_renderers(_entries, _columns)

VERBOSE_RENDERERS = row_renderers(_verbose_entries, _verbose_columns)
"""With the neighbors of each row, nearest first."""


def is_verbose(accept: str | None) -> bool:
    """Whether `verbose=true` is beside a content type that the container writes."""
    return any(
        parameters(offer).get("verbose", "").lower() == "true"
        and (media_type(offer) in RENDERERS or media_type(offer) in ANYTHING)
        for offer in (accept or "").split(",")
    )
