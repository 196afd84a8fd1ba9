"""The hyperparameters of a job, as the algorithm takes them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

PredictorType = Literal["binary_classifier", "regressor"]
InitMethod = Literal["uniform", "normal", "constant"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FactorizationMachinesHyperparameters:
    """The values of a job. Defaults and ranges are in the container's table.

    Those of the three kinds of parameters begin with `bias`, `linear` and `factors`.

    Attributes
    ----------
    feature_dim
        Columns of the data.
    num_factors
        Length of the factor vector of each column.
    predictor_type
        What the labels are: `binary_classifier`, for 0 and 1, or `regressor`.
    epochs
        Passes over the train channel.
    mini_batch_size
        Rows of a batch on each host.
    use_bias, use_linear
        Whether the model has these terms.
    bias_lr, linear_lr, factors_lr
        Step sizes.
    bias_wd, linear_wd, factors_wd
        L2 penalties.
    bias_init_method, linear_init_method, factors_init_method
        Distributions of the initial values: `uniform`, `normal` or `constant`.
    bias_init_sigma, linear_init_sigma, factors_init_sigma
        Standard deviations, for `normal`.
    bias_init_scale, linear_init_scale, factors_init_scale
        For `uniform`: from the negative of it to it; None for the algorithm's default.
    bias_init_value, linear_init_value, factors_init_value
        For `constant`; None for 0.
    clip_gradient
        Each component of a gradient is limited to this size; None for no limit.
    eps
        Added to the denominator of a step; None for the optimizer's default.
    rescale_grad
        Factor of the sum of the gradients of a batch; None for their mean.
    batch_metrics_publish_interval
        Batches from one report of the train scores to the next.
    """

    feature_dim: int
    num_factors: int
    predictor_type: PredictorType
    epochs: int
    mini_batch_size: int
    use_bias: bool
    use_linear: bool
    bias_lr: float
    linear_lr: float
    factors_lr: float
    bias_wd: float
    linear_wd: float
    factors_wd: float
    bias_init_method: InitMethod
    bias_init_sigma: float
    bias_init_scale: float | None
    bias_init_value: float | None
    linear_init_method: InitMethod
    linear_init_sigma: float
    linear_init_scale: float | None
    linear_init_value: float | None
    factors_init_method: InitMethod
    factors_init_sigma: float
    factors_init_scale: float | None
    factors_init_value: float | None
    clip_gradient: float | None
    eps: float | None
    rescale_grad: float | None
    batch_metrics_publish_interval: int
