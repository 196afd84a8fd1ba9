"""Linear Learner: many linear models trained at once, the best one kept.

What is known of the real algorithm, and from which source, is documented beside the code; what
had to be decided is in docs/decisions/linear-learner.md.
"""

from __future__ import annotations

from sagemock.algorithms.linear_learner.fit import fit
from sagemock.algorithms.linear_learner.hyperparameters import LinearLearnerHyperparameters
from sagemock.algorithms.linear_learner.model import LinearModel, Predictions

__all__ = ["LinearLearnerHyperparameters", "LinearModel", "Predictions", "fit"]
