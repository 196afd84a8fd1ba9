"""The events of a training run, from which the container writes its log."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sagemock.algorithms.base import FloatArray, Score
from sagemock.algorithms.linear_learner.scaler import Sample


@dataclass(frozen=True, slots=True)
class Scaled:
    """The scaler has been computed from the first rows of the train channel.

    Attributes
    ----------
    mean, deviation
        (columns,).
    label_mean, label_deviation
        None for classifiers.
    hosts
        What each host has read for it.
    """

    mean: FloatArray
    deviation: FloatArray
    label_mean: float | None
    label_deviation: float | None
    hosts: Sequence[Sample]


@dataclass(frozen=True, slots=True)
class HostEpoch:
    """An epoch on one host.

    Attributes
    ----------
    train, validation
        The mean loss of each model on the host's own rows: for regressors in scaled units of the
        label for `train`, in raw units for `validation`, which is None on hosts without that
        channel.
    rows, validation_rows
        Rows that were read, an incomplete last batch included.
    """

    train: Sequence[float]
    validation: Sequence[float] | None
    rows: int
    validation_rows: int


@dataclass(frozen=True, slots=True)
class EpochEnded:
    """An epoch has ended.

    Attributes
    ----------
    epoch, epochs
        Its number, from 0, and how many there may be.
    objective
        The name of the loss in the log.
    criteria, criterion
        The name of what early stopping watches, and its best value of all models.
    improved
        Whether that is the best value so far.
    idle
        Epochs in a row, this one included, that gained too little.
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
    """Training ends because the last epochs gained too little."""

    epoch: int


@dataclass(frozen=True, slots=True)
class Chosen:
    """The best model has been scored on a channel.

    Attributes
    ----------
    settings
        Those of the model in the grid, as the log shows them.
    judged_again
        The last epoch, whose criterion the container evaluates once more if there is a validation
        channel; else None.
    """

    channel: str
    scores: Sequence[Score]
    settings: Mapping[str, Any]
    judged_again: EpochEnded | None


@dataclass(frozen=True, slots=True)
class Tested:
    """The best model has been scored on the test channel.

    Attributes
    ----------
    scores
        None without such a channel.
    rows
        Rows of the channel on each host.
    """

    scores: Sequence[Score] | None
    rows: Sequence[int]


@dataclass(frozen=True, slots=True)
class Finished:
    """Training has ended, after a number of epochs."""

    epochs: int


@dataclass(frozen=True, slots=True)
class TrainingInterrupted:
    """Training was asked to stop.

    Attributes
    ----------
    epochs
        Epochs that have ended.
    saved
        Whether there is a model.
    """

    epochs: int
    saved: bool


Event = Scaled | EpochEnded | StoppedEarly | TrainingInterrupted | Chosen | Tested | Finished
