"""Training: from the rows of the train channel to a factorization machine."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from sagemock.algorithms.base import (
    Dataset,
    Score,
    Sharded,
    never,
    unobserved,
)
from sagemock.algorithms.blas import single_thread
from sagemock.algorithms.factorization_machines.checks import check
from sagemock.algorithms.factorization_machines.epoch import run_epoch
from sagemock.algorithms.factorization_machines.events import (
    ChannelTested,
    Finalized,
    NetworkBuilt,
)
from sagemock.algorithms.factorization_machines.hyperparameters import (
    FactorizationMachinesHyperparameters,
)
from sagemock.algorithms.factorization_machines.losses import LOSSES
from sagemock.algorithms.factorization_machines.model import FactorizationMachinesModel
from sagemock.algorithms.factorization_machines.run import MachineRun, Observe, StopAsked

BLOCK_ROWS = 1 << 12
"""Rows of a test channel that are scored at a time."""


def fit(
    hyper: FactorizationMachinesHyperparameters,
    channels: Mapping[str, Sharded],
    *,
    seed: int = 0,
    observe: Observe = unobserved,
    stop: StopAsked = never,
) -> FactorizationMachinesModel:
    """Train on the `train` channel.

    Parameters
    ----------
    channels
        `train`, of which every host has rows, and optionally `test`, on which the model is only
        scored.
    seed
        Of the initial parameters. The same one gives the same model, to the bit.
    observe
        Called with every event of the training, for the log.
    stop
        Whether to stop; called between mini-batches.

    Raises
    ------
    ClientError
        For data that does not fit the hyperparameters.
    AlgorithmError
        When the training diverges.
    Stopped
        When asked to stop, with the model of the batches so far, or None before the first.

    Notes
    -----
    Mini-batches in the order of the rows, which are never shuffled; Adam on the mean of half the
    squared error for regressors, of the cross entropy for classifiers.

    References
    ----------
    *Amazon SageMaker Developer Guide*, *How Factorization Machines Work* and *Factorization
    Machines Hyperparameters*.
    """
    check(hyper, channels)
    with single_thread(), np.errstate(all="ignore"):
        run = MachineRun.begin(hyper, channels, seed, observe, stop)
        observe(NetworkBuilt(run.sparse))
        for epoch in range(hyper.epochs):
            run_epoch(run, epoch)
        model = run.model()
        observe(Finalized())
        observe(_tested(model, channels.get("test")))
        return model


def _tested(model: FactorizationMachinesModel, test: Sharded | None) -> ChannelTested:
    if test is None:
        return ChannelTested(None, [])
    return ChannelTested(scored(model, test.datasets), test.host_rows)


def scored(model: FactorizationMachinesModel, datasets: Sequence[Dataset]) -> list[Score]:
    """The scores of a model on the rows of all data sets together.

    Examples
    --------
    >>> model = FactorizationMachinesModel(
    ...     "regressor", 0.0, np.float32([[0, 2]]), sparse=False
    ... )
    >>> rows = Dataset(np.float32([[1], [2]]), np.float32([1, 5]))
    >>> [(each.name, each.value) for each in scored(model, [rows])]
    [('rmse', 1.0), ('mse', 1.0), ('absolute_loss', 1.0)]
    """
    loss = LOSSES[model.predictor_type]
    sums = [
        loss.sums(model.predict(block.features).scores, block.labels).sum(axis=1)
        for data in datasets
        for block in _blocks(data)
    ]
    return loss.metrics(np.sum(sums, axis=0), sum(data.rows for data in datasets))


def _blocks(data: Dataset) -> Iterator[Dataset]:
    for start in range(0, data.rows, BLOCK_ROWS):
        rows = slice(start, start + BLOCK_ROWS)
        yield Dataset(data.features[rows], data.labels[rows])
