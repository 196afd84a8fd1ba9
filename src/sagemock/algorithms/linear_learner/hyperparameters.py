"""The hyperparameters of a job, as the algorithm takes them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

OF_ERROR = (
    "squared_loss",
    "absolute_loss",
    "eps_insensitive_squared_loss",
    "eps_insensitive_absolute_loss",
    "quantile_loss",
    "huber_loss",
)
"""The losses of the difference between score and label."""

LOSSES: Mapping[str, tuple[str, ...]] = {
    "binary_classifier": ("logistic", "hinge_loss", *OF_ERROR),
    "multiclass_classifier": ("softmax_loss",),
    "regressor": OF_ERROR,
}
"""The losses of each predictor; the first one is what `auto` means.

The guide lists only `logistic` and `hinge_loss` for binary classifiers, but recorded jobs have
trained them with the losses of regressors.
"""


class Hyperparameters(Mapping[str, Any]):
    """The values of a job by name: numbers, booleans and words; None stands for `auto`."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = dict(values)

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
