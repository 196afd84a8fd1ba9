"""Reads MNIST from an .npz file, and checks it before anything is trained on it.

Nothing is ever unpickled, because a pickle can run any code.
"""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sagemock.suggestions import listed

IMAGES, LABELS = ("x_train", "x_test"), ("y_train", "y_test")
ARRAYS = ("x_train", "y_train", "x_test", "y_test")

MIN_ROWS = 300
"""The least number of training images: the largest mini-batch of the demo."""

_FORMATS = (
    (b"\x93NUMPY", "a single NumPy array (.npy)"),
    (b"\x80", "a Python pickle, which is never loaded"),
    (b"\x1f\x8b", "compressed by gzip"),
    (b"\x00\x00\x08", "in the IDX format of the original files of MNIST"),
    (b"\x89HDF", "an HDF5 file"),
    (b"\x28\xb5\x2f\xfd", "compressed by zstd"),
)
"""The first bytes of files that are mistaken for an .npz file, and what they are."""


class NotMnist(Exception):
    """The file is missing, or does not contain MNIST; the text says what it is."""


def read(path: Path) -> Mapping[str, NDArray[Any]]:
    """Read the four arrays of a file: images (rows, pixels) from 0 to 255, and digits (rows,).

    Raises
    ------
    NotMnist
        If the file is missing or has other contents.
    """
    _check_format(path)
    arrays = _load(path)
    for name in IMAGES:
        arrays[name] = _images(path, name, arrays[name])
    for name, images in zip(LABELS, IMAGES, strict=True):
        arrays[name] = _labels(path, name, arrays[name], len(arrays[images]))
    _check_use(path, arrays)
    return arrays


def _check_format(path: Path) -> None:
    """Check that the file is a ZIP archive, as .npz files are. Raises `NotMnist`."""
    try:
        with path.open("rb") as file:
            head = file.read(8)
    except FileNotFoundError:
        raise NotMnist(f"{path}: there is no such file") from None
    except OSError as error:
        raise NotMnist(f"{path} cannot be read: {error.strerror or error}") from None
    if zipfile.is_zipfile(path):
        return
    if not head:
        raise NotMnist(f"{path} is empty, not an .npz file")
    if head.startswith(b"PK"):
        raise NotMnist(f"{path} is a ZIP archive (as .npz files are) that is cut off or damaged")
    kinds = (kind for magic, kind in _FORMATS if head.startswith(magic))
    raise NotMnist(f"{path} is {next(kinds, 'another kind of file')}, not an .npz file")


def _load(path: Path) -> dict[str, NDArray[Any]]:
    try:
        with np.load(path, allow_pickle=False) as archive:
            missing = [name for name in ARRAYS if name not in archive.files]
            if missing:
                raise NotMnist(
                    f"{path} does not contain MNIST: it has no {', '.join(missing)}; "
                    f"it has: {listed(archive.files)}"
                )
            return {name: _array(path, name, archive) for name in ARRAYS}
    except NotMnist:
        raise
    except Exception as error:
        # zipfile raises many kinds of errors for damaged archives.
        raise NotMnist(f"{path} is damaged: {error}") from error


def _array(path: Path, name: str, archive: Any) -> NDArray[Any]:
    try:
        array = archive[name]
    except ValueError as error:
        if "pickle" not in str(error):
            raise
        raise NotMnist(
            f"{path}: {name} contains Python objects, which are never unpickled, instead of numbers"
        ) from None
    if not isinstance(array, np.ndarray):
        raise NotMnist(f"{path}: {name} is not a NumPy array")
    return array


def _images(path: Path, name: str, array: NDArray[Any]) -> NDArray[Any]:
    """Images as rows of pixels."""
    ok = array.ndim in (2, 3) and array.size > 0 and array.dtype.kind in "uif"
    if ok:
        rows = array.reshape(len(array), -1)
        side = round(rows.shape[1] ** 0.5)
        # Pixels from 0 to 1 would become too dark to learn from. NaN is out of range as well.
        if side**2 == rows.shape[1] and rows.min() >= 0 and 1 < rows.max() <= 255:
            return rows
    raise NotMnist(
        f"{path}: {name} must be square images, (rows, side, side), of numbers from 0 to 255; "
        f"it is {_described(array)}"
    )


def _labels(path: Path, name: str, array: NDArray[Any], rows: int) -> NDArray[np.int64]:
    if array.shape in ((rows,), (rows, 1)) and array.dtype.kind in "uif":
        digits = array.reshape(-1)
        if np.isin(digits, range(10)).all():
            return digits.astype(np.int64)
    raise NotMnist(
        f"{path}: {name} must be {rows:,} digits from 0 to 9, one for each image; "
        f"it is {_described(array)}"
    )


def _described(array: NDArray[Any]) -> str:
    text = f"an array of {array.dtype}, shape {array.shape}"
    if array.size and array.dtype.kind in "uif":
        text += f", from {array.min():g} to {array.max():g}"
    return text


def _check_use(path: Path, arrays: Mapping[str, NDArray[Any]]) -> None:
    """Check that there are enough images, and a zero and a seven. Raises `NotMnist`."""
    pixels = [arrays[name].shape[1] for name in IMAGES]
    if pixels[0] != pixels[1]:
        raise NotMnist(f"{path}: images of {pixels[0]} pixels in x_train, of {pixels[1]} in x_test")
    if len(arrays["x_train"]) < MIN_ROWS:
        rows = len(arrays["x_train"])
        raise NotMnist(f"{path}: x_train has {rows} images; the demo needs {MIN_ROWS}")
    for name in LABELS:
        missing = [str(digit) for digit in (0, 7) if digit not in arrays[name]]
        if missing:
            raise NotMnist(f"{path}: there is no {' and no '.join(missing)} in {name}")
