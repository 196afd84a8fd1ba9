"""Training as the container of K-Means does it."""

from __future__ import annotations

import time
from collections.abc import Mapping

from sagemock.algorithms.base import Dataset, JobFailure, Stopped
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
from sagemock.containers.inputs import Channel, Shard
from sagemock.containers.kmeans.artifact import pack_member
from sagemock.containers.kmeans.hyperparameters import parse_hyperparameters
from sagemock.containers.kmeans.log import KMeansLog

CHANNELS = (TRAIN, "test")


class KMeansTraining:
    """Trains K-Means. A job with several hosts is trained like one with a host that has all rows.

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
        log = KMeansLog(report, clock)
        with log.failures():
            log.started(input.hyperparameters)
            parsed = parse_hyperparameters(input.hyperparameters)
            log.configured(input.hyperparameters)
            if TRAIN not in input.channels:
                raise missing_channel(TRAIN)
            content_type = input.channels[TRAIN].content_type
            data = _read(parsed, input.channels)
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
        log = KMeansLog(report, clock)
        log.started(input.hyperparameters)
        log.failed(failure)


def _files(model: KMeansModel | None) -> Mapping[str, bytes] | None:
    return None if model is None else {MEMBER: pack_member(model)}


def _read(
    hyperparameters: KMeansHyperparameters, channels: dict[str, Channel]
) -> dict[str, Dataset]:
    """The rows of each channel.

    Each channel is removed when it has been read, since its bytes take as much memory as its rows.
    """
    data = {}
    for name in CHANNELS:
        if name in channels:
            (data[name],) = read_datasets(
                _whole(channels.pop(name)),
                columns=hyperparameters.feature_dim,
                block=hyperparameters.mini_batch_size,
                labelled=False,
            ).datasets
    return data


def _whole(channel: Channel) -> Channel:
    """The channel with a single host that has the parts of all hosts, each part once."""
    parts = [part for shard in channel.shards for part in shard.parts]
    return Channel(channel.name, channel.content_type, [Shard((0,), parts)])
