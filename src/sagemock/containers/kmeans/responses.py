"""Response bodies, byte for byte as the container of K-Means writes them.

Source: the page *K-Means Response Formats* of the developer guide. Recorded responses of batch
transform have its order; the first ones of 2017 had the distance first.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sagemock.algorithms.base import FloatArray
from sagemock.algorithms.kmeans import Assignments
from sagemock.containers.first_party.responses import number_texts, row_renderers
from sagemock.formats.media_type import CSV


def _columns(assignments: Assignments) -> dict[str, FloatArray]:
    """Both are float32, even the cluster."""
    return {
        "closest_cluster": assignments.closest_cluster.astype(np.float32).reshape(-1, 1),
        "distance_to_cluster": assignments.distance_to_cluster.reshape(-1, 1),
    }


def _numbers(assignments: Assignments) -> Iterator[tuple[str, ...]]:
    """The texts of each row's cluster and distance."""
    texts = [number_texts(column[:, 0]) for column in _columns(assignments).values()]
    return zip(*texts, strict=True)


def _entries(assignments: Assignments) -> Iterator[str]:
    return (
        f'{{"closest_cluster": {cluster}, "distance_to_cluster": {distance}}}'
        for cluster, distance in _numbers(assignments)
    )


def _csv(assignments: Assignments) -> bytes:
    return "".join(f"{','.join(numbers)}\n" for numbers in _numbers(assignments)).encode()


RENDERERS = {**row_renderers(_entries, _columns), CSV: _csv}
