"""What the library gets: the parameters of `xgboost.train`, by those of the job.

One installed library stands for every release. Up to 1.7 its defaults were `exact` trees on small
data, and a base score of one half; later ones choose `hist`, and estimate the base score.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sagemock.containers.xgboost import metrics
from sagemock.containers.xgboost.hyperparameters import WITHOUT_EFFECT
from sagemock.containers.xgboost.releases import Release

NOT_FOR_THE_LIBRARY = WITHOUT_EFFECT | {
    "num_round",
    "csv_weights",
    "early_stopping_rounds",
    "eval_metric",
    "save_model_on_termination",
    "_num_cv_round",
    "_tuning_objective_metric",
}

EXACT_ROWS = 1 << 22
"""Up to so many rows `auto` meant `exact`, for more of them `approx`."""


def chosen_metrics(values: Mapping[str, Any], release: Release) -> tuple[list[str], list[str]]:
    """The metrics of a job: those of the library, then those of the container.

    Both are empty where the library's default for the objective is that of the release.
    """
    listed: list[str] = values.get("eval_metric") or []
    tuned = values.get("_tuning_objective_metric")
    if tuned is not None:
        listed = sorted({*listed, tuned.partition(":")[2]})
    own = [name for name in dict.fromkeys(listed) if name in metrics.CONTAINER]
    others = [name for name in dict.fromkeys(listed) if name not in metrics.CONTAINER]
    if not others:
        other = metrics.default(values.get("objective", "reg:squarederror"), release)
        others = [other] if other is not None else []
    return others, own


def parameters(
    values: Mapping[str, Any],
    release: Release,
    *,
    eval_metric: Sequence[str],
    rows: int,
    library: tuple[int, ...],
) -> dict[str, Any]:
    """The parameters of the library.

    Parameters
    ----------
    values
        The hyperparameters of the job.
    eval_metric
        The library's metrics; empty for its default.
    rows
        Of the train channel.
    library
        The version of the installed library.
    """
    options = {name: value for name, value in values.items() if name not in NOT_FOR_THE_LIBRARY}
    options["verbosity"] = 0
    if options.get("objective") == "reg:linear":
        options["objective"] = "reg:squarederror"
    if "updater" in options:
        options["updater"] = ",".join(options["updater"])
    if "monotone_constraints" in options:
        options["monotone_constraints"] = f"({','.join(map(str, options['monotone_constraints']))})"
    if "interaction_constraints" in options:
        # As text: a list would have to be one of names of columns.
        options["interaction_constraints"] = str(options["interaction_constraints"])
    if options.get("tree_method") == "gpu_hist":
        options["tree_method"] = "hist"
    if library >= (2,) and release < Release.V3_0_5:
        options |= _older_defaults(options, rows)
    if eval_metric:
        options["eval_metric"] = list(eval_metric)
    return options


def _older_defaults(options: Mapping[str, Any], rows: int) -> dict[str, Any]:
    """What libraries before 2.0 did where nothing is said."""
    defaults: dict[str, Any] = {}
    if "base_score" not in options:
        defaults["base_score"] = 0.5
    if (
        options.get("tree_method", "auto") == "auto"
        and options.get("booster") != "gblinear"
        and "updater" not in options
        and options.get("process_type") != "update"
    ):
        # `exact` grows by depth; `auto` left it to that policy too.
        defaults["tree_method"] = "exact" if rows <= EXACT_ROWS else "approx"
        if options.get("grow_policy") == "lossguide":
            defaults["grow_policy"] = "depthwise"
    return defaults
