"""When further epochs bring too little."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any


class EarlyStopping:
    """Watches the criterion from epoch to epoch.

    An epoch counts as better when it gains more than the tolerance, relative to the best value;
    but the best value follows every gain. After more than `early_stopping_patience` epochs in a
    row that were not better, training stops. Observed in the log of a job of June 2018.
    """

    def __init__(self, hyperparameters: Mapping[str, Any]) -> None:
        self._tolerance = hyperparameters["early_stopping_tolerance"]
        self._patience = hyperparameters["early_stopping_patience"]
        self._best: float | None = None
        self._idle = 0

    @property
    def best(self) -> float:
        """The best value so far."""
        return math.nan if self._best is None else self._best

    @property
    def should_stop(self) -> bool:
        return self._idle > self._patience

    def improved(self, loss: float) -> bool:
        """Take the value of a further epoch, smaller being better, and judge it."""
        if self._best is None:
            self._best = loss
            return True
        gain = (self._best - loss) / abs(self._best) if self._best else 0.0
        better = gain > self._tolerance
        if loss < self._best:
            self._best = loss
        self._idle = 0 if better else self._idle + 1
        return better
