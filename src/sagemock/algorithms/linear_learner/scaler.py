"""Features brought to mean 0 and deviation 1, and the way back for the weights."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sagemock.algorithms.base import FloatArray

BLOCK_BYTES = 1 << 22
"""Rows are scaled in blocks of this size, which fit a processor's cache."""


@dataclass(frozen=True, slots=True)
class Scaler:
    """mean and deviation of each column (columns,), float32.

    rows and batches: how much data they were computed from.
    """

    mean: FloatArray
    deviation: FloatArray
    rows: int
    batches: int

    def transform(self, features: FloatArray, *, ones: bool) -> FloatArray:
        """The scaled features, as a new array; with `ones`, followed by a column of ones."""
        rows, columns = features.shape
        scaled = np.empty((rows, columns + ones), np.float32)
        scaled[:, columns:] = 1
        inverse = 1 / self.deviation
        block = max(1, BLOCK_BYTES // max(1, 4 * columns))
        for start in range(0, rows, block):
            part = scaled[start : start + block, :columns]
            np.subtract(features[start : start + block], self.mean, out=part)
            part *= inverse
        return scaled

    def fold(self, weights: FloatArray, bias: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Weights (columns, outputs) and bias (outputs,) for raw features instead of scaled."""
        raw = weights.astype(np.float64) / self.deviation[:, None].astype(np.float64)
        shifted = bias.astype(np.float64) - self.mean.astype(np.float64) @ raw
        return raw.astype(np.float32), shifted.astype(np.float32)


def measure(
    features: FloatArray, *, batch_size: int, points: int, normalize: bool, unbias: bool
) -> Scaler:
    """The scaler of the first rows of a channel.

    Full mini-batches are read until more than `points` rows were seen, and never an incomplete
    one. The deviation divides by the number of rows; a constant column gets deviation 1. Both
    observed in recorded jobs.
    """
    columns = features.shape[1]
    batches = min(points // batch_size + 1, len(features) // batch_size)
    rows = batches * batch_size
    mean = np.zeros(columns)
    deviation = np.ones(columns)
    sample = features[:rows]
    centre = sample.mean(axis=0, dtype=np.float64)
    if unbias:
        mean = centre
    if normalize:
        deviation = np.sqrt(_variance(sample, centre))
        deviation[deviation == 0] = 1
    return Scaler(mean.astype(np.float32), deviation.astype(np.float32), rows, batches)


def _variance(
    sample: FloatArray, centre: np.ndarray[tuple[int], np.dtype[np.float64]]
) -> FloatArray:
    """The mean square distance from the centre, in double precision and little memory."""
    total = np.zeros(sample.shape[1])
    block = max(1, BLOCK_BYTES // max(1, 8 * sample.shape[1]))
    for start in range(0, len(sample), block):
        distance = sample[start : start + block] - centre
        total += np.einsum("ij,ij->j", distance, distance)
    return np.asarray(total / len(sample))
