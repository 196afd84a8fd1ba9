"""The ranges of hyperparameters, each mapped to the unit interval, where strategies search.

Scaling types are those of HyperParameterScalingType; see
https://docs.aws.amazon.com/sagemaker/latest/dg/automatic-model-tuning-define-ranges.html.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Scaling = Literal["Linear", "Logarithmic", "ReverseLogarithmic"]

LOG_FROM = 1000.0
"""From which ratio of its ends on a range with `Auto` is searched on a logarithmic scale."""


def resolved(scaling: str, low: float, high: float) -> Scaling:
    """The scaling of a range; `Auto` depends on its ends.

    >>> resolved("Auto", 0.001, 1.0), resolved("Auto", 0.0, 1.0)
    ('Logarithmic', 'Linear')
    """
    if scaling == "Logarithmic" or (scaling == "Auto" and 0 < low <= high / LOG_FROM):
        return "Logarithmic"
    return "ReverseLogarithmic" if scaling == "ReverseLogarithmic" else "Linear"


@dataclass(frozen=True, slots=True)
class ContinuousParameter:
    """A range of numbers, both ends included.

    Attributes
    ----------
    name
        The name of the hyperparameter.
    low, high
        The ends. Logarithmic scaling needs `low > 0`, ReverseLogarithmic `0 <= low` and `high < 1`.
    scaling
        How the unit interval is mapped to the range.
    """

    name: str
    low: float
    high: float
    scaling: Scaling = "Linear"

    @property
    def count(self) -> float:
        """How many values there are."""
        return math.inf if self.low < self.high else 1.0

    def text(self, unit: float) -> str:
        """The value at a position in 0..1, as training jobs get it.

        >>> ContinuousParameter("x", 0.5, 8.0, "Logarithmic").text(0.5)
        '2.0'
        """
        low, high = self._scaled(self.low), self._scaled(self.high)
        value = self._unscaled(low + unit * (high - low))
        return repr(min(max(value, self.low), self.high))

    def unit(self, text: str) -> float:
        """The position in 0..1 of a value; values out of the range count as its ends.

        >>> ContinuousParameter("x", 0.0, 4.0).unit("1.0")
        0.25
        """
        low, high = self._scaled(self.low), self._scaled(self.high)
        value = self._scaled(min(max(float(text), self.low), self.high))
        return (value - low) / (high - low) if high > low else 0.5

    def _scaled(self, value: float) -> float:
        if self.scaling == "Logarithmic":
            return math.log(value)
        return -math.log1p(-value) if self.scaling == "ReverseLogarithmic" else value

    def _unscaled(self, value: float) -> float:
        if self.scaling == "Logarithmic":
            return math.exp(value)
        return -math.expm1(-value) if self.scaling == "ReverseLogarithmic" else value


@dataclass(frozen=True, slots=True)
class IntegerParameter:
    """A range of integers, both ends included and, on a linear scale, all equally likely.

    Attributes
    ----------
    name
        The name of the hyperparameter.
    low, high
        The ends. Logarithmic scaling needs `low > 0`.
    scaling
        `Linear` or `Logarithmic`.
    """

    name: str
    low: int
    high: int
    scaling: Scaling = "Linear"

    @property
    def count(self) -> float:
        """How many values there are."""
        return float(self.high - self.low + 1)

    @property
    def _numbers(self) -> ContinuousParameter:
        """The numbers that round to the integers of the range."""
        return ContinuousParameter(self.name, self.low - 0.5, self.high + 0.5, self.scaling)

    def text(self, unit: float) -> str:
        """The value at a position in 0..1, as training jobs get it.

        >>> [IntegerParameter("x", 1, 2).text(unit) for unit in (0.0, 0.49, 0.51, 1.0)]
        ['1', '1', '2', '2']
        """
        value = math.floor(float(self._numbers.text(unit)) + 0.5)
        return str(min(max(value, self.low), self.high))

    def unit(self, text: str) -> float:
        """The position in 0..1 of a value."""
        return self._numbers.unit(text)


@dataclass(frozen=True, slots=True)
class CategoricalParameter:
    """A list of values without order."""

    name: str
    values: Sequence[str]

    @property
    def count(self) -> float:
        """How many values there are."""
        return float(len(self.values))

    def text(self, unit: float) -> str:
        """The value at a position in 0..1.

        >>> CategoricalParameter("x", ("a", "b")).text(0.7)
        'b'
        """
        return self.values[min(int(unit * len(self.values)), len(self.values) - 1)]


Parameter = ContinuousParameter | IntegerParameter | CategoricalParameter
