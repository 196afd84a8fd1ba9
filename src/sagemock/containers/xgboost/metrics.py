"""The metrics that a job can ask for: those of the library, and those of the container."""

from __future__ import annotations

from collections.abc import Mapping

from sagemock.containers.xgboost.failures import UserError
from sagemock.containers.xgboost.releases import Release

MAXIMIZED = (
    "accuracy",
    "auc",
    "aucpr",
    "balanced_accuracy",
    "f1",
    "f1_binary",
    "f1_macro",
    "map",
    "ndcg",
    "precision",
    "precision_macro",
    "precision_micro",
    "r2",
    "recall",
    "recall_macro",
    "recall_micro",
)
MINIMIZED = (
    "aft-nloglik",
    "cox-nloglik",
    "error",
    "gamma-deviance",
    "gamma-nloglik",
    "logloss",
    "mae",
    "mape",
    "merror",
    "mlogloss",
    "mphe",
    "mse",
    "poisson-nloglik",
    "rmse",
    "rmsle",
    "tweedie-nloglik",
)
ALL = MAXIMIZED + MINIMIZED

TUNED = tuple(f"validation:{name}" for name in ALL)
"""The objectives of tuning jobs."""

CONTAINER = frozenset(
    {
        "accuracy",
        "balanced_accuracy",
        "f1",
        "f1_binary",
        "f1_macro",
        "mse",
        "precision",
        "precision_macro",
        "precision_micro",
        "r2",
        "recall",
        "recall_macro",
        "recall_micro",
    }
)
"""Metrics that the container computes itself, with scikit-learn."""

WITH_THRESHOLD = ("error", "ndcg", "map")

SINCE: Mapping[str, Release] = {
    "accuracy": Release.V0_90_1,
    "aucpr": Release.V0_90_1,
    "f1": Release.V0_90_1,
    "mse": Release.V0_90_1,
    "rmsle": Release.V1_0_1,
    "cox-nloglik": Release.V0_90_1,
    "aft-nloglik": Release.V1_2_1,
    "mphe": Release.V1_2_1,
    "r2": Release.V1_2_1,
    "f1_binary": Release.V1_2_2,
    "f1_macro": Release.V1_2_2,
    "balanced_accuracy": Release.V1_3_1,
    "mape": Release.V1_3_1,
    "precision": Release.V1_3_1,
    "precision_macro": Release.V1_3_1,
    "precision_micro": Release.V1_3_1,
    "recall": Release.V1_3_1,
    "recall_macro": Release.V1_3_1,
    "recall_micro": Release.V1_3_1,
}
"""The first release that knows a metric; others are known to all."""


def refuse(metric: str) -> bool:
    """Raise `UserError` for a metric with a text of its own; return whether it was judged here."""
    if "<function" in metric:
        raise UserError(f"User defined evaluation metric {metric} is not supported yet.")
    if "@" not in metric:
        return False
    name, threshold = (part.strip() for part in metric.split("@")[:2])
    if name not in WITH_THRESHOLD:
        raise UserError(
            f"Metric '{metric}' is not supported. Parameter 'eval_metric' with customized "
            "threshold should be one of these options: 'error', 'ndcg', 'map'."
        )
    try:
        float(threshold)
    except ValueError:
        raise UserError(f"Threshold value 't' in '{name}@t' expects float input.") from None
    return True


def default(objective: str, release: Release) -> str | None:
    """The metric of an objective in a release, where today's library has another one.

    Examples
    --------
    >>> default("binary:logistic", Release.V1_2_1), default("binary:logistic", Release.V1_3_1)
    ('error', None)
    """
    if release < Release.V1_3_1:
        if objective == "binary:logistic":
            return "error"
        if objective == "binary:logitraw":
            return "auc"
        if objective.startswith("multi:"):
            return "merror"
    if release < Release.V3_0_5 and objective.startswith("rank:"):
        return "map"
    return None
