"""The reduction of weighted points to k centers: several attempts of Lloyd's algorithm."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from sagemock.algorithms.base import Doubles
from sagemock.algorithms.kmeans.distances import nearest, sums
from sagemock.algorithms.kmeans.initialization import Initialize

Stop = Callable[[], bool]
"""Whether to stop."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """The result of one run.

    Attributes
    ----------
    centers
        (k, columns).
    msd
        The weighted mean of the squared distances of the points to their centers.
    """

    centers: Doubles
    msd: float


@dataclass(frozen=True, slots=True)
class Lloyd:
    """Lloyd's algorithm on points with weights.

    Attributes
    ----------
    initialize
        Chooses the points that are the first centers.
    max_iter
        Moves of the centers, at most.
    tol
        A move that lowers the loss by no more than this share of it is the last one.

    Notes
    -----
    Two steps in turn: each point is assigned to its nearest center; each center becomes the
    weighted mean of its points, and stays where it is when it has none. The loss
    sum w ||x - c(x)||^2 / sum w never grows.

    References
    ----------
    S. P. Lloyd (1982), *Least squares quantization in PCM*. That SageMaker uses it for the
    reduction: *Amazon SageMaker Developer Guide*, *How K-Means Clustering Works*, step 3.

    Examples
    --------
    >>> from sagemock.algorithms.kmeans.initialization import kmeans_plus_plus
    >>> points, weights = np.array([[0.0], [1], [9], [10]]), np.array([1.0, 1, 1, 3])
    >>> generator = np.random.default_rng(0)
    >>> lloyd = Lloyd(kmeans_plus_plus, max_iter=10, tol=0)
    >>> attempt = lloyd.attempt(points, weights, 2, generator, stop=lambda: False)
    >>> sorted(attempt.centers.ravel().tolist())
    [0.5, 9.75]
    """

    initialize: Initialize
    max_iter: int
    tol: float

    def attempt(
        self,
        points: Doubles,
        weights: Doubles,
        k: int,
        generator: np.random.Generator,
        stop: Stop,
    ) -> Attempt:
        """Run once, on points (points, columns) with weights (points,).

        A run that is asked to stop ends after its current step.
        """
        centers = points[self.initialize(points, weights, k, generator)]
        weighted = points * weights[:, np.newaxis]
        group, squared = nearest(points, centers)
        loss = _mean(squared, weights)
        for _ in range(self.max_iter):
            totals = np.bincount(group, weights, minlength=k)
            filled = totals > 0
            moved = sums(weighted, group, k)
            centers[filled] = moved[filled] / totals[filled, np.newaxis]
            group, squared = nearest(points, centers)
            before, loss = loss, _mean(squared, weights)
            if before - loss <= self.tol * before or stop():
                break
        return Attempt(centers, loss)


def _mean(squared: Doubles, weights: Doubles) -> float:
    return float(np.average(squared, weights=weights))
