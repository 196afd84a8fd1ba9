"""Response bodies, byte for byte as the container of KNN writes them.

Source: the page *k-NN Request and Response Formats* of the developer guide.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping

import numpy as np

from sagemock.algorithms.base import FloatArray
from sagemock.algorithms.knn import KNNPredictions
from sagemock.containers.first_party import responses
from sagemock.formats import recordio
from sagemock.formats.media_type import JSON, JSON_LINES, RECORDIO, media_type, parameters


def _columns(predictions: KNNPredictions, verbose: bool) -> dict[str, FloatArray]:
    """The tensors of each row; in verbose mode also its neighbors, nearest first."""
    columns = {"predicted_label": predictions.labels.reshape(-1, 1)}
    if verbose:
        columns["distances"] = predictions.distances
        columns["labels"] = predictions.neighbor_labels
    return columns


def _entries(predictions: KNNPredictions, verbose: bool) -> Iterator[str]:
    # A float32 is written with all the digits that it has as a float64.
    labels = json.dumps(predictions.labels.astype(np.float64).tolist())[1:-1].split(", ")
    if not verbose:
        return (f'{{"predicted_label": {label}}}' for label in labels)
    return (
        f'{{"predicted_label": {label}, "distances": {distances}, "labels": {of_neighbors}}}'
        for label, distances, of_neighbors in zip(
            labels,
            _lists(predictions.distances),
            _lists(predictions.neighbor_labels),
            strict=True,
        )
    )


def _lists(table: FloatArray) -> list[str]:
    return [json.dumps(row) for row in table.astype(np.float64).tolist()]


def _json(predictions: KNNPredictions, verbose: bool) -> bytes:
    return f'{{"predictions": [{", ".join(_entries(predictions, verbose))}]}}'.encode()


def _json_lines(predictions: KNNPredictions, verbose: bool) -> bytes:
    return "".join(f"{entry}\n" for entry in _entries(predictions, verbose)).encode()


def _recordio(predictions: KNNPredictions, verbose: bool) -> bytes:
    return recordio.encode_labels(_columns(predictions, verbose))


Writer = Callable[[KNNPredictions, bool], bytes]

WRITERS: Mapping[str, Writer] = {
    JSON: _json,
    JSON_LINES: _json_lines,
    RECORDIO: _recordio,
}
"""By content type; the first one is for requests that accept anything."""


def writer(accept: str | None) -> tuple[Callable[[KNNPredictions], bytes], str]:
    """What writes the answer, and its content type, for an Accept header.

    `verbose=true` beside the content type asks for the neighbors.

    Raises
    ------
    InferenceError
        For a type that the container does not write.
    """
    verbose = any(
        parameters(offer).get("verbose", "").lower() == "true"
        and (media_type(offer) in WRITERS or media_type(offer) in responses.ANYTHING)
        for offer in (accept or "").split(",")
    )
    renderers: Mapping[str, Callable[[KNNPredictions], bytes]] = {
        name: _bound(write, verbose) for name, write in WRITERS.items()
    }
    return responses.renderer(accept, renderers)


def _bound(write: Writer, verbose: bool) -> Callable[[KNNPredictions], bytes]:
    return lambda predictions: write(predictions, verbose)
