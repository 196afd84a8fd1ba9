"""A trained model: the rows of the sample, and their labels."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from sagemock.algorithms.base import Features, FloatArray
from sagemock.algorithms.knn.hyperparameters import Metric, PredictorType
from sagemock.algorithms.knn.reduction import Reduction, dense
from sagemock.algorithms.knn.search import ExactSearch


@dataclass(frozen=True, slots=True)
class KNNPredictions:
    """The predictions for rows.

    Attributes
    ----------
    labels
        (rows,), float32.
    distances
        (rows, k), float32, of the nearest rows, nearest first: squared Euclidean distances, or
        inner products.
    neighbor_labels
        (rows, k), float32, of the same rows.
    """

    labels: FloatArray
    distances: FloatArray
    neighbor_labels: FloatArray


@dataclass(frozen=True)
class KNNModel:
    """The rows that are searched, and how a prediction follows from the nearest ones.

    Attributes
    ----------
    rows
        (rows, columns), float32, as in the index: projected, and normalised.
    labels
        (rows,), float32.
    k, predictor_type
        As in the hyperparameters.
    metric
        `L2`, or `INNER_PRODUCT`.
    normalize
        Whether rows are divided by their lengths, which makes inner products cosines.
    reduction
        The projection of rows, if any.

    Examples
    --------
    >>> model = KNNModel(
    ...     np.array([[0], [1], [10]], np.float32), np.array([5, 5, 7], np.float32), k=2
    ... )
    >>> predictions = model.predict(np.array([[2]], np.float32))
    >>> print(predictions.labels, predictions.distances, predictions.neighbor_labels)
    [5.] [[1. 4.]] [[5. 5.]]
    """

    rows: FloatArray
    labels: FloatArray
    k: int
    predictor_type: PredictorType = "classifier"
    metric: Metric = "L2"
    normalize: bool = False
    reduction: Reduction | None = None

    @property
    def columns(self) -> int:
        """How many columns a row has before it is projected."""
        return self.rows.shape[1] if self.reduction is None else self.reduction.input_dim

    @cached_property
    def search(self) -> ExactSearch:
        """The rows, prepared for search."""
        return ExactSearch(self.rows, self.metric)

    def predict(self, features: Features) -> KNNPredictions:
        """Predict rows (rows, columns), dense or sparse.

        Raises
        ------
        OverflowError
            For rows whose projection exceeds float32.
        """
        queries = indexed(features, self.reduction, normalize=self.normalize)
        if not np.isfinite(queries).all():
            raise OverflowError("a row is too long")
        neighbors = self.search.nearest(queries, self.k)
        labels = self.labels[neighbors.rows]
        predict = most_frequent if self.predictor_type == "classifier" else mean
        # Distances beyond float32 become infinite; a request must not cause a warning.
        with np.errstate(over="ignore"):
            return KNNPredictions(predict(labels), neighbors.distances.astype(np.float32), labels)


def indexed(features: Features, reduction: Reduction | None, *, normalize: bool) -> FloatArray:
    """Rows (rows, columns) as the index has them: projected, then divided by their lengths.

    Examples
    --------
    >>> print(indexed(np.array([[3, 4], [0, 0]], np.float32), None, normalize=True))
    [[0.6 0.8]
     [0.  0. ]]
    """
    if reduction is not None:
        rows = reduction.apply(features)
    elif isinstance(features, np.ndarray):
        rows = features
    else:
        rows = features.toarray()
    if not normalize:
        return np.ascontiguousarray(rows, np.float32)
    doubles = dense(rows)
    lengths = np.sqrt(np.einsum("ij,ij->i", doubles, doubles))
    lengths[lengths == 0] = 1
    return np.asarray(doubles / lengths[:, np.newaxis], np.float32)


def most_frequent(labels: FloatArray) -> FloatArray:
    """The most frequent number of each row (rows, k); of equally frequent ones the least.

    Examples
    --------
    >>> print(most_frequent(np.array([[2, 1, 2], [3, 1, 1], [9, 8, 7]], np.float32)))
    [2. 1. 7.]
    """
    ordered = np.sort(labels, axis=1)
    position = np.arange(labels.shape[1])
    begins = np.ones(labels.shape, bool)
    begins[:, 1:] = ordered[:, 1:] != ordered[:, :-1]
    # How long the run of equal numbers is up to each place; the first longest one wins.
    start = np.maximum.accumulate(np.where(begins, position, 0), axis=1)
    longest = (position - start).argmax(axis=1)
    return np.asarray(ordered[np.arange(len(labels)), longest])


def mean(labels: FloatArray) -> FloatArray:
    """The mean of each row (rows, k)."""
    return np.asarray(labels.mean(axis=1, dtype=np.float64), np.float32)
