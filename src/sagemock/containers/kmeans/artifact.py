"""The model file of K-Means: MXNet's file of one array without a name, k x feature_dim.

`mxnet.ndarray.load(file)[0]` gives the centers, as recorded notebooks do it. A file of the same
form that somebody wrote serves as a model, too.
"""

from __future__ import annotations

from sagemock.algorithms.kmeans import KMeansModel
from sagemock.containers.base import ArtifactError
from sagemock.containers.first_party import ndarray_list
from sagemock.containers.first_party.ndarray_list import NDArrayError


def pack_member(model: KMeansModel) -> bytes:
    """The file of a model."""
    return ndarray_list.encode([model.centers])


def unpack_member(data: bytes) -> KMeansModel:
    """The model of a file. Raises `ArtifactError`."""
    try:
        arrays = ndarray_list.decode_list(data)
    except (NDArrayError, ValueError, OverflowError) as error:
        raise ArtifactError(str(error)) from error
    if len(arrays) != 1 or arrays[0].ndim != 2 or not arrays[0].size:
        shapes = ", ".join(str(array.shape) for array in arrays)
        raise ArtifactError(f"one array of centers was expected, not shapes {shapes or 'of none'}")
    return KMeansModel(arrays[0])
