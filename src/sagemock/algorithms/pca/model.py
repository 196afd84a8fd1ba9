"""A trained model: components, and the mean of the rows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sagemock.algorithms.base import Doubles, Features, FloatArray, is_sparse


@dataclass(frozen=True, slots=True)
class PCAModel:
    """Components, the least important first.

    Attributes
    ----------
    vectors
        (columns, components), float32: orthonormal columns.
    singular_values
        (components,), float32, ascending: those of the train rows, so that s^2 / n is the variance
        along a component.
    mean
        (columns,), float32; None when it is not subtracted.

    Examples
    --------
    >>> model = PCAModel(np.float32([[0.6], [0.8]]), np.float32([1]), np.float32([1, 1]))
    >>> print(model.predict(np.float32([[4, 5], [1, 1]])))
    [[5.]
     [0.]]
    """

    vectors: FloatArray
    singular_values: FloatArray
    mean: FloatArray | None = None

    def predict(self, features: Features) -> FloatArray:
        """The projections (rows, components), float32, of rows (rows, columns).

        Notes
        -----
        (x - mean) v, or x v without a mean.
        """
        # Numbers beyond float32 become infinite; a request must not cause a warning.
        with np.errstate(all="ignore"):
            return self._project(features).astype(np.float32)

    def squared_errors(self, features: Features) -> Doubles:
        """The squared distance of each row to what its projection stands for, (rows,).

        Notes
        -----
        ||x - mean||^2 less the squares of the projection, since the components are orthonormal.

        Examples
        --------
        >>> model = PCAModel(np.float32([[1], [0]]), np.float32([1]))
        >>> print(model.squared_errors(np.float32([[3, 2]])))
        [4.]
        """
        kept = self._project(features)
        squares = _squares(features, self.mean)
        errors: Doubles = np.maximum(squares - np.einsum("ij,ij->i", kept, kept), 0)
        return errors

    def _project(self, features: Features) -> Doubles:
        vectors = self.vectors.astype(np.float64)
        if self.mean is None:
            projected: Doubles = features.astype(np.float64) @ vectors
        elif is_sparse(features):
            projected = features.astype(np.float64) @ vectors - self.mean @ vectors
        else:
            projected = (features.astype(np.float64) - self.mean) @ vectors
        return projected


def _squares(features: Features, mean: FloatArray | None) -> Doubles:
    """||x - mean||^2 of each row."""
    if not is_sparse(features):
        rows = features.astype(np.float64)
        if mean is not None:
            rows -= mean
        squares: Doubles = np.einsum("ij,ij->i", rows, rows)
        return squares
    numbers = features.astype(np.float64)
    squares = np.asarray(numbers.multiply(numbers).sum(axis=1)).ravel()
    if mean is None:
        return squares
    center = mean.astype(np.float64)
    return np.asarray(squares - 2 * (numbers @ center) + center @ center)
