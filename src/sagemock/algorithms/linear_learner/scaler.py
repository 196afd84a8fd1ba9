"""Standardisation: features and labels scaled to mean 0 and deviation 1, and weights back."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sagemock.algorithms.base import Dataset, Doubles, Features, FloatArray, is_sparse
from sagemock.algorithms.linear_learner.hyperparameters import LinearLearnerHyperparameters

BLOCK_BYTES = 1 << 22
"""Size of a block of rows that fits a processor's cache."""


class Sample(NamedTuple):
    """How much of a host's train channel was read for the scaler.

    Attributes
    ----------
    rows, batches
        What was read, an incomplete last batch included.
    used
        Rows of full batches, which the scaler is computed from.
    """

    rows: int
    batches: int
    used: int


@dataclass(frozen=True, slots=True)
class Scaler:
    """x' = (x - mean) / deviation of each column; y' = (y - mean) / deviation of the label.

    Attributes
    ----------
    mean, deviation
        (columns,), float32.
    label_mean, label_deviation
        None for classifiers, whose labels are not scaled.
    samples
        What it was computed from on each host.

    References
    ----------
    *Amazon SageMaker Developer Guide*, *How Linear Learner Works*, step 1.

    Examples
    --------
    >>> scaler = Scaler(np.float32([2, 0]), np.float32([4, 1]), 10.0, 5.0, [])
    >>> print(scaler.transform(np.float32([[6, 3], [2, 1]])))
    [[1. 3.]
     [0. 1.]]
    >>> print(scaler.transform_labels(np.float32([10, 20])))
    [0. 2.]

    Weights that were trained on scaled data, for raw data:

    >>> weights, bias = scaler.fold(np.float32([[1], [2]]), np.float32([0]))
    >>> print(weights.T, bias)
    [[ 1.25 10.  ]] [7.5]
    """

    mean: FloatArray
    deviation: FloatArray
    label_mean: float | None
    label_deviation: float | None
    samples: Sequence[Sample]

    @property
    def shifts(self) -> bool:
        """Whether a column has a mean to subtract."""
        return bool(self.mean.any())

    def transform(self, features: FloatArray) -> FloatArray:
        """Scale dense features (rows, columns) into a new array."""
        scaled = np.empty(features.shape, np.float32)
        inverse = 1 / self.deviation
        for rows in _blocks(features):
            np.subtract(features[rows], self.mean, out=scaled[rows])
            scaled[rows] *= inverse
        return scaled

    def transform_labels(self, labels: FloatArray) -> FloatArray:
        """Scale labels (rows,); those of classifiers stay as they are."""
        if self.label_mean is None or self.label_deviation is None:
            return labels
        return ((labels - self.label_mean) / self.label_deviation).astype(np.float32)

    def fold(self, weights: FloatArray, bias: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Weights (columns, outputs) and bias (outputs,) of scaled data, for raw data."""
        raw = weights / self.deviation[:, None]
        shifted = bias.astype(np.float64)
        if self.shifts:
            shifted -= np.einsum("i,ij->j", self.mean, raw, dtype=np.float64)
        if self.label_mean is not None and self.label_deviation is not None:
            raw *= np.float32(self.label_deviation)
            shifted = shifted * self.label_deviation + self.label_mean
        return raw, shifted.astype(np.float32)

    def restricted(self, columns: NDArray[np.intp]) -> Scaler:
        """The scaler of some of the columns."""
        return Scaler(
            self.mean[columns],
            self.deviation[columns],
            self.label_mean,
            self.label_deviation,
            self.samples,
        )


def measure(hosts: Sequence[Dataset], hyperparameters: LinearLearnerHyperparameters) -> Scaler:
    """The scaler of the first rows of the train channel, of all hosts together.

    Notes
    -----
    Full mini-batches count until there are more than `num_point_for_scaler` rows; an incomplete
    one never does. The deviation divides by the number of rows; a constant column gets deviation
    1. Both were observed in recorded jobs. Sparse features are never shifted (developer guide of
    2018), and nothing is without a bias, which alone could compensate for the shift.

    Examples
    --------
    >>> from sagemock.containers.linear_learner import parse_hyperparameters
    >>> job = parse_hyperparameters({"predictor_type": "regressor", "mini_batch_size": "2"})
    >>> host = Dataset(np.float32([[1, 7], [3, 7]]), np.float32([10, 30]))
    >>> scaler = measure([host], job)
    >>> print(scaler.mean, scaler.deviation, scaler.label_mean, scaler.label_deviation)
    [2. 7.] [1. 1.] 20.0 10.0
    """
    samples = [_sample(data.rows, hyperparameters) for data in hosts]
    parts = [
        Dataset(data.features[: sample.used], data.labels[: sample.used])
        for data, sample in zip(hosts, samples, strict=True)
    ]
    biased = hyperparameters.use_bias
    dense = not any(is_sparse(data.features) for data in hosts)
    centre, spread = _moments([part.features for part in parts])
    scaler = Scaler(
        _mean(centre, biased and dense and hyperparameters.unbias_data),
        _deviation(spread, hyperparameters.normalize_data),
        None,
        None,
        samples,
    )
    if hyperparameters.predictor_type != "regressor":
        return scaler
    centre, spread = _moments([part.labels.reshape(-1, 1) for part in parts])
    return Scaler(
        scaler.mean,
        scaler.deviation,
        float(_mean(centre, biased and hyperparameters.unbias_label)[0]),
        float(_deviation(spread, hyperparameters.normalize_label)[0]),
        samples,
    )


def _sample(rows: int, hyperparameters: LinearLearnerHyperparameters) -> Sample:
    size = hyperparameters.mini_batch_size
    max_batches = hyperparameters.num_point_for_scaler // size + 1
    read = min(max_batches, math.ceil(rows / size))
    return Sample(min(rows, read * size), read, min(max_batches, rows // size) * size)


def _mean(centre: Doubles, wanted: bool) -> FloatArray:
    return centre.astype(np.float32) if wanted else np.zeros(len(centre), np.float32)


def _deviation(spread: Doubles, wanted: bool) -> FloatArray:
    if not wanted:
        return np.ones(len(spread), np.float32)
    return np.where(spread == 0, 1, spread).astype(np.float32)


def _moments(parts: Sequence[Features]) -> tuple[Doubles, Doubles]:
    """Mean and population deviation of the columns, in double precision and little memory."""
    rows = sum(part.shape[0] for part in parts)
    centre = sum((_sums(part) for part in parts), np.zeros(parts[0].shape[1])) / rows
    squares = sum((_squares(part, centre) for part in parts), np.zeros(len(centre)))
    return centre, np.sqrt(squares / rows)


def _sums(features: Features) -> Doubles:
    if is_sparse(features):
        return _bincount(features, features.data)
    return np.asarray(features.sum(axis=0, dtype=np.float64))


def _bincount(features: Any, values: FloatArray | Doubles) -> Doubles:
    """Sums of the stored values by column."""
    return np.asarray(np.bincount(features.indices, values, features.shape[1]), np.float64)


def _squares(features: Features, centre: Doubles) -> Doubles:
    """Sum of the squared distances from the centre."""
    if is_sparse(features):
        distance = features.data - centre[features.indices]
        missing = features.shape[0] - _bincount(features, np.ones(len(distance)))
        return np.asarray(_bincount(features, distance**2) + missing * centre**2)
    total = np.zeros(len(centre))
    for rows in _blocks(features):
        distance = features[rows] - centre
        total += np.einsum("ij,ij->j", distance, distance)
    return total


def _blocks(features: FloatArray) -> list[slice]:
    rows, columns = features.shape
    size = max(1, BLOCK_BYTES // max(1, 8 * columns))
    return [slice(start, start + size) for start in range(0, rows, size)]
