"""Before the first epoch: from the channels to a run, and to the models that it trains."""

from __future__ import annotations

from functools import partial

import numpy as np

from sagemock.algorithms.base import Dataset
from sagemock.algorithms.linear_learner import checks, mini_batches
from sagemock.algorithms.linear_learner.candidates import candidates
from sagemock.algorithms.linear_learner.class_weights import class_weights, weigh
from sagemock.algorithms.linear_learner.early_stopping import EarlyStopping
from sagemock.algorithms.linear_learner.epoch import ShardBatches
from sagemock.algorithms.linear_learner.events import Scaled
from sagemock.algorithms.linear_learner.hyperparameters import LinearLearnerHyperparameters
from sagemock.algorithms.linear_learner.losses import LOSSES
from sagemock.algorithms.linear_learner.parallel import ParallelModels
from sagemock.algorithms.linear_learner.run import Channels, LinearLearnerRun, Observe
from sagemock.algorithms.linear_learner.scaler import Scaler, measure
from sagemock.algorithms.linear_learner.selection import ModelSelector


def prepare(
    hyperparameters: LinearLearnerHyperparameters, channels: Channels, observe: Observe
) -> LinearLearnerRun:
    """Compute the scaler and the class weights, and set up what judges the epochs.

    Raises
    ------
    ClientError
        For models that would not fit into memory.
    """
    train = channels["train"].datasets
    loss = LOSSES[hyperparameters.loss].of(hyperparameters)
    occurring = mini_batches.occurring(train)
    columns = train[0].columns if occurring is None else len(occurring)
    size = hyperparameters.mini_batch_size
    checks.check_size(columns, size, loss.outputs, hyperparameters.num_models)
    scaler = _measured(hyperparameters, channels, observe)
    weights = _class_weights(hyperparameters, channels, scaler)
    validation = channels["validation"].datasets if "validation" in channels else ()
    return LinearLearnerRun(
        hyper=hyperparameters,
        channels=channels,
        observe=observe,
        loss=loss,
        candidates=candidates(hyperparameters),
        occurring=occurring,
        scaler=scaler if occurring is None else scaler.restricted(occurring),
        class_weights=weights,
        selector=ModelSelector(hyperparameters, loss, weights, validation, occurring),
        stopping=EarlyStopping.of(hyperparameters),
    )


def parallel_models(run: LinearLearnerRun, seed: int) -> ParallelModels:
    """The models with their initial parameters, and the scaled mini-batches of the train channel.

    The mini-batches are as large as the train channel: let go of them when the epochs are over.
    """
    shards = [_shard(run, index) for index in range(len(run.channels["train"].datasets))]
    return ParallelModels(
        run.candidates, shards, run.scaler, run.loss, run.selector, run.hyper, seed
    )


def _measured(
    hyperparameters: LinearLearnerHyperparameters, channels: Channels, observe: Observe
) -> Scaler:
    scaler = measure(channels["train"].by_host(), hyperparameters)
    observe(
        Scaled(
            scaler.mean,
            scaler.deviation,
            scaler.label_mean,
            scaler.label_deviation,
            scaler.samples,
        )
    )
    return scaler


def _class_weights(
    hyperparameters: LinearLearnerHyperparameters, channels: Channels, scaler: Scaler
) -> list[float] | None:
    """The weights of the classes by the rows that the scaler was computed from."""
    samples = zip(channels["train"].by_host(), scaler.samples, strict=True)
    labels = np.concatenate([data.labels[: sample.used] for data, sample in samples])
    return class_weights(labels, hyperparameters)


def _shard(run: LinearLearnerRun, index: int) -> ShardBatches:
    train = run.channels["train"]
    data = train.datasets[index]
    restricted = Dataset(mini_batches.restrict(data.features, run.occurring), data.labels)
    weigher = None if run.class_weights is None else partial(weigh, run.class_weights)
    batches = mini_batches.batches(restricted, run.scaler, weigher, run.hyper)
    return ShardBatches(batches, train.of_host.count(index))
