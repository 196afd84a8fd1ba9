"""What both modes return: directions, and how far the rows extend along them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sagemock.algorithms.base import Doubles


class Components(NamedTuple):
    """Components, the least important first, as in the artifact.

    Attributes
    ----------
    vectors
        (columns, components): orthonormal columns.
    singular_values
        (components,), ascending.
    """

    vectors: Doubles
    singular_values: Doubles


def oriented(vectors: Doubles) -> Doubles:
    """Columns, each with the sign that makes its largest entry positive.

    The sign of a component means nothing, but the same data must give the same bits.

    Examples
    --------
    >>> print(oriented(np.array([[0.6, 0.8], [-0.8, 0.6]])))
    [[-0.6  0.8]
     [ 0.8  0.6]]
    """
    largest = np.abs(vectors).argmax(axis=0)
    signs = np.where(vectors[largest, np.arange(vectors.shape[1])] < 0, -1.0, 1.0)
    return vectors * signs
