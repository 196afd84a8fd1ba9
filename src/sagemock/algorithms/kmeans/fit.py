"""Training: from the rows of the train channel to the k centers of a model."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from sagemock.algorithms.base import Dataset, Doubles, Features, Stopped
from sagemock.algorithms.blas import single_thread
from sagemock.algorithms.kmeans.checks import check, working_centers
from sagemock.algorithms.kmeans.distances import dense, nearest
from sagemock.algorithms.kmeans.events import (
    Attempted,
    EpochEnded,
    Evaluated,
    Event,
    Initialized,
    Interrupted,
    Kept,
    Moved,
    Shrinking,
    Shrunk,
)
from sagemock.algorithms.kmeans.hyperparameters import Hyperparameters, Metric
from sagemock.algorithms.kmeans.initialization import METHODS
from sagemock.algorithms.kmeans.lloyd import Attempt, Lloyd, Stop
from sagemock.algorithms.kmeans.mini_batch import WorkingCenters
from sagemock.algorithms.kmeans.model import KMeansModel

Observe = Callable[[Event], None]

MOVES = 10
"""Batches between two `Moved` events."""


def _ignore(_: Event) -> None:
    """Nobody watches."""


def _never() -> bool:
    return False


def fit(
    hyperparameters: Hyperparameters,
    channels: Mapping[str, Dataset],
    *,
    seed: int = 0,
    observe: Observe = _ignore,
    stop: Stop = _never,
) -> KMeansModel:
    """Cluster the rows of the `train` channel.

    Working centers, more of them than clusters, are chosen from the first mini-batch and follow
    the mini-batches of all epochs. At the end Lloyd's algorithm reduces them, weighted by their
    rows, to k. Source: *How K-Means Clustering Works* in the SageMaker developer guide.

    Parameters
    ----------
    channels
        `train`, and `test` if there is one, on which the model is only scored.
    seed
        The same one gives the same model, to the bit.
    stop
        Asked between mini-batches and between the steps of the reduction.

    Raises
    ------
    ClientError
        For data that does not fit the hyperparameters.
    Stopped
        When asked to stop, with the model of the batches so far, or None before the first.
    """
    check(hyperparameters, channels)
    with single_thread():
        return _Training(hyperparameters, seed, observe, stop).run(channels)


class _Training:
    """One run."""

    def __init__(
        self, hyperparameters: Hyperparameters, seed: int, observe: Observe, stop: Stop
    ) -> None:
        self._hyper = hyperparameters
        self._generator = np.random.default_rng(seed)
        self._observe = observe
        self._stop = stop
        self._stopped = False
        self._losses: list[float] = []

    def run(self, channels: Mapping[str, Dataset]) -> KMeansModel:
        train = channels["train"]
        centers = self._initialized(train.features)
        for epoch in range(self._hyper.epochs):
            batches = self._epoch(train.features, centers)
            if self._stopped:
                break
            self._observe(EpochEnded(epoch, self._hyper.epochs, train.rows, batches))
        model = self._model(centers) if self._losses else None
        if model is None or self._stops():
            raise Stopped(model)
        self._observe(self._evaluated(model, channels.get("test")))
        return model

    def _stops(self) -> bool:
        """Whether training was asked to stop; the first time is told."""
        if not self._stopped and self._stop():
            self._stopped = True
            self._observe(Interrupted(len(self._losses)))
        return self._stopped

    def _initialized(self, features: Features) -> WorkingCenters:
        first = features[: self._hyper.mini_batch_size]
        rows = first.shape[0]
        initialize = METHODS[self._hyper.init_method]
        count = working_centers(self._hyper, rows)
        chosen = first[initialize(first, np.ones(rows), count, self._generator)]
        self._observe(Initialized(rows))
        return WorkingCenters(dense(chosen), self._hyper.half_life_time_size)

    def _epoch(self, features: Features, centers: WorkingCenters) -> int:
        """One pass, or what there is of it before training is asked to stop, in batches."""
        size, losses = self._hyper.mini_batch_size, self._losses
        before = len(losses)
        for start in range(0, features.shape[0], size):
            if self._stops():
                break
            losses.append(centers.update(features[start : start + size]))
            if len(losses) % MOVES == 0:
                self._observe(Moved(len(losses), losses[-1], float(np.mean(losses))))
        return len(losses) - before

    def _model(self, centers: WorkingCenters) -> KMeansModel:
        """The working centers, or as many clusters of them as the model has to have."""
        if self._hyper.extra_center_factor == 1:
            self._observe(Kept())
            return KMeansModel(centers.positions.astype(np.float32))
        self._observe(Shrinking(len(centers.positions), self._hyper.k))
        best = self._best_attempt(centers.positions, centers.counts)
        self._observe(Shrunk(best.msd))
        return KMeansModel(best.centers.astype(np.float32))

    def _best_attempt(self, points: Doubles, weights: Doubles) -> Attempt:
        hyper = self._hyper
        lloyd = Lloyd(
            METHODS[hyper.local_lloyd_init_method],
            hyper.local_lloyd_max_iter,
            hyper.local_lloyd_tol,
        )
        best: Attempt | None = None
        for number in range(hyper.local_lloyd_num_trials):
            attempt = lloyd.attempt(points, weights, hyper.k, self._generator, self._stops)
            self._observe(Attempted(number, attempt.msd))
            if best is None or attempt.msd < best.msd:
                best = attempt
            if self._stops():
                break
        assert best is not None  # there is one trial or more
        return best

    def _evaluated(self, model: KMeansModel, test: Dataset | None) -> Evaluated:
        if test is None:
            return Evaluated(None, 0)
        squared = nearest(test.features, model.centers.astype(np.float64)).squared
        values: Mapping[Metric, float] = {
            "msd": float(squared.mean()),
            "ssd": float(squared.sum()),
        }
        return Evaluated({name: values[name] for name in self._hyper.eval_metrics}, test.rows)
