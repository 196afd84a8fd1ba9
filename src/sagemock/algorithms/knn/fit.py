"""Training: from the rows of the train channel to an index of a sample of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TypeVar

import numpy as np

from sagemock.algorithms.base import (
    Cause,
    ClientError,
    Dataset,
    FloatArray,
    Sharded,
    Stopped,
    never,
    unobserved,
)
from sagemock.algorithms.blas import single_thread
from sagemock.algorithms.knn.checks import check, per_host
from sagemock.algorithms.knn.events import (
    IndexBuilt,
    IndexEvaluated,
    IndexStep,
    IndexStepBegan,
    IndexStepEnded,
    KNNEvent,
    SampleReceived,
    SampleRequested,
)
from sagemock.algorithms.knn.hyperparameters import KNNHyperparameters
from sagemock.algorithms.knn.model import KNNModel, indexed
from sagemock.algorithms.knn.reduction import Reduction
from sagemock.algorithms.knn.scores import scores
from sagemock.algorithms.reservoir import Reservoir
from sagemock.algorithms.sampling import SamplingRun

Observer = Callable[[KNNEvent], None]

T = TypeVar("T")


def fit(
    hyperparameters: KNNHyperparameters,
    channels: Mapping[str, Sharded],
    *,
    seed: int = 0,
    observe: Observer = unobserved,
    stop: Callable[[], bool] = never,
) -> KNNModel:
    """Sample the rows of the `train` channel, and index them.

    Parameters
    ----------
    channels
        `train`, and optionally `test`, on which the model is only scored.
    seed
        The same one gives the same model, to the bit.
    observe
        Called with every event of the training, for the log.
    stop
        Whether to stop; called between mini-batches.

    Raises
    ------
    ClientError
        For data that does not fit the hyperparameters.
    Stopped
        When asked to stop, with a model of the rows so far, or None before the first ones.

    Notes
    -----
    Each host keeps a reservoir sample of its rows, of `sample_size` rows divided by the number of
    hosts. The first host gathers the samples, projects them, and indexes them. If the samples hold
    all rows, nothing is left to chance.

    References
    ----------
    *Amazon SageMaker Developer Guide*, *How the k-NN Algorithm Works*.
    """
    columns = check(hyperparameters, channels)
    with single_thread():
        run = _KNNRun(hyperparameters, observe, stop)
        capacity = per_host(hyperparameters, len(channels["train"].of_host))
        samples = run.sample(channels["train"], capacity, seed)
        model = run.model(channels["train"], samples, _reduction(hyperparameters, columns, seed))
        run.evaluate(model, channels.get("test"))
        return model


def _reduction(hyper: KNNHyperparameters, columns: int, seed: int) -> Reduction | None:
    kind, target = hyper.dimension_reduction_type, hyper.dimension_reduction_target
    if kind is None or target is None:
        return None
    return Reduction(kind, seed, columns, target)


class _KNNRun(SamplingRun[KNNHyperparameters]):
    def model(
        self, train: Sharded, samples: list[Reservoir], reduction: Reduction | None
    ) -> KNNModel:
        """The index of all samples."""
        normalize = self.hyper.index_metric == "COSINE"
        pieces = [
            self._received(host, data, sample, reduction, normalize=normalize)
            for host, (data, sample) in enumerate(zip(train.by_host(), samples, strict=True))
        ]
        rows, labels = (np.concatenate(parts) for parts in zip(*pieces, strict=True))
        model = KNNModel(
            rows,
            labels,
            self.hyper.k,
            self.hyper.predictor_type,
            "L2" if self.hyper.index_metric == "L2" else "INNER_PRODUCT",
            normalize,
            reduction,
        )
        # An exact index has nothing to learn; the rows are prepared when they are added.
        self._step("train", lambda: None)
        self._step("add", lambda: model.search)
        self.observe(IndexBuilt())
        if self.should_stop():
            raise Stopped(model)
        return model

    def _received(
        self,
        host: int,
        data: Dataset,
        sample: Reservoir,
        reduction: Reduction | None,
        *,
        normalize: bool,
    ) -> tuple[FloatArray, FloatArray]:
        """The rows and labels that a host has sampled, as the index has them."""
        self.observe(SampleRequested(host))
        # A further pass over the channel offers the same rows again.
        chosen = sample.sample % max(1, data.rows)
        rows = indexed(data.features[chosen], reduction, normalize=normalize)
        if not np.isfinite(rows).all():
            raise _too_long()
        labels = data.labels[chosen]
        missing = int(np.isnan(rows).sum() + np.isnan(labels).sum())
        self.observe(SampleReceived(host, len(rows), data.columns, missing))
        return rows, labels

    def evaluate(self, model: KNNModel, test: Sharded | None) -> None:
        """Score the model on the rows of the first host, batch by batch."""
        data = None if test is None else test.on_host(0)
        if data is None:
            self.observe(IndexEvaluated(None, 0))
            return
        predicted = np.empty(data.rows, np.float32)
        for batch in self.batches(data, model):
            predicted[batch] = self._step("search", partial(_labels, model, data, batch))
        values = scores(model.predictor_type, predicted, data.labels)
        self.observe(IndexEvaluated(values, data.rows))

    def _step(self, step: IndexStep, work: Callable[[], T]) -> T:
        self.observe(IndexStepBegan(step))
        result = work()
        self.observe(IndexStepEnded(step))
        return result


def _labels(model: KNNModel, data: Dataset, batch: slice) -> FloatArray:
    try:
        return model.predict(data.features[batch]).labels
    except OverflowError as error:
        raise _too_long() from error


def _too_long() -> ClientError:
    return ClientError(
        "A record has numbers that are too large: its projection is beyond the range of float32.",
        Cause("OverflowError", "a projection is infinite"),
    )
