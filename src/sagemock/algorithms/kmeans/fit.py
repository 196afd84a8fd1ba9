"""Training: from the rows of the train channel to the k centers of a model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from sagemock.algorithms.base import (
    Features,
    Sharded,
    Stopped,
    is_sparse,
    never,
    unobserved,
)
from sagemock.algorithms.blas import single_thread
from sagemock.algorithms.kmeans.checks import check, working_centers
from sagemock.algorithms.kmeans.distances import dense, nearest
from sagemock.algorithms.kmeans.events import (
    Evaluated,
    Initialized,
    Moved,
    PassEnded,
    Timed,
)
from sagemock.algorithms.kmeans.hyperparameters import KMeansHyperparameters, Metric
from sagemock.algorithms.kmeans.initialization import METHODS
from sagemock.algorithms.kmeans.lloyd import Stop
from sagemock.algorithms.kmeans.mini_batch import WorkingCenters
from sagemock.algorithms.kmeans.model import KMeansModel
from sagemock.algorithms.kmeans.reduction import reduced
from sagemock.algorithms.kmeans.run import KMeansRun, Observe

MOVES = 10
"""Mini-batches from one `Moved` event to the next."""


def fit(
    hyperparameters: KMeansHyperparameters,
    channels: Mapping[str, Sharded],
    *,
    seed: int = 0,
    observe: Observe = unobserved,
    stop: Stop = never,
) -> KMeansModel:
    """Cluster the rows of the `train` channel.

    Parameters
    ----------
    channels
        `train`, of which each host has rows, and optionally `test`, on which the model is only
        scored.
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
    by the mini-batches of all epochs. The hosts of a job keep pace: a center moves by the rows
    that are nearest to it in the mini-batches of all of them. At the end Lloyd's algorithm reduces
    the working centers, weighted by their rows, to k.

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


def _initial_centers(run: KMeansRun, train: Sharded) -> WorkingCenters:
    """Working centers at rows of the first mini-batches."""
    size = run.hyper.mini_batch_size
    first = _stacked([data.features[:size] for data in train.datasets])
    rows = first.shape[0]
    initialize = METHODS[run.hyper.init_method]
    count = working_centers(run.hyper, rows)
    chosen = first[initialize(first, np.ones(rows), count, run.generator)]
    run.observe(Initialized([min(size, rows) for rows in train.host_rows]))
    return WorkingCenters(dense(chosen), run.hyper.half_life_time_size, run.watch)


def _stacked(batches: Sequence[Features]) -> Features:
    if len(batches) == 1:
        return batches[0]
    if not any(map(is_sparse, batches)):
        return np.concatenate(batches)
    from scipy.sparse import csr_array, vstack

    stacked: Features = vstack([csr_array(batch) for batch in batches], format="csr")
    return stacked


def _train(run: KMeansRun, train: Sharded, centers: WorkingCenters) -> None:
    """Let the centers follow the mini-batches of all epochs, or until the run should stop.

    Rows that several hosts have count once.
    """
    size = run.hyper.mini_batch_size
    for epoch in range(run.hyper.epochs):
        starts = range(0, max(data.rows for data in train.datasets), size)
        for start in starts:
            if run.should_stop():
                return
            batches = [
                data.features[start : start + size] for data in train.datasets if start < data.rows
            ]
            run.losses.append(centers.update(*batches))
            _report_move(run)
        run.observe(PassEnded(epoch, run.hyper.epochs, train.host_rows, len(starts)))


def _report_move(run: KMeansRun) -> None:
    batches = len(run.losses)
    if batches % MOVES == 0:
        run.observe(Moved(batches, run.losses[-1], float(np.mean(run.losses))))


def _finish(run: KMeansRun, centers: WorkingCenters, test: Sharded | None) -> KMeansModel:
    """The model, scored on the test channel. Raises `Stopped`, with it, if the run has stopped."""
    model = reduced(run, centers) if run.losses else None
    if model is None:
        raise Stopped
    run.observe(Timed(run.watch.seconds))
    if run.should_stop():
        raise Stopped(model)
    run.observe(_evaluated(run, model, test))
    return model


def _evaluated(run: KMeansRun, model: KMeansModel, test: Sharded | None) -> Evaluated:
    """The scores over the different rows of all hosts."""
    if test is None:
        return Evaluated(None, ())
    centers = model.centers.astype(np.float64)
    total = sum(float(nearest(data.features, centers).squared.sum()) for data in test.datasets)
    values: Mapping[Metric, float] = {
        "msd": total / sum(data.rows for data in test.datasets),
        "ssd": total,
    }
    return Evaluated({name: values[name] for name in run.hyper.eval_metrics}, test.host_rows)
