"""Training as the container of factorization machines does it."""

from __future__ import annotations

import time
from collections.abc import Mapping

from sagemock.algorithms.base import JobFailure, Sharded, Stopped
from sagemock.algorithms.factorization_machines import (
    FactorizationMachinesHyperparameters,
    FactorizationMachinesModel,
    fit,
)
from sagemock.containers.base import (
    Clock,
    Report,
    Stop,
    TrainingInput,
    TrainingOutput,
    never,
    no_report,
)
from sagemock.containers.factorization_machines import artifact
from sagemock.containers.factorization_machines.hyperparameters import parse_hyperparameters
from sagemock.containers.factorization_machines.log import MachineLog
from sagemock.containers.first_party.datasets import TRAIN, missing_channel, read_datasets
from sagemock.containers.first_party.model_file import MEMBER
from sagemock.containers.inputs import Channel
from sagemock.formats.media_type import RECORDIO

CHANNELS = (TRAIN, "test")


class FactorizationMachinesTraining:
    """Trains factorization machines.

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
        log = MachineLog(report, clock, len(input.hosts))
        with log.failures():
            log.started(input.hyperparameters)
            parsed = parse_hyperparameters(input.hyperparameters)
            log.configured(input.hyperparameters)
            data = _read(parsed, input.channels, len(input.hosts))
            log.read(parsed, data)
            try:
                model = fit(parsed, data, seed=input.seed, observe=log.observe, stop=stop)
            except Stopped as stopped:
                return TrainingOutput(_files(stopped.model, parsed), stopped=True)
            return TrainingOutput(_files(model, parsed))

    def fail(
        self,
        input: TrainingInput,
        failure: JobFailure,
        *,
        report: Report,
        clock: Clock = time.time,
    ) -> None:
        """Write the start of the log, and the failure."""
        log = MachineLog(report, clock, len(input.hosts))
        log.started(input.hyperparameters)
        log.failed(failure)


def _files(
    model: FactorizationMachinesModel | None, hyper: FactorizationMachinesHyperparameters
) -> Mapping[str, bytes] | None:
    return None if model is None else {MEMBER: artifact.pack_member(model, hyper)}


def _read(
    hyper: FactorizationMachinesHyperparameters, channels: dict[str, Channel], hosts: int
) -> dict[str, Sharded]:
    """The rows of each channel, by host.

    Each channel is removed when it has been read, since its bytes take as much memory as its rows.
    """
    if TRAIN not in channels or not all(channels[TRAIN].parts(host) for host in range(hosts)):
        raise missing_channel(TRAIN)
    return {
        name: read_datasets(
            channels.pop(name),
            hosts=hosts,
            columns=hyper.feature_dim,
            block=hyper.mini_batch_size,
            content_types=(RECORDIO,),
        )
        for name in CHANNELS
        if name in channels
    }
