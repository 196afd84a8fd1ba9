"""Linear Learner's hyperparameters: one table for types, ranges, defaults and reference.

Source: the page *Linear Learner Hyperparameters* of the SageMaker developer guide; the texts of
the defaults are those that the container prints as `default-input.json`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sagemock.algorithms.base import ClientError

AUTO = "auto"


@dataclass(frozen=True, slots=True)
class Field:
    """One hyperparameter.

    default: its text when it is not given; None when it must be given. words: its valid values,
    for people. read: its value from its text; ValueError when the text is not valid. `auto`
    reads as None where it is allowed.
    """

    name: str
    default: str | None
    words: str
    read: Callable[[str], Any]
    auto: bool = False

    def value(self, text: str) -> Any:
        """The value of a text. Raises `ClientError` with the words of a JSON schema."""
        if self.auto and text == AUTO:
            return None
        try:
            return self.read(text)
        except ValueError:
            raise ClientError(
                f"'{text}' is not valid under any of the given schemas\n\n"
                f"Failed validating 'oneOf' in schema['properties']['{self.name}']: {self.words}"
            ) from None


class _Choice:
    """One of some words; its error names them, as a JSON schema's does."""

    def __init__(self, *words: str) -> None:
        self.words = words

    def __call__(self, text: str) -> str:
        if text not in self.words:
            raise ClientError(f"'{text}' is not one of {list(self.words)}")
        return text


def _integer(text: str) -> int:
    if not re.fullmatch(r"[1-9][0-9]*", text):
        raise ValueError(text)
    return int(text)


def _number(
    low: float = -math.inf,
    high: float = math.inf,
    *,
    open_low: bool = False,
    open_high: bool = False,
) -> Callable[[str], float]:
    def read(text: str) -> float:
        number = float(text)
        too_low = number <= low if open_low else number < low
        too_high = number >= high if open_high else number > high
        if too_low or too_high or not math.isfinite(number):
            raise ValueError(text)
        return number

    return read


def _boolean(text: str) -> bool:
    """The SDK sends Python's text, so both cases arrive."""
    lowered = text.lower()
    if lowered not in ("true", "false"):
        raise ValueError(text)
    return lowered == "true"


_POSITIVE = _number(0, open_low=True)
_NOT_NEGATIVE = _number(0)
_UNIT = _number(0, 1)
_BELOW_ONE = _number(0, 1, open_high=True)
_INSIDE_UNIT = _number(0, 1, open_low=True, open_high=True)


def _weight_mult(text: str) -> float | str:
    return text if text == "balanced" else _POSITIVE(text)


PREDICTORS = ("binary_classifier", "multiclass_classifier", "regressor")
LOSSES: Mapping[str, tuple[str, ...]] = {
    "binary_classifier": ("logistic", "hinge_loss"),
    "multiclass_classifier": ("softmax_loss",),
    "regressor": (
        "squared_loss",
        "absolute_loss",
        "eps_insensitive_squared_loss",
        "eps_insensitive_absolute_loss",
        "quantile_loss",
        "huber_loss",
    ),
}
"""The losses of each predictor; the first one is what `auto` means."""

CRITERIA = (
    "accuracy",
    "f_beta",
    "precision_at_target_recall",
    "recall_at_target_precision",
    "loss_function",
    # Names that the SDK still accepts.
    "f1",
    "cross_entropy_loss",
)


def _any_text(text: str) -> str:
    return text


FIELDS: Sequence[Field] = (
    Field("predictor_type", None, " | ".join(PREDICTORS), _Choice(*PREDICTORS)),
    Field("num_classes", "1", "a positive integer, 3 or more for multiclass", _integer),
    Field("feature_dim", AUTO, "auto or a positive integer", _integer, auto=True),
    Field("mini_batch_size", "1000", "a positive integer", _integer),
    Field("epochs", "15", "a positive integer", _integer),
    Field("use_bias", "true", "true | false", _boolean),
    Field(
        "binary_classifier_model_selection_criteria",
        "accuracy",
        " | ".join(CRITERIA),
        _Choice(*CRITERIA),
    ),
    Field("target_recall", "0.8", "a number from 0 to 1", _UNIT),
    Field("target_precision", "0.8", "a number from 0 to 1", _UNIT),
    Field("f_beta", "1.0", "a positive number", _POSITIVE),
    Field(
        "positive_example_weight_mult",
        "1.0",
        "balanced, auto or a positive number",
        _weight_mult,
        auto=True,
    ),
    Field("num_models", AUTO, "auto or a positive integer", _integer, auto=True),
    Field("num_calibration_samples", "10000000", "auto or a positive integer", _integer, auto=True),
    Field("init_method", "uniform", "uniform | normal", _Choice("uniform", "normal")),
    Field("init_scale", "0.07", "a positive number", _POSITIVE),
    Field("init_sigma", "0.01", "a positive number", _POSITIVE),
    Field("init_bias", "0", "a number", _number()),
    Field(
        "optimizer", AUTO, "auto | sgd | adam | rmsprop", _Choice("sgd", "adam", "rmsprop"), True
    ),
    Field(
        "loss",
        AUTO,
        "auto, or a loss of the predictor",
        _Choice(*(name for names in LOSSES.values() for name in names)),
        auto=True,
    ),
    Field("wd", AUTO, "auto or a number of 0 or more", _NOT_NEGATIVE, auto=True),
    Field("l1", AUTO, "auto or a number of 0 or more", _NOT_NEGATIVE, auto=True),
    Field("momentum", AUTO, "auto or a number from 0 to below 1", _BELOW_ONE, auto=True),
    Field("learning_rate", AUTO, "auto or a positive number", _POSITIVE, auto=True),
    Field("beta_1", AUTO, "auto or a number from 0 to below 1", _BELOW_ONE, auto=True),
    Field("beta_2", AUTO, "auto or a number from 0 to below 1", _BELOW_ONE, auto=True),
    Field("bias_lr_mult", AUTO, "auto or a positive number", _POSITIVE, auto=True),
    Field("bias_wd_mult", AUTO, "auto or a number of 0 or more", _NOT_NEGATIVE, auto=True),
    Field("use_lr_scheduler", "true", "true | false", _boolean),
    Field("lr_scheduler_step", AUTO, "auto or a positive integer", _integer, auto=True),
    Field("lr_scheduler_factor", AUTO, "auto or a number between 0 and 1", _INSIDE_UNIT, auto=True),
    Field("lr_scheduler_minimum_lr", AUTO, "auto or a positive number", _POSITIVE, auto=True),
    Field("normalize_data", "true", "auto | true | false", _boolean, auto=True),
    Field("normalize_label", AUTO, "auto | true | false", _boolean, auto=True),
    Field("unbias_data", AUTO, "auto | true | false", _boolean, auto=True),
    Field("unbias_label", AUTO, "auto | true | false", _boolean, auto=True),
    Field("num_point_for_scaler", "10000", "a positive integer", _integer),
    Field("early_stopping_patience", "3", "a positive integer", _integer),
    Field("early_stopping_tolerance", "0.001", "a positive number", _POSITIVE),
    Field("margin", "1.0", "a number of 0 or more", _NOT_NEGATIVE),
    Field("quantile", "0.5", "a number between 0 and 1", _INSIDE_UNIT),
    Field("loss_insensitivity", "0.01", "a positive number", _POSITIVE),
    Field("huber_delta", "1.0", "a number of 0 or more", _NOT_NEGATIVE),
    Field("accuracy_top_k", "3", "a positive integer", _integer),
    Field("balance_multiclass_weights", "false", "true | false", _boolean),
    # The container's own: printed in the log, accepted, and of no effect here.
    Field("_kvstore", AUTO, "any text", _any_text),
    Field("_num_gpus", AUTO, "any text", _any_text),
    Field("_num_kv_servers", AUTO, "any text", _any_text),
    Field("_log_level", "info", "any text", _any_text),
    Field("_tuning_objective_metric", "", "any text", _any_text),
    Field("_enable_profiler", "false", "any text", _any_text),
)

_BY_NAME = {field.name: field for field in FIELDS}
DEFAULT_INPUT = {field.name: field.default for field in FIELDS if field.default is not None}
"""What the container prints as its default configuration."""


class Hyperparameters(Mapping[str, Any]):
    """The values of a job: numbers, booleans and words; None stands for `auto`."""

    def __init__(self, text: Mapping[str, str]) -> None:
        self.text = {**DEFAULT_INPUT, **text}
        """The final configuration, as text."""
        self._values = {name: _BY_NAME[name].value(value) for name, value in self.text.items()}

    def __getitem__(self, name: str) -> Any:
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    @property
    def loss(self) -> str:
        """The loss by its name, `auto` resolved."""
        chosen: str = self["loss"] or LOSSES[self["predictor_type"]][0]
        return chosen


def parse_hyperparameters(text: Mapping[str, str]) -> Hyperparameters:
    """The hyperparameters of a job from those of its request. Raises `ClientError`."""
    unknown = sorted(set(text) - _BY_NAME.keys())
    if unknown:
        names = ", ".join(f"'{name}'" for name in unknown)
        verb = "was" if len(unknown) == 1 else "were"
        raise ClientError(f"Additional hyperparameters are not allowed ({names} {verb} unexpected)")
    if "predictor_type" not in text:
        raise ClientError("'predictor_type' is a required property")
    hyperparameters = Hyperparameters(text)
    _check_combinations(hyperparameters)
    return hyperparameters


def _check_combinations(hyperparameters: Hyperparameters) -> None:
    predictor = hyperparameters["predictor_type"]
    if predictor == "multiclass_classifier" and hyperparameters["num_classes"] < 3:
        raise ClientError(
            "For predictor_type 'multiclass_classifier', 'num_classes' should be set to a value "
            "greater than 2."
        )
    if hyperparameters.loss not in LOSSES[predictor]:
        raise ClientError(
            f"'{hyperparameters.loss}' is not one of {list(LOSSES[predictor])} for predictor_type "
            f"'{predictor}'"
        )
