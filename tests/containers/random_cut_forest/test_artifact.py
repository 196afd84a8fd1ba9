"""The model's file, which comes back to the bit, and other files."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sagemock.algorithms.random_cut_forest import AnomalyScorer
from sagemock.algorithms.random_cut_forest.growing import grow
from sagemock.containers.base import ArtifactError
from sagemock.containers.first_party import ndarray_list
from sagemock.containers.random_cut_forest.artifact import pack_member, unpack_member

ROWS = np.random.default_rng(0).normal(0, 1, (20, 2)).astype(np.float32)
FOREST = grow(ROWS, np.array([8, 12]), np.random.default_rng(0))


def changed(**arrays: Any) -> bytes:
    """The file with other arrays; None for an array that is left out."""
    whole: dict[str, Any] = {**ndarray_list.decode(pack_member(FOREST)), **arrays}
    return ndarray_list.encode(
        {name: np.asarray(each, np.float32) for name, each in whole.items() if each is not None}
    )


def test_a_model_comes_back_to_the_bit() -> None:
    forest = unpack_member(pack_member(FOREST))
    assert forest.trees == 2
    for name in ("dimension", "cut", "mass", "points"):
        assert getattr(forest, name).tobytes() == getattr(FOREST, name).tobytes()
    scores = AnomalyScorer(FOREST).scores(ROWS)
    assert AnomalyScorer(forest).scores(ROWS).tobytes() == scores.tobytes()


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"", "the file ends too early"),
        (b"PK" + bytes(30), "not a list of arrays"),
        (ndarray_list.encode({"centers": ROWS}), "expected the arrays trees, dimension"),
        (changed(points=None), "expected the arrays"),
        (changed(points=ROWS[:, 0]), "'points' has the shape"),
        (changed(cut=np.full(38, np.nan)), "'cut' is not finite"),
        (changed(trees=[1, 1]), "more than one number"),
        (changed(trees=[1.5]), "'trees' has other numbers"),
        (changed(trees=[3]), "in 3 trees"),
        (changed(mass=np.zeros(20)), "'mass' has other numbers"),
        (changed(dimension=np.full(38, 2)), "'dimension' has other numbers than from -1 to 1"),
        (changed(cut=[1.0]), "arrays of other lengths"),
        (changed(mass=[1.0]), "arrays of other lengths"),
        (changed(dimension=[-1] * 20 + [0] * 18), "a node comes after its children"),
    ],
)
def test_other_files(data: bytes, text: str) -> None:
    with pytest.raises(ArtifactError, match=text):
        unpack_member(data)
