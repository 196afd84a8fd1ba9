"""A trained model: k centers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sagemock.algorithms.base import Features, FloatArray
from sagemock.algorithms.kmeans.distances import nearest


@dataclass(frozen=True, slots=True)
class Assignments:
    """The clusters of rows.

    Attributes
    ----------
    closest_cluster
        (rows,), numbered from 0.
    distance_to_cluster
        (rows,), float32: Euclidean, not squared.
    """

    closest_cluster: NDArray[np.int64]
    distance_to_cluster: FloatArray


@dataclass(frozen=True, slots=True)
class KMeansModel:
    """The k centers.

    Attributes
    ----------
    centers
        (k, columns), float32, as in the artifact.

    Examples
    --------
    >>> model = KMeansModel(np.float32([[0, 0], [10, 0]]))
    >>> assignments = model.predict(np.float32([[3, 4], [9, 0]]))
    >>> print(assignments.closest_cluster, assignments.distance_to_cluster)
    [0 1] [5. 1.]
    """

    centers: FloatArray

    def predict(self, features: Features) -> Assignments:
        """The nearest center of each row of features (rows, columns), and its distance.

        The distance is not squared: recorded responses for an image of MNIST have distances of
        that size.
        """
        # Distances beyond float32 become infinite; a request must not cause a warning.
        with np.errstate(all="ignore"):
            cluster, squared = nearest(features, self.centers.astype(np.float64))
            return Assignments(cluster, np.sqrt(squared).astype(np.float32))
