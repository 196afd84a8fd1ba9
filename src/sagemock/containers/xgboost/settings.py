"""The hyperparameters of a job as the container reads and refuses them.

Texts and order of the checks are those of `sagemaker_algorithm_toolkit` and of the container's
`hyperparameter_validation.py`: aliases, what is missing, then each value in the order of the
request, ranges, and what depends on other hyperparameters.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sagemock.algorithms.base import Cause
from sagemock.containers.first_party.hyperparameters import Hyperparameter
from sagemock.containers.xgboost.failures import UserError
from sagemock.containers.xgboost.hyperparameters import (
    ALIASES,
    FIELDS,
    LINEAR_UPDATERS,
    SINCE,
    TREE_GROWERS,
    TREE_UPDATERS,
    UNTIL,
    WORDS_SINCE,
)
from sagemock.containers.xgboost.kinds import OneOf, Refusable, Words
from sagemock.containers.xgboost.releases import Release

_FIELDS = {field.name: field for field in FIELDS}

Values = dict[str, Any]
"""The hyperparameters of a request, by name, as numbers, words and lists."""


def parse_hyperparameters(texts: Mapping[str, str], release: Release) -> Values:
    """Parse the hyperparameters of a request; those that it leaves out are left out.

    Raises
    ------
    UserError
        For the first problem.

    Examples
    --------
    >>> parse_hyperparameters({"num_round": "10", "learning_rate": "0.2"}, Release.V1_7_1)
    {'num_round': 10, 'eta': 0.2}
    """
    if release >= Release.V0_90_2:
        texts = {ALIASES.get(name, name): text for name, text in texts.items()}
    if "num_round" not in texts:
        raise UserError("Missing required hyperparameter: num_round")
    values = {name: _parsed(name, text, release) for name, text in texts.items()}
    for name, value in values.items():
        problem = _problem(_FIELDS[name], value, release)
        if problem is not None:
            raise UserError(f"Hyperparameter {name}: {problem}")
    _check_objective(values, release)
    _check_metrics(values)
    _check_updaters(values)
    _check_constraints(values)
    _check_built(values)
    return values


def knows(name: str, release: Release) -> bool:
    """Whether a release knows a hyperparameter."""
    first, last = SINCE.get(name, min(Release)), UNTIL.get(name, max(Release))
    return name in _FIELDS and first <= release <= last


def _parsed(name: str, text: str, release: Release) -> Any:
    if not knows(name, release):
        raise UserError(f"Extraneous hyperparameter found: {name}")
    try:
        return _FIELDS[name].kind.read(text)
    except ValueError as error:
        cause = Cause(type(error).__name__, str(error))
        raise UserError(f"Hyperparameter {name}: could not parse value", cause) from None


def _problem(field: Hyperparameter, value: Any, release: Release) -> str | None:
    """What is wrong with a value, by the words that a release knows."""
    kind = field.kind
    if isinstance(kind, OneOf | Words):
        known = [word for word in kind.texts if _word_known(word, release)]
        if isinstance(kind, OneOf):
            return OneOf(*known).problem(value)
        problem = kind.problem(value)
        if problem is None and isinstance(value, list):
            unknown = [word for word in value if not _word_known(word, release)]
            return f"value {value} not in range {known}" if unknown else None
        return None if problem is None else f"value {value} not in range {known}"
    return kind.problem(value) if isinstance(kind, Refusable) else None


def _word_known(word: str, release: Release) -> bool:
    return release >= WORDS_SINCE.get(word.removeprefix("validation:"), min(Release))


def _check_objective(values: Values, release: Release) -> None:
    objective = values.get("objective")
    multiclass = objective in ("multi:softmax", "multi:softprob")
    old = release is Release.V0_72
    noun = "multi classification" if old else "multi-classification"
    if multiclass and "num_class" not in values:
        raise UserError(f"Require input for parameter 'num_class' for {noun}")
    if objective is not None and not multiclass and "num_class" in values:
        raise UserError(
            f"Do not need to setup parameter 'num_class' for learning task other than {noun}."
        )


def _check_metrics(values: Values) -> None:
    chosen, objective = values.get("eval_metric", ()), values.get("objective", "reg:squarederror")
    if "auc" in chosen and not objective.startswith(("binary:", "multi:", "rank:")):
        raise UserError("Metric 'auc' can only be applied for classification and ranking problems.")
    if "aft-nloglik" in chosen and objective != "survival:aft":
        raise UserError("Metric 'aft-nloglik' can only be applied for 'survival:aft' objective.")


def _check_updaters(values: Values) -> None:
    updaters = values.get("updater")
    if updaters is None:
        return
    if values.get("booster") == "gblinear":
        if len(updaters) != 1 or updaters[0] not in LINEAR_UPDATERS:
            raise UserError(f"Linear updater should be one of these options: {_JOINED}.")
    elif values.get("process_type") == "update":
        if not all(each in ("refresh", "prune") for each in updaters):
            raise UserError(
                "process_type 'update' can only be used with updater 'refresh' and 'prune'"
            )
    elif not all(each in TREE_UPDATERS for each in updaters):
        raise UserError(
            "Tree updater should be selected from these options: 'grow_colmaker', 'distcol', "
            "'grow_histmaker', 'grow_skmaker', 'grow_quantile_histmaker', 'sync', 'refresh', "
            "'prune', 'shortgun', 'coord_descent'."
        )
    elif sum(each in TREE_GROWERS for each in updaters) > 1:
        raise UserError(
            "Only one tree grow plugin can be selected. Choose one from the"
            "following: 'grow_colmaker', 'distcol', 'grow_histmaker', 'grow_skmaker'"
        )


_GENERATOR = (
    "'<generator object initialize.<locals>.updater_validator.<locals>.<genexpr> "
    "at 0x7f0000000000>'"
)
_JOINED = ", ".join(_GENERATOR)
"""The container joins the characters of a generator's text, where it means the names."""


def _check_constraints(values: Values) -> None:
    method = values.get("tree_method")
    if "monotone_constraints" in values and method not in ("exact", "hist"):
        raise UserError(
            "monotone_constraints can be used only when the tree_method parameter is set to "
            "either 'exact' or 'hist'."
        )
    if "interaction_constraints" in values and method not in ("exact", "hist", "approx"):
        raise UserError(
            "interaction_constraints can be used only when the tree_method parameter is set to "
            "either 'exact', 'hist' or 'approx'."
        )


def _check_built(values: Values) -> None:
    """Refuse what the container can do and sagemock cannot."""
    for name in ("_kfold", "_nfold"):
        if name in values:
            raise UserError(f"Hyperparameter {name}: sagemock does not run cross validation.")
