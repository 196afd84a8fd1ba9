"""Training as the container of the random cut forest does it."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from sagemock.algorithms.base import JobFailure, Sharded, Stopped
from sagemock.algorithms.random_cut_forest import (
    RandomCutForest,
    RandomCutForestHyperparameters,
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
from sagemock.containers.first_party.datasets import TRAIN, missing_channel, read_datasets
from sagemock.containers.first_party.hyperparameters import refused
from sagemock.containers.first_party.kinds import Choice
from sagemock.containers.first_party.model_file import MEMBER
from sagemock.containers.inputs import Channel
from sagemock.containers.random_cut_forest.artifact import pack_member
from sagemock.containers.random_cut_forest.hyperparameters import parse_hyperparameters
from sagemock.containers.random_cut_forest.log import RandomCutForestLog
from sagemock.formats.media_type import RECORDIO

TEST = "test"

DISTRIBUTIONS = {TRAIN: "ShardedByS3Key", TEST: "FullyReplicated"}
"""The only S3DataDistributionType of each channel. Source: the page *Random Cut Forest (RCF)
Algorithm* of the developer guide."""


class RandomCutForestTraining:
    """Grows a random cut forest.

    A job that is asked to stop leaves a forest of the rows so far.
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
        log = RandomCutForestLog(report, clock, input.hosts, input.document)
        with log.failures():
            log.started(input.hyperparameters)
            parsed = parse_hyperparameters(input.hyperparameters)
            _check_distributions(input.document)
            log.configured(input.hyperparameters)
            hosts = range(len(input.hosts))
            channels = input.channels
            if TRAIN not in channels or not all(channels[TRAIN].parts(host) for host in hosts):
                raise missing_channel(TRAIN)
            content_type = channels[TRAIN].content_type or RECORDIO
            data = _read(parsed, channels, len(input.hosts))
            log.read(parsed, data, content_type)
            try:
                forest = fit(parsed, data, seed=input.seed, observe=log.observe, stop=stop)
            except Stopped as stopped:
                return TrainingOutput(_files(stopped.model), stopped=True)
            return TrainingOutput(_files(forest))

    def fail(
        self,
        input: TrainingInput,
        failure: JobFailure,
        *,
        report: Report,
        clock: Clock = time.time,
    ) -> None:
        """Write the start of the log, and the failure."""
        log = RandomCutForestLog(report, clock, input.hosts, input.document)
        log.started(input.hyperparameters)
        log.failed(failure)


def _files(forest: RandomCutForest | None) -> Mapping[str, bytes] | None:
    return None if forest is None else {MEMBER: pack_member(forest)}


def _check_distributions(document: Mapping[str, Any]) -> None:
    """Check how the objects of each channel are distributed to the hosts.

    The words are those in which the toolkit refuses a member of a configuration.
    """
    for config in document.get("InputDataConfig", ()):
        name = config["ChannelName"]
        source = config.get("DataSource", {}).get("S3DataSource")
        if name not in DISTRIBUTIONS or source is None:
            continue
        distribution = source.get("S3DataDistributionType", "FullyReplicated")
        if distribution != DISTRIBUTIONS[name]:
            schema = Choice(DISTRIBUTIONS[name]).schema
            raise refused(f"{name}.S3DistributionType", distribution, schema)


def _read(
    hyperparameters: RandomCutForestHyperparameters, channels: dict[str, Channel], hosts: int
) -> dict[str, Sharded]:
    """The rows of each channel, by host; only those of the test channel have labels.

    Each channel is removed when it has been read, since its bytes take as much memory as its rows.
    """
    return {
        name: read_datasets(
            channels.pop(name),
            hosts=hosts,
            columns=hyperparameters.feature_dim,
            block=hyperparameters.mini_batch_size,
            labelled=name == TEST,
        )
        for name in DISTRIBUTIONS
        if name in channels
    }
