"""What happens during training, for whoever watches: the log, a progress bar."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Initialized:
    """The working centers were chosen from the first batch, which has so many rows."""

    rows: int


@dataclass(frozen=True, slots=True)
class Moved:
    """The centers have followed some more batches.

    iteration: batches so far, over all epochs. short_term and long_term: the mean squared
    distance of the last batch, and the mean of those of all batches so far.
    """

    iteration: int
    short_term: float
    long_term: float


@dataclass(frozen=True, slots=True)
class PassEnded:
    """A pass over the train channel has ended. epoch counts from 0."""

    epoch: int
    epochs: int
    rows: int
    batches: int


@dataclass(frozen=True, slots=True)
class Interrupted:
    """Training was asked to stop after so many batches; without any there is no model.

    What the model needs still follows, cut short.
    """

    batches: int


@dataclass(frozen=True, slots=True)
class Kept:
    """There are no extra centers: the working centers are those of the model."""


@dataclass(frozen=True, slots=True)
class Shrinking:
    """The working centers are going to be reduced to the k of the model."""

    working: int
    k: int


@dataclass(frozen=True, slots=True)
class Attempted:
    """An attempt at the reduction has ended with this mean squared distance."""

    number: int
    msd: float


@dataclass(frozen=True, slots=True)
class Shrunk:
    """The best attempt has this mean squared distance, of the working centers by their rows."""

    msd: float


@dataclass(frozen=True, slots=True)
class Evaluated:
    """The model was scored on the rows of the test channel.

    scores: the value of each of `eval_metrics`, in their order. None where there is no channel.
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
