"""The state of one training run of K-Means."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from sagemock.algorithms.kmeans.events import Event, Interrupted
from sagemock.algorithms.kmeans.hyperparameters import KMeansHyperparameters
from sagemock.algorithms.kmeans.lloyd import Stop
from sagemock.algorithms.kmeans.stopwatch import Stopwatch

Observe = Callable[[Event], None]


@dataclass(slots=True)
class KMeansRun:
    """What one run works with, and how far it has come.

    Attributes
    ----------
    hyper, observe, stop
        As passed to `fit`.
    generator
        The source of everything random in the run.
    losses
        The mean squared distance of each mini-batch so far, before the centers moved.
    watch
        Measures the steps of the updates.
    stopped
        Whether the run was asked to stop.
    """

    hyper: KMeansHyperparameters
    observe: Observe
    stop: Stop
    generator: np.random.Generator
    losses: list[float] = field(default_factory=list)
    watch: Stopwatch = field(default_factory=Stopwatch)
    stopped: bool = False

    def should_stop(self) -> bool:
        """Whether the run was asked to stop; the first time it is reported as an event."""
        if not self.stopped and self.stop():
            self.stopped = True
            self.observe(Interrupted(len(self.losses)))
        return self.stopped
