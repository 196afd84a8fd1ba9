"""Working centers, which are updated by the mini-batches of a stream."""

from __future__ import annotations

import numpy as np

from sagemock.algorithms.base import Doubles, Features
from sagemock.algorithms.kmeans.distances import nearest, sums


class WorkingCenters:
    """Centers that each mini-batch moves towards the rows nearest to them.

    Parameters
    ----------
    centers
        (centers, columns), the initial positions; changed in place.
    half_life
        Rows after which the weight of a row has halved; 0 for never.

    Attributes
    ----------
    positions
        (centers, columns).
    counts
        (centers,), the rows of each center, decayed.

    Notes
    -----
    A center with n_old rows so far and n_new in the batch becomes (1 - p) center + p (mean of the
    new rows), with p = n_new / (n_old + n_new). With a half-life H, n_old is first multiplied by
    2^(-B / H), for a batch of B rows.

    References
    ----------
    *Amazon SageMaker Developer Guide*, *How K-Means Clustering Works*, step 2, and *K-Means
    Hyperparameters* for the half-life. D. Sculley (2010), *Web-scale k-means clustering*.

    Examples
    --------
    >>> working = WorkingCenters(np.array([[0.0], [10.0]]))
    >>> working.update(np.float32([[1], [3], [9]]))
    3.6666666666666665
    >>> working.positions.tolist(), working.counts.tolist()
    ([[2.0], [9.0]], [2.0, 1.0])
    >>> working.update(np.float32([[5], [5]]))
    9.0
    >>> working.positions.tolist(), working.counts.tolist()
    ([[3.5], [9.0]], [4.0, 1.0])
    """

    def __init__(self, centers: Doubles, half_life: int = 0) -> None:
        self.positions = centers
        self.counts = np.zeros(len(centers))
        self._half_life = half_life

    def update(self, batch: Features) -> float:
        """Move the centers by a batch (rows, columns).

        Returns
        -------
        float
            The mean squared distance of its rows to their nearest centers, before the move.
        """
        centers, squared = nearest(batch, self.positions)
        new = np.bincount(centers, minlength=len(self.counts))
        if self._half_life:
            self.counts *= 0.5 ** (len(centers) / self._half_life)
        self.counts += new
        touched = np.flatnonzero(new)
        share = (new[touched] / self.counts[touched])[:, np.newaxis]
        means = sums(batch, centers, len(new))[touched] / new[touched, np.newaxis]
        self.positions[touched] += share * (means - self.positions[touched])
        return float(squared.mean())
