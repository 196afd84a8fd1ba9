"""Real digits for the tests."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
from numpy.typing import NDArray


class Digits(NamedTuple):
    """images (rows, 784) float32 in 0..1; digits (rows,); zero (rows,) is 1 for a zero."""

    images: NDArray[np.float32]
    digits: NDArray[np.uint8]

    @property
    def zero(self) -> NDArray[np.float32]:
        return (self.digits == 0).astype(np.float32)


@pytest.fixture(scope="session")
def digits() -> Digits:
    """The first 1,000 images of MNIST's test set."""
    path = Path(__file__).parents[1] / "fixtures" / "digits.npz"
    with np.load(path, allow_pickle=False) as arrays:
        images = arrays["images"].astype(np.float32) / np.float32(256)
        return Digits(images, arrays["labels"])
