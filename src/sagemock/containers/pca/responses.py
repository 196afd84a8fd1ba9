"""Response bodies, byte for byte as the container of PCA writes them.

Source: the page *PCA Response Formats* of the developer guide.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

import numpy as np

from sagemock.algorithms.base import FloatArray
from sagemock.containers.first_party.responses import row_renderers

PROJECTION = "projection"


def _entries(projections: FloatArray) -> Iterator[str]:
    """A float32 is written with all the digits that it has as a float64."""
    rows = projections.astype(np.float64).tolist()
    return (json.dumps({PROJECTION: row}) for row in rows)


def _columns(projections: FloatArray) -> dict[str, FloatArray]:
    return {PROJECTION: projections}


RENDERERS = row_renderers(_entries, _columns, "projections")
