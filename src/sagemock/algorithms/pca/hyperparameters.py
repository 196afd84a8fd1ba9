"""The hyperparameters of a job, as the algorithm takes them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Mode = Literal["regular", "randomized"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PCAHyperparameters:
    """The values of a job. Defaults and ranges are in the container's table.

    Attributes
    ----------
    feature_dim
        Columns of the data.
    mini_batch_size
        Rows of a batch; the last batch of a pass may have fewer.
    num_components
        Components of the model.
    algorithm_mode
        `regular` is exact; `randomized` needs less memory when there are many columns.
    extra_components
        Rows of the sketch of `randomized` beside one for each component.
    subtract_mean
        Whether the mean of the rows is subtracted from each of them.
    epochs
        Passes over the train channel.
    """

    feature_dim: int
    mini_batch_size: int
    num_components: int
    algorithm_mode: Mode
    extra_components: int
    subtract_mean: bool
    epochs: int
