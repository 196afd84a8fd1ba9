"""Response bodies, byte for byte as the container of the random cut forest writes them.

Source: the page *RCF Response Formats* of the developer guide. Recorded responses have no spaces,
and ten decimals.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping

import numpy as np

from sagemock.algorithms.base import Doubles
from sagemock.formats import recordio
from sagemock.formats.media_type import JSON, JSON_LINES, RECORDIO

DECIMALS = 10


def _entries(scores: Doubles) -> Iterator[str]:
    texts = json.dumps(scores.round(DECIMALS).tolist())[1:-1].split(", ")
    return (f'{{"score":{text}}}' for text in texts)


def _json(scores: Doubles) -> bytes:
    return f'{{"scores":[{",".join(_entries(scores))}]}}'.encode()


def _json_lines(scores: Doubles) -> bytes:
    return "".join(f"{entry}\n" for entry in _entries(scores)).encode()


def _recordio(scores: Doubles) -> bytes:
    """A record for each row, with the score in its label map."""
    return recordio.encode_labels({"score": scores.astype(np.float32).reshape(-1, 1)})


RENDERERS: Mapping[str, Callable[[Doubles], bytes]] = {
    JSON: _json,
    JSON_LINES: _json_lines,
    RECORDIO: _recordio,
}
"""By content type; the first one is for requests that accept anything."""
