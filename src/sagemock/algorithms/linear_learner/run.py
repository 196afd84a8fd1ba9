"""The state of one training run, which `prepare` makes, `train` advances and `finish` reads."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sagemock.algorithms.base import Sharded
from sagemock.algorithms.linear_learner.candidates import Candidate
from sagemock.algorithms.linear_learner.early_stopping import EarlyStopping
from sagemock.algorithms.linear_learner.events import EpochEnded, Event
from sagemock.algorithms.linear_learner.hyperparameters import LinearLearnerHyperparameters
from sagemock.algorithms.linear_learner.loss import Loss
from sagemock.algorithms.linear_learner.mini_batches import Columns
from sagemock.algorithms.linear_learner.parallel import Best
from sagemock.algorithms.linear_learner.scaler import Scaler
from sagemock.algorithms.linear_learner.selection import ModelSelector

Observe = Callable[[Event], None]
Channels = Mapping[str, Sharded]


@dataclass(slots=True)
class LinearLearnerRun:
    """What one run works with, and how far it has come.

    Attributes
    ----------
    hyper, channels, observe
        As passed to `fit`.
    candidates
        The settings of each of the parallel models.
    occurring
        The columns of the train channel that have values; None for dense features. Only these
        have parameters while the models are trained.
    scaler
        Of these columns.
    class_weights
        By class; None when every row weighs 1.
    selector, stopping
        What judges the epochs. `stopping` changes with each.
    best, last_epoch
        The best model so far, and the event of the last epoch; None before the first.
    """

    hyper: LinearLearnerHyperparameters
    channels: Channels
    observe: Observe
    loss: Loss
    candidates: Sequence[Candidate]
    occurring: Columns | None
    scaler: Scaler
    class_weights: list[float] | None
    selector: ModelSelector
    stopping: EarlyStopping
    best: Best | None = None
    last_epoch: EpochEnded | None = None
