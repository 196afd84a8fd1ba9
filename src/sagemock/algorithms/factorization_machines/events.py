"""The events of a training run, from which the container writes its log."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sagemock.algorithms.base import Score

Scores = Sequence[Score]


@dataclass(frozen=True, slots=True)
class NetworkBuilt:
    """The parameters have their initial values.

    Attributes
    ----------
    sparse
        Whether only the columns of a batch are updated with it.
    """

    sparse: bool


@dataclass(frozen=True, slots=True)
class BatchesScored:
    """The train scores of the batches of an epoch so far.

    Attributes
    ----------
    batch
        The last of them, from 0.
    hosts
        The scores of each host; None for one whose epoch has fewer batches.
    """

    epoch: int
    batch: int
    hosts: Sequence[Scores | None]


@dataclass(frozen=True, slots=True)
class EpochScored:
    """An epoch has ended.

    Attributes
    ----------
    epoch, epochs
        Its number, from 0, and how many there are.
    hosts
        The train scores of each host over all batches of the epoch, each batch scored before its
        update.
    rows
        Rows of each host.
    """

    epoch: int
    epochs: int
    hosts: Sequence[Scores]
    rows: Sequence[int]


@dataclass(frozen=True, slots=True)
class MachineInterrupted:
    """Training was asked to stop, after a number of batches over all epochs."""

    batches: int


@dataclass(frozen=True, slots=True)
class Finalized:
    """The model is complete."""


@dataclass(frozen=True, slots=True)
class ChannelTested:
    """The model has been scored on the test channel.

    Attributes
    ----------
    scores
        None without such a channel.
    rows
        Rows of the channel on each host.
    """

    scores: Scores | None
    rows: Sequence[int]


Event = NetworkBuilt | BatchesScored | EpochScored | MachineInterrupted | Finalized | ChannelTested
