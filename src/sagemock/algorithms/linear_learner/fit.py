"""Training: from the channels of a job to the best of its candidate models."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

import numpy as np

from sagemock.algorithms.base import Dataset, FloatArray, Sharded, Stopped
from sagemock.algorithms.blas import single_thread
from sagemock.algorithms.linear_learner import checks, design
from sagemock.algorithms.linear_learner.candidates import candidates, settings
from sagemock.algorithms.linear_learner.class_weights import class_weights, weigh
from sagemock.algorithms.linear_learner.early_stopping import EarlyStopping
from sagemock.algorithms.linear_learner.epoch import Shard, Stop
from sagemock.algorithms.linear_learner.evaluate import evaluate
from sagemock.algorithms.linear_learner.events import (
    BrokenOff,
    Chosen,
    EpochEnded,
    Event,
    Finished,
    HostEpoch,
    Scaled,
    Score,
    StoppedEarly,
    Tested,
)
from sagemock.algorithms.linear_learner.hyperparameters import Hyperparameters
from sagemock.algorithms.linear_learner.losses import LOSSES
from sagemock.algorithms.linear_learner.model import LinearModel
from sagemock.algorithms.linear_learner.outcome import linear_model
from sagemock.algorithms.linear_learner.parallel import Best, ModelsEpoch, ParallelModels
from sagemock.algorithms.linear_learner.scaler import Scaler, measure
from sagemock.algorithms.linear_learner.selection import ModelSelector, calibrated_threshold
from sagemock.algorithms.linear_learner.threshold import NEUTRAL

Observe = Callable[[Event], None]
Channels = Mapping[str, Sharded]


def _ignore(_: Event) -> None:
    """Nobody watches."""


def _never() -> bool:
    return False


def fit(
    hyperparameters: Hyperparameters,
    channels: Channels,
    *,
    seed: int = 0,
    observe: Observe = _ignore,
    stop: Stop = _never,
) -> LinearModel:
    """Train on the `train` channel and give the best of the candidate models.

    channels: the rows of each; every host must have some of `train`. The best model is chosen on
    the `validation` channel if there is one; the `test` channel is only scored. `stop` is asked
    between mini-batches.

    Raises ClientError for data that does not fit the hyperparameters, AlgorithmError when every
    model diverges, and `Stopped`, with the best model of the epochs that have ended.
    """
    checks.check(hyperparameters, channels)
    # A model that diverges does so silently: it is never chosen.
    with single_thread(), np.errstate(all="ignore"):
        return _Training(hyperparameters, channels, seed, observe).run(stop)


class _Training:
    """The state of one run."""

    def __init__(
        self, hyperparameters: Hyperparameters, channels: Channels, seed: int, observe: Observe
    ) -> None:
        self._hyper = hyperparameters
        self._channels = channels
        self._observe = observe
        self._loss = LOSSES[hyperparameters.loss](hyperparameters)
        train = channels["train"]
        self._all_columns = train.datasets[0].columns
        self._columns = design.occurring(train.datasets)
        width = self._all_columns if self._columns is None else len(self._columns)
        size = hyperparameters.mini_batch_size
        checks.check_size(width, size, self._loss.outputs, hyperparameters.num_models)
        self._models = candidates(hyperparameters)
        self._scaler = self._measured()
        self._class_weights = self._weighted()
        self._selector = ModelSelector(
            hyperparameters,
            self._loss,
            self._class_weights,
            channels["validation"].datasets if "validation" in channels else (),
            self._columns,
        )
        self._shards = [self._shard(index) for index in range(len(train.datasets))]
        self._parallel = ParallelModels(
            self._models,
            self._shards,
            self._scaler,
            self._loss,
            self._selector,
            hyperparameters,
            seed,
        )

    def run(self, stop: Stop) -> LinearModel:
        stopping = EarlyStopping(self._hyper)
        best: Best | None = None
        last: EpochEnded | None = None
        for epoch in range(self._hyper.epochs):
            try:
                ended = self._parallel.epoch(stop)
            except Stopped:
                raise self._broken_off(epoch, best) from None
            improved = stopping.improved(ended.selection.criterion * self._selector.sign)
            if improved:
                best = ended.best
            last = self._report(epoch, ended, improved, stopping)
            if stopping.should_stop:
                self._observe(StoppedEarly(epoch))
                break
        if best is None or last is None:
            raise checks.diverged()
        # Not needed any more, and as large as the train channel.
        self._shards.clear()
        del self._parallel
        model = self._model(best)
        self._score(model, best.model, self._judged_again(last, stopping))
        self._observe(Finished(last.epoch + 1))
        return model

    def _broken_off(self, epochs: int, best: Best | None) -> Stopped:
        """What is left of a training that must stop: a model with its threshold, not scored."""
        model = None if best is None else self._model(best)
        self._observe(BrokenOff(epochs, model is not None))
        return Stopped(model)

    def _measured(self) -> Scaler:
        scaler = measure(self._channels["train"].by_host(), self._hyper)
        self._observe(
            Scaled(
                scaler.mean,
                scaler.deviation,
                scaler.label_mean,
                scaler.label_deviation,
                scaler.samples,
            )
        )
        return scaler if self._columns is None else scaler.restricted(self._columns)

    def _weighted(self) -> list[float] | None:
        """The classes' weights by the rows that the scaler was computed from."""
        samples = zip(self._channels["train"].by_host(), self._scaler.samples, strict=True)
        labels = np.concatenate([data.labels[: sample.used] for data, sample in samples])
        return class_weights(labels, self._hyper)

    def _shard(self, index: int) -> Shard:
        data = self._channels["train"].datasets[index]
        restricted = Dataset(design.restrict(data.features, self._columns), data.labels)
        weigher = None if self._class_weights is None else partial(weigh, self._class_weights)
        hosts = self._channels["train"].of_host.count(index)
        return Shard(design.batches(restricted, self._scaler, weigher, self._hyper), hosts)

    def _report(
        self,
        epoch: int,
        ended: ModelsEpoch,
        improved: bool,
        stopping: EarlyStopping,
    ) -> EpochEnded:
        selection = ended.selection
        # Hosts that see the same rows share the losses.
        losses = [array("d", each.tobytes()) for each in ended.losses]
        validated = () if selection.validation is None else selection.validation
        held_out_losses = [array("d", each.tobytes()) for each in validated]
        train, validation = self._channels["train"], self._channels.get("validation")
        hosts = []
        for number, index in enumerate(train.of_host):
            assert index is not None  # Checked before: no host trains on nothing.
            held_out, held_out_rows = None, 0
            if validation is not None:
                held_out_rows = validation.rows(number)
                other = validation.of_host[number]
                if other is not None:
                    held_out = held_out_losses[other]
            hosts.append(HostEpoch(losses[index], held_out, train.rows(number), held_out_rows))
        event = EpochEnded(
            epoch=epoch,
            epochs=self._hyper.epochs,
            objective=self._loss.objective,
            hosts=hosts,
            criteria=self._selector.criteria,
            criterion=selection.criterion,
            improved=improved,
            idle=stopping.idle,
        )
        self._observe(event)
        return event

    def _model(self, best: Best) -> LinearModel:
        """The winner, with its threshold. Columns that never occurred weigh nothing."""
        weights = best.weights
        if self._columns is not None:
            weights = np.zeros((self._all_columns, weights.shape[1]), np.float32)
            weights[self._columns] = best.weights
        cut = NEUTRAL
        if self._hyper.predictor_type == "binary_classifier":
            cut = self._calibrated(weights, best.bias)
        return linear_model(self._hyper, weights, best.bias, cut, self._class_weights)

    def _calibrated(self, weights: FloatArray, bias: FloatArray) -> float:
        most = self._hyper.num_calibration_samples
        parts = self._channels.get("validation", self._channels["train"]).datasets
        margins = np.concatenate([data.features[:most] @ weights for data in parts])
        labels = np.concatenate([data.labels[:most] for data in parts])
        return calibrated_threshold((margins + bias)[:, 0], labels, self._loss, self._hyper)

    def _judged_again(self, last: EpochEnded, stopping: EarlyStopping) -> EpochEnded | None:
        if "validation" not in self._channels:
            return None
        improved = stopping.improved(last.criterion * self._selector.sign)
        return replace(last, improved=improved, idle=stopping.idle)

    def _score(self, model: LinearModel, number: int, again: EpochEnded | None) -> None:
        name = "validation" if "validation" in self._channels else "train"
        chosen = settings(self._models[number], self._hyper)
        self._observe(Chosen(name, self._scores(model, name), chosen, again))
        test = self._channels.get("test")
        if test is None:
            self._observe(Tested(None, []))
            return
        rows = [test.rows(number) for number in range(len(test.of_host))]
        self._observe(Tested(self._scores(model, "test"), rows))

    def _scores(self, model: LinearModel, channel: str) -> list[Score]:
        parts = self._channels[channel].datasets
        return evaluate(model, parts, self._loss, self._class_weights, self._hyper)
