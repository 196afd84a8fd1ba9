"""What happens during training, for whoever watches: the log, a progress bar."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sagemock.algorithms.base import FloatArray


@dataclass(frozen=True, slots=True)
class Score:
    """A value of a metric; `tag` is `loss` (smaller is better) or `score`."""

    name: str
    value: float
    tag: str


@dataclass(frozen=True, slots=True)
class Scaled:
    """The scaler has been computed from the first rows of the train channel."""

    mean: FloatArray
    deviation: FloatArray
    rows: int
    batches: int


@dataclass(frozen=True, slots=True)
class EpochEnded:
    """An epoch has ended.

    epoch counts from 0. train and validation: the mean loss of each model; validation is None
    without such a channel. criteria and criterion: what early stopping watches, best of models.
    rows: those trained on, batches: full ones; columns of the data.
    """

    epoch: int
    epochs: int
    objective: str
    train: Sequence[float]
    validation: Sequence[float] | None
    criteria: str
    criterion: float
    improved: bool
    rows: int
    batches: int
    columns: int


@dataclass(frozen=True, slots=True)
class StoppedEarly:
    """The last epochs brought too little."""

    epoch: int


@dataclass(frozen=True, slots=True)
class Chosen:
    """The best model was scored on a channel; `settings` are its place in the grid."""

    channel: str
    scores: Sequence[Score]
    settings: Mapping[str, Any]
    criteria: str
    criterion: float


@dataclass(frozen=True, slots=True)
class Tested:
    """The best model was scored on the test channel, or there is none (None)."""

    scores: Sequence[Score] | None


@dataclass(frozen=True, slots=True)
class Finished:
    """Training has ended after so many epochs."""

    epochs: int


Event = Scaled | EpochEnded | StoppedEarly | Chosen | Tested | Finished
