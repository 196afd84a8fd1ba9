"""Principal component analysis in one pass: from the exact scatter matrix, or from a sketch.

What is known of the real algorithm, and from which source, is documented beside the code; what
had to be decided is in docs/decisions/pca.md.
"""

from __future__ import annotations

from sagemock.algorithms.pca.fit import fit
from sagemock.algorithms.pca.hyperparameters import PCAHyperparameters
from sagemock.algorithms.pca.model import PCAModel

__all__ = ["PCAHyperparameters", "PCAModel", "fit"]
