"""The events of a training run, from which the container writes its log."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sagemock.algorithms.kmeans.stopwatch import Step


@dataclass(frozen=True, slots=True)
class Initialized:
    """The working centers have been chosen from the first batches of all hosts.

    Attributes
    ----------
    rows
        Rows of the first batch of each host.
    """

    rows: Sequence[int]


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
    """A pass over the train channel has ended.

    Attributes
    ----------
    epoch
        Counted from 0.
    epochs
        Of the job.
    rows
        Rows of each host.
    batches
        Updates of the centers, each by a batch of every host that still has one.
    """

    epoch: int
    epochs: int
    rows: Sequence[int]
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
class Timed:
    """How long the steps of all updates took, in seconds."""

    seconds: Mapping[Step, float]


@dataclass(frozen=True, slots=True)
class Evaluated:
    """The model has been scored on the test channel.

    Attributes
    ----------
    scores
        The value of each of `eval_metrics`, in their order; None without such a channel.
    rows
        Rows of each host.
    """

    scores: Mapping[str, float] | None
    rows: Sequence[int]


Event = (
    Initialized
    | Moved
    | PassEnded
    | Interrupted
    | Kept
    | Shrinking
    | Attempted
    | Shrunk
    | Timed
    | Evaluated
)
