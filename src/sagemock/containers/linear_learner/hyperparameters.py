"""Linear Learner's hyperparameters: one table for types, ranges, defaults and reference.

Sources: the page *Linear Learner Hyperparameters* of the SageMaker developer guide; the checks of
the SageMaker Python SDK where they allow more; for the texts of the defaults, what the container
prints as `default-input.json`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, get_args

from sagemock.algorithms.linear_learner.hyperparameters import (
    LOSSES_OF,
    Criterion,
    InitMethod,
    LinearLearnerHyperparameters,
    LossName,
    OptimizerName,
    PredictorType,
)
from sagemock.containers.first_party.hyperparameters import (
    Hyperparameter,
    invalid,
    read,
    refused,
    typed,
)
from sagemock.containers.first_party.kinds import (
    AUTO,
    Boolean,
    Choice,
    Derived,
    Either,
    Integer,
    Number,
    Text,
    ValueKind,
    auto,
)

POSITIVE = Number(0, open_low=True)
NOT_NEGATIVE = Number(0)
UNIT = Number(0, 1)
BELOW_ONE = Number(0, 1, open_high=True)
INSIDE_UNIT = Number(0, 1, open_low=True, open_high=True)


class Tried(Either):
    """Values to try, each in models of its own: that of the job, or for `auto` several."""

    def __init__(self, kind: ValueKind, *values: float) -> None:
        super().__init__({AUTO: values}, kind)

    def read(self, text: str) -> tuple[float, ...]:
        """The values to try."""
        value = super().read(text)
        return value if text == AUTO else (value,)


def _first_loss(values: Mapping[str, Any]) -> str:
    return LOSSES_OF[values["predictor_type"]][0]


_INTERNAL = "Internal to the container: printed in the log, without effect."

FIELDS: Sequence[Hyperparameter] = (
    Hyperparameter(
        "predictor_type", None, Choice(*get_args(PredictorType)), "What the labels are."
    ),
    Hyperparameter(
        "num_classes",
        "1",
        Integer(),
        "Classes, numbered from 0. Multiclass only: required, 3 or more.",
    ),
    # For None, `LinearLearnerHyperparameters.columns` counts those of the data.
    Hyperparameter(
        "feature_dim",
        AUTO,
        auto(Integer(), None),
        "Columns of the data. auto: as in the train channel.",
    ),
    Hyperparameter("mini_batch_size", "1000", Integer(), "Rows of a batch, on each host."),
    Hyperparameter("epochs", "15", Integer(), "Maximum number of passes over the train channel."),
    Hyperparameter("use_bias", "true", Boolean(), "Whether models have a bias."),
    Hyperparameter(
        "binary_classifier_model_selection_criteria",
        "accuracy",
        Choice(*get_args(Criterion)),
        "Criterion by which the best model and its threshold are selected. Binary only.",
    ),
    Hyperparameter("target_recall", "0.8", UNIT, "For `precision_at_target_recall`."),
    Hyperparameter("target_precision", "0.8", UNIT, "For `recall_at_target_precision`."),
    Hyperparameter(
        "f_beta", "1.0", POSITIVE, "Beta of the F scores, and of the criterion `f_beta`."
    ),
    Hyperparameter(
        "positive_example_weight_mult",
        "1.0",
        Either({"balanced": "balanced", AUTO: 1.0}, POSITIVE),
        "Weight of positive rows. balanced: negatives / positives; auto: 1. Binary only.",
    ),
    Hyperparameter(
        "num_models",
        AUTO,
        auto(Integer(), 32),
        "Models trained in parallel. auto: 32. 1 in the jobs of a tuning job.",
    ),
    Hyperparameter(
        "num_calibration_samples",
        "10000000",
        auto(Integer(), None),
        "Number of rows that the threshold is computed from. auto: all. Binary only.",
    ),
    Hyperparameter(
        "init_method",
        "uniform",
        Choice(*get_args(InitMethod)),
        "Distribution of the initial weights.",
    ),
    Hyperparameter("init_scale", "0.07", POSITIVE, "For uniform: from -init_scale to init_scale."),
    Hyperparameter("init_sigma", "0.01", POSITIVE, "For normal: the standard deviation."),
    Hyperparameter("init_bias", "0", Number(), "Initial bias."),
    Hyperparameter(
        "optimizer",
        AUTO,
        auto(Choice(*get_args(OptimizerName)), "adam"),
        "How parameters are updated. auto: adam.",
    ),
    Hyperparameter(
        "loss",
        AUTO,
        auto(Choice(*get_args(LossName)), Derived(_first_loss)),
        "; ".join(
            f"{predictor}: {', '.join(f'`{name}`' for name in names)}"
            for predictor, names in LOSSES_OF.items()
        )
        + ". auto: the first of these.",
    ),
    Hyperparameter(
        "wd",
        AUTO,
        Tried(NOT_NEGATIVE, 0.0001, 0.01, 1.0, 100.0),
        "L2 penalty. auto: 0.0001, 0.01, 1 and 100 are tried.",
    ),
    Hyperparameter("l1", AUTO, auto(NOT_NEGATIVE, 0.0), "L1 penalty. auto: 0."),
    Hyperparameter("momentum", AUTO, auto(BELOW_ONE, 0.0), "For sgd. auto: 0."),
    Hyperparameter(
        "learning_rate",
        AUTO,
        Tried(POSITIVE, 0.005, 0.1),
        "Step size. auto: 0.005 and 0.1 are tried.",
    ),
    Hyperparameter(
        "beta_1", AUTO, auto(BELOW_ONE, 0.9), "For adam: decay of the first moment. auto: 0.9."
    ),
    Hyperparameter(
        "beta_2",
        AUTO,
        auto(BELOW_ONE, 0.999),
        "For adam: decay of the second moment. auto: 0.999.",
    ),
    Hyperparameter(
        "bias_lr_mult",
        AUTO,
        auto(POSITIVE, 10.0),
        "Factor of the learning rate of the bias. auto: 10.",
    ),
    Hyperparameter(
        "bias_wd_mult",
        AUTO,
        auto(NOT_NEGATIVE, 0.0),
        "Factor of the weight decay of the bias. auto: 0.",
    ),
    Hyperparameter(
        "use_lr_scheduler", "true", Boolean(), "Whether the learning rate falls during training."
    ),
    Hyperparameter(
        "lr_scheduler_step",
        AUTO,
        Tried(Integer(), 10, 100),
        "Updates between two falls of the learning rate. auto: 10 and 100 are tried.",
    ),
    Hyperparameter(
        "lr_scheduler_factor", AUTO, auto(INSIDE_UNIT, 0.99), "Factor of each fall. auto: 0.99."
    ),
    Hyperparameter(
        "lr_scheduler_minimum_lr",
        AUTO,
        Tried(POSITIVE, 0.00001, 0.0001),
        "Minimum learning rate. auto: 0.00001 and 0.0001 are tried.",
    ),
    Hyperparameter(
        "normalize_data",
        "true",
        auto(Boolean(), True),
        "Whether features are divided by their deviation. auto: true.",
    ),
    Hyperparameter(
        "normalize_label",
        AUTO,
        auto(Boolean(), True),
        "Whether labels are divided by their deviation. Regressor only. auto: true.",
    ),
    Hyperparameter(
        "unbias_data",
        AUTO,
        auto(Boolean(), True),
        "Whether the mean is subtracted from features; only dense ones, with a bias. auto: true.",
    ),
    Hyperparameter(
        "unbias_label",
        AUTO,
        auto(Boolean(), True),
        "Whether the mean is subtracted from labels. Regressor only. auto: true.",
    ),
    Hyperparameter(
        "num_point_for_scaler",
        "10000",
        Integer(),
        "Means and deviations are computed from the first batches with more rows than this.",
    ),
    Hyperparameter(
        "early_stopping_patience",
        "3",
        Integer(),
        "Training stops after more epochs in a row than this without enough gain.",
    ),
    Hyperparameter(
        "early_stopping_tolerance",
        "0.001",
        POSITIVE,
        "A gain is enough if it exceeds this share of the criterion's previous value.",
    ),
    Hyperparameter("margin", "1.0", NOT_NEGATIVE, "For `hinge_loss`."),
    Hyperparameter("quantile", "0.5", INSIDE_UNIT, "For `quantile_loss`."),
    Hyperparameter("loss_insensitivity", "0.01", POSITIVE, "For the two `eps_insensitive` losses."),
    Hyperparameter("huber_delta", "1.0", NOT_NEGATIVE, "For `huber_loss`."),
    Hyperparameter("accuracy_top_k", "3", Integer(), "k of the top-k accuracy. Multiclass only."),
    Hyperparameter(
        "balance_multiclass_weights",
        "false",
        Boolean(),
        "Whether a class weighs 1 / its share of the rows. Multiclass only.",
    ),
    Hyperparameter("_kvstore", AUTO, Text(), _INTERNAL),
    Hyperparameter("_num_gpus", AUTO, Text(), _INTERNAL),
    Hyperparameter("_num_kv_servers", AUTO, Text(), _INTERNAL),
    Hyperparameter("_log_level", "info", Text(), _INTERNAL),
    Hyperparameter("_tuning_objective_metric", "", Text(), "Set in the jobs of a tuning job."),
    Hyperparameter("_enable_profiler", "false", Text(), _INTERNAL),
)

DEFAULT_INPUT = {field.name: field.default for field in FIELDS if field.default is not None}
"""What the container prints as its default configuration."""

_OBSOLETE = ("_data_format", "force_dense")
"""Internal names of 2018: still accepted, but not printed with the defaults."""

MIN_CLASSES = 3
"""The minimum of a multiclass classifier."""


def parse_hyperparameters(texts: Mapping[str, str]) -> LinearLearnerHyperparameters:
    """Parse the hyperparameters of a request. Raises `HyperparameterError`.

    Examples
    --------
    >>> job = parse_hyperparameters({"predictor_type": "regressor", "epochs": "3"})
    >>> job.epochs, job.loss, job.learning_rate
    (3, 'squared_loss', (0.005, 0.1))
    """
    values = read(FIELDS, texts, ignored=_OBSOLETE)
    if values["_tuning_objective_metric"]:
        # A tuning job tries the settings itself: each job trains one model.
        values["num_models"] = 1
    hyperparameters = typed(LinearLearnerHyperparameters, values)
    _check_combinations(hyperparameters)
    return hyperparameters


def _check_combinations(hyperparameters: LinearLearnerHyperparameters) -> None:
    """Checks across hyperparameters; the container's own messages are not known."""
    predictor, classes = hyperparameters.predictor_type, hyperparameters.num_classes
    if predictor == "multiclass_classifier" and classes < MIN_CLASSES:
        # The message of the SageMaker Python SDK.
        raise invalid(
            "For predictor_type 'multiclass_classifier', 'num_classes' should be set to a value "
            "greater than 2.",
            f"{classes} is less than the minimum of {MIN_CLASSES}",
        )
    if hyperparameters.loss not in LOSSES_OF[predictor]:
        raise refused("loss", hyperparameters.loss, Choice(AUTO, *LOSSES_OF[predictor]).schema)
