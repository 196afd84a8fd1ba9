"""Factorization machines: linear models with factorized interactions of pairs of features.

What is known of the real algorithm, and from which source, is documented beside the code; what
had to be decided is in docs/decisions/factorization-machines.md.
"""

from __future__ import annotations

from sagemock.algorithms.factorization_machines.fit import fit
from sagemock.algorithms.factorization_machines.hyperparameters import (
    FactorizationMachinesHyperparameters,
)
from sagemock.algorithms.factorization_machines.model import (
    FactorizationMachinesModel,
    FactorizationMachinesPredictions,
)

__all__ = [
    "FactorizationMachinesHyperparameters",
    "FactorizationMachinesModel",
    "FactorizationMachinesPredictions",
    "fit",
]
