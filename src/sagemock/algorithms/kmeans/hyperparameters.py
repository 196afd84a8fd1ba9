"""The hyperparameters of a job, as the algorithm takes them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

InitMethod = Literal["random", "kmeans++"]

Metric = Literal["msd", "ssd"]
"""Scores: the mean, and the sum, of squared distances to the nearest center."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KMeansHyperparameters:
    """The values of a job. Defaults and ranges are in the container's table.

    Attributes
    ----------
    k
        Clusters of the model.
    feature_dim
        Columns of the data.
    mini_batch_size
        Rows of a batch; the last batch of a pass may have fewer.
    epochs
        Passes over the train channel.
    init_method
        How the first working centers are chosen: `random` or `kmeans++`.
    extra_center_factor
        Working centers for each cluster of the model.
    half_life_time_size
        Rows after which the weight of a row has halved; 0 for never.
    local_lloyd_init_method
        How the first centers of an attempt at the reduction are chosen: `random` or `kmeans++`.
    local_lloyd_max_iter, local_lloyd_num_trials, local_lloyd_tol
        Steps of an attempt, at most; attempts; and the relative gain of a step that ends one.
    eval_metrics
        Scores of the test channel, `msd` and `ssd`, in the order of the log.
    """

    k: int
    feature_dim: int
    mini_batch_size: int
    epochs: int
    init_method: InitMethod
    extra_center_factor: int
    half_life_time_size: int
    local_lloyd_init_method: InitMethod
    local_lloyd_max_iter: int
    local_lloyd_num_trials: int
    local_lloyd_tol: float
    eval_metrics: tuple[Metric, ...]
