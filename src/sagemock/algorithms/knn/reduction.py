"""Random projections of rows to fewer columns, which nearly keep their distances."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from sagemock.algorithms.base import Doubles, Features, FloatArray, is_sparse
from sagemock.algorithms.knn.hyperparameters import ReductionType

BLOCK = 1 << 22
"""Numbers of the temporary arrays; rows are projected in blocks."""

Project = Callable[[Doubles], Doubles]


@dataclass(frozen=True, slots=True)
class Reduction:
    """A projection, which a seed determines.

    Attributes
    ----------
    type
        `sign` or `fjlt`.
    seed
        Of the random numbers; the artifact has it in place of a matrix.
    input_dim, target_dim
        Columns before and after.

    Examples
    --------
    >>> rows = np.eye(4, dtype=np.float32)
    >>> Reduction("sign", 3, 4, 2).apply(rows).shape
    (4, 2)
    """

    type: ReductionType
    seed: int
    input_dim: int
    target_dim: int

    def apply(self, rows: Features) -> FloatArray:
        """Project rows (rows, input_dim), dense or sparse, to (rows, target_dim), float32."""
        project = PROJECTIONS[self.type](
            self.input_dim, self.target_dim, np.random.default_rng(self.seed)
        )
        size = max(1, BLOCK // (2 * self.input_dim))
        count = rows.shape[0]
        projected = np.empty((count, self.target_dim), np.float32)
        # Sums beyond float32 become infinite, which callers check.
        with np.errstate(over="ignore", invalid="ignore"):
            for start in range(0, count, size):
                projected[start : start + size] = project(dense(rows[start : start + size]))
        return projected


def dense(rows: Features) -> Doubles:
    """Rows (rows, columns), dense or sparse, as a new array of float64."""
    return np.array(rows.toarray() if is_sparse(rows) else rows, np.float64)


def sign(columns: int, target: int, generator: np.random.Generator) -> Project:
    """The product with a matrix of random signs.

    Notes
    -----
    x R / sqrt(target), where each entry of R is 1 or -1 with the same probability: the expected
    squared distance of two rows stays what it was.

    References
    ----------
    D. Achlioptas (2003), *Database-friendly random projections*. *Amazon SageMaker Developer
    Guide*, *How the k-NN Algorithm Works*, step 2.

    Examples
    --------
    Each of four columns is added or subtracted, and the sum divided by the square root of 1:

    >>> project = sign(4, 1, np.random.default_rng(0))
    >>> abs(project(np.array([[5.0, 0, 0, 0]]))).item()
    5.0
    """
    matrix = generator.integers(0, 2, (columns, target)) * 2.0 - 1.0
    matrix /= np.sqrt(target)
    return lambda rows: np.asarray(rows @ matrix)


def fjlt(columns: int, target: int, generator: np.random.Generator) -> Project:
    """The fast Johnson-Lindenstrauss transform.

    Notes
    -----
    x D H S sqrt(p / target), for rows filled up with zeros to p columns, the next power of two: D
    changes the signs of columns at random, H is the orthonormal Hadamard transform, and S chooses
    columns at random, without replacement.

    References
    ----------
    N. Ailon and B. Chazelle (2009), *The fast Johnson-Lindenstrauss transform and approximate
    nearest neighbors*; J. A. Tropp (2011), *Improved analysis of the subsampled randomized
    Hadamard transform*. *Amazon SageMaker Developer Guide*, as above.

    Examples
    --------
    >>> project = fjlt(2, 1, np.random.default_rng(0))
    >>> abs(project(np.array([[3.0, 0.0]]))).round(9).item()
    3.0
    """
    padded = 1 << (columns - 1).bit_length()
    signs = generator.integers(0, 2, columns) * 2.0 - 1.0
    chosen = generator.choice(padded, target, replace=False)

    def project(rows: Doubles) -> Doubles:
        filled = np.zeros((len(rows), padded))
        filled[:, :columns] = rows * signs
        # The transform without its factor sqrt(1 / p), which the sample's sqrt(p / target) cancels.
        return np.asarray(_hadamard(filled)[:, chosen] / np.sqrt(target))

    return project


def _hadamard(rows: Doubles) -> Doubles:
    """The Walsh-Hadamard transform of each row, whose length is a power of two, in place."""
    count, width = rows.shape
    half = 1
    while half < width:
        pairs = rows.reshape(count, width // (2 * half), 2, half)
        first = pairs[:, :, 0] + pairs[:, :, 1]
        pairs[:, :, 1] = pairs[:, :, 0] - pairs[:, :, 1]
        pairs[:, :, 0] = first
        half *= 2
    return rows


PROJECTIONS: Mapping[ReductionType, Callable[[int, int, np.random.Generator], Project]] = {
    "sign": sign,
    "fjlt": fjlt,
}
"""By the value of the hyperparameter `dimension_reduction_type`."""
