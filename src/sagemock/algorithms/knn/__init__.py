"""k nearest neighbors: a sample of the rows, searched by brute force.

What is known of the real algorithm, and from which source, is documented beside the code; what
had to be decided is in docs/decisions/knn.md.
"""

from __future__ import annotations

from sagemock.algorithms.knn.fit import fit
from sagemock.algorithms.knn.hyperparameters import KNNHyperparameters
from sagemock.algorithms.knn.model import KNNModel, KNNPredictions

__all__ = ["KNNHyperparameters", "KNNModel", "KNNPredictions", "fit"]
