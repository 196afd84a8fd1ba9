"""Random cut forest: robust random cut trees, and how anomalous rows are in them.

What is known of the real algorithm, and from which source, is documented beside the code; what
had to be decided is in docs/decisions/random-cut-forest.md.
"""

from __future__ import annotations

from sagemock.algorithms.random_cut_forest.fit import fit
from sagemock.algorithms.random_cut_forest.forest import RandomCutForest
from sagemock.algorithms.random_cut_forest.hyperparameters import RandomCutForestHyperparameters
from sagemock.algorithms.random_cut_forest.scoring import AnomalyScorer

__all__ = ["AnomalyScorer", "RandomCutForest", "RandomCutForestHyperparameters", "fit"]
