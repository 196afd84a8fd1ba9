"""The options of one mock or server, in one immutable record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

TrainingMode = Literal["inline", "background"]


@dataclass(frozen=True)
class Config:
    """How the emulation behaves while it is on.

    training: ``inline`` runs a job to its end before CreateTrainingJob answers, so that a
        test needs no waiting; ``background`` answers at once and trains on a worker pool.
    max_workers: how many jobs train at the same time in ``background``.
    seed: seeds the initial weights of training; the same request gives the same model.
    """

    training: TrainingMode = "inline"
    max_workers: int = 2
    seed: int = 0

    def __post_init__(self) -> None:
        if self.training not in ("inline", "background"):
            raise ValueError(f"training must be 'inline' or 'background', not {self.training!r}")
        if self.max_workers < 1:
            raise ValueError(f"max_workers must be at least 1, not {self.max_workers}")
