"""What all losses have in common: value, derivative and link.

Margins z are (rows, models): a column for each candidate model. Labels y are (rows, 1), or
(rows,) for the losses of classes. With several classes the columns of margins are those of
class 0 for every model, then those of class 1, and so on. All arrays are float32.
"""

from __future__ import annotations

from typing import ClassVar, Self

from sagemock.algorithms.base import FloatArray
from sagemock.algorithms.linear_learner.hyperparameters import (
    LinearLearnerHyperparameters,
    LossName,
)


class Loss:
    """A loss of margins and labels.

    Attributes
    ----------
    name
        The value of the hyperparameter `loss`.
    objective
        What the log calls its mean.
    optimised
        What is minimised is this multiple of the logged value.
    outputs
        How many margins a model has for a row.
    """

    name: ClassVar[LossName]
    objective: ClassVar[str]
    optimised: ClassVar[float] = 1.0
    outputs: int = 1

    @classmethod
    def of(cls, hyperparameters: LinearLearnerHyperparameters) -> Self:  # noqa: ARG003
        """The loss with the hyperparameters of a job that it depends on."""
        return cls()

    def value(self, margins: FloatArray, labels: FloatArray) -> FloatArray:
        """The losses of the rows (rows, models), as the log shows them."""
        raise NotImplementedError

    def differentiate(self, margins: FloatArray, labels: FloatArray) -> FloatArray:
        """Overwrite `margins` with the derivative of each row's loss, and return the losses.

        The losses are (rows, models), as the log shows them. One pass computes both, since they
        share most of their terms.
        """
        raise NotImplementedError

    @staticmethod
    def link(margins: FloatArray) -> FloatArray:
        """The scores (rows, outputs) of the margins (rows, outputs) of one model."""
        return margins
