"""Response bodies, byte for byte as the container of K-Means writes them.

Source: the page *K-Means Response Formats* of the developer guide. Recorded responses of batch
transform have its order; the first ones of 2017 had the distance first.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping

import numpy as np

from sagemock.algorithms.kmeans import Assignments
from sagemock.formats import recordio
from sagemock.formats.media_type import CSV, JSON, JSON_LINES, RECORDIO


def _columns(assignments: Assignments) -> dict[str, np.ndarray]:
    """Both are float32, even the cluster."""
    return {
        "closest_cluster": assignments.closest_cluster.astype(np.float32),
        "distance_to_cluster": assignments.distance_to_cluster,
    }


def _numbers(assignments: Assignments) -> Iterator[tuple[str, str]]:
    """The texts of each row's cluster and distance.

    A float32 is written with all the digits that it has as a float64.
    """
    texts = [
        json.dumps(column.astype(np.float64).tolist())[1:-1].split(", ")
        for column in _columns(assignments).values()
    ]
    return zip(*texts, strict=True)


def _entries(assignments: Assignments) -> Iterator[str]:
    return (
        f'{{"closest_cluster": {cluster}, "distance_to_cluster": {distance}}}'
        for cluster, distance in _numbers(assignments)
    )


def _json(assignments: Assignments) -> bytes:
    return f'{{"predictions": [{", ".join(_entries(assignments))}]}}'.encode()


def _json_lines(assignments: Assignments) -> bytes:
    return "".join(f"{entry}\n" for entry in _entries(assignments)).encode()


def _csv(assignments: Assignments) -> bytes:
    return "".join(f"{','.join(numbers)}\n" for numbers in _numbers(assignments)).encode()


def _recordio(assignments: Assignments) -> bytes:
    """A record for each row, with the two numbers in its label map."""
    return recordio.encode_labels(
        {name: column.reshape(-1, 1) for name, column in _columns(assignments).items()}
    )


RENDERERS: Mapping[str, Callable[[Assignments], bytes]] = {
    JSON: _json,
    JSON_LINES: _json_lines,
    RECORDIO: _recordio,
    CSV: _csv,
}
"""By content type; the first one is for requests that accept anything."""
