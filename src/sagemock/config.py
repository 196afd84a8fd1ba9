"""The options of one mock or server, in one immutable record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Executor

TrainingMode = Literal["inline", "background", "off"]
Waiting = Literal["instant", "real"]
Validation = Literal["strict", "off"]

LONGEST_WAIT = 20
"""Seconds that one request may wait on a server, which is below the time-outs of clients."""


@dataclass(frozen=True)
class Config:
    """How the emulation behaves while it is on.

    training: ``inline`` runs a job to its end before CreateTrainingJob answers, so that a
        test needs no waiting; ``background`` answers at once and trains on a worker pool;
        ``off`` completes every job at once and trains none.
    max_workers: how many jobs train at the same time in ``background``.
    executor: where the training itself runs instead: any `concurrent.futures.Executor`, which
        stays the caller's to shut down, or a function that makes one, which is called again
        when the last one has broken. Its workers need sagemock installed.
    seed: seeds the initial weights of training; the same request gives the same model.
    waiting: ``instant`` lets the waiters of boto3 and the polling loops of the SageMaker SDK
        wait for changes instead of sleeping; ``real`` leaves them alone.
    validation: ``strict`` refuses what AWS refuses; ``off`` takes what plain moto takes, in its
        order and with its defaults and texts: no patterns, lengths or enums are checked, no
        objects of S3 are looked for, and endpoints that were never created give moto's answer.
    wait: on a server, how many seconds the Describe of something that is under way waits for its
        end before it answers; 0 lets it answer at once, 20 is the most.
    """

    training: TrainingMode = "inline"
    max_workers: int = 2
    seed: int = 0
    waiting: Waiting = "instant"
    executor: Executor | Callable[[], Executor] | None = None
    wait: float = 5.0
    validation: Validation = "strict"

    def __post_init__(self) -> None:
        _check("training", self.training, get_args(TrainingMode))
        _check("waiting", self.waiting, get_args(Waiting))
        _check("validation", self.validation, get_args(Validation))
        for name, number in (("max_workers", self.max_workers), ("seed", self.seed)):
            if not isinstance(number, int):
                raise TypeError(f"{name} must be a whole number, not {number!r}")
        if self.max_workers < 1:
            raise ValueError(f"max_workers must be at least 1, not {self.max_workers}")
        if not 0 <= self.wait <= LONGEST_WAIT:
            raise ValueError(f"wait must be from 0 to {LONGEST_WAIT} seconds, not {self.wait}")
        submits = hasattr(self.executor, "submit") or callable(self.executor)
        if self.executor is not None and not submits:
            raise TypeError(
                f"executor must be an Executor, or a function that makes one: {self.executor!r}"
            )


def _check(name: str, value: str, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        *most, last = map(repr, allowed)
        raise ValueError(f"{name} must be {', '.join(most)} or {last}, not {value!r}")
