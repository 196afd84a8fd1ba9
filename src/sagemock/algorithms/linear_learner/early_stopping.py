"""When further epochs bring too little."""

from __future__ import annotations

import math

from sagemock.algorithms.linear_learner.hyperparameters import LinearLearnerHyperparameters


class EarlyStopping:
    """Watches the criterion from epoch to epoch.

    An epoch is idle unless its value is below that of the epoch before it, less the tolerance:
    value < previous (1 - tolerance). After more than `early_stopping_patience` idle epochs in a
    row training stops. Of the others, those with no more than the least value so far are
    improvements.

    Scores arrive with their sign turned, for which the same comparison is lenient: a score that
    stays, or falls by less than the tolerance, is not idle.

    All of it was read off three recorded logs: of June 2018 (four small gains in a row ended
    training), of March 2020 (an epoch that gained on its forerunner, but did not reach the best,
    was told not to have improved "for 0 epochs") and of November 2020 (an accuracy that stayed
    the same for epochs was told to have improved).
    """

    def __init__(self, hyperparameters: LinearLearnerHyperparameters) -> None:
        self._tolerance = hyperparameters.early_stopping_tolerance
        self._patience = hyperparameters.early_stopping_patience
        self._previous = math.inf
        self.best = math.inf
        """The value of the last improvement."""
        self.idle = 0
        """Idle epochs in a row."""

    @property
    def should_stop(self) -> bool:
        return self.idle > self._patience

    def improved(self, loss: float) -> bool:
        """Take the value of a further epoch, smaller being better, and judge it."""
        limit = self._previous
        # Of the first epoch it is infinite, and with a tolerance of 1 or more would lose its sign.
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
