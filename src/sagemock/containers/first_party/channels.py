"""The channels of an algorithm, and how each is read."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from sagemock.algorithms.base import Sharded
from sagemock.containers.first_party.datasets import READABLE, TRAIN, missing_channel, read_datasets
from sagemock.containers.first_party.hyperparameters import refused
from sagemock.containers.first_party.kinds import Choice
from sagemock.containers.inputs import Channel


@dataclass(frozen=True, slots=True)
class ChannelSpecification:
    """A channel that an algorithm reads.

    Attributes
    ----------
    labelled
        Whether each row must have a label.
    content_types
        Those that the algorithm reads.
    distribution
        The only S3DataDistributionType that it takes; None if it takes any.
    """

    name: str
    labelled: bool = True
    content_types: Collection[str] = READABLE
    distribution: str | None = None


class ChannelHyperparameters(Protocol):
    """The hyperparameters by which channels are read."""

    @property
    def feature_dim(self) -> int | None:
        """The columns that all rows must have; None for as many as the first row has."""

    @property
    def mini_batch_size(self) -> int:
        """The rows of a batch, on each host."""


def check_distributions(
    specifications: Sequence[ChannelSpecification], document: Mapping[str, Any]
) -> None:
    """Check how the objects of each channel of a job are distributed to the hosts.

    Raises
    ------
    HyperparameterError
        The words are those in which the toolkit refuses a member of a configuration.
    """
    required = {each.name: each.distribution for each in specifications}
    for config in document.get("InputDataConfig", ()):
        name = config["ChannelName"]
        allowed = required.get(name)
        source = config.get("DataSource", {}).get("S3DataSource")
        if allowed is None or source is None:
            continue
        distribution = source.get("S3DataDistributionType", "FullyReplicated")
        if distribution != allowed:
            raise refused(f"{name}.S3DistributionType", distribution, Choice(allowed).schema)


def read_channels(
    specifications: Sequence[ChannelSpecification],
    channels: dict[str, Channel],
    hyperparameters: ChannelHyperparameters,
    hosts: int,
) -> dict[str, Sharded]:
    """Read the rows of each channel, by host; all must have the columns of the train channel.

    Each channel is removed when it has been read, since its bytes take as much memory as its rows.

    Parameters
    ----------
    specifications
        The train channel is the first one, and the only one that a job must have, on every host.

    Raises
    ------
    ClientError
        Without a train channel on every host, and for data that cannot be read.
    """
    if TRAIN not in channels or not all(channels[TRAIN].parts(host) for host in range(hosts)):
        raise missing_channel(TRAIN)
    columns = hyperparameters.feature_dim
    data: dict[str, Sharded] = {}
    for each in specifications:
        if each.name not in channels:
            continue
        data[each.name] = read_datasets(
            channels.pop(each.name),
            hosts=hosts,
            columns=columns,
            block=hyperparameters.mini_batch_size,
            labelled=each.labelled,
            content_types=each.content_types,
        )
        columns = columns or data[TRAIN].datasets[0].columns
    return data
