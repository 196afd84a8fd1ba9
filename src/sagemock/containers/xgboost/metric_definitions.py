"""The metrics that the service defines for jobs of XGBoost, by release.

Sources: DescribeTrainingJob and DescribeHyperParameterTuningJob of jobs of 2020, 2021 and 2025; for
the first release the metrics that the developer guide tunes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

from sagemock.containers.xgboost import releases
from sagemock.containers.xgboost.releases import Release

NUMBER = r"([-+]?[0-9]*\.?[0-9]+(?:[eE][-+]?[0-9]+)?)"

FIRST = ("auc", "error", "logloss", "mae", "map", "merror", "mlogloss", "ndcg", "rmse")

IN_0_90 = (
    "accuracy",
    "auc",
    "aucpr",
    "error",
    "f1",
    "gamma-deviance",
    "gamma-nloglik",
    "logloss",
    "mae",
    "map",
    "merror",
    "mlogloss",
    "mse",
    "ndcg",
    "poisson-nloglik",
    "rmse",
    "tweedie-nloglik",
)

IN_1_0 = (*IN_0_90, "cox-nloglik")

IN_1_2 = (*IN_1_0, "aft-nloglik", "mphe", "r2", "rmsle", "f1_binary", "f1_macro")

IN_1_3 = (
    *IN_1_2,
    "balanced_accuracy",
    "mape",
    "precision",
    "precision_macro",
    "precision_micro",
    "recall",
    "recall_macro",
    "recall_micro",
)


def names(release: Release) -> Sequence[str]:
    """The metrics of a release that the service defines, without their data sets."""
    if release is Release.V0_72:
        return FIRST
    if release < Release.V1_0_1:
        return IN_0_90
    if release < Release.V1_2_1:
        return IN_1_0
    return IN_1_2 if release < Release.V1_3_1 else IN_1_3


def of_image(image: str) -> Sequence[Mapping[str, str]]:
    """The MetricDefinitions of an image."""
    return _definitions(releases.of_image(image))


@cache
def _definitions(release: Release) -> Sequence[Mapping[str, str]]:
    return tuple(
        {"Name": f"{data}:{name}", "Regex": rf".*\[[0-9]+\].*#011{data}-{name}:{NUMBER}.*"}
        for name in names(release)
        for data in ("validation", "train")
    )
