"""Training: from the channels of a job to the best of its candidate models."""

from __future__ import annotations

import numpy as np

from sagemock.algorithms.base import (
    never,
    unobserved,
)
from sagemock.algorithms.blas import single_thread
from sagemock.algorithms.linear_learner.checks import check
from sagemock.algorithms.linear_learner.epoch import Stop
from sagemock.algorithms.linear_learner.finish import finish
from sagemock.algorithms.linear_learner.hyperparameters import LinearLearnerHyperparameters
from sagemock.algorithms.linear_learner.loop import train
from sagemock.algorithms.linear_learner.model import LinearModel
from sagemock.algorithms.linear_learner.prepare import parallel_models, prepare
from sagemock.algorithms.linear_learner.run import Channels, Observe


def fit(
    hyperparameters: LinearLearnerHyperparameters,
    channels: Channels,
    *,
    seed: int = 0,
    observe: Observe = unobserved,
    stop: Stop = never,
) -> LinearModel:
    """Train on the `train` channel and return the best of the candidate models.

    Parameters
    ----------
    channels
        The rows of each channel. Every host must have rows of `train`. The best model is chosen
        on `validation` if there is one; on `test` it is only scored.
    seed
        Of the initial weights. The same one gives the same model, to the bit.
    observe
        Called with every event of the training, for the log.
    stop
        Whether to stop; called between mini-batches.

    Raises
    ------
    ClientError
        For data that does not fit the hyperparameters.
    AlgorithmError
        When every model diverges.
    Stopped
        When asked to stop, with the best model of the epochs that have ended.
    """
    check(hyperparameters, channels)
    # A model that diverges does so silently: it is never chosen.
    with single_thread(), np.errstate(all="ignore"):
        run = prepare(hyperparameters, channels, observe)
        train(run, parallel_models(run, seed), stop)
        return finish(run)
