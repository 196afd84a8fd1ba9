"""Web-scale K-Means: many working centers by mini-batches, reduced to k at the end.

What is known of the real algorithm, and from which source, is documented beside the code; what
had to be decided is in docs/decisions/k-means.md.
"""

from __future__ import annotations

from sagemock.algorithms.kmeans.fit import fit
from sagemock.algorithms.kmeans.hyperparameters import KMeansHyperparameters
from sagemock.algorithms.kmeans.model import Assignments, KMeansModel

__all__ = ["Assignments", "KMeansHyperparameters", "KMeansModel", "fit"]
