"""The digits of the demo: images as rows of pixels, scaled into 0..1."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sagemock.demo import mnist_file


@dataclass(frozen=True, slots=True)
class Digits:
    """Images of digits for training and tests.

    Parameters
    ----------
    title
        What the images are.
    train, test
        The images, float32 of shape (rows, pixels), from 0 to 1.
    train_digits, test_digits
        The digits in the images, of shape (rows,).
    """

    title: str
    train: NDArray[np.float32]
    train_digits: NDArray[np.int64]
    test: NDArray[np.float32]
    test_digits: NDArray[np.int64]

    @property
    def side(self) -> int:
        """Width and height of an image, in pixels."""
        return int(self.train.shape[1] ** 0.5)


def load_small() -> Digits:
    """Load the 1,797 digits of 8 x 8 pixels of scikit-learn; one in six is for tests."""
    from sklearn.datasets import load_digits

    loaded = load_digits()
    images = (loaded.data / 16).astype(np.float32)
    digits = loaded.target.astype(np.int64)
    held_out = np.arange(len(digits)) % 6 == 5
    return Digits(
        "scikit-learn's digits",
        images[~held_out],
        digits[~held_out],
        images[held_out],
        digits[held_out],
    )


def load_mnist(path: Path) -> Digits:
    """Load MNIST from an .npz file, with the first 50,000 of its training images.

    Raises
    ------
    NotMnist
        If the file is missing or has other contents.
    """
    arrays = mnist_file.read(path)
    return Digits(
        "MNIST",
        _scaled(arrays["x_train"][:50_000]),
        arrays["y_train"][:50_000],
        _scaled(arrays["x_test"]),
        arrays["y_test"],
    )


def _scaled(pixels: NDArray[Any]) -> NDArray[np.float32]:
    return pixels.astype(np.float32) / np.float32(256)
