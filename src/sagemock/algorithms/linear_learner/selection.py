"""Which of the parallel models is the best of an epoch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sagemock.algorithms.base import Dataset, Doubles, Features, FloatArray
from sagemock.algorithms.linear_learner import threshold
from sagemock.algorithms.linear_learner.class_weights import weigh
from sagemock.algorithms.linear_learner.hyperparameters import (
    Criterion,
    LinearLearnerHyperparameters,
)
from sagemock.algorithms.linear_learner.loss import Loss
from sagemock.algorithms.linear_learner.mini_batches import Columns, restrict

BLOCK_BYTES = 1 << 23
"""Margins of a held-out channel are computed in blocks of about this size."""

LOSS_CRITERIA: tuple[Criterion, ...] = ("loss_function", "cross_entropy_loss")
"""The criterion's name, and the earlier one that the SDK still accepts."""


@dataclass(frozen=True, slots=True)
class ModelSelection:
    """The best model of an epoch.

    Attributes
    ----------
    validation
        The mean losses (data sets, models) of the validation channel; None without one.
    criterion
        The best value of the criterion.
    model, loss
        The index of the model that has it, and its loss.
    """

    validation: Doubles | None
    criterion: float
    model: int
    loss: float


class ModelSelector:
    """Selects the best of the models after every epoch.

    Parameters
    ----------
    class_weights
        By class; None when every row weighs 1.
    validation
        The different data sets that the hosts have of that channel.
    columns
        The columns that the models have parameters for; None for all.

    Notes
    -----
    With a validation channel the criterion is its loss in raw units or, for binary classifiers,
    `binary_classifier_model_selection_criteria`, each model with its own best threshold. Without
    one it is the train loss of the epoch. Recorded logs show both.
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
        """Multiplied with the criterion it makes smaller values better."""

    def select(
        self, train: Doubles, alive: NDArray[np.bool_], weights: FloatArray, bias: FloatArray
    ) -> ModelSelection:
        """Select the best model.

        Parameters
        ----------
        train
            (models,), mean losses on the train channel.
        alive
            (models,), whether a model has not diverged.
        weights, bias
            (columns, outputs) and (outputs,), of all models, for raw features.
        """
        if not self._features:
            losses = np.where(alive, train, np.inf)
            winner = int(np.argmin(losses))
            return ModelSelection(None, float(losses[winner]), winner, float(losses[winner]))
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
            return ModelSelection(validation, float(losses[winner]), winner, float(losses[winner]))
        criterion = np.where(np.isinf(losses), -np.inf, self._criterion(weights, bias))
        # Of equal ones the smaller loss wins.
        winner = int(np.lexsort((losses, -criterion))[0])
        return ModelSelection(validation, float(criterion[winner]), winner, float(losses[winner]))

    def prefers(self, selection: ModelSelection, other: ModelSelection) -> bool:
        """Whether one selection is better than another, of other models of the same epoch."""
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
        rows = slice(self._hyper.num_calibration_samples)
        features = [part[rows] for part in self._features]
        labels = np.concatenate([part[rows] for part in self._labels])
        step = max(1, BLOCK_BYTES // (4 * len(labels)))
        values: list[float] = []
        for start in range(0, weights.shape[1], step):
            block = slice(start, start + step)
            margins = np.concatenate([part @ weights[:, block] for part in features])
            scores = np.ascontiguousarray(self._loss.link(margins + bias[block]).T)
            # The caller excludes models that have diverged.
            np.nan_to_num(scores, copy=False)
            values += [
                threshold.choose(of_model, labels, self._hyper).criterion for of_model in scores
            ]
        return np.array(values)


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
