"""First centers: rows at random, or spread out by k-means++.

Source of both methods: *Amazon SageMaker Developer Guide*, *How K-Means Clustering Works*, step 1.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from sagemock.algorithms.base import Doubles, Features
from sagemock.algorithms.kmeans.distances import Indices, dense, squared_to
from sagemock.algorithms.kmeans.hyperparameters import InitMethod

Initialize = Callable[["Features | Doubles", Doubles, int, np.random.Generator], Indices]
"""Chooses rows: from rows (rows, columns), dense or sparse, their weights (rows,), and how many to
choose, which is no more than there are, to their indices."""


def random(
    rows: Features | Doubles, _: Doubles, count: int, generator: np.random.Generator
) -> Indices:
    """Choose different rows, each with the same probability.

    Examples
    --------
    >>> rows = np.arange(5.0)[:, np.newaxis]
    >>> chosen = random(rows, np.ones(5), 3, np.random.default_rng(0))
    >>> len(set(chosen.tolist()))
    3
    """
    return generator.choice(rows.shape[0], count, replace=False)


def kmeans_plus_plus(
    rows: Features | Doubles, weights: Doubles, count: int, generator: np.random.Generator
) -> Indices:
    """Choose rows that are far from each other.

    Notes
    -----
    The first row is chosen with a probability in proportion to its weight w, each further one in
    proportion to w D^2, where D is the distance to the nearest row chosen so far. When every row
    with a weight has been chosen, w alone decides.

    References
    ----------
    D. Arthur and S. Vassilvitskii (2007), *k-means++: the advantages of careful seeding*.

    Examples
    --------
    Two far groups of equal rows get a center each, whatever the random numbers:

    >>> rows = np.array([[0.0], [0], [0], [100]])
    >>> chosen = kmeans_plus_plus(rows, np.ones(4), 2, np.random.default_rng(0))
    >>> sorted(rows[chosen].ravel().tolist())
    [0.0, 100.0]
    """
    chosen = np.empty(count, np.int64)
    squared = np.full(rows.shape[0], np.inf)
    likelihood = weights
    for number in range(count):
        chosen[number] = index = _drawn(likelihood, generator)
        (center,) = dense(rows[index : index + 1])
        squared = np.minimum(squared, squared_to(rows, center))
        squared[index] = 0
        likelihood = weights * squared
        if not likelihood.any():
            likelihood = weights
    return chosen


def _drawn(likelihood: Doubles, generator: np.random.Generator) -> int:
    """An index with a probability in proportion to its likelihood, which is not all 0."""
    cumulated = np.cumsum(likelihood)
    index = int(np.searchsorted(cumulated, generator.random() * cumulated[-1], "right"))
    # Rounding may exceed the last value.
    return min(index, len(likelihood) - 1)


METHODS: Mapping[InitMethod, Initialize] = {"random": random, "kmeans++": kmeans_plus_plus}
"""By the value of the hyperparameters `init_method` and `local_lloyd_init_method`."""
