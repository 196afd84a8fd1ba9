"""When to stop because further epochs gain too little."""

from __future__ import annotations

import math
from typing import Self

from sagemock.algorithms.linear_learner.hyperparameters import LinearLearnerHyperparameters


class EarlyStopping:
    """Watches the criterion from epoch to epoch.

    Parameters
    ----------
    patience
        Idle epochs in a row after which training goes on; one more ends it.
    tolerance
        The share of the previous value by which an epoch must be better.

    Notes
    -----
    An epoch is idle unless value < previous (1 - tolerance), where smaller is better. An epoch
    that is not idle is an improvement if it is also no worse than the best so far.

    Scores, of which larger is better, arrive negated, for which the same comparison is lenient: a
    score that stays, or falls by less than the tolerance, is not idle.

    References
    ----------
    Three recorded logs: of June 2018 (four small gains in a row ended training), of March 2020 (an
    epoch that was better than the one before, but not than the best, "has not improved for 0
    epochs") and of November 2020 (an accuracy that stayed the same "improved").

    Examples
    --------
    >>> stopping = EarlyStopping(patience=1, tolerance=0.01)
    >>> [(stopping.improved(loss), stopping.idle) for loss in (1.0, 0.8, 0.9, 0.85)]
    [(True, 0), (True, 0), (False, 1), (False, 0)]
    >>> [(stopping.improved(loss), stopping.should_stop) for loss in (0.849, 0.848)]
    [(False, False), (False, True)]
    """

    def __init__(self, patience: int, tolerance: float) -> None:
        self._patience = patience
        self._tolerance = tolerance
        self._previous = math.inf
        self.best = math.inf
        """The value of the last improvement."""
        self.idle = 0
        """Idle epochs in a row."""

    @classmethod
    def of(cls, hyperparameters: LinearLearnerHyperparameters) -> Self:
        """With the job's `early_stopping_patience` and `early_stopping_tolerance`."""
        return cls(
            hyperparameters.early_stopping_patience, hyperparameters.early_stopping_tolerance
        )

    @property
    def should_stop(self) -> bool:
        """Whether too many epochs in a row were idle."""
        return self.idle > self._patience

    def improved(self, loss: float) -> bool:
        """Whether the next epoch, with this value of the criterion, is an improvement."""
        limit = self._previous
        # At first it is infinite, and a tolerance of 1 or more would make it NaN or negative.
        if math.isfinite(limit):
            limit *= 1 - self._tolerance
        gained = loss < limit
        self._previous = loss
        if not gained:
            self.idle += 1
            return False
        self.idle = 0
        if loss <= self.best:
            self.best = loss
            return True
        return False
