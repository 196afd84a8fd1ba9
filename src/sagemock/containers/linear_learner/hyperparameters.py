"""Linear Learner's hyperparameters: one table for types, ranges, defaults and reference.

Source: the page *Linear Learner Hyperparameters* of the SageMaker developer guide, and the checks
of the SageMaker Python SDK where they allow more; the texts of the defaults are those that the
container prints as `default-input.json`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, get_args

from sagemock.algorithms.linear_learner.hyperparameters import (
    LOSSES_OF,
    Criterion,
    Hyperparameters,
    InitMethod,
    LossName,
    OptimizerName,
    PredictorType,
)
from sagemock.containers.first_party.hyperparameters import Field, invalid, read, refused, typed
from sagemock.containers.first_party.kinds import (
    AUTO,
    Boolean,
    Choice,
    Derived,
    Either,
    Integer,
    Kind,
    Number,
    Text,
    auto,
)

POSITIVE = Number(0, open_low=True)
NOT_NEGATIVE = Number(0)
UNIT = Number(0, 1)
BELOW_ONE = Number(0, 1, open_high=True)
INSIDE_UNIT = Number(0, 1, open_low=True, open_high=True)


class Tried(Either):
    """Values to try, a model with each: only the one given, or for `auto` all of `values`."""

    def __init__(self, kind: Kind, *values: float) -> None:
        super().__init__({AUTO: values}, kind)

    def read(self, text: str) -> tuple[float, ...]:
        value = super().read(text)
        return value if text == AUTO else (value,)


def _first_loss(values: Mapping[str, Any]) -> str:
    return LOSSES_OF[values["predictor_type"]][0]


_INTERNAL = "The container's own: printed in the log, without effect."

FIELDS: Sequence[Field] = (
    Field("predictor_type", None, Choice(*get_args(PredictorType)), "What the labels are."),
    Field("num_classes", "1", Integer(), "Classes, numbered from 0. Multiclass: required, 3 up."),
    # Where it is left to the data, `Hyperparameters.columns` has it from them.
    Field("feature_dim", AUTO, auto(Integer(), None), "Columns of the data. auto: as they come."),
    Field("mini_batch_size", "1000", Integer(), "Rows of a batch, on each host."),
    Field("epochs", "15", Integer(), "Passes over the train channel, at most."),
    Field("use_bias", "true", Boolean(), "Whether models have an intercept."),
    Field(
        "binary_classifier_model_selection_criteria",
        "accuracy",
        Choice(*get_args(Criterion)),
        "What the validation channel chooses the model by, and the threshold is set for. Binary.",
    ),
    Field("target_recall", "0.8", UNIT, "For `precision_at_target_recall`."),
    Field("target_precision", "0.8", UNIT, "For `recall_at_target_precision`."),
    Field("f_beta", "1.0", POSITIVE, "Beta of the F score, and of the criterion `f_beta`."),
    Field(
        "positive_example_weight_mult",
        "1.0",
        Either({"balanced": "balanced", AUTO: 1.0}, POSITIVE),
        "Weight of positive rows in the loss; balanced: negatives / positives; auto: 1. Binary.",
    ),
    Field(
        "num_models",
        AUTO,
        auto(Integer(), 32),
        "Models trained at once. auto: 32. Tuned jobs: 1.",
    ),
    Field(
        "num_calibration_samples",
        "10000000",
        auto(Integer(), None),
        "Rows, from the first, that the threshold is set by. auto: all. Binary.",
    ),
    Field("init_method", "uniform", Choice(*get_args(InitMethod)), "How weights are drawn."),
    Field("init_scale", "0.07", POSITIVE, "uniform: from -init_scale to init_scale."),
    Field("init_sigma", "0.01", POSITIVE, "normal: standard deviation."),
    Field("init_bias", "0", Number(), "Initial bias."),
    Field("optimizer", AUTO, auto(Choice(*get_args(OptimizerName)), "adam"), "auto: adam."),
    Field(
        "loss",
        AUTO,
        auto(Choice(*get_args(LossName)), Derived(_first_loss)),
        "; ".join(
            f"{predictor}: {', '.join(f'`{name}`' for name in names)}"
            for predictor, names in LOSSES_OF.items()
        )
        + ". auto: the first of these.",
    ),
    Field(
        "wd",
        AUTO,
        Tried(NOT_NEGATIVE, 0.0001, 0.01, 1.0, 100.0),
        "L2 penalty. auto: 0.0001, 0.01, 1 and 100 are tried.",
    ),
    Field("l1", AUTO, auto(NOT_NEGATIVE, 0.0), "L1 penalty. auto: 0."),
    Field("momentum", AUTO, auto(BELOW_ONE, 0.0), "For sgd. auto: 0."),
    Field(
        "learning_rate",
        AUTO,
        Tried(POSITIVE, 0.005, 0.1),
        "Step size. auto: 0.005 and 0.1 are tried.",
    ),
    Field("beta_1", AUTO, auto(BELOW_ONE, 0.9), "For adam: decay of the first moment. auto: 0.9."),
    Field(
        "beta_2",
        AUTO,
        auto(BELOW_ONE, 0.999),
        "For adam: decay of the second moment. auto: 0.999.",
    ),
    Field(
        "bias_lr_mult",
        AUTO,
        auto(POSITIVE, 10.0),
        "The bias's rate is so many times. auto: 10.",
    ),
    Field("bias_wd_mult", AUTO, auto(NOT_NEGATIVE, 0.0), "Its wd is so many times. auto: 0."),
    Field("use_lr_scheduler", "true", Boolean(), "Whether the rate falls during training."),
    Field(
        "lr_scheduler_step",
        AUTO,
        Tried(Integer(), 10, 100),
        "Updates between two falls of the rate. auto: 10 and 100 are tried.",
    ),
    Field("lr_scheduler_factor", AUTO, auto(INSIDE_UNIT, 0.99), "A fall of the rate. auto: 0.99."),
    Field(
        "lr_scheduler_minimum_lr",
        AUTO,
        Tried(POSITIVE, 0.00001, 0.0001),
        "The rate falls no further. auto: 0.00001 and 0.0001 are tried.",
    ),
    Field(
        "normalize_data",
        "true",
        auto(Boolean(), True),
        "Divide features by deviation. auto: true.",
    ),
    Field("normalize_label", AUTO, auto(Boolean(), True), "Same of labels. Regressor; auto: true."),
    Field(
        "unbias_data",
        AUTO,
        auto(Boolean(), True),
        "Subtract the features' mean; only of dense data and with a bias. auto: true.",
    ),
    Field("unbias_label", AUTO, auto(Boolean(), True), "Same of labels. Regressor; auto: true."),
    Field(
        "num_point_for_scaler",
        "10000",
        Integer(),
        "Means and deviations are those of the batches until more rows than these were seen.",
    ),
    Field(
        "early_stopping_patience",
        "3",
        Integer(),
        "Training stops after more epochs in a row than these that brought too little.",
    ),
    Field(
        "early_stopping_tolerance",
        "0.001",
        POSITIVE,
        "Too little is a smaller gain than this share of the criterion's value an epoch before.",
    ),
    Field("margin", "1.0", NOT_NEGATIVE, "For `hinge_loss`."),
    Field("quantile", "0.5", INSIDE_UNIT, "For `quantile_loss`."),
    Field("loss_insensitivity", "0.01", POSITIVE, "For the two `eps_insensitive` losses."),
    Field("huber_delta", "1.0", NOT_NEGATIVE, "For `huber_loss`."),
    Field("accuracy_top_k", "3", Integer(), "k of the score top-k accuracy. Multiclass."),
    Field(
        "balance_multiclass_weights",
        "false",
        Boolean(),
        "Whether classes weigh 1 / their share of the rows. Multiclass.",
    ),
    Field("_kvstore", AUTO, Text(), _INTERNAL),
    Field("_num_gpus", AUTO, Text(), _INTERNAL),
    Field("_num_kv_servers", AUTO, Text(), _INTERNAL),
    Field("_log_level", "info", Text(), _INTERNAL),
    Field("_tuning_objective_metric", "", Text(), "Set in the jobs of a tuning job."),
    Field("_enable_profiler", "false", Text(), _INTERNAL),
)

DEFAULT_INPUT = {field.name: field.default for field in FIELDS if field.default is not None}
"""What the container prints as its default configuration."""

_FORMER = ("_data_format", "force_dense")
"""Internal keys of 2018: still accepted, and not printed among the defaults."""

MIN_CLASSES = 3
"""Of a multiclass classifier."""


def parse_hyperparameters(texts: Mapping[str, str]) -> Hyperparameters:
    """The hyperparameters of a job from those of its request. Raises `HyperparameterError`."""
    values = read(FIELDS, texts, ignored=_FORMER)
    if values["_tuning_objective_metric"]:
        # A tuning job tries the settings itself: one model each, whatever `num_models` says.
        values["num_models"] = 1
    hyperparameters = typed(Hyperparameters, values)
    _check_combinations(hyperparameters)
    return hyperparameters


def _check_combinations(hyperparameters: Hyperparameters) -> None:
    """What no schema of single values can say; the container's own words are not known."""
    predictor, classes = hyperparameters.predictor_type, hyperparameters.num_classes
    if predictor == "multiclass_classifier" and classes < MIN_CLASSES:
        # The sentence of the SageMaker Python SDK.
        raise invalid(
            "For predictor_type 'multiclass_classifier', 'num_classes' should be set to a value "
            "greater than 2.",
            f"{classes} is less than the minimum of {MIN_CLASSES}",
        )
    if hyperparameters.loss not in LOSSES_OF[predictor]:
        raise refused("loss", hyperparameters.loss, Choice(AUTO, *LOSSES_OF[predictor]).schema)
