"""The model file of PCA: MXNet's file format with the arrays `v`, `s` and `mean`.

Recorded notebooks read them with `mxnet.ndarray.load(file)`. Any file of that format with a matrix
`v` can be served, whoever wrote it.
"""

from __future__ import annotations

import numpy as np

from sagemock.algorithms.pca import PCAModel
from sagemock.containers.base import ArtifactError
from sagemock.containers.first_party import ndarray_list
from sagemock.containers.first_party.ndarray_list import NDArrayError

VECTORS, SINGULAR_VALUES, MEAN = "v", "s", "mean"


def pack_member(model: PCAModel) -> bytes:
    """Encode a model as its file."""
    arrays = {VECTORS: model.vectors, SINGULAR_VALUES: model.singular_values}
    if model.mean is not None:
        arrays[MEAN] = model.mean[np.newaxis]
    return ndarray_list.encode(arrays)


def unpack_member(data: bytes) -> PCAModel:
    """Decode the model in a file. Raises `ArtifactError`."""
    try:
        arrays = ndarray_list.decode(data)
    except (NDArrayError, ValueError, OverflowError) as error:
        raise ArtifactError(str(error)) from error
    vectors = arrays.get(VECTORS)
    if vectors is None or vectors.ndim != 2 or not vectors.size:
        raise ArtifactError(f"expected a matrix {VECTORS!r}, not {_contents(arrays)}")
    columns, components = vectors.shape
    singular = arrays.get(SINGULAR_VALUES, np.zeros(components, np.float32))
    mean = arrays.get(MEAN)
    if singular.size != components or (mean is not None and mean.size != columns):
        raise ArtifactError(f"arrays that do not fit each other: {_contents(arrays)}")
    return PCAModel(vectors, singular.ravel(), None if mean is None else mean.ravel())


def _contents(arrays: dict[str, np.ndarray]) -> str:
    shapes = ", ".join(f"{name!r} {array.shape}" for name, array in arrays.items())
    return shapes or "an empty file"
