"""When further epochs bring too little."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any


class EarlyStopping:
    """Watches the criterion from epoch to epoch.

    An epoch is idle unless it gains more than the tolerance, relative to the epoch before it.
    After more than `early_stopping_patience` idle epochs in a row training stops. Of the others,
    those with the least value so far are improvements. All of it was read off recorded logs: of
    June 2018, where four epochs in a row with small gains ended training, and of March 2020, where
    an epoch that gained on its forerunner, but did not reach the best, was told not to have
    improved "for 0 epochs".
    """

    def __init__(self, hyperparameters: Mapping[str, Any]) -> None:
        self._tolerance = hyperparameters["early_stopping_tolerance"]
        self._patience = hyperparameters["early_stopping_patience"]
        self._previous = math.inf
        self.best = math.inf
        """The value of the last improvement."""
        self.idle = 0
        """Idle epochs in a row."""

    @property
    def should_stop(self) -> bool:
        return bool(self.idle > self._patience)

    def improved(self, loss: float) -> bool:
        """Take the value of a further epoch, smaller being better, and judge it."""
        gain = self._previous - loss
        if math.isfinite(self._previous) and self._previous != 0:
            gain /= abs(self._previous)
        self._previous = loss
        if not gain > self._tolerance:
            self.idle += 1
            return False
        self.idle = 0
        if loss < self.best:
            self.best = loss
            return True
        return False
