"""The model of a finished job, with what its artifact records of the job."""

from __future__ import annotations

from collections.abc import Sequence

from sagemock.algorithms.base import FloatArray
from sagemock.algorithms.linear_learner.hyperparameters import LinearLearnerHyperparameters
from sagemock.algorithms.linear_learner.model import LinearModel


def linear_model(
    hyperparameters: LinearLearnerHyperparameters,
    weights: FloatArray,
    bias: FloatArray,
    threshold: float,
    class_weights: Sequence[float] | None,
) -> LinearModel:
    """The model with the `metrics_params` of its artifact.

    Keys and nulls are those of recorded artifacts of a regressor and a binary classifier: the
    hyperparameters of losses other than the job's are null.

    Parameters
    ----------
    weights, bias
        (columns, outputs) and (outputs,), for raw features.
    class_weights
        By class; None when every row weighs 1.
    """
    predictor, loss = hyperparameters.predictor_type, hyperparameters.loss
    binary, multiclass = predictor == "binary_classifier", predictor == "multiclass_classifier"
    insensitive = loss.startswith("eps_insensitive")
    parameters = {
        "eps_insensitive_loss_type": loss if insensitive else None,
        "class_weights": list(class_weights) if multiclass and class_weights else None,
        "huber_delta": hyperparameters.huber_delta if loss == "huber_loss" else None,
        "quantile": hyperparameters.quantile if loss == "quantile_loss" else None,
        "loss_insensitivity": hyperparameters.loss_insensitivity if insensitive else None,
        "positive_example_weight_mult": class_weights[1] if binary and class_weights else 1.0,
        "accuracy_top_k": hyperparameters.accuracy_top_k,
        "threshold": threshold,
        "f_beta": None if predictor == "regressor" else hyperparameters.f_beta,
        "margin": hyperparameters.margin if loss == "hinge_loss" else None,
    }
    return LinearModel(predictor, loss, weights, bias, threshold, parameters)
