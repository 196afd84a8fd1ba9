"""The model's file, read by a reader that knows nothing of the writer, and other files."""

from __future__ import annotations

import struct

import numpy as np
import pytest

from sagemock.algorithms.kmeans import KMeansModel
from sagemock.containers.base import ArtifactError
from sagemock.containers.first_party import ndarray_list
from sagemock.containers.kmeans.artifact import pack_member, unpack_member

CENTERS = np.array([[1.5, -2.0, 0.25], [3.0, 4.0, 5.0]], np.float32)


def independently_read(data: bytes) -> tuple[list[np.ndarray], list[bytes]]:
    """What `mxnet.ndarray.load` does: arrays and names."""
    magic, reserved, count = struct.unpack_from("<QQQ", data)
    assert (magic, reserved) == (0x112, 0)
    position, arrays = 24, []
    for _ in range(count):
        version, storage, dimensions = struct.unpack_from("<IiI", data, position)
        assert (version, storage) == (0xF993FAC9, 0)
        position += 12
        shape = struct.unpack_from(f"<{dimensions}q", data, position)
        position += 8 * dimensions
        device, number, kind = struct.unpack_from("<iii", data, position)
        assert (device, number, kind) == (1, 0, 0)
        position += 12
        size = int(np.prod(shape))
        arrays.append(np.frombuffer(data, "<f4", size, position).reshape(shape))
        position += 4 * size
    (named,) = struct.unpack_from("<Q", data, position)
    position, names = position + 8, []
    for _ in range(named):
        (length,) = struct.unpack_from("<Q", data, position)
        names.append(data[position + 8 : position + 8 + length])
        position += 8 + length
    assert position == len(data)
    return arrays, names


def test_one_array_without_a_name() -> None:
    (centers,), names = independently_read(pack_member(KMeansModel(CENTERS)))
    assert centers.tolist() == CENTERS.tolist()
    assert names == []


def test_the_file_is_no_zip() -> None:
    """Recorded notebooks try to unzip it, in vain, and go on with MXNet."""
    assert not pack_member(KMeansModel(CENTERS)).startswith(b"PK")


def test_a_model_comes_back_to_the_bit() -> None:
    model = unpack_member(pack_member(KMeansModel(CENTERS)))
    assert model.centers.tobytes() == CENTERS.tobytes()


def test_a_file_of_ones_own_with_a_name() -> None:
    data = ndarray_list.encode({"centers": CENTERS})
    assert unpack_member(data).centers.tolist() == CENTERS.tolist()


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"", "the file ends too early"),
        (b"PK" + bytes(30), "not a list of arrays"),
        (ndarray_list.encode([]), "expected one array of centers, not an empty list"),
        (ndarray_list.encode([CENTERS, CENTERS]), r"not shapes \(2, 3\), \(2, 3\)"),
        (ndarray_list.encode([CENTERS[0]]), r"not shapes \(3,\)"),
        (ndarray_list.encode([CENTERS[:0]]), r"not shapes \(0, 3\)"),
    ],
)
def test_other_files(data: bytes, text: str) -> None:
    with pytest.raises(ArtifactError, match=text):
        unpack_member(data)
