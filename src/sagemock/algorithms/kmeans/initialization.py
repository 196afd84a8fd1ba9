"""First centers: rows at random, or spread out by k-means++."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from sagemock.algorithms.base import Doubles
from sagemock.algorithms.kmeans.distances import squared_to

Initialize = Callable[[Doubles, Doubles, int, np.random.Generator], Doubles]
"""From rows (rows, columns), their weights (rows,) and a number, which is no larger than that of
the rows, to so many centers."""


def random(rows: Doubles, _: Doubles, count: int, generator: np.random.Generator) -> Doubles:
    """Different rows, each as likely as any other."""
    chosen: Doubles = rows[generator.choice(len(rows), count, replace=False)]
    return chosen


def kmeans_plus_plus(
    rows: Doubles, weights: Doubles, count: int, generator: np.random.Generator
) -> Doubles:
    """The first center is a row at random, each further one a row with a probability in
    proportion to w D^2: its weight times the squared distance to the nearest center so far.

    Arthur and Vassilvitskii (2007), *k-means++: the advantages of careful seeding*. Where every
    row with a weight is a center already, the remaining centers are rows by their weights.
    """
    centers = np.empty((count, rows.shape[1]))
    squared = np.full(len(rows), np.inf)
    likelihood = weights
    for number in range(count):
        centers[number] = rows[_drawn(likelihood, generator)]
        squared = np.minimum(squared, squared_to(rows, centers[number]))
        likelihood = weights * squared
        if not likelihood.any():
            likelihood = weights
    return centers


def _drawn(likelihood: Doubles, generator: np.random.Generator) -> int:
    """An index with a probability in proportion to its likelihood, which is not all 0."""
    cumulated = np.cumsum(likelihood)
    index = int(np.searchsorted(cumulated, generator.random() * cumulated[-1], "right"))
    # Rounding may lead past the end.
    return min(index, len(likelihood) - 1)


METHODS: Mapping[str, Initialize] = {"random": random, "kmeans++": kmeans_plus_plus}
"""By the value of the hyperparameters `init_method` and `local_lloyd_init_method`."""
