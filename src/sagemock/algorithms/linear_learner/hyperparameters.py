"""The hyperparameters of a job, as the algorithm takes them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from sagemock.algorithms.base import Sharded

PredictorType = Literal["binary_classifier", "multiclass_classifier", "regressor"]

LossName = Literal[
    "logistic",
    "hinge_loss",
    "squared_loss",
    "absolute_loss",
    "eps_insensitive_squared_loss",
    "eps_insensitive_absolute_loss",
    "quantile_loss",
    "huber_loss",
    "softmax_loss",
]

Criterion = Literal[
    "accuracy",
    "f_beta",
    "precision_at_target_recall",
    "recall_at_target_precision",
    "loss_function",
    # Names that the SDK still accepts.
    "f1",
    "cross_entropy_loss",
]

OptimizerName = Literal["sgd", "adam", "rmsprop"]

InitMethod = Literal["uniform", "normal"]

OF_ERROR: tuple[LossName, ...] = (
    "squared_loss",
    "absolute_loss",
    "eps_insensitive_squared_loss",
    "eps_insensitive_absolute_loss",
    "quantile_loss",
    "huber_loss",
)
"""The losses of the difference between score and label."""

LOSSES_OF: Mapping[PredictorType, tuple[LossName, ...]] = {
    "binary_classifier": ("logistic", "hinge_loss", *OF_ERROR),
    "multiclass_classifier": ("softmax_loss",),
    "regressor": OF_ERROR,
}
"""The losses of each predictor; the first one is the default.

The guide lists only `logistic` and `hinge_loss` for binary classifiers, but recorded jobs have
trained them with the losses of regressors.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinearLearnerHyperparameters:
    """The values of a job. Only the number of columns may depend on the data.

    Defaults and ranges are in the container's table.

    Attributes
    ----------
    predictor_type, num_classes
        What the labels are; the number of classes is for multiclass classifiers only.
    feature_dim
        Columns of the data; None to take the number from the train channel (see `columns`).
    mini_batch_size
        Rows of a batch, on each host.
    epochs
        Maximum number of passes over the train channel.
    use_bias
        Whether models have a bias.
    binary_classifier_model_selection_criteria
        By what the best binary classifier is selected on the validation channel.
    target_recall, target_precision, f_beta
        Parameters of these criteria; `f_beta` is also that of the F scores of all classifiers.
    positive_example_weight_mult
        The weight of a positive row; `balanced` for negatives / positives.
    num_models
        Models that are trained at once.
    num_calibration_samples
        The first rows, from which the threshold is computed; None for all.
    init_method, init_scale, init_sigma, init_bias
        The distribution of the initial weights, and the initial bias.
    optimizer, momentum, beta_1, beta_2
        `momentum` is for `sgd`, the betas are for `adam`.
    loss
        One of those of the predictor (`LOSSES_OF`).
    margin, quantile, loss_insensitivity, huber_delta
        Parameters of `hinge_loss`, `quantile_loss`, the two `eps_insensitive` losses and
        `huber_loss`.
    wd, learning_rate, lr_scheduler_minimum_lr, lr_scheduler_step
        One or more values to try; the candidate models have all combinations of them.
    l1
        L1 penalty.
    bias_lr_mult, bias_wd_mult
        Factors of the bias's learning rate and weight decay.
    use_lr_scheduler, lr_scheduler_factor
        Whether the learning rate falls, and the factor of each fall.
    normalize_data, unbias_data, normalize_label, unbias_label
        Whether deviations become 1 and means 0; for labels only with a regressor.
    num_point_for_scaler
        The scaler is computed from full batches until there are more rows than this.
    early_stopping_patience, early_stopping_tolerance
        See `EarlyStopping`.
    accuracy_top_k, balance_multiclass_weights
        For multiclass classifiers: k of the top-k accuracy, and whether the weight of a class is
        1 / its share.
    """

    predictor_type: PredictorType
    num_classes: int
    feature_dim: int | None
    mini_batch_size: int
    epochs: int
    use_bias: bool
    binary_classifier_model_selection_criteria: Criterion
    target_recall: float
    target_precision: float
    f_beta: float
    positive_example_weight_mult: float | Literal["balanced"]
    num_models: int
    num_calibration_samples: int | None
    init_method: InitMethod
    init_scale: float
    init_sigma: float
    init_bias: float
    optimizer: OptimizerName
    loss: LossName
    wd: tuple[float, ...]
    l1: float
    momentum: float
    learning_rate: tuple[float, ...]
    beta_1: float
    beta_2: float
    bias_lr_mult: float
    bias_wd_mult: float
    use_lr_scheduler: bool
    lr_scheduler_step: tuple[int, ...]
    lr_scheduler_factor: float
    lr_scheduler_minimum_lr: tuple[float, ...]
    normalize_data: bool
    normalize_label: bool
    unbias_data: bool
    unbias_label: bool
    num_point_for_scaler: int
    early_stopping_patience: int
    early_stopping_tolerance: float
    margin: float
    quantile: float
    loss_insensitivity: float
    huber_delta: float
    accuracy_top_k: int
    balance_multiclass_weights: bool

    def columns(self, train: Sharded) -> int:
        """The columns that all channels must have: `feature_dim`, or those of the train channel."""
        return self.feature_dim or train.datasets[0].columns
