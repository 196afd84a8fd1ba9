"""The model that a job leaves, with what its artifact tells of the job."""

from __future__ import annotations

from collections.abc import Sequence

from sagemock.algorithms.base import FloatArray
from sagemock.algorithms.linear_learner.hyperparameters import Hyperparameters
from sagemock.algorithms.linear_learner.model import LinearModel

LOSS_PARAMETERS = {
    "hinge_loss": "margin",
    "quantile_loss": "quantile",
    "huber_loss": "huber_delta",
    "eps_insensitive_squared_loss": "loss_insensitivity",
    "eps_insensitive_absolute_loss": "loss_insensitivity",
}
"""The hyperparameter that a loss depends on; that of any other loss is null in the artifact."""


def linear_model(
    hyperparameters: Hyperparameters,
    weights: FloatArray,
    bias: FloatArray,
    threshold: float,
    class_weights: Sequence[float] | None,
) -> LinearModel:
    """weights: (columns, outputs), raw. class_weights: of each class, None when all weigh 1.

    Keys and nulls as in recorded artifacts of a regressor and a binary classifier.
    """
    predictor, loss = hyperparameters["predictor_type"], hyperparameters.loss
    binary, multiclass = predictor == "binary_classifier", predictor == "multiclass_classifier"
    parameters = {
        "eps_insensitive_loss_type": loss if loss.startswith("eps_insensitive") else None,
        "class_weights": list(class_weights) if multiclass and class_weights else None,
        "huber_delta": None,
        "quantile": None,
        "loss_insensitivity": None,
        "positive_example_weight_mult": class_weights[1] if binary and class_weights else 1.0,
        "accuracy_top_k": hyperparameters["accuracy_top_k"],
        "threshold": threshold,
        "f_beta": None if predictor == "regressor" else hyperparameters["f_beta"],
        "margin": None,
    }
    if loss in LOSS_PARAMETERS:
        name = LOSS_PARAMETERS[loss]
        parameters[name] = hyperparameters[name]
    return LinearModel(predictor, loss, weights, bias, threshold, parameters)
