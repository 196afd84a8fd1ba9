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
    """centers: (k, columns). msd: the mean squared distance of the points, by their weights."""

    centers: Doubles
    msd: float


@dataclass(frozen=True, slots=True)
class Lloyd:
    """Lloyd's algorithm on points with weights.

    Two steps in turn: each point belongs to its nearest center; each center becomes the weighted
    mean of its points, and stays where it is when it has none. The loss
    sum w ||x - c(x)||^2 / sum w never grows. Lloyd (1982), *Least squares quantization in PCM*.

    Attributes
    ----------
    initialize
        Chooses the points that are the first centers.
    max_iter
        Moves of the centers, at most.
    tol
        A move that lowers the loss by no more than this share of it is the last one.
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
        """One run on points (points, columns) with weights (points,).

        One that is asked to stop ends after the step that it is at.
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
