"""Response bodies, byte for byte as the container of PCA writes them.

Source: the page *PCA Response Formats* of the developer guide.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

import numpy as np

from sagemock.algorithms.base import FloatArray
from sagemock.formats import recordio
from sagemock.formats.media_type import JSON, JSON_LINES, RECORDIO

PROJECTION = "projection"


def _entries(projections: FloatArray) -> list[dict[str, list[float]]]:
    """A float32 is written with all the digits that it has as a float64."""
    return [{PROJECTION: row} for row in projections.astype(np.float64).tolist()]


def _json(projections: FloatArray) -> bytes:
    return json.dumps({"projections": _entries(projections)}).encode()


def _json_lines(projections: FloatArray) -> bytes:
    return "".join(f"{json.dumps(entry)}\n" for entry in _entries(projections)).encode()


def _recordio(projections: FloatArray) -> bytes:
    """A record for each row, with the projection in its label map."""
    return recordio.encode_labels({PROJECTION: projections})


RENDERERS: Mapping[str, Callable[[FloatArray], bytes]] = {
    JSON: _json,
    JSON_LINES: _json_lines,
    RECORDIO: _recordio,
}
"""By content type; the first one is for requests that accept anything."""
