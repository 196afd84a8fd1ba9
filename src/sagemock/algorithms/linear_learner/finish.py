"""After the last epoch: the best model, its threshold and its scores."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from sagemock.algorithms.base import FloatArray, Score, Stopped
from sagemock.algorithms.linear_learner import checks
from sagemock.algorithms.linear_learner.artifact_parameters import linear_model
from sagemock.algorithms.linear_learner.candidates import settings
from sagemock.algorithms.linear_learner.evaluate import evaluate
from sagemock.algorithms.linear_learner.events import (
    Chosen,
    EpochEnded,
    Finished,
    Tested,
    TrainingInterrupted,
)
from sagemock.algorithms.linear_learner.model import LinearModel
from sagemock.algorithms.linear_learner.parallel import Best
from sagemock.algorithms.linear_learner.run import LinearLearnerRun
from sagemock.algorithms.linear_learner.selection import calibrated_threshold
from sagemock.algorithms.linear_learner.threshold import NEUTRAL


def finish(run: LinearLearnerRun) -> LinearModel:
    """The best model of a run whose epochs have ended, scored on its channels.

    Raises
    ------
    AlgorithmError
        When every model has diverged.
    """
    if run.best is None or run.last_epoch is None:
        raise checks.diverged()
    model = _model(run, run.best)
    judged_again = _judged_again(run, run.last_epoch)
    channel = "validation" if "validation" in run.channels else "train"
    chosen = settings(run.candidates[run.best.model], run.hyper)
    run.observe(Chosen(channel, _scores(run, model, channel), chosen, judged_again))
    run.observe(_tested(run, model))
    run.observe(Finished(run.last_epoch.epoch + 1))
    return model


def interrupted(run: LinearLearnerRun, epochs: int) -> Stopped:
    """What a run leaves that was asked to stop: the best model with its threshold, not scored.

    Parameters
    ----------
    epochs
        How many have ended.
    """
    model = None if run.best is None else _model(run, run.best)
    run.observe(TrainingInterrupted(epochs, model is not None))
    return Stopped(model)


def _model(run: LinearLearnerRun, best: Best) -> LinearModel:
    """The winner with its threshold. Columns that never occurred have weight 0."""
    weights = best.weights
    if run.occurring is not None:
        columns = run.channels["train"].datasets[0].columns
        weights = np.zeros((columns, weights.shape[1]), np.float32)
        weights[run.occurring] = best.weights
    threshold = NEUTRAL
    if run.hyper.predictor_type == "binary_classifier":
        threshold = _calibrated(run, weights, best.bias)
    return linear_model(run.hyper, weights, best.bias, threshold, run.class_weights)


def _calibrated(run: LinearLearnerRun, weights: FloatArray, bias: FloatArray) -> float:
    rows = slice(run.hyper.num_calibration_samples)
    datasets = run.channels.get("validation", run.channels["train"]).datasets
    margins = np.concatenate([data.features[rows] @ weights for data in datasets])
    labels = np.concatenate([data.labels[rows] for data in datasets])
    return calibrated_threshold((margins + bias)[:, 0], labels, run.loss, run.hyper)


def _judged_again(run: LinearLearnerRun, last: EpochEnded) -> EpochEnded | None:
    """With a validation channel the container judges the last epoch once more at the end."""
    if "validation" not in run.channels:
        return None
    improved = run.stopping.improved(last.criterion * run.selector.sign)
    return replace(last, improved=improved, idle=run.stopping.idle)


def _tested(run: LinearLearnerRun, model: LinearModel) -> Tested:
    test = run.channels.get("test")
    if test is None:
        return Tested(None, [])
    return Tested(_scores(run, model, "test"), test.host_rows)


def _scores(run: LinearLearnerRun, model: LinearModel, channel: str) -> list[Score]:
    datasets = run.channels[channel].datasets
    return evaluate(model, datasets, run.loss, run.class_weights, run.hyper)
