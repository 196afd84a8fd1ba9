"""The events of a training run, from which the container writes its log."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BatchesSummed:
    """All hosts have passed over their train channel.

    Attributes
    ----------
    epoch
        Counted from 0.
    epochs
        Of the job.
    rows
        Rows of each host.
    """

    epoch: int
    epochs: int
    rows: Sequence[int]


@dataclass(frozen=True, slots=True)
class SummingInterrupted:
    """Training was asked to stop, after so many mini-batches of all hosts."""

    batches: int


@dataclass(frozen=True, slots=True)
class ComponentsComputed:
    """The components have been computed from the sums of all hosts."""


@dataclass(frozen=True, slots=True)
class Reconstructed:
    """The model has been scored on the test channel.

    Attributes
    ----------
    error
        The mean squared distance of the rows to what their projections stand for; None without
        such a channel.
    rows
        Rows of each host.
    """

    error: float | None
    rows: Sequence[int]


Event = BatchesSummed | SummingInterrupted | ComponentsComputed | Reconstructed
