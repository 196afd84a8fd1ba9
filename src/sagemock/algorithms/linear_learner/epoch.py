"""One pass over the mini-batches of all hosts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from sagemock.algorithms.base import Doubles, FloatArray, Stopped
from sagemock.algorithms.linear_learner.descent import Descent
from sagemock.algorithms.linear_learner.loss import Loss
from sagemock.algorithms.linear_learner.mini_batches import Batch, Columns

Stop = Callable[[], bool]


@dataclass(frozen=True, slots=True)
class ShardBatches:
    """The mini-batches of one or more hosts that have the same rows."""

    batches: Sequence[Batch]
    hosts: int


class EpochLoop:
    """Computes gradients and updates parameters with them, those of a block of models at a time.

    Parameters
    ----------
    biased
        Whether the last row of parameters is a bias.

    Notes
    -----
    Every host works on its shard, and each step follows the average of their gradients, as with a
    synchronous parameter server. A host that has no more batches drops out of the average.
    """

    def __init__(self, shards: Sequence[ShardBatches], loss: Loss, biased: bool) -> None:
        self._shards = shards
        self._loss = loss
        self._biased = biased
        self._gradient = np.empty(0, np.float32)
        self._margins = np.empty(0, np.float32)
        self._ones = np.ones(0, np.float32)

    def run(self, descent: Descent, stop: Stop) -> Doubles:
        """Run an epoch, and return the mean losses (shards, models). Raises `Stopped`."""
        totals = np.zeros((len(self._shards), descent.models))
        for step in range(max(len(shard.batches) for shard in self._shards)):
            if stop():
                raise Stopped
            if len(self._shards) == 1:
                batch = self._shards[0].batches[step]
                gradient, losses = self._differentiate(descent, batch)
                totals[0] += losses
                descent.update(gradient, batch.columns)
            else:
                self._synchronous_step(descent, step, totals)
        rows = [sum(len(batch.labels) for batch in shard.batches) for shard in self._shards]
        return np.asarray(totals / np.array(rows)[:, None])

    def _synchronous_step(self, descent: Descent, step: int, totals: Doubles) -> None:
        present = [index for index, s in enumerate(self._shards) if step < len(s.batches)]
        hosts = sum(self._shards[index].hosts for index in present)
        parts: list[tuple[FloatArray, Columns | None]] = []
        for index in present:
            shard = self._shards[index]
            batch = shard.batches[step]
            gradient, losses = self._differentiate(descent, batch)
            totals[index] += losses
            parts.append((gradient * np.float32(shard.hosts / hosts), batch.columns))
        descent.update(*self._sum(descent, parts))

    def _sum(
        self, descent: Descent, parts: Sequence[tuple[FloatArray, Columns | None]]
    ) -> tuple[FloatArray, Columns | None]:
        """The sum of gradients, each of which is of the columns that its batch touches."""
        touched = [columns for _, columns in parts if columns is not None]
        union = np.unique(np.concatenate(touched)) if len(touched) == len(parts) else None
        height = len(descent.parameters) if union is None else len(union) + self._biased
        total = np.zeros((height, descent.parameters.shape[1]), np.float32)
        for gradient, columns in parts:
            if columns is None:
                total += gradient
                continue
            rows = columns if union is None else np.searchsorted(union, columns)
            total[np.append(rows, height - 1) if self._biased else rows] += gradient
        return total, union

    def _differentiate(self, descent: Descent, batch: Batch) -> tuple[FloatArray, FloatArray]:
        """The gradient of the batch's mean loss, and the sum of its losses (models,)."""
        rows = len(batch.labels)
        parameters = descent.at(batch.columns)
        outputs = parameters.shape[1]
        if len(self._margins) < rows * outputs:
            self._margins = np.empty(rows * outputs, np.float32)
        if len(self._gradient) < parameters.size:
            self._gradient = np.empty(parameters.size, np.float32)
        if len(self._ones) < rows:
            self._ones = np.ones(rows, np.float32)
        # Sums over rows as products with ones, which BLAS does faster than numpy.
        margins = self._margins[: rows * outputs].reshape(rows, outputs)
        ones = self._ones[:rows]
        weights = parameters[:-1] if self._biased else parameters
        batch.rows.times(weights, out=margins)
        if self._biased:
            margins += parameters[-1]
        losses = self._loss.differentiate(margins, batch.labels)
        if batch.weights is not None:
            losses *= batch.weights
            margins *= batch.weights
        margins *= np.float32(1 / rows)
        gradient = self._gradient[: parameters.size].reshape(parameters.shape)
        batch.rows.transposed_times(margins, out=gradient[:-1] if self._biased else gradient)
        if self._biased:
            np.matmul(ones, margins, out=gradient[-1])
        return gradient, ones @ losses
