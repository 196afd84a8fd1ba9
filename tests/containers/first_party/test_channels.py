"""What an algorithm says of its channels decides how they are read."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pytest

from sagemock.algorithms.base import ClientError
from sagemock.containers.first_party.channels import (
    ChannelSpecification,
    check_distributions,
    read_channels,
)
from sagemock.containers.inputs import Channel, Part, Shard
from sagemock.formats.recordio import encode

BOTH = [ChannelSpecification("train"), ChannelSpecification("test")]
ROWS = np.arange(12, dtype=np.float32).reshape(4, 3)
LABELS = np.ones(4, np.float32)


class Hyperparameters(NamedTuple):
    feature_dim: int | None = None
    mini_batch_size: int = 2


def channels(content_type: str | None = None, **bodies: bytes) -> dict[str, Channel]:
    return {
        name: Channel(name, content_type, [Shard((0, 1), [Part(f"/{name}", body)])])
        for name, body in bodies.items()
    }


def test_the_channels_are_taken_out_in_the_order_of_their_specifications() -> None:
    of_job = channels(test=encode(ROWS, LABELS), other=b"not read", train=encode(ROWS, LABELS))
    data = read_channels(BOTH, of_job, Hyperparameters(), hosts=2)
    assert [(name, channel.rows(1)) for name, channel in data.items()] == [
        ("train", 4),
        ("test", 4),
    ]
    assert list(of_job) == ["other"]


@pytest.mark.parametrize("feature_dim", [3, None])
def test_all_channels_have_the_columns_of_the_train_channel(feature_dim: int | None) -> None:
    both = channels(train=encode(ROWS, LABELS), test=encode(ROWS[:, :2], LABELS))
    with pytest.raises(ClientError, match="with size 2 to array axis with dimension 3"):
        read_channels(BOTH, both, Hyperparameters(feature_dim), hosts=1)


@pytest.mark.parametrize(("name", "hosts"), [("test", 1), ("train", 3)])
def test_every_host_must_have_the_train_channel(name: str, hosts: int) -> None:
    of_two_hosts = channels(**{name: encode(ROWS, LABELS)})
    with pytest.raises(ClientError, match="Missing required data channel: 'train'"):
        read_channels(BOTH, of_two_hosts, Hyperparameters(), hosts)


def test_only_some_channels_need_labels() -> None:
    rows = encode(ROWS)
    specifications = [ChannelSpecification("train", labelled=False), ChannelSpecification("test")]
    data = read_channels(specifications, channels(train=rows), Hyperparameters(), 1)
    assert not data["train"].datasets[0].labels.size
    with pytest.raises(ClientError, match="Unable to read data channel 'test'"):
        read_channels(specifications, channels(train=rows, test=rows), Hyperparameters(), 1)


def test_other_content_types() -> None:
    records = [ChannelSpecification("train", content_types=["application/x-recordio-protobuf"])]
    with pytest.raises(ClientError, match=r"No iterator has been registered .* \('text/csv'"):
        read_channels(records, channels("text/csv", train=b"1,2"), Hyperparameters(), 1)


def config(name: str, **source: str) -> dict[str, Any]:
    return {"ChannelName": name, "DataSource": {"S3DataSource": source}}


def test_distributions() -> None:
    sharded = [ChannelSpecification("train", distribution="ShardedByS3Key")]
    check_distributions(sharded, {})
    check_distributions(
        sharded, {"InputDataConfig": [config("train", S3DataDistributionType="ShardedByS3Key")]}
    )
    check_distributions(
        BOTH, {"InputDataConfig": [config("train", S3DataDistributionType="FullyReplicated")]}
    )
    of_files = {"ChannelName": "train", "DataSource": {"FileSystemDataSource": {}}}
    check_distributions(sharded, {"InputDataConfig": [of_files, config("other")]})
    for refused in (config("train"), config("train", S3DataDistributionType="FullyReplicated")):
        with pytest.raises(ClientError) as caught:
            check_distributions(sharded, {"InputDataConfig": [refused]})
        assert "The value 'FullyReplicated' is not valid for the 'train.S3D" in str(caught.value)
