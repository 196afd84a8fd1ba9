"""The model's file, read by a reader that knows nothing of the writer, and other files."""

from __future__ import annotations

import numpy as np
import pytest
from tests.containers.kmeans.test_artifact import independently_read

from sagemock.algorithms.pca import PCAModel
from sagemock.containers.base import ArtifactError
from sagemock.containers.first_party import ndarray_list
from sagemock.containers.pca.artifact import pack_member, unpack_member

V = np.array([[0.6, 0.8], [-0.8, 0.6], [0, 0]], np.float32)
S = np.array([1.0, 2.5], np.float32)
MEAN = np.array([5.0, 6.0, 7.0], np.float32)
MODEL = PCAModel(V, S, MEAN)


def test_three_arrays_with_names_as_recorded() -> None:
    arrays, names = independently_read(pack_member(MODEL))
    by_name = dict(zip(names, arrays, strict=True))
    assert {name: array.shape for name, array in by_name.items()} == {
        b"v": (3, 2),
        b"s": (2,),
        b"mean": (1, 3),
    }
    assert by_name[b"v"].tolist() == V.tolist()
    assert by_name[b"mean"].tolist() == [MEAN.tolist()]


def test_without_a_mean() -> None:
    model = PCAModel(V, S)
    assert independently_read(pack_member(model))[1] == [b"v", b"s"]
    assert unpack_member(pack_member(model)).mean is None


def test_a_model_comes_back_to_the_bit() -> None:
    model = unpack_member(pack_member(MODEL))
    assert model.mean is not None
    for one, other in ((model.vectors, V), (model.singular_values, S), (model.mean, MEAN)):
        assert one.tobytes() == other.tobytes()


def test_a_file_of_ones_own_with_the_vectors_alone() -> None:
    model = unpack_member(ndarray_list.encode({"v": V}))
    assert model.predict(np.float32([[1, 0, 0]])).tolist() == [V[0].tolist()]


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"", "the file ends too early"),
        (b"PK" + bytes(30), "not a list of arrays"),
        (ndarray_list.encode({}), "expected a matrix 'v', not an empty file"),
        (ndarray_list.encode([V]), "1 arrays with 0 names"),
        (ndarray_list.encode({"v": V[0]}), r"expected a matrix 'v', not 'v' \(2,\)"),
        (ndarray_list.encode({"v": V[:0]}), "expected a matrix 'v'"),
        (ndarray_list.encode({"v": V, "s": MEAN}), "do not fit each other"),
        (ndarray_list.encode({"v": V, "s": S, "mean": S}), "do not fit each other"),
    ],
)
def test_other_files(data: bytes, text: str) -> None:
    with pytest.raises(ArtifactError, match=text):
        unpack_member(data)
