"""The score of a factorization machine, and its gradient."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sagemock.algorithms.base import Features, FloatArray, is_sparse

Columns = NDArray[np.intp]

Reals = NDArray[Any]
"""Numbers in single precision, or in double precision where rows are only predicted."""


def touched(features: Any) -> tuple[Any, Columns]:
    """The sparse matrix of the columns that have values, and their indices, ascending.

    Examples
    --------
    >>> from scipy.sparse import csr_array
    >>> matrix, columns = touched(csr_array(np.float32([[0, 5, 0, 0], [0, 0, 0, 7]])))
    >>> matrix.toarray().tolist(), columns.tolist()
    ([[5.0, 0.0], [0.0, 7.0]], [1, 3])
    """
    from scipy.sparse import csr_array

    columns, local = np.unique(features.indices, return_inverse=True)
    shape = (features.shape[0], len(columns))
    indices = local.astype(features.indices.dtype)
    return csr_array((features.data, indices, features.indptr), shape=shape), columns


@dataclass(frozen=True, slots=True)
class MachineRows:
    """MachineRows to compute scores of, prepared for several products.

    Attributes
    ----------
    features
        (rows, columns), dense or sparse.
    transposed
        The same transposed.
    squares
        The squares of all features, shaped as `features`.
    """

    features: Any
    transposed: Any
    squares: Any

    @classmethod
    def of(cls, features: Features | Reals) -> MachineRows:
        """The rows of features."""
        if not is_sparse(features):
            return cls(features, features.T, features * features)
        from scipy.sparse import csr_array

        squares = csr_array(
            (features.data * features.data, features.indices, features.indptr), features.shape
        )
        return cls(features, features.T, squares)


@dataclass(frozen=True, slots=True)
class Forward:
    """Scores of rows, with what their gradient is computed from.

    Attributes
    ----------
    scores
        (rows,).
    products
        (rows, num_factors + 1): the sums of the factors, each times its feature, and the linear
        term.
    """

    scores: Reals
    products: Reals


def forward(rows: MachineRows, bias: Reals, columns: Reals) -> Forward:
    """The scores of rows.

    Parameters
    ----------
    bias
        (1,).
    columns
        (columns, num_factors + 1): the factors of each column, then its linear weight.

    Notes
    -----
    w0 + sum_i w_i x_i + 1/2 sum_f [(sum_i v_if x_i)^2 - sum_i v_if^2 x_i^2], which is the sum of
    x_i x_j <v_i, v_j> over all pairs i < j, in linear time.

    References
    ----------
    S. Rendle (2010), *Factorization Machines*, lemma 3.1; *Amazon SageMaker Developer Guide*, *How
    Factorization Machines Work*.

    Examples
    --------
    The pair of both features adds 2 * 3 * (1 * 4 + 0.5 * 2) = 30, the linear terms 2 * 10 + 3 * 20:

    >>> rows = MachineRows.of(np.float32([[2, 3]]))
    >>> columns = np.float32([[1, 0.5, 10], [4, 2, 20]])
    >>> forward(rows, np.float32([7]), columns).scores.tolist()
    [117.0]
    """
    products = rows.features @ columns
    factors = columns[:, :-1]
    lengths = np.einsum("if,if->i", factors, factors)
    summed = products[:, :-1]
    scores = np.einsum("nf,nf->n", summed, summed)
    scores -= rows.squares @ lengths
    scores *= np.float32(0.5)
    scores += products[:, -1]
    scores += bias
    return Forward(scores, products)


def backward(
    rows: MachineRows, passed: Forward, columns: FloatArray, derivatives: FloatArray
) -> FloatArray:
    """The gradient of a loss for the parameters of the columns, shaped as they are.

    Parameters
    ----------
    passed
        The result of `forward`; its products are overwritten.
    derivatives
        (rows,), those of the loss for the scores.

    Notes
    -----
    The derivative of a score is x_i sum_j v_jf x_j - v_if x_i^2 for v_if, and x_i for w_i.

    Examples
    --------
    >>> rows = MachineRows.of(np.float32([[2, 3]]))
    >>> columns = np.float32([[1, 0.5, 10], [4, 2, 20]])
    >>> passed = forward(rows, np.float32([7]), columns)
    >>> backward(rows, passed, columns, np.float32([1])).tolist()
    [[24.0, 12.0, 2.0], [6.0, 3.0, 3.0]]
    """
    weighted = passed.products
    weighted *= derivatives[:, np.newaxis]
    weighted[:, -1] = derivatives
    gradient: FloatArray = rows.transposed @ weighted
    shares = rows.squares.T @ derivatives
    gradient[:, :-1] -= columns[:, :-1] * shares[:, np.newaxis]
    return gradient
