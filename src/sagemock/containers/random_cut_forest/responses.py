"""Response bodies, byte for byte as the container of the random cut forest writes them.

Source: the page *RCF Response Formats* of the developer guide. Recorded responses have no spaces,
and ten decimals.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sagemock.algorithms.base import Doubles, FloatArray
from sagemock.containers.first_party.responses import number_texts, row_renderers
from sagemock.formats.media_type import JSON

DECIMALS = 10


def _entries(scores: Doubles) -> Iterator[str]:
    return (f'{{"score":{text}}}' for text in number_texts(scores.round(DECIMALS)))


def _columns(scores: Doubles) -> dict[str, FloatArray]:
    return {"score": scores.astype(np.float32).reshape(-1, 1)}


def _json(scores: Doubles) -> bytes:
    return f'{{"scores":[{",".join(_entries(scores))}]}}'.encode()


RENDERERS = {**row_renderers(_entries, _columns), JSON: _json}
