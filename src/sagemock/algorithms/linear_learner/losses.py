"""The losses by name.

Which loss belongs to which predictor is in the *Amazon SageMaker Developer Guide*, page *Linear
Learner Hyperparameters*.
"""

from __future__ import annotations

from collections.abc import Mapping

from sagemock.algorithms.linear_learner.class_losses import Hinge, Logistic, Softmax
from sagemock.algorithms.linear_learner.error_losses import (
    Absolute,
    EpsInsensitiveAbsolute,
    EpsInsensitiveSquared,
    Huber,
    Quantile,
    Squared,
)
from sagemock.algorithms.linear_learner.loss import Loss

LOSSES: Mapping[str, type[Loss]] = {
    loss.name: loss
    for loss in (
        Logistic,
        Hinge,
        Softmax,
        Squared,
        Absolute,
        EpsInsensitiveSquared,
        EpsInsensitiveAbsolute,
        Quantile,
        Huber,
    )
}
"""By the value of the hyperparameter `loss`."""
