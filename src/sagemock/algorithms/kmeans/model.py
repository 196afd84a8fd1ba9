"""A trained model: k centers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sagemock.algorithms.base import Features, FloatArray
from sagemock.algorithms.kmeans.distances import nearest


@dataclass(frozen=True, slots=True)
class Assignments:
    """closest_cluster: (rows,), from 0. distance_to_cluster: (rows,), Euclidean, not squared."""

    closest_cluster: NDArray[np.int64]
    distance_to_cluster: FloatArray


@dataclass(frozen=True, slots=True)
class KMeansModel:
    """centers: (k, columns), float32, as the artifact holds them."""

    centers: FloatArray

    def predict(self, features: Features) -> Assignments:
        """The nearest center of each row of features (rows, columns), and how far it is.

        The distance is the square root of the squared one: of the recorded answers for an image
        of MNIST only that is of the right size.
        """
        # Distances beyond float32 become infinite; no warning is due for what a caller sends.
        with np.errstate(all="ignore"):
            cluster, squared = nearest(features, self.centers.astype(np.float64))
            return Assignments(cluster, np.sqrt(squared).astype(np.float32))
