"""When a tuning job has tried enough: TuningJobCompletionCriteria, and what Describe says of it."""

from __future__ import annotations

from dataclasses import dataclass, replace

IMPROVEMENT = 0.01
"""By which share a better objective counts as an improvement."""

CONVERGED = 10
"""After how many jobs in a row without improvement a tuning job has converged."""


@dataclass(frozen=True, slots=True)
class Criteria:
    """What ends a tuning job before it has launched all of its training jobs.

    Attributes
    ----------
    target
        The objective that is good enough.
    not_improving
        How many training jobs in a row may fail to improve the objective.
    on_convergence
        Whether convergence ends it.
    """

    target: float | None = None
    not_improving: int | None = None
    on_convergence: bool = False


@dataclass(frozen=True, slots=True)
class ObjectiveProgress:
    """How the objective has developed.

    Attributes
    ----------
    maximize
        Whether the largest objective is the best.
    best
        The best objective so far; None before the first.
    not_improving
        How many jobs in a row, up to the latest, have not improved it.

    Examples
    --------
    >>> progress = ObjectiveProgress(maximize=True)
    >>> for value in (0.5, 0.7, 0.705, 0.6):
    ...     progress = progress.after(value)
    >>> progress.best, progress.not_improving
    (0.705, 2)
    """

    maximize: bool
    best: float | None = None
    not_improving: int = 0

    def is_better(self, value: float, than: float) -> bool:
        """Whether an objective is better than another one."""
        return value > than if self.maximize else value < than

    def after(self, value: float) -> ObjectiveProgress:
        """The progress after a further training job."""
        if self.best is None:
            return replace(self, best=value)
        margin = IMPROVEMENT * abs(self.best)
        improves = self.is_better(value, self.best + (margin if self.maximize else -margin))
        return replace(
            self,
            best=value if self.is_better(value, self.best) else self.best,
            not_improving=0 if improves else self.not_improving + 1,
        )

    @property
    def converged(self) -> bool:
        """Whether further jobs are not expected to improve the objective."""
        return self.not_improving >= CONVERGED

    def completes(self, criteria: Criteria) -> bool:
        """Whether one of the criteria is met."""
        best, target, limit = self.best, criteria.target, criteria.not_improving
        reached = (
            best is not None
            and target is not None
            and (best == target or self.is_better(best, target))
        )
        stalls = limit is not None and self.not_improving >= limit
        return reached or stalls or (criteria.on_convergence and self.converged)
