"""First centers: rows at random, or spread out by k-means++."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from sagemock.algorithms.base import Doubles, Features
from sagemock.algorithms.kmeans.distances import Indices, dense, squared_to
from sagemock.algorithms.kmeans.hyperparameters import InitMethod

Initialize = Callable[["Features | Doubles", Doubles, int, np.random.Generator], Indices]
"""From rows (rows, columns), dense or sparse, their weights (rows,) and a number, which is no
larger than that of the rows, to the indices of so many rows."""


def random(
    rows: Features | Doubles, _: Doubles, count: int, generator: np.random.Generator
) -> Indices:
    """Different rows, each as likely as any other."""
    return generator.choice(rows.shape[0], count, replace=False)


def kmeans_plus_plus(
    rows: Features | Doubles, weights: Doubles, count: int, generator: np.random.Generator
) -> Indices:
    """The first center is a row at random, each further one a row with a probability in
    proportion to w D^2: its weight times the squared distance to the nearest center so far.

    Arthur and Vassilvitskii (2007), *k-means++: the advantages of careful seeding*. Where every
    row with a weight is a center already, the remaining centers are rows by their weights.
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
    # Rounding may lead past the end.
    return min(index, len(likelihood) - 1)


METHODS: Mapping[InitMethod, Initialize] = {"random": random, "kmeans++": kmeans_plus_plus}
"""By the value of the hyperparameters `init_method` and `local_lloyd_init_method`."""
