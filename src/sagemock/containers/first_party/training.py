"""Training as the containers of Amazon's own algorithms do it: the same steps for all of them."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from sagemock.algorithms.base import JobFailure, Sharded, Stopped
from sagemock.containers.base import (
    Clock,
    Report,
    Stop,
    TrainingInput,
    TrainingOutput,
    never,
    no_report,
)
from sagemock.containers.first_party.channels import (
    ChannelHyperparameters,
    ChannelSpecification,
    check_distributions,
    read_channels,
)
from sagemock.containers.first_party.datasets import TRAIN
from sagemock.containers.first_party.log import HostLog, JobLog
from sagemock.formats.media_type import RECORDIO

Hyperparameters = TypeVar("Hyperparameters", bound=ChannelHyperparameters)
Model = TypeVar("Model")
HyperparametersIn = TypeVar("HyperparametersIn", contravariant=True)
ModelOut = TypeVar("ModelOut", covariant=True)


class Fit(Protocol[HyperparametersIn, ModelOut]):
    """Trains a model, as the function `fit` of each algorithm does."""

    def __call__(
        self,
        hyperparameters: HyperparametersIn,
        channels: Mapping[str, Sharded],
        /,
        *,
        seed: int,
        observe: Callable[[Any], None],
        stop: Stop,
    ) -> ModelOut:
        """Train a model. Raises `JobFailure`, and `Stopped` with the model so far."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingSteps(Generic[Hyperparameters, Model]):
    """What an algorithm does its own way while it is trained.

    Attributes
    ----------
    log
        Returns the log of a host, which is counted from 0.
    parse
        Parses the hyperparameters of a request. Raises `ClientError`.
    channels
        Those that it reads, in this order.
    fit
        Trains the model.
    pack
        Encodes a model, with the hyperparameters of its job, as the files of the artifact.
    """

    log: Callable[[Report, Clock, int, TrainingInput], HostLog]
    parse: Callable[[Mapping[str, str]], Hyperparameters]
    channels: Sequence[ChannelSpecification]
    fit: Fit[Hyperparameters, Model]
    pack: Callable[[Model, Hyperparameters], Mapping[str, bytes]]


class FirstPartyTraining(Generic[Hyperparameters, Model]):
    """Trains one of Amazon's own algorithms; a subclass says what the steps are.

    Attributes
    ----------
    steps
        Those of the algorithm.
    """

    steps: TrainingSteps[Hyperparameters, Model]

    def train(
        self,
        input: TrainingInput,
        *,
        report: Report = no_report,
        stop: Stop = never,
        clock: Clock = time.time,
    ) -> TrainingOutput:
        """Train the model. Raises `JobFailure` for invalid hyperparameters or data."""
        steps, log = self.steps, self._log(input, report, clock)
        with log.failures():
            log.started()
            hyperparameters = steps.parse(input.hyperparameters)
            check_distributions(steps.channels, input.document)
            log.configured()
            content_types = {name: each.content_type for name, each in input.channels.items()}
            data = read_channels(steps.channels, input.channels, hyperparameters, len(input.hosts))
            log.read(hyperparameters, data, content_types[TRAIN] or RECORDIO)
            try:
                model = steps.fit(
                    hyperparameters, data, seed=input.seed, observe=log.observe, stop=stop
                )
            except Stopped as stopped:
                return TrainingOutput(self._files(stopped.model, hyperparameters), stopped=True)
            return TrainingOutput(self._files(model, hyperparameters))

    def fail(
        self,
        input: TrainingInput,
        failure: JobFailure,
        *,
        report: Report,
        clock: Clock = time.time,
    ) -> None:
        """Write the start of the log, and the failure."""
        log = self._log(input, report, clock)
        log.started()
        log.failed(failure)

    def _log(self, input: TrainingInput, report: Report, clock: Clock) -> JobLog:
        hosts = range(len(input.hosts))
        return JobLog([self.steps.log(report, clock, number, input) for number in hosts])

    def _files(
        self, model: Model | None, hyperparameters: Hyperparameters
    ) -> Mapping[str, bytes] | None:
        return None if model is None else self.steps.pack(model, hyperparameters)
