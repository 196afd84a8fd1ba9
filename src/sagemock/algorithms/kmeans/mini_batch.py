"""Working centers, which follow the mini-batches of a stream."""

from __future__ import annotations

import numpy as np

from sagemock.algorithms.base import Doubles, Features
from sagemock.algorithms.kmeans.distances import nearest, sums


class WorkingCenters:
    """Centers that each mini-batch moves towards the rows nearest to them.

    Of a center with n_old rows so far and n_new in the batch, p = n_new / (n_old + n_new), and
    the center becomes (1 - p) center + p (mean of the new rows). With a half-life H, n_old is
    multiplied by 2^(-B / H) before, for a batch of B rows. Source: *How K-Means Clustering
    Works*, and *K-Means Hyperparameters* for the half-life, in the SageMaker developer guide.

    Parameters
    ----------
    centers
        (centers, columns), where they start; they have no rows yet.
    half_life
        Rows after which the weight of a row has halved; 0 for never.

    Attributes
    ----------
    positions
        (centers, columns).
    counts
        (centers,), the rows of each center, decayed.
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
        found = nearest(batch, self.positions)
        new = np.bincount(found.center, minlength=len(self.counts))
        if self._half_life:
            self.counts *= 0.5 ** (len(found.center) / self._half_life)
        self.counts += new
        touched = np.flatnonzero(new)
        share = (new[touched] / self.counts[touched])[:, np.newaxis]
        means = sums(batch, found.center, len(new))[touched] / new[touched, np.newaxis]
        self.positions[touched] += share * (means - self.positions[touched])
        return float(found.squared.mean())
