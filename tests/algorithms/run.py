"""A run of an algorithm on arrays: its data, its model, and what it reports on the way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from sagemock.algorithms.base import Dataset, Features


@dataclass
class Run:
    """A job: its events, and its model when it has ended."""

    events: list[Any] = field(default_factory=list)
    model: Any = None

    def of(self, kind: type[Any]) -> list[Any]:
        return [event for event in self.events if isinstance(event, kind)]


def dataset(features: Features, labels: Any = ()) -> Dataset:
    """Rows, whose numbers need not be float32; without labels by default."""
    if isinstance(features, np.ndarray):
        features = np.ascontiguousarray(features, np.float32)
    return Dataset(features, np.asarray(labels, np.float32))


def countdown(asked: int) -> Callable[[], bool]:
    """A stop that is wanted when it has been asked so many times."""
    left = iter(range(asked))
    return lambda: next(left, None) is None
