"""When training stops early: by the library's rule up to 1.2, by the container's own from 1.3."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sagemock.containers.xgboost.metrics import MAXIMIZED
from sagemock.containers.xgboost.releases import Release

LIBRARY_MAXIMIZED = ("auc", "aucpr", "map", "ndcg")
"""The metrics that the library of 0.90 to 1.2 maximizes; it minimizes the container's own."""

Scores = Sequence[tuple[str, str, float]]
"""Data set, name and value of each metric of a round."""


@dataclass(slots=True)
class EarlyStoppingRule:
    """Follows one metric.

    Attributes
    ----------
    patience
        Rounds without improvement after which training stops.
    metric
        Name of a metric of the validation channel; None for the last metric of the last data set,
        as the library has it.
    best_round
        The best round so far, from 0.
    """

    patience: int
    metric: str | None
    best_round: int = -1
    best: float = float("nan")
    best_scores: Scores = field(default_factory=tuple)

    def stops(self, number: int, scores: Scores) -> bool:
        """Take the metrics of a round; returns whether training stops with it.

        Raises
        ------
        ValueError
            If the metric is not among them.
        """
        name, value = self._followed(scores)
        maximized = LIBRARY_MAXIMIZED if self.metric is None else MAXIMIZED
        better = value > self.best if name.partition("@")[0] in maximized else value < self.best
        if self.best_round < 0 or better:
            self.best_round, self.best, self.best_scores = number, value, scores
        return number - self.best_round >= self.patience

    def _followed(self, scores: Scores) -> tuple[str, float]:
        if self.metric is None:
            _, name, value = scores[-1]
            return name, value
        for data, name, value in scores:
            if data == "validation" and name == self.metric:
                return name, value
        raise ValueError(f"No such metric: validation-{self.metric}")

    def announcement(self, scores: Scores) -> Iterator[str]:
        """What the library prints after the first round."""
        data, name, _ = scores[-1]
        if len(scores) > 1:
            yield (
                f"Multiple eval metrics have been passed: '{data}-{name}' will be used for early "
                "stopping."
            )
            yield ""
        yield f"Will train until {data}-{name} hasn't improved in {self.patience} rounds."


def of_job(
    values: dict[str, Any], release: Release, *, validated: bool
) -> EarlyStoppingRule | None:
    """How a job stops early; None if it does not.

    From 1.3 on it needs a validation channel, and the name of a metric: that of the tuning job, or
    the last of `eval_metric`. A job that names none trains all its rounds.
    """
    patience = values.get("early_stopping_rounds")
    if patience is None:
        return None
    if release < Release.V1_3_1:
        return EarlyStoppingRule(patience, None)
    tuned = values.get("_tuning_objective_metric")
    chosen = values.get("eval_metric")
    metric = tuned.partition(":")[2] if tuned is not None else chosen[-1] if chosen else None
    return EarlyStoppingRule(patience, metric) if validated and metric is not None else None
