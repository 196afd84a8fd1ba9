"""What a file is that is not MNIST; never a traceback, and never an unpickled object."""

from __future__ import annotations

import gzip
import pickle
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sagemock.demo import mnist_file
from sagemock.demo.digits import load_mnist

LABELS = np.arange(400) % 10
IMAGES = np.arange(400 * 16, dtype=np.uint8).reshape(400, 4, 4)
GOOD: dict[str, Any] = {"x_train": IMAGES, "y_train": LABELS, "x_test": IMAGES, "y_test": LABELS}


def save(path: Path, **changes: Any) -> Path:
    """An .npz file of small images, with some arrays changed, or left out where None."""
    arrays = {name: array for name, array in {**GOOD, **changes}.items() if array is not None}
    with path.open("wb") as file:
        np.savez(file, **arrays)
    return path


def message_of(path: Path) -> str:
    """Why a file is refused, without its path."""
    with pytest.raises(mnist_file.NotMnist) as caught:
        mnist_file.read(path)
    return str(caught.value).removeprefix(f"{path}").strip(": ")


@pytest.mark.parametrize(
    "images", [IMAGES, IMAGES.reshape(400, 16), IMAGES.astype(np.float64), IMAGES.astype(np.int32)]
)
@pytest.mark.parametrize("labels", [LABELS, LABELS[:, None], LABELS.astype(np.float32)])
def test_what_is_read(tmp_path: Path, images: Any, labels: Any) -> None:
    digits = load_mnist(save(tmp_path / "mnist.npz", x_train=images, y_train=labels))
    assert np.array_equal(digits.train * 256, IMAGES.reshape(400, 16))
    assert digits.train.dtype == np.float32
    assert np.array_equal(digits.train_digits, LABELS)
    assert digits.side == 4


class Trap:
    """Runs code when it is unpickled."""

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[str]]:
        return pytest.fail, ("unpickled",)


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"", "is empty, not an .npz file"),
        (b"some text", "is another kind of file, not an .npz file"),
        (pickle.dumps(Trap()), "is a Python pickle, which is never loaded, not an .npz file"),
        (gzip.compress(b"pixels"), "is compressed by gzip, not an .npz file"),
        (bytes([0, 0, 8, 3, 0, 0]), "is in the IDX format of the original files of MNIST, not an"),
        (b"\x89HDF\r\n", "is an HDF5 file, not an .npz file"),
        (b"PK\x03\x04 and no more", "is a ZIP archive (as .npz files are) that is cut off"),
    ],
    ids=["empty", "text", "pickle", "gzip", "idx", "hdf5", "zip"],
)
def test_other_kinds_of_files(tmp_path: Path, content: bytes, text: str) -> None:
    path = tmp_path / "mnist.npz"
    path.write_bytes(content)
    assert message_of(path).startswith(text)


def test_no_file_at_all(tmp_path: Path) -> None:
    assert message_of(tmp_path / "mnist.npz") == "there is no such file"
    assert message_of(tmp_path) == "cannot be read: Is a directory"


def test_a_single_array(tmp_path: Path) -> None:
    np.save(tmp_path / "x.npy", IMAGES)
    assert message_of(tmp_path / "x.npy") == "is a single NumPy array (.npy), not an .npz file"
    np.save(tmp_path / "x.npy", np.array([Trap()]), allow_pickle=True)
    assert message_of(tmp_path / "x.npy") == "is a single NumPy array (.npy), not an .npz file"


def test_an_archive_of_something_else(tmp_path: Path) -> None:
    path = tmp_path / "mnist.npz"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("readme.txt", "no arrays")
    assert message_of(path) == (
        "does not contain MNIST: it has no x_train, y_train, x_test, y_test; it has: readme.txt"
    )
    with zipfile.ZipFile(path, "w") as archive:
        for name in mnist_file.ARRAYS:
            archive.writestr(f"{name}.npy", "no array")
    assert message_of(path) == "x_train is not a NumPy array"


def test_objects_are_never_unpickled(tmp_path: Path) -> None:
    path = save(tmp_path / "mnist.npz", y_test=np.array([Trap()]))
    assert message_of(path) == (
        "y_test contains Python objects, which are never unpickled, instead of numbers"
    )


def test_damaged_archives(tmp_path: Path) -> None:
    path = save(tmp_path / "mnist.npz")
    content = bytearray(path.read_bytes())
    content[2000] ^= 0xFF
    path.write_bytes(content)
    assert message_of(path).startswith("is damaged: Bad CRC-32 for file 'x_train.npy'")


def test_a_shape_without_end(tmp_path: Path) -> None:
    path = tmp_path / "mnist.npz"
    header = "{'descr': '|u1', 'fortran_order': False, 'shape': (99999999999, 9999999), }"
    with zipfile.ZipFile(path, "w") as archive:
        for name in mnist_file.ARRAYS:
            data = b"\x93NUMPY\x01\x00" + (len(header) + 1).to_bytes(2, "little")
            archive.writestr(f"{name}.npy", data + header.encode() + b"\n")
    assert message_of(path).startswith("is damaged: ")


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"y_test": None}, "it has no y_test; it has: x_train, y_train, x_test"),
        ({"x_test": IMAGES[:, :, :3]}, "x_test must be square images, (rows, side, side), of num"),
        ({"x_test": IMAGES[:0]}, "it is an array of uint8, shape (0, 4, 4)"),
        ({"x_train": IMAGES[0, 0]}, "x_train must be square images"),
        ({"x_train": IMAGES / 255}, "it is an array of float64, shape (400, 4, 4), from 0 to 1"),
        ({"x_train": IMAGES * np.nan}, "from nan to nan"),
        ({"x_train": IMAGES.astype(np.int16) - 200}, "from -200 to 55"),
        ({"x_train": IMAGES.astype(str)}, "it is an array of <U3, shape (400, 4, 4)"),
        ({"x_test": np.arange(400 * 25).reshape(400, 25) % 256}, "16 pixels in x_train, of 25 in"),
        ({"y_train": LABELS[:5]}, "y_train must be 400 digits from 0 to 9, one for each image; it"),
        ({"y_train": LABELS + 1}, "it is an array of int64, shape (400,), from 1 to 10"),
        ({"y_train": LABELS + 0.5}, "y_train must be 400 digits"),
        ({"y_test": LABELS % 5}, "there is no 7 in y_test"),
        ({"y_train": LABELS * 0 + 1}, "there is no 0 and no 7 in y_train"),
        ({"x_train": IMAGES[:20], "y_train": LABELS[:20]}, "x_train has 20 images; the demo needs"),
    ],
)
def test_wrong_arrays(tmp_path: Path, changes: dict[str, Any], text: str) -> None:
    assert text in message_of(save(tmp_path / "mnist.npz", **changes))
