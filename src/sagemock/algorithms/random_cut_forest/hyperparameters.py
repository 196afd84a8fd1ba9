"""The hyperparameters of a job, as the algorithm takes them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

AnomalyMetric = Literal["accuracy", "precision_recall_fscore"]
"""Scores of the test channel; the second one stands for three."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RandomCutForestHyperparameters:
    """The values of a job. Defaults and ranges are in the container's table.

    Attributes
    ----------
    feature_dim
        Columns of the data.
    num_trees
        Trees in the forest.
    num_samples_per_tree
        Rows of each tree.
    eval_metrics
        Scores of the test channel, in the order of the log.
    mini_batch_size
        Rows of a batch; the last batch of a pass may have fewer.
    epochs
        Passes over the train channel.
    """

    feature_dim: int
    num_trees: int
    num_samples_per_tree: int
    eval_metrics: tuple[AnomalyMetric, ...]
    mini_batch_size: int
    epochs: int
