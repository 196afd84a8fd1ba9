"""The model file of the random cut forest: MXNet's file format with five named arrays.

The real container's format is not known. This one holds a forest as the algorithm does: the nodes
of all trees level by level, with column and number of their cuts, and the rows of the leaves.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from sagemock.algorithms.base import FloatArray
from sagemock.algorithms.random_cut_forest import RandomCutForest
from sagemock.algorithms.random_cut_forest.forest import LEAF, Integers
from sagemock.containers.base import ArtifactError
from sagemock.containers.first_party import ndarray_list
from sagemock.containers.first_party.ndarray_list import NDArrayError

DIMENSIONS = {"trees": 1, "dimension": 1, "cut": 1, "mass": 1, "points": 2}
"""Of each array. All numbers are float32, which has every whole number up to 2^24."""

MAX_WHOLE = 1 << 24


def pack_member(forest: RandomCutForest) -> bytes:
    """Encode a model as its file."""
    return ndarray_list.encode(
        {
            "trees": np.array([forest.trees], np.float32),
            "dimension": forest.dimension.astype(np.float32),
            "cut": forest.cut,
            "mass": forest.mass.astype(np.float32),
            "points": forest.points,
        }
    )


def unpack_member(data: bytes) -> RandomCutForest:
    """Decode the model in a file. Raises `ArtifactError`."""
    try:
        arrays = ndarray_list.decode(data)
    except (NDArrayError, ValueError, OverflowError) as error:
        raise ArtifactError(str(error)) from error
    _check_arrays(arrays)
    points = np.ascontiguousarray(arrays["points"])
    (trees,) = _whole(arrays, "trees", 1, MAX_WHOLE)
    forest = RandomCutForest(
        int(trees),
        _whole(arrays, "dimension", LEAF, points.shape[1] - 1),
        arrays["cut"],
        _whole(arrays, "mass", 1, MAX_WHOLE),
        points,
    )
    _check_nodes(forest)
    return forest


def _check_arrays(arrays: Mapping[str, FloatArray]) -> None:
    if arrays.keys() != DIMENSIONS.keys():
        raise ArtifactError(f"expected the arrays {', '.join(DIMENSIONS)}")
    for name, array in arrays.items():
        if array.ndim != DIMENSIONS[name] or not array.size:
            raise ArtifactError(f"the array {name!r} has the shape {array.shape}")
        if not np.isfinite(array).all():
            raise ArtifactError(f"a number of the array {name!r} is not finite")
    if len(arrays["trees"]) != 1:
        raise ArtifactError("the array 'trees' has more than one number")


def _whole(arrays: Mapping[str, FloatArray], name: str, low: int, high: int) -> Integers:
    numbers = arrays[name]
    if (numbers != np.floor(numbers)).any() or numbers.min() < low or numbers.max() > high:
        raise ArtifactError(f"the array {name!r} has other numbers than from {low} to {high}")
    return numbers.astype(np.int64)


def _check_nodes(forest: RandomCutForest) -> None:
    """Check that the nodes are those of trees: each one but the roots has a parent before it."""
    nodes, leaves = len(forest.dimension), int(forest.is_leaf.sum())
    if len(forest.cut) != nodes or not len(forest.mass) == len(forest.points) == leaves:
        raise ArtifactError(f"arrays of other lengths than {nodes} nodes and {leaves} leaves have")
    if nodes != forest.trees + 2 * (nodes - leaves):
        raise ArtifactError(f"{nodes} nodes with {leaves} leaves in {forest.trees} trees")
    if (forest.left < np.arange(nodes) + ~forest.is_leaf).any():
        raise ArtifactError("a node comes after its children")
