"""Scores of a model on a channel, with the names and in the order of the log.

The formulas are those of scikit-learn's metrics, with which the tests compare them; importing
`sklearn.metrics` would take longer than most jobs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sagemock.algorithms.base import Dataset, Doubles, FloatArray, Score
from sagemock.algorithms.linear_learner.class_weights import weigh
from sagemock.algorithms.linear_learner.hyperparameters import LinearLearnerHyperparameters
from sagemock.algorithms.linear_learner.loss import Loss
from sagemock.algorithms.linear_learner.model import LinearModel
from sagemock.algorithms.linear_learner.threshold import f_measure

BLOCK_VALUES = 1 << 20
"""Margins that are computed at a time."""


class _Block(NamedTuple):
    """Some rows: margins (rows, outputs), labels (rows,), and the losses of the rows (rows,)."""

    margins: FloatArray
    labels: FloatArray
    losses: FloatArray


def evaluate(
    model: LinearModel,
    datasets: Sequence[Dataset],
    loss: Loss,
    class_weights: Sequence[float] | None,
    hyperparameters: LinearLearnerHyperparameters,
) -> list[Score]:
    """The scores of a model on the rows of all data sets together.

    Parameters
    ----------
    class_weights
        By class; None when every row weighs 1. They count in the loss, not in the other scores.

    Examples
    --------
    >>> from sagemock.algorithms.linear_learner.losses import LOSSES
    >>> from sagemock.containers.linear_learner import parse_hyperparameters
    >>> job = parse_hyperparameters({"predictor_type": "regressor"})
    >>> weights, bias = np.float32([[2]]), np.float32([1])
    >>> model = LinearModel("regressor", "squared_loss", weights, bias, 0.5, {})
    >>> rows = Dataset(np.float32([[0], [1], [2]]), np.float32([1, 3, 8]))
    >>> scores = evaluate(model, [rows], LOSSES["squared_loss"].of(job), None, job)
    >>> [(score.name, round(score.value, 3)) for score in scores]
    [('mse_objective', 3.0), ('mse', 3.0), ('absolute_loss', 1.0), ('rmse', 1.732)]
    """
    blocks = _blocks(model, datasets, loss, class_weights)
    return list(_SCORES[model.predictor_type](model, loss, blocks, hyperparameters))


def _blocks(
    model: LinearModel,
    datasets: Sequence[Dataset],
    loss: Loss,
    class_weights: Sequence[float] | None,
) -> Iterator[_Block]:
    step = max(1, BLOCK_VALUES // model.weights.shape[1])
    for data in datasets:
        for start in range(0, data.rows, step):
            rows = slice(start, start + step)
            labels = data.labels[rows]
            margins = model.margins(data.features[rows])
            losses = loss.value(margins, labels.reshape(-1, 1))[:, 0]
            if class_weights is not None:
                losses = losses * weigh(class_weights, labels)
            yield _Block(margins, labels, losses)


def _binary(
    model: LinearModel,
    loss: Loss,
    blocks: Iterator[_Block],
    hyperparameters: LinearLearnerHyperparameters,
) -> Iterator[Score]:
    margins, labels, losses = (np.concatenate(column) for column in zip(*blocks, strict=True))
    scores = loss.link(margins)[:, 0]
    actual = labels == 1
    predicted = scores >= model.threshold
    hits = float((actual & predicted).sum())
    precision = hits / float(predicted.sum()) if predicted.any() else 0.0
    recall = hits / float(actual.sum()) if actual.any() else 0.0
    beta = hyperparameters.f_beta
    f_beta = f_measure(np.array([precision]), np.array([recall]), beta)[0]
    yield Score(loss.objective, float(losses.mean(dtype=np.float64)), "loss")
    yield Score("binary_classification_accuracy", float((actual == predicted).mean()), "score")
    yield Score(f"binary_f_{beta:.3f}", float(f_beta), "score")
    yield Score("precision", precision, "score")
    yield Score("recall", recall, "score")
    yield Score("roc_auc_score", area_under_curve(scores, labels), "score")


def area_under_curve(scores: FloatArray, labels: FloatArray) -> float:
    """The probability that a positive row scores higher than a negative one; ties count half.

    Parameters
    ----------
    scores, labels
        (rows,); labels are 0 and 1.

    Returns
    -------
    float
        NaN when one of the classes is missing.

    Notes
    -----
    From the sum R of the ranks of the P positive rows: (R - P (P + 1) / 2) / (P N).

    References
    ----------
    H. B. Mann and D. R. Whitney (1947), *On a test of whether one of two random variables is
    stochastically larger than the other*.

    Examples
    --------
    >>> area_under_curve(np.float32([0.1, 0.4, 0.35, 0.8]), np.float32([0, 0, 1, 1]))
    0.75
    """
    _, group, counts = np.unique(scores, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    ranks = (last - (counts - 1) / 2)[group]
    positives = float(labels.sum())
    negatives = len(labels) - positives
    if positives == 0 or negatives == 0:
        return float("nan")
    above = float(ranks[labels == 1].sum()) - positives * (positives + 1) / 2
    return above / (positives * negatives)


def _regression(
    _: LinearModel, loss: Loss, blocks: Iterator[_Block], __: LinearLearnerHyperparameters
) -> Iterator[Score]:
    rows, objective, squares, absolutes = 0, 0.0, 0.0, 0.0
    for margins, labels, losses in blocks:
        error = margins[:, 0] - labels
        rows += len(labels)
        # Sums of the same terms in the same order: mse_objective and mse are equal in the log.
        objective += float(losses.sum(dtype=np.float64))
        squares += float((error * error).sum(dtype=np.float64))
        absolutes += float(np.abs(error).sum(dtype=np.float64))
    yield Score(loss.objective, objective / rows, "loss")
    yield Score("mse", squares / rows, "loss")
    yield Score("absolute_loss", absolutes / rows, "loss")
    # Documented since October 2022.
    yield Score("rmse", (squares / rows) ** 0.5, "loss")


def _multiclass(
    model: LinearModel,
    loss: Loss,
    blocks: Iterator[_Block],
    hyperparameters: LinearLearnerHyperparameters,
) -> Iterator[Score]:
    classes = model.weights.shape[1]
    top, beta = hyperparameters.accuracy_top_k, hyperparameters.f_beta
    counts = np.zeros((3, classes))
    rows, objective, within_top, gain, log_loss = 0, 0.0, 0, 0.0, 0.0
    for margins, labels, losses in blocks:
        scores = loss.link(margins)
        truth = labels.astype(np.intp)
        predicted = scores.argmax(axis=1)
        hit = truth[truth == predicted]
        for count, numbers in zip(counts, (truth, predicted, hit), strict=True):
            count += np.bincount(numbers, minlength=classes)
        ranks, of_truth = _ranks(scores, truth)
        rows += len(labels)
        objective += float(losses.sum(dtype=np.float64))
        within_top += int((ranks <= top).sum())
        gain += float((1 / np.log2(1 + ranks)).sum())
        floor = np.finfo(np.float32).eps
        log_loss -= float(np.log(np.maximum(of_truth, floor)).sum(dtype=np.float64))
    actual, predictions, hits = counts
    # As in scikit-learn, classes that neither occur nor are predicted do not count.
    present = actual + predictions > 0
    recall = _ratio(hits, actual)
    precision = _ratio(hits, predictions)
    yield Score(loss.objective, objective / rows, "loss")
    yield Score("multiclass_accuracy", float(hits.sum()) / rows, "score")
    yield Score(f"multiclass_top_k_accuracy_{top}", within_top / rows, "score")
    yield Score("dcg", gain / rows, "score")
    yield Score("macro_recall", float(recall[present].mean()), "score")
    yield Score("macro_precision", float(precision[present].mean()), "score")
    f_beta = f_measure(precision, recall, beta)
    yield Score(f"macro_f_{beta:.3f}", float(f_beta[present].mean()), "score")
    yield Score("multiclass_balanced_accuracy", float(recall[actual > 0].mean()), "score")
    yield Score("multiclass_log_loss", log_loss / rows, "score")


def _ranks(scores: FloatArray, truth: NDArray[np.intp]) -> tuple[NDArray[np.intp], FloatArray]:
    """The rank of the true class among all, from 1, and its score; of equals the first leads."""
    of_truth = np.take_along_axis(scores, truth[:, None], axis=1)
    before = (scores == of_truth) & (np.arange(scores.shape[1]) < truth[:, None])
    ranks = 1 + ((scores > of_truth) | before).sum(axis=1)
    return ranks, of_truth[:, 0]


def _ratio(part: Doubles, whole: Doubles) -> Doubles:
    return np.divide(part, whole, out=np.zeros_like(part), where=whole > 0)


_SCORES: Mapping[str, Callable[..., Iterator[Score]]] = {
    "binary_classifier": _binary,
    "regressor": _regression,
    "multiclass_classifier": _multiclass,
}
