"""The model file of K-Means: MXNet's file format with one unnamed array (k, feature_dim).

Recorded notebooks read the centers with `mxnet.ndarray.load(file)[0]`. Any file of that format can
be served, whoever wrote it.
"""

from __future__ import annotations

from sagemock.algorithms.kmeans import KMeansModel
from sagemock.containers.base import ArtifactError
from sagemock.containers.first_party import ndarray_list
from sagemock.containers.first_party.ndarray_list import NDArrayError


def pack_member(model: KMeansModel) -> bytes:
    """Encode a model as its file."""
    return ndarray_list.encode([model.centers])


def unpack_member(data: bytes) -> KMeansModel:
    """Decode the model in a file. Raises `ArtifactError`."""
    try:
        arrays = ndarray_list.decode_list(data)
    except (NDArrayError, ValueError, OverflowError) as error:
        raise ArtifactError(str(error)) from error
    if len(arrays) != 1 or arrays[0].ndim != 2 or not arrays[0].size:
        shapes = ", ".join(str(array.shape) for array in arrays)
        contents = f"shapes {shapes}" if arrays else "an empty list"
        raise ArtifactError(f"expected one array of centers, not {contents}")
    return KMeansModel(arrays[0])
