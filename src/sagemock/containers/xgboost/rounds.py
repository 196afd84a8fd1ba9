"""The rounds of boosting: what the library does in each, what is logged, and when it ends."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from sagemock.containers.base import Stop
from sagemock.containers.xgboost.checkpoints import Checkpoints
from sagemock.containers.xgboost.early_stopping import EarlyStoppingRule, Scores
from sagemock.containers.xgboost.evaluation import evaluate
from sagemock.containers.xgboost.log import XGBoostLog
from sagemock.containers.xgboost.releases import Release


class Rounds:
    """Trains round by round.

    Parameters
    ----------
    matrices
        The `DMatrix` of each channel, by name.
    stop
        Whether to stop; asked after each round.
    metrics
        Names of the container's own metrics.
    early_stopping
        None to train all rounds.
    checkpoints
        Where models are saved after each round, and where to begin.

    Attributes
    ----------
    count
        The rounds that have been trained.
    stopped
        Whether training was asked to stop.
    """

    def __init__(
        self,
        matrices: Mapping[str, Any],
        log: XGBoostLog,
        stop: Stop,
        *,
        metrics: Sequence[str],
        early_stopping: EarlyStoppingRule | None,
        checkpoints: Checkpoints,
    ) -> None:
        self._matrices = matrices
        self._log = log
        self._stop = stop
        self._metrics = metrics
        self._early_stopping = early_stopping
        self._checkpoints = checkpoints
        self._first = checkpoints.start
        self.count = 0
        self.stopped = False

    def train(self, parameters: Mapping[str, Any], rounds: int) -> Any:
        """Train, and return the `Booster`. Raises the library's errors."""
        import xgboost

        booster = xgboost.train(
            dict(parameters),
            self._matrices["train"],
            num_boost_round=max(0, rounds - self._first),
            evals=[(matrix, name) for name, matrix in self._matrices.items()],
            callbacks=[_callback(self)],
            verbose_eval=False,
            xgb_model=self._checkpoints.model(),
        )
        return self._best(booster)

    def after_round(self, booster: Any, history: Mapping[str, Any]) -> bool:
        """Log a round. Returns whether it is the last one."""
        number = self._first + self.count
        scores = self._scores(booster, history)
        self._log.round(number, scores)
        self.count += 1
        self._checkpoints.save(booster, number)
        if number == self._first:
            self._log.watched()
            if self._early_stopping is not None and self._log.release < Release.V1_3_1:
                self._log.plain(*self._early_stopping.announcement(scores))
        if self._early_stopping is not None and self._early_stopping.stops(number, scores):
            return True
        self.stopped = self._stop()
        return self.stopped

    def _scores(self, booster: Any, history: Mapping[str, Any]) -> Scores:
        """The metrics of a round in the order of the log.

        Up to 1.2 the container's own metrics follow all of the library's, later those of their
        data set.
        """
        library = {
            name: [(name, metric, float(values[-1])) for metric, values in history[name].items()]
            for name in self._matrices
        }
        own = {
            name: [
                (name, metric, value)
                for metric, value in evaluate(self._metrics, booster, matrix, self._log.release)
            ]
            for name, matrix in self._matrices.items()
        }
        if self._log.release < Release.V1_3_1:
            _check_auc(library)
            ordered = [*library.values(), *own.values()]
        else:
            ordered = [part[name] for name in self._matrices for part in (library, own)]
        return [score for scores in ordered for score in scores]

    def _best(self, booster: Any) -> Any:
        """The model of the best round: whole up to 1.2, with a mark; cut after it from 1.3 on."""
        early = self._early_stopping
        if early is None or early.best_round < 0:
            return booster
        booster.set_attr(best_iteration=str(early.best_round), best_score=str(early.best))
        if self._log.release < Release.V1_3_1:
            if early.best_round < self._first + self.count - 1 and not self.stopped:
                self._log.plain("Stopping. Best iteration:")
                self._log.round(early.best_round, early.best_scores)
            return booster
        best = booster[: early.best_round + 1]
        best.set_attr(best_iteration=str(early.best_round), best_score=str(early.best))
        return best


def _check_auc(scores: Mapping[str, Scores]) -> None:
    """Raise ValueError where the library up to 1.2 does; later ones warn, and score NaN."""
    if any(
        name == "auc" and math.isnan(value) for each in scores.values() for _, name, value in each
    ):
        raise ValueError("AUC: the dataset only contains pos or neg samples")


def _callback(rounds: Rounds) -> Any:
    """The library's callback, whose class exists once the library is imported."""
    from xgboost.callback import TrainingCallback

    class AfterRound(TrainingCallback):
        def after_iteration(self, model: Any, _: int, evals_log: Mapping[str, Any]) -> bool:
            return rounds.after_round(model, evals_log)

    return AfterRound()
