"""What happens during training, for whoever watches: the log, a progress bar."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sagemock.algorithms.base import FloatArray
from sagemock.algorithms.linear_learner.scaler import Sample


@dataclass(frozen=True, slots=True)
class Score:
    """A value of a metric; `tag` is `loss` (smaller is better) or `score`."""

    name: str
    value: float
    tag: str


@dataclass(frozen=True, slots=True)
class Scaled:
    """The scaler has been computed from the first rows of the train channel.

    mean and deviation: of each column. Those of the label are None for classifiers. hosts: what
    each host read for it.
    """

    mean: FloatArray
    deviation: FloatArray
    label_mean: float | None
    label_deviation: float | None
    hosts: Sequence[Sample]


@dataclass(frozen=True, slots=True)
class HostEpoch:
    """An epoch on one host.

    train and validation: the mean loss of each model on the host's own rows, for regressors in
    scaled and in raw units of the label; validation is None on hosts without such a channel.
    rows and validation_rows: those read, an incomplete last batch included.
    """

    train: Sequence[float]
    validation: Sequence[float] | None
    rows: int
    validation_rows: int


@dataclass(frozen=True, slots=True)
class EpochEnded:
    """An epoch has ended.

    epoch counts from 0. criteria and criterion: what early stopping watches, best of models.
    improved: whether it is the best so far. idle: epochs in a row, this one included, that
    brought too little.
    """

    epoch: int
    epochs: int
    objective: str
    hosts: Sequence[HostEpoch]
    criteria: str
    criterion: float
    improved: bool
    idle: int


@dataclass(frozen=True, slots=True)
class StoppedEarly:
    """The last epochs brought too little."""

    epoch: int


@dataclass(frozen=True, slots=True)
class Chosen:
    """The best model was scored on a channel.

    settings: its place in the grid. judged_again: with a validation channel the criterion of the
    last epoch is judged once more at the end.
    """

    channel: str
    scores: Sequence[Score]
    settings: Mapping[str, Any]
    judged_again: EpochEnded | None


@dataclass(frozen=True, slots=True)
class Tested:
    """The best model was scored on the test channel, or there is none (None).

    rows: of the test channel, on each host.
    """

    scores: Sequence[Score] | None
    rows: Sequence[int]


@dataclass(frozen=True, slots=True)
class Finished:
    """Training has ended after so many epochs."""

    epochs: int


@dataclass(frozen=True, slots=True)
class TrainingInterrupted:
    """Training was asked to stop, after so many whole epochs.

    saved: whether one of them has brought a model.
    """

    epochs: int
    saved: bool


Event = Scaled | EpochEnded | StoppedEarly | TrainingInterrupted | Chosen | Tested | Finished
