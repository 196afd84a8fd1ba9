"""The randomized mode: singular vectors of a sketch, a few random sums of the rows."""

from __future__ import annotations

import numpy as np

from sagemock.algorithms.base import Doubles, Features, is_sparse
from sagemock.algorithms.pca.decomposition import Components, oriented


class SketchSums:
    """Random sums of rows for components that are nearly the best.

    Parameters
    ----------
    height
        Rows of the sketch.
    columns
        Of the rows.
    centered
        Whether their mean is to be subtracted.
    generator
        Of the random signs.

    Attributes
    ----------
    rows
        How many there were.

    Notes
    -----
    For each mini-batch X a matrix H of random signs is drawn, with a row for each row of the
    sketch. With B = sum H X, h = sum H 1 and t = sum x over n rows, the sketch is
    C = B - h t^T / n, or B if the mean is not subtracted. The components are its right singular
    vectors. Its squares have the expectation of those of the rows, times the height, by which the
    singular values are scaled.

    References
    ----------
    *Amazon SageMaker Developer Guide*, *How PCA Works*, mode 2. D. Achlioptas (2003),
    *Database-friendly random projections*, for the random signs.

    Examples
    --------
    Rows on a line have it as their only component, whatever the signs:

    >>> sums = SketchSums(4, 2, centered=True, generator=np.random.default_rng(0))
    >>> sums.add(np.float32([[3, 4], [-3, -4], [6, 8]]))
    >>> vectors, _ = sums.components(1)
    >>> print(vectors.ravel().round(6))
    [0.6 0.8]
    """

    def __init__(
        self, height: int, columns: int, *, centered: bool, generator: np.random.Generator
    ) -> None:
        self._centered = centered
        self._generator = generator
        self._sketch = np.zeros((height, columns))
        self._signs = np.zeros(height)
        self._total = np.zeros(columns)
        self.rows = 0

    def add(self, batch: Features) -> None:
        """Add the rows of a mini-batch (rows, columns)."""
        rows = batch.shape[0]
        signs = self._generator.integers(0, 2, (len(self._sketch), rows), np.int8) * 2.0 - 1
        doubles = batch.astype(np.float64)
        if is_sparse(doubles):
            # scipy multiplies from the left only.
            self._sketch += (doubles.T @ signs.T).T
        else:
            self._sketch += signs @ doubles
        self._signs += signs.sum(axis=1)
        self._total += np.asarray(doubles.sum(axis=0)).ravel()
        self.rows += rows

    def mean(self) -> Doubles:
        """The mean of the rows, (columns,)."""
        mean: Doubles = self._total / self.rows
        return mean

    def components(self, count: int) -> Components:
        """The components with the largest singular values."""
        sketch = self._sketch
        if self._centered:
            sketch = sketch - np.outer(self._signs, self.mean())
        _, singular, transposed = np.linalg.svd(sketch, full_matrices=False)
        top = slice(count - 1, None, -1)
        scale = np.sqrt(len(sketch))
        return Components(oriented(transposed[top].T), singular[top] / scale)
