"""After the last mini-batch: from the working centers to the k centers of the model."""

from __future__ import annotations

import numpy as np

from sagemock.algorithms.base import Doubles
from sagemock.algorithms.kmeans.events import Attempted, Kept, Shrinking, Shrunk
from sagemock.algorithms.kmeans.initialization import METHODS
from sagemock.algorithms.kmeans.lloyd import Attempt, Lloyd
from sagemock.algorithms.kmeans.mini_batch import WorkingCenters
from sagemock.algorithms.kmeans.model import KMeansModel
from sagemock.algorithms.kmeans.run import KMeansRun


def reduced(run: KMeansRun, centers: WorkingCenters) -> KMeansModel:
    """The model of the working centers: themselves if there are no extra ones, else k of them.

    The reduction clusters the working centers, each weighted by its rows, by Lloyd's algorithm.
    """
    if run.hyper.extra_center_factor == 1:
        run.observe(Kept())
        return KMeansModel(centers.positions.astype(np.float32))
    run.observe(Shrinking(len(centers.positions), run.hyper.k))
    points, basis = _coordinates(centers.positions)
    best = _best_attempt(run, points, centers.counts)
    run.observe(Shrunk(best.msd))
    return KMeansModel((best.centers @ basis).astype(np.float32))


def _coordinates(points: Doubles) -> tuple[Doubles, Doubles]:
    """Points (points, columns) in the space that they span, and its basis.

    Their distances, and those to their means, are the same there. With fewer points than columns
    that takes less time.
    """
    count, columns = points.shape
    if count >= columns:
        return points, np.eye(columns)
    basis, coordinates = np.linalg.qr(points.T)
    return np.ascontiguousarray(coordinates.T), basis.T


def _best_attempt(run: KMeansRun, points: Doubles, weights: Doubles) -> Attempt:
    hyper = run.hyper
    lloyd = Lloyd(
        METHODS[hyper.local_lloyd_init_method],
        hyper.local_lloyd_max_iter,
        hyper.local_lloyd_tol,
    )
    best: Attempt | None = None
    for number in range(hyper.local_lloyd_num_trials):
        attempt = lloyd.attempt(points, weights, hyper.k, run.generator, run.should_stop)
        run.observe(Attempted(number, attempt.msd))
        if best is None or attempt.msd < best.msd:
            best = attempt
        if run.should_stop():
            break
    assert best is not None  # There is at least one trial.
    return best
