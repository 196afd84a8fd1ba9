"""A trained factorization machine."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sagemock.algorithms.base import Features, FloatArray, is_sparse
from sagemock.algorithms.factorization_machines.hyperparameters import PredictorType
from sagemock.algorithms.factorization_machines.losses import LOSSES
from sagemock.algorithms.factorization_machines.machine import MachineRows, forward, touched

THRESHOLD = 0.5
"""The lowest score of the positive class, as in the developer guide."""


@dataclass(frozen=True, slots=True)
class FactorizationMachinesPredictions:
    """What a model predicts.

    Attributes
    ----------
    scores
        (rows,), float32: predicted values, or probabilities of class 1.
    labels
        (rows,), float32, 0 or 1; None for regressors.
    """

    scores: FloatArray
    labels: FloatArray | None


@dataclass(frozen=True, slots=True)
class FactorizationMachinesModel:
    """The parameters of a model.

    Attributes
    ----------
    bias
        w0.
    columns
        (columns, num_factors + 1), float32: the factors of each column, then its linear weight.
    sparse
        Whether it was trained on sparse data, for which the artifact has another network.

    Examples
    --------
    >>> model = FactorizationMachinesModel(
    ...     "regressor", 1.0, np.float32([[3, 1], [4, 2]]), sparse=False
    ... )
    >>> print(model.predict(np.float32([[1, 0], [1, 1]])).scores)
    [ 2. 16.]
    """

    predictor_type: PredictorType
    bias: float
    columns: FloatArray
    sparse: bool

    @property
    def factors(self) -> FloatArray:
        """V (columns, num_factors)."""
        return self.columns[:, :-1]

    @property
    def linear(self) -> FloatArray:
        """The weights w (columns,)."""
        return self.columns[:, -1]

    def predict(self, features: Features) -> FactorizationMachinesPredictions:
        """Predict features (rows, columns), float32.

        The scores are computed in double precision: in single precision the last digits of a score
        would depend on the other rows, and the pairs of a large feature would be lost.
        """
        columns = self.columns
        if is_sparse(features):
            features, present = touched(features)
            columns = columns[present]
        # Overflows become infinite; a request must not cause a warning.
        with np.errstate(all="ignore"):
            rows = MachineRows.of(features.astype(np.float64))
            passed = forward(rows, np.full(1, self.bias), columns.astype(np.float64))
            scores = LOSSES[self.predictor_type].link(passed.scores).astype(np.float32)
        if self.predictor_type == "regressor":
            return FactorizationMachinesPredictions(scores, None)
        labels = (scores >= THRESHOLD).astype(np.float32)
        return FactorizationMachinesPredictions(scores, labels)
