"""Training: from the rows of the train channel to the k centers of a model."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from sagemock.algorithms.base import Dataset, Stopped
from sagemock.algorithms.blas import single_thread
from sagemock.algorithms.kmeans.checks import check, working_centers
from sagemock.algorithms.kmeans.distances import dense, nearest
from sagemock.algorithms.kmeans.events import Evaluated, Event, Initialized, Moved, PassEnded
from sagemock.algorithms.kmeans.hyperparameters import KMeansHyperparameters, Metric
from sagemock.algorithms.kmeans.initialization import METHODS
from sagemock.algorithms.kmeans.lloyd import Stop
from sagemock.algorithms.kmeans.mini_batch import WorkingCenters
from sagemock.algorithms.kmeans.model import KMeansModel
from sagemock.algorithms.kmeans.reduction import reduced
from sagemock.algorithms.kmeans.run import KMeansRun, Observe

MOVES = 10
"""Mini-batches from one `Moved` event to the next."""


def _ignore(_: Event) -> None:
    """For callers that do not observe."""


def _never() -> bool:
    return False


def fit(
    hyperparameters: KMeansHyperparameters,
    channels: Mapping[str, Dataset],
    *,
    seed: int = 0,
    observe: Observe = _ignore,
    stop: Stop = _never,
) -> KMeansModel:
    """Cluster the rows of the `train` channel.

    Parameters
    ----------
    channels
        `train`, and optionally `test`, on which the model is only scored.
    seed
        The same one gives the same model, to the bit.
    observe
        Called with every event of the training, for the log.
    stop
        Whether to stop; called between mini-batches and between the steps of the reduction.

    Raises
    ------
    ClientError
        For data that does not fit the hyperparameters.
    Stopped
        When asked to stop, with the model of the batches so far, or None before the first.

    Notes
    -----
    Working centers, more of them than clusters, are chosen from the first mini-batch and updated
    by the mini-batches of all epochs. At the end Lloyd's algorithm reduces them, weighted by their
    rows, to k.

    References
    ----------
    *Amazon SageMaker Developer Guide*, *How K-Means Clustering Works*.
    """
    check(hyperparameters, channels)
    with single_thread():
        run = KMeansRun(hyperparameters, observe, stop, np.random.default_rng(seed))
        centers = _initial_centers(run, channels["train"])
        _train(run, channels["train"], centers)
        return _finish(run, centers, channels.get("test"))


def _initial_centers(run: KMeansRun, train: Dataset) -> WorkingCenters:
    """Working centers at rows of the first mini-batch."""
    first = train.features[: run.hyper.mini_batch_size]
    rows = first.shape[0]
    initialize = METHODS[run.hyper.init_method]
    count = working_centers(run.hyper, rows)
    chosen = first[initialize(first, np.ones(rows), count, run.generator)]
    run.observe(Initialized(rows))
    return WorkingCenters(dense(chosen), run.hyper.half_life_time_size)


def _train(run: KMeansRun, train: Dataset, centers: WorkingCenters) -> None:
    """Let the centers follow the mini-batches of all epochs, or until the run should stop."""
    size = run.hyper.mini_batch_size
    for epoch in range(run.hyper.epochs):
        starts = range(0, train.rows, size)
        for start in starts:
            if run.should_stop():
                return
            run.losses.append(centers.update(train.features[start : start + size]))
            _report_move(run)
        run.observe(PassEnded(epoch, run.hyper.epochs, train.rows, len(starts)))


def _report_move(run: KMeansRun) -> None:
    batches = len(run.losses)
    if batches % MOVES == 0:
        run.observe(Moved(batches, run.losses[-1], float(np.mean(run.losses))))


def _finish(run: KMeansRun, centers: WorkingCenters, test: Dataset | None) -> KMeansModel:
    """The model, scored on the test channel. Raises `Stopped`, with it, if the run has stopped."""
    model = reduced(run, centers) if run.losses else None
    if model is None or run.should_stop():
        raise Stopped(model)
    run.observe(_evaluated(run, model, test))
    return model


def _evaluated(run: KMeansRun, model: KMeansModel, test: Dataset | None) -> Evaluated:
    if test is None:
        return Evaluated(None, 0)
    squared = nearest(test.features, model.centers.astype(np.float64)).squared
    values: Mapping[Metric, float] = {
        "msd": float(squared.mean()),
        "ssd": float(squared.sum()),
    }
    return Evaluated({name: values[name] for name in run.hyper.eval_metrics}, test.rows)
