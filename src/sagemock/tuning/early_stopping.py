"""When a training job is stopped because others do better: the median rule, successive halving."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from statistics import fmean, median

FACTOR = 3
"""By how much the resource grows from one rung to the next, and jobs become fewer."""


def median_rule(
    value: float, epoch: int, others: Iterable[Sequence[float]], *, maximize: bool
) -> bool:
    """Whether a job is stopped by TrainingJobEarlyStoppingType `Auto`.

    See https://docs.aws.amazon.com/sagemaker/latest/dg/automatic-model-tuning-early-stopping.html.

    Parameters
    ----------
    value
        The objective of the job after its latest epoch.
    epoch
        The number of that epoch, from 1.
    others
        The objectives of each earlier job, by epoch.
    maximize
        Whether the largest objective is the best.

    Examples
    --------
    >>> median_rule(0.6, 2, [[0.5, 0.7], [0.4, 0.4], [0.9, 0.9]], maximize=True)
    False
    >>> median_rule(0.5, 2, [[0.5, 0.7], [0.4, 0.4], [0.9, 0.9]], maximize=True)
    True
    """
    averages = [fmean(each[:epoch]) for each in others if each]
    if not averages:
        return False
    middle = median(averages)
    return value < middle if maximize else value > middle


class SuccessiveHalving:
    """Stops jobs at rungs of the resource unless they are among the best third there so far.

    Asynchronous successive halving in the form that stops jobs: Li et al., "A System for Massively
    Parallel Hyperparameter Tuning" (MLSys 2020). No job waits for others.

    Parameters
    ----------
    minimum
        The resource that each job gets.
    maximum
        The resource at which a job is to end; None for no such limit.
    maximize
        Whether the largest objective is the best.

    Examples
    --------
    >>> halving = SuccessiveHalving(1, 9, maximize=False)
    >>> [halving.stops(1, loss) for loss in (0.5, 0.6, 0.4)]
    [False, True, False]
    """

    def __init__(self, minimum: int, maximum: int | None, *, maximize: bool) -> None:
        self._minimum = max(1, minimum)
        self._maximum = maximum
        self._sign = -1.0 if maximize else 1.0
        self._losses: dict[int, list[float]] = defaultdict(list)

    def is_rung(self, resource: int) -> bool:
        """Whether jobs are compared at a resource.

        >>> halving = SuccessiveHalving(2, 18, maximize=False)
        >>> [resource for resource in range(1, 20) if halving.is_rung(resource)]
        [2, 6]
        """
        rung = self._minimum
        while rung < resource:
            rung *= FACTOR
        return rung == resource and (self._maximum is None or rung < self._maximum)

    def stops(self, resource: int, value: float) -> bool:
        """Whether a job stops; to be called once for each job and resource that it reaches.

        Parameters
        ----------
        resource
            The number of objectives that the job has published, this one included.
        value
            The objective.
        """
        if not self.is_rung(resource):
            return False
        loss, losses = self._sign * value, self._losses[resource]
        losses.append(loss)
        better = sum(each < loss for each in losses)
        return better >= max(1, len(losses) // FACTOR)
