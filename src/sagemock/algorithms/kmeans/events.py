"""The events of a training run, from which the container writes its log."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Initialized:
    """The working centers have been chosen from the first batch, which has `rows` rows."""

    rows: int


@dataclass(frozen=True, slots=True)
class Moved:
    """The centers have been updated by further batches.

    Attributes
    ----------
    iteration
        Batches so far, over all epochs.
    short_term, long_term
        The mean squared distance of the last batch, and the mean over all batches so far.
    """

    iteration: int
    short_term: float
    long_term: float


@dataclass(frozen=True, slots=True)
class PassEnded:
    """A pass over the train channel has ended; `epoch` counts from 0."""

    epoch: int
    epochs: int
    rows: int
    batches: int


@dataclass(frozen=True, slots=True)
class Interrupted:
    """Training was asked to stop.

    The events of the reduction still follow, which is cut short, unless there were no batches.

    Attributes
    ----------
    batches
        Batches so far.
    """

    batches: int


@dataclass(frozen=True, slots=True)
class Kept:
    """There are no extra centers: the model has the working centers."""


@dataclass(frozen=True, slots=True)
class Shrinking:
    """The reduction of the working centers to the k of the model begins."""

    working: int
    k: int


@dataclass(frozen=True, slots=True)
class Attempted:
    """An attempt at the reduction has ended, with this mean squared distance."""

    number: int
    msd: float


@dataclass(frozen=True, slots=True)
class Shrunk:
    """The reduction has ended.

    Attributes
    ----------
    msd
        The mean squared distance of the working centers, weighted by their rows, in the best
        attempt.
    """

    msd: float


@dataclass(frozen=True, slots=True)
class Evaluated:
    """The model has been scored on the test channel.

    Attributes
    ----------
    scores
        The value of each of `eval_metrics`, in their order; None without such a channel.
    rows
        Rows of the channel.
    """

    scores: Mapping[str, float] | None
    rows: int


Event = (
    Initialized
    | Moved
    | PassEnded
    | Interrupted
    | Kept
    | Shrinking
    | Attempted
    | Shrunk
    | Evaluated
)
