"""Working centers, which are updated by the mini-batches of a stream."""

from __future__ import annotations

import numpy as np

from sagemock.algorithms.base import Doubles, Features
from sagemock.algorithms.kmeans.distances import Indices, assigned, sums
from sagemock.algorithms.kmeans.stopwatch import Stopwatch


class WorkingCenters:
    """Centers that each mini-batch moves towards the rows nearest to them.

    Parameters
    ----------
    centers
        (centers, columns), the initial positions; changed in place.
    half_life
        Rows after which the weight of a row has halved; 0 for never.
    watch
        Measures the steps of the updates.

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

    def __init__(
        self, centers: Doubles, half_life: int = 0, watch: Stopwatch | None = None
    ) -> None:
        self.positions = centers
        self.counts = np.zeros(len(centers))
        self._half_life = half_life
        self._watch = watch or Stopwatch()

    def update(self, *batches: Features) -> float:
        """Move the centers by a batch (rows, columns) of each host.

        Returns
        -------
        float
            The mean squared distance of all their rows to their nearest centers, before the move.
        """
        lap = self._watch.lap
        self._watch.start()
        new = np.zeros(len(self.counts), np.int64)
        total = np.zeros_like(self.positions)
        loss, rows = 0.0, 0
        lap("setting up")
        for batch in batches:
            centers, squared = assigned(batch, self.positions, lap)
            loss += squared
            rows += len(centers)
            sizes = np.bincount(centers, minlength=len(new))
            lap("sizes")
            moved = sums(batch, centers, len(new), lap)
            new += sizes
            total += moved
            lap("merging hosts")
        self._move(new, total, rows)
        return loss / rows

    def _move(self, new: Indices, total: Doubles, rows: int) -> None:
        """Move the centers by the number and the sums of their new rows."""
        lap = self._watch.lap
        if self._half_life:
            self.counts *= 0.5 ** (rows / self._half_life)
        self.counts += new
        touched = np.flatnonzero(new)
        share = (new[touched] / self.counts[touched])[:, np.newaxis]
        lap("selecting centers")
        means = total[touched] / new[touched, np.newaxis]
        self.positions[touched] += share * (means - self.positions[touched])
        lap("moving centers")
