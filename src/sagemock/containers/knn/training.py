"""Training as the container of KNN does it."""

from __future__ import annotations

import time
from collections.abc import Mapping

from sagemock.algorithms.base import JobFailure, Sharded, Stopped
from sagemock.algorithms.knn import KNNHyperparameters, KNNModel, fit
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
from sagemock.containers.inputs import Channel
from sagemock.containers.knn.artifact import pack
from sagemock.containers.knn.hyperparameters import parse_hyperparameters
from sagemock.containers.knn.log import KNNLog

CHANNELS = (TRAIN, "test")


class KNNTraining:
    """Samples and indexes rows.

    A job that is asked to stop leaves an index of the rows so far.
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
        log = KNNLog(report, clock, input.hosts, input.document)
        with log.failures():
            log.started(input.hyperparameters)
            parsed = parse_hyperparameters(input.hyperparameters)
            log.configured(input.hyperparameters)
            data = _read(parsed, input.channels, len(input.hosts))
            log.read(parsed, data)
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
        log = KNNLog(report, clock, input.hosts, input.document)
        log.started(input.hyperparameters)
        log.failed(failure)


def _files(model: KNNModel | None) -> Mapping[str, bytes] | None:
    return None if model is None else pack(model)


def _read(
    hyperparameters: KNNHyperparameters, channels: dict[str, Channel], hosts: int
) -> dict[str, Sharded]:
    """The rows of each channel, by host; all must have the columns of the train channel.

    Each channel is removed when it has been read, since its bytes take as much memory as its rows.
    """
    if TRAIN not in channels or not all(channels[TRAIN].parts(host) for host in range(hosts)):
        raise missing_channel(TRAIN)
    columns = hyperparameters.feature_dim
    data: dict[str, Sharded] = {}
    for name in CHANNELS:
        if name in channels:
            data[name] = read_datasets(
                channels.pop(name),
                hosts=hosts,
                columns=columns,
                block=hyperparameters.mini_batch_size,
            )
            columns = columns or data[TRAIN].datasets[0].columns
    return data
