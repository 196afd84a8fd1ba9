"""One pass over the mini-batches of all hosts."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sagemock.algorithms.base import Doubles, FloatArray, Stopped
from sagemock.algorithms.factorization_machines.batches import MiniBatch
from sagemock.algorithms.factorization_machines.checks import diverged
from sagemock.algorithms.factorization_machines.events import (
    BatchesScored,
    EpochScored,
    MachineInterrupted,
    Scores,
)
from sagemock.algorithms.factorization_machines.machine import Columns, backward, forward
from sagemock.algorithms.factorization_machines.run import MachineRun


class Gradient(NamedTuple):
    """The gradients of the bias (1,) and of some columns; those of all when `columns` is None."""

    bias: FloatArray
    values: FloatArray
    columns: Columns | None


def run_epoch(run: MachineRun, epoch: int) -> None:
    """Update the parameters with each mini-batch, and report the scores.

    Raises
    ------
    Stopped
        When asked to stop, with the model so far, or None before the first update.
    AlgorithmError
        When the parameters are no longer finite.

    Notes
    -----
    Every host works on its shard, and each step follows the mean of their gradients, as with a
    synchronous parameter server. A host that has no more batches drops out of the mean.
    """
    sums: list[list[Doubles]] = [[] for _ in run.shards]
    steps = max(len(batches) for batches in run.shards)
    for step in range(steps):
        if run.stop():
            run.observe(MachineInterrupted(run.updates))
            raise Stopped(run.model() if run.updates else None)
        _step(run, step, sums)
        run.updates += 1
        if step % run.hyper.batch_metrics_publish_interval == 0:
            run.observe(BatchesScored(epoch, step, _host_scores(run, sums, step)))
    if not run.parameters.finite:
        raise diverged()
    scores = [each for each in _host_scores(run, sums) if each is not None]
    run.observe(EpochScored(epoch, run.hyper.epochs, scores, run.train.host_rows))


def _step(run: MachineRun, step: int, sums: list[list[Doubles]]) -> None:
    """Score the batches of a step, and update the parameters with them."""
    present = [number for number, batches in enumerate(run.shards) if step < len(batches)]
    hosts = sum(map(run.hosts_of, present))
    rescale = run.hyper.rescale_grad
    factor = 1 / (run.hyper.mini_batch_size * hosts) if rescale is None else rescale
    gradients = []
    for number in present:
        share = np.float32(factor * run.hosts_of(number))
        gradient, of_batch = _differentiate(run, run.shards[number][step], share)
        sums[number].append(of_batch)
        gradients.append(gradient)
    run.adam.update(*_added(gradients, run.hyper.feature_dim))


def _differentiate(
    run: MachineRun, batch: MiniBatch, factor: np.float32
) -> tuple[Gradient, Doubles]:
    """The gradient of a batch, times a factor, and the sums of its metrics."""
    own = run.parameters
    columns = own.columns if batch.columns is None else own.columns[batch.columns]
    rows = batch.rows()
    passed = forward(rows, own.bias, columns)
    predictions = run.loss.link(passed.scores)
    sums = run.loss.sums(predictions, batch.labels)
    derivatives = predictions - batch.labels
    if batch.counts is None:
        total = sums.sum(axis=1)
    else:
        total = sums @ batch.counts.astype(np.float64)
        derivatives *= batch.counts
    derivatives *= factor
    bias = derivatives.sum(keepdims=True)
    values = backward(rows, passed, columns, derivatives)
    return Gradient(bias, values, batch.columns), total


def _added(gradients: list[Gradient], feature_dim: int) -> Gradient:
    """The sum of gradients, each of which is of the columns that its batch touches."""
    if len(gradients) == 1:
        return gradients[0]
    touched = [each.columns for each in gradients if each.columns is not None]
    union = np.unique(np.concatenate(touched)) if len(touched) == len(gradients) else None
    height = feature_dim if union is None else len(union)
    values = np.zeros((height, gradients[0].values.shape[1]), np.float32)
    for each in gradients:
        if each.columns is None:
            values += each.values
        else:
            rows = each.columns if union is None else np.searchsorted(union, each.columns)
            values[rows] += each.values
    bias: FloatArray = np.sum([each.bias for each in gradients], axis=0)
    return Gradient(bias, values, union)


def _host_scores(
    run: MachineRun, sums: list[list[Doubles]], step: int | None = None
) -> list[Scores | None]:
    """The scores of each host over its batches so far, as if each row of them were another.

    Parameters
    ----------
    step
        Hosts without a batch of this number have None.
    """
    scores = [
        None
        if step is not None and step >= len(of_shard)
        else run.loss.metrics(np.sum(of_shard, axis=0), len(of_shard) * run.hyper.mini_batch_size)
        for of_shard in sums
    ]
    return [None if index is None else scores[index] for index in run.train.of_host]
