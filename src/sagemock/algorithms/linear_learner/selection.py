"""Which of the parallel models is the best so far."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sagemock.algorithms.base import Dataset, Doubles, Features, FloatArray
from sagemock.algorithms.linear_learner import threshold
from sagemock.algorithms.linear_learner.class_weights import weigh
from sagemock.algorithms.linear_learner.design import Columns, restrict
from sagemock.algorithms.linear_learner.hyperparameters import (
    Criterion,
    LinearLearnerHyperparameters,
)
from sagemock.algorithms.linear_learner.losses import Loss

BLOCK_BYTES = 1 << 23
"""Margins of a held-out channel are computed in blocks of about this size."""

LOSS_CRITERIA: tuple[Criterion, ...] = ("loss_function", "cross_entropy_loss")
"""The criterion's name, and the one that the SDK had for it before."""


@dataclass(frozen=True, slots=True)
class Selection:
    """What an epoch has brought.

    validation: the mean losses (datasets, models) of the validation channel, or None. criterion:
    its best value, which `model` reached, with `loss`.
    """

    validation: Doubles | None
    criterion: float
    model: int
    loss: float


class ModelSelector:
    """Selects the best of the models after every epoch.

    A validation channel decides, through its loss in raw units or, for binary classifiers, the
    criterion they are given, each model with its own best threshold. Without one the train
    losses of the epoch decide.

    validation: the different data sets that the hosts have under that name.
    """

    def __init__(
        self,
        hyperparameters: LinearLearnerHyperparameters,
        loss: Loss,
        class_weights: Sequence[float] | None,
        validation: Sequence[Dataset],
        columns: Columns | None,
    ) -> None:
        self._hyper = hyperparameters
        self._loss = loss
        self._class_weights = class_weights
        self._labels = [data.labels for data in validation]
        self._features = [restrict(data.features, columns) for data in validation]
        name = hyperparameters.binary_classifier_model_selection_criteria
        self.by_loss = (
            not validation
            or hyperparameters.predictor_type != "binary_classifier"
            or name in LOSS_CRITERIA
        )
        self.criteria = loss.objective if self.by_loss else f"sampled_{name}"
        """The criterion's name in the log."""
        self.sign = 1 if self.by_loss else -1
        """Turns a criterion into one of which less is better."""

    def select(
        self, train: Doubles, alive: NDArray[np.bool_], weights: FloatArray, bias: FloatArray
    ) -> Selection:
        """ModelSelector the models by their raw weights (columns, outputs) and bias (outputs,).

        train: the mean train loss of each model. alive: which have not diverged.
        """
        if not self._features:
            losses = np.where(alive, train, np.inf)
            winner = int(np.argmin(losses))
            return Selection(None, float(losses[winner]), winner, float(losses[winner]))
        models = len(train)
        validation = np.array(
            [
                self._losses(features, labels, weights, bias, models)
                for features, labels in zip(self._features, self._labels, strict=True)
            ]
        )
        rows = np.array([len(labels) for labels in self._labels])
        losses = np.where(alive, rows @ validation / rows.sum(), np.inf)
        losses[np.isnan(losses)] = np.inf
        if self.by_loss:
            winner = int(np.argmin(losses))
            return Selection(validation, float(losses[winner]), winner, float(losses[winner]))
        found = np.where(np.isinf(losses), -np.inf, self._criterion(weights, bias))
        # Equal ones are told apart by their loss.
        winner = int(np.lexsort((losses, -found))[0])
        return Selection(validation, float(found[winner]), winner, float(losses[winner]))

    def prefers(self, selection: Selection, other: Selection) -> bool:
        """Whether the winner of further models is better than that of the ones before them."""
        better, worse = (
            (np.nan_to_num(each.criterion * self.sign, nan=np.inf), each.loss)
            for each in (selection, other)
        )
        return bool(better < worse)

    def _losses(
        self,
        features: Features,
        labels: FloatArray,
        weights: FloatArray,
        bias: FloatArray,
        models: int,
    ) -> Doubles:
        """The mean loss of each model, in blocks of rows."""
        total = np.zeros(models)
        step = max(1, BLOCK_BYTES // (4 * weights.shape[1]))
        for start in range(0, len(labels), step):
            block = slice(start, start + step)
            margins = features[block] @ weights
            margins += bias
            column = labels[block].reshape(-1, 1)
            losses = self._loss.differentiate(margins, column)
            if self._class_weights is not None:
                losses *= weigh(self._class_weights, labels[block])[:, None]
            total += losses.sum(axis=0, dtype=np.float64)
        return np.asarray(total / len(labels))

    def _criterion(self, weights: FloatArray, bias: FloatArray) -> Doubles:
        """The criterion of each model at its best threshold, in blocks of models.

        Only the first `num_calibration_samples` rows of each data set take part.
        """
        most = self._hyper.num_calibration_samples
        features = [part[:most] for part in self._features]
        labels = np.concatenate([part[:most] for part in self._labels])
        step = max(1, BLOCK_BYTES // (4 * len(labels)))
        found: list[float] = []
        for start in range(0, weights.shape[1], step):
            block = slice(start, start + step)
            margins = np.concatenate([part @ weights[:, block] for part in features])
            scores = np.ascontiguousarray(self._loss.link(margins + bias[block]).T)
            # A model that has diverged is judged elsewhere.
            np.nan_to_num(scores, copy=False)
            found += [threshold.choose(of, labels, self._hyper).criterion for of in scores]
        return np.array(found)


def calibrated_threshold(
    margins: FloatArray,
    labels: FloatArray,
    loss: Loss,
    hyperparameters: LinearLearnerHyperparameters,
) -> float:
    """The threshold of the chosen binary classifier, from its margins (rows,) on held-out data."""
    if hyperparameters.binary_classifier_model_selection_criteria in LOSS_CRITERIA:
        return threshold.NEUTRAL
    return threshold.choose(loss.link(margins), labels, hyperparameters).value
