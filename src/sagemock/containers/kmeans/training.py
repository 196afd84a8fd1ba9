"""Training as the container of K-Means does it."""

from __future__ import annotations

import time
from collections.abc import Mapping

from sagemock.algorithms.base import JobFailure, Sharded, Stopped
from sagemock.algorithms.kmeans import KMeansHyperparameters, KMeansModel, fit
from sagemock.containers.base import (
    Clock,
    Report,
    Stop,
    TrainingInput,
    TrainingOutput,
    never,
    no_report,
)
from sagemock.containers.first_party.datasets import TRAIN, missing_channel, read_datasets
from sagemock.containers.first_party.model_file import MEMBER
from sagemock.containers.inputs import Channel
from sagemock.containers.kmeans.artifact import pack_member
from sagemock.containers.kmeans.hyperparameters import parse_hyperparameters
from sagemock.containers.kmeans.log import KMeansLog

CHANNELS = (TRAIN, "test")


class KMeansTraining:
    """Trains K-Means, on the hosts of the job together.

    A job that is asked to stop leaves the model of the mini-batches so far.
    """

    def train(
        self,
        input: TrainingInput,
        *,
        report: Report = no_report,
        stop: Stop = never,
        clock: Clock = time.time,
    ) -> TrainingOutput:
        """Train the model. Raises `JobFailure` for invalid hyperparameters or data."""
        log = KMeansLog(report, clock, len(input.hosts))
        with log.failures():
            log.started(input.hyperparameters)
            parsed = parse_hyperparameters(input.hyperparameters)
            log.configured(input.hyperparameters)
            hosts, channels = len(input.hosts), input.channels
            if TRAIN not in channels or not all(channels[TRAIN].parts(n) for n in range(hosts)):
                raise missing_channel(TRAIN)
            content_type = channels[TRAIN].content_type
            data = _read(parsed, channels, hosts)
            log.read(parsed, data, content_type, input.hyperparameters)
            try:
                model = fit(parsed, data, seed=input.seed, observe=log.observe, stop=stop)
            except Stopped as stopped:
                return TrainingOutput(_files(stopped.model), stopped=True)
            return TrainingOutput(_files(model))

    def fail(
        self,
        input: TrainingInput,
        failure: JobFailure,
        *,
        report: Report,
        clock: Clock = time.time,
    ) -> None:
        """Write the start of the log, and the failure."""
        log = KMeansLog(report, clock, len(input.hosts))
        log.started(input.hyperparameters)
        log.failed(failure)


def _files(model: KMeansModel | None) -> Mapping[str, bytes] | None:
    return None if model is None else {MEMBER: pack_member(model)}


def _read(
    hyperparameters: KMeansHyperparameters, channels: dict[str, Channel], hosts: int
) -> dict[str, Sharded]:
    """The rows of each channel, by host.

    Each channel is removed when it has been read, since its bytes take as much memory as its rows.
    """
    return {
        name: read_datasets(
            channels.pop(name),
            hosts=hosts,
            columns=hyperparameters.feature_dim,
            block=hyperparameters.mini_batch_size,
            labelled=False,
        )
        for name in CHANNELS
        if name in channels
    }
