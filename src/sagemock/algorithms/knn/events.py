"""The events of a training run, from which the container writes its log."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from sagemock.algorithms.sampling import SamplingBegan, SamplingInterrupted, SamplingPassEnded

IndexStep = Literal["train", "add", "search"]
"""What is done with the index: it is trained, rows are added, a batch is searched for."""


@dataclass(frozen=True, slots=True)
class SampleRequested:
    """The first host asks a host, counted from 0, for its sample."""

    host: int


@dataclass(frozen=True, slots=True)
class SampleReceived:
    """The first host has got the sample of a host.

    Attributes
    ----------
    rows, columns
        Of the sample.
    missing
        Numbers that are NaN.
    """

    host: int
    rows: int
    columns: int
    missing: int


@dataclass(frozen=True, slots=True)
class IndexStepBegan:
    """A step begins."""

    step: IndexStep


@dataclass(frozen=True, slots=True)
class IndexStepEnded:
    """A step has ended."""

    step: IndexStep


@dataclass(frozen=True, slots=True)
class IndexBuilt:
    """The index is complete."""


@dataclass(frozen=True, slots=True)
class IndexEvaluated:
    """The model has been scored on the test channel of the first host.

    Attributes
    ----------
    scores
        By name, in the order of the log; None without such a channel.
    rows
        Rows of the channel.
    """

    scores: Mapping[str, float] | None
    rows: int


KNNEvent = (
    SamplingBegan
    | SamplingPassEnded
    | SamplingInterrupted
    | SampleRequested
    | SampleReceived
    | IndexStepBegan
    | IndexStepEnded
    | IndexBuilt
    | IndexEvaluated
)
