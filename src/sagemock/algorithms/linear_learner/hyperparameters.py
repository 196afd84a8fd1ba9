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
"""The losses of each predictor; the first one is its usual one.

The guide lists only `logistic` and `hinge_loss` for binary classifiers, but recorded jobs have
trained them with the losses of regressors.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinearLearnerHyperparameters:
    """Typed values, of which only the number of columns may be left to the data.

    There are no defaults: those are in the container's table, which also says in what ranges the
    values are.

    Attributes
    ----------
    predictor_type, num_classes
        What the labels are; the number counts for multiclass classifiers only.
    feature_dim
        Columns of the data; None for those that the train channel has (see `columns`).
    mini_batch_size
        Rows of a batch, on each host.
    epochs
        Passes over the train channel, at most.
    use_bias
        Whether models have an intercept.
    binary_classifier_model_selection_criteria
        What the validation channel chooses a binary classifier by.
    target_recall, target_precision, f_beta
        What these criteria depend on. f_beta: of the F scores of all classifiers, too.
    positive_example_weight_mult
        What a positive row weighs; `balanced` for negatives / positives.
    num_models
        Models that are trained at once.
    num_calibration_samples
        Rows, from the first, that the threshold is set by; None for all.
    init_method, init_scale, init_sigma, init_bias
        How weights are drawn, and where the bias begins.
    optimizer, momentum, beta_1, beta_2
        momentum: of `sgd`. The betas: of `adam`.
    loss
        One of those of the predictor (`LOSSES_OF`).
    margin, quantile, loss_insensitivity, huber_delta
        What `hinge_loss`, `quantile_loss`, the two `eps_insensitive` losses and `huber_loss`
        depend on.
    wd, learning_rate, lr_scheduler_minimum_lr, lr_scheduler_step
        Values to try, one or more, of which the candidate models have all combinations.
    l1
        L1 penalty.
    bias_lr_mult, bias_wd_mult
        What the bias's learning rate and weight decay are multiplied by.
    use_lr_scheduler, lr_scheduler_factor
        Whether the learning rate falls, and by what it is multiplied then.
    normalize_data, unbias_data, normalize_label, unbias_label
        Whether deviations become 1 and means 0; of labels only with a regressor.
    num_point_for_scaler
        The scaler is computed from full batches, until more rows than these were seen.
    early_stopping_patience, early_stopping_tolerance
        See `EarlyStopping`.
    accuracy_top_k, balance_multiclass_weights
        Of multiclass classifiers: k of a score, and whether classes weigh 1 / their share.
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
        """The columns that all channels must have, by the train channel where that decides."""
        return self.feature_dim or train.datasets[0].columns
