"""Which bytes reach which host."""

from __future__ import annotations

import gzip
import json
import pickle
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from sagemock.algorithms.base import ClientError
from sagemock.containers.inputs import Channel, Part
from sagemock.formats.content import Spool, Workspace
from sagemock.formats.recordio import frame
from sagemock.jobs import channels
from sagemock.jobs.channels import read_channels

SPOOL = Spool(Workspace())
"""Keeps all in memory that is here."""

SOURCE = {"S3DataType": "S3Prefix", "S3Uri": "s3://bucket/data/train"}


def read(storage: Any, source: dict[str, Any], hosts: int = 1, **config: Any) -> Channel:
    """The one channel `train` of such a source."""
    configs = [
        {"ChannelName": "train", "DataSource": {"S3DataSource": {**SOURCE, **source}}, **config}
    ]
    channel_inputs = read_channels(
        configs, storage, region="us-east-1", role="role", hosts=[None] * hosts, spool=SPOOL
    )
    return channel_inputs["train"]


def hosts(channel: Channel) -> list[Sequence[Part]]:
    """What each host has, up to the last one that has something."""
    last = max(number for shard in channel.shards for number in shard.hosts)
    return [channel.parts(number) for number in range(last + 1)]


def content(channel: Channel) -> list[list[tuple[str, bytes]]]:
    folder = "/opt/ml/input/data/train"
    return [
        [(part.path.removeprefix(folder), part.content) for part in host] for host in hosts(channel)
    ]


@pytest.fixture
def letters(storage: Any) -> Any:
    """Four objects below `data/train/`, made out of order, and others beside them."""
    for letter in "cadb":
        storage["bucket", f"data/train/{letter}.csv"] = letter.encode()
    storage["bucket", "data/train/"] = b""
    storage["bucket", "data/test/e.csv"] = b"e"
    return storage


def test_objects_below_a_prefix_come_in_key_order(letters: Any) -> None:
    files = [(f"/{letter}.csv", letter.encode()) for letter in "abcd"]
    assert content(read(letters, {})) == [files]
    assert content(read(letters, {"S3Uri": "s3://bucket/data/train/"})) == [files]
    assert content(read(letters, {"S3Uri": "s3://bucket/data/tr"})) == [
        [(f"/train{name}", body) for name, body in files]
    ]
    assert content(read(letters, {"S3Uri": "s3://bucket/data/train/b.csv"})) == [[("/b.csv", b"b")]]


def test_a_prefix_is_no_folder(letters: Any) -> None:
    letters["bucket", "data/training.csv"] = b"z"
    assert len(read(letters, {}).parts(0)) == 5


def test_hosts_share_what_is_replicated_and_it_is_read_once(letters: Any) -> None:
    channel = read(letters, {"S3DataDistributionType": "FullyReplicated"}, hosts=3)
    assert [shard.hosts for shard in channel.shards] == [(0, 1, 2)]
    assert letters.read_keys == [f"data/train/{letter}.csv" for letter in "abcd"]
    assert pickle.loads(pickle.dumps(channel)) == channel


def test_shards_are_dealt_out(letters: Any) -> None:
    channel = read(letters, {"S3DataDistributionType": "ShardedByS3Key"}, hosts=3)
    bodies = [[part.content for part in host] for host in hosts(channel)]
    assert bodies == [[b"a", b"d"], [b"b"], [b"c"]]
    assert len(letters.read_keys) == 4


def test_a_host_without_a_shard_is_named(letters: Any) -> None:
    with pytest.raises(ClientError, match=r"has 4 S3 objects for 5 instances.*algo-5 gets no data"):
        read(letters, {"S3DataDistributionType": "ShardedByS3Key"}, hosts=5)


def test_a_channel_is_for_the_hosts_of_its_instance_groups(letters: Any) -> None:
    def bodies(distribution: str, *names: str) -> list[list[bytes]]:
        source = {
            **SOURCE,
            "S3DataDistributionType": distribution,
            "InstanceGroupNames": list(names),
        }
        configs = [{"ChannelName": "train", "DataSource": {"S3DataSource": source}}]
        channel_inputs = read_channels(
            configs, letters, region="r", role="r", hosts=["x", "y", "x", "z"], spool=SPOOL
        )
        if not channel_inputs:
            return []
        return [[part.content for part in channel_inputs["train"].parts(host)] for host in range(4)]

    everything = [b"a", b"b", b"c", b"d"]
    assert bodies("FullyReplicated", "x") == [everything, [], everything, []]
    assert bodies("FullyReplicated") == [everything] * 4
    assert bodies("ShardedByS3Key", "z", "x") == [[b"a", b"d"], [], [b"b"], [b"c"]]
    assert bodies("FullyReplicated", "empty") == []
    for letter in "bcd":
        del letters["bucket", f"data/train/{letter}.csv"]
    with pytest.raises(ClientError, match=r"has 1 S3 objects for 2 instances.*algo-3 gets no data"):
        bodies("ShardedByS3Key", "x")


def test_a_seed_shuffles_keys_the_same_way_each_time(letters: Any) -> None:
    def order(**config: Any) -> str:
        parts = read(letters, {}, **config).parts(0)
        return b"".join(part.content for part in parts).decode()

    orders = {order(ShuffleConfig={"Seed": seed}) for seed in range(20)}
    assert order(ShuffleConfig={"Seed": 7}) == order(ShuffleConfig={"Seed": 7})
    assert all(sorted(each) == list("abcd") for each in orders)
    assert len(orders) > 5


def test_pipe_mode_makes_one_stream_of_all_objects(letters: Any) -> None:
    assert content(read(letters, {}, InputMode="Pipe")) == [[("_0", b"abcd")]]


def test_the_jobs_mode_holds_unless_the_channel_has_its_own(letters: Any) -> None:
    configs = [
        {"ChannelName": "train", "DataSource": {"S3DataSource": SOURCE}},
        {"ChannelName": "test", "DataSource": {"S3DataSource": SOURCE}, "InputMode": "File"},
    ]
    channel_inputs = read_channels(configs, letters, region="r", role="r", mode="Pipe", spool=SPOOL)
    assert (len(channel_inputs["train"].parts(0)), len(channel_inputs["test"].parts(0))) == (1, 4)


def test_gzip_is_undone_in_pipe_mode_only(storage: Any) -> None:
    zipped = gzip.compress(b"1,2\n") + gzip.compress(b"3,4\n")
    storage["bucket", "data/train"] = zipped
    assert content(read(storage, {}, CompressionType="Gzip")) == [[("/train", zipped)]]
    piped = read(storage, {}, CompressionType="Gzip", InputMode="Pipe")
    assert content(piped) == [[("_0", b"1,2\n3,4\n")]]


@pytest.mark.parametrize(
    "body", [b"1,2\n", b"", b"\x1f\x8b", gzip.compress(b"x" * 999, mtime=0)[:-9]]
)
def test_what_is_not_gzip_is_told(storage: Any, body: bytes) -> None:
    storage["bucket", "data/train"] = body
    if not body:
        assert content(read(storage, {}, CompressionType="Gzip", InputMode="Pipe"))[0][0][1] == b""
        return
    with pytest.raises(ClientError, match="is not in gzip format"):
        read(storage, {}, CompressionType="Gzip", InputMode="Pipe")


def test_a_bomb_is_not_set_off(storage: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(channels, "MAX_UNZIPPED", 1000)
    storage["bucket", "data/train"] = gzip.compress(bytes(1000))
    read(storage, {}, CompressionType="Gzip", InputMode="Pipe")
    storage["bucket", "data/train"] = gzip.compress(bytes(1001))
    with pytest.raises(ClientError, match="is larger than 1000 bytes when unzipped"):
        read(storage, {}, CompressionType="Gzip", InputMode="Pipe")


def test_a_wrapper_makes_a_record_of_each_object(letters: Any) -> None:
    channel = read(letters, {}, RecordWrapperType="RecordIO", InputMode="Pipe")
    assert content(channel) == [[("_0", b"".join(frame(letter.encode()) for letter in "abcd"))]]


def manifest(storage: Any, body: Any, kind: str = "ManifestFile") -> dict[str, Any]:
    text = body if isinstance(body, bytes) else json.dumps(body).encode()
    storage["bucket", "data/.amazon.manifest"] = text
    return {"S3DataType": kind, "S3Uri": "s3://bucket/data/.amazon.manifest"}


def test_a_manifest_names_objects_in_its_own_order(letters: Any) -> None:
    source = manifest(letters, [{"prefix": "s3://bucket/data/train/"}, "d.csv", "a.csv"])
    assert content(read(letters, source)) == [[("/d.csv", b"d"), ("/a.csv", b"a")]]
    source["S3DataDistributionType"] = "ShardedByS3Key"
    assert content(read(letters, source, hosts=2)) == [[("/d.csv", b"d")], [("/a.csv", b"a")]]


@pytest.mark.parametrize(
    "body",
    [
        b"not json",
        b"\xff",
        b"[" * 100_000,
        {"prefix": "s3://bucket/"},
        [],
        ["s3://bucket/a"],
        [{"prefix": 1}, "a"],
        [{"prefix": "file:///etc/"}, "passwd"],
        [{"prefix": "s3://bucket/"}, 1],
        5,
        None,
    ],
)
def test_a_manifest_that_is_none(letters: Any, body: Any) -> None:
    with pytest.raises(ClientError, match="is not a JSON list"):
        read(letters, manifest(letters, body))


def augmented(storage: Any, lines: list[Any], *names: str) -> dict[str, Any]:
    body = "\n".join(json.dumps(line) for line in lines).encode()
    return {**manifest(storage, body, "AugmentedManifestFile"), "AttributeNames": list(names)}


def test_an_augmented_manifest_streams_what_it_refers_to(letters: Any) -> None:
    lines = [{"source-ref": f"s3://bucket/data/train/{x}.csv", "class": 1} for x in "ca"]
    source = augmented(letters, lines, "source-ref")
    assert content(read(letters, source, InputMode="Pipe")) == [[("_0", b"ca")]]
    wrapped = read(letters, source, InputMode="Pipe", RecordWrapperType="RecordIO")
    assert content(wrapped) == [[("_0", frame(b"c") + frame(b"a"))]]


def test_attributes_come_in_the_order_that_the_channel_names_them(letters: Any) -> None:
    lines = [{"class": 3, "source-ref": "s3://bucket/data/train/a.csv"}]
    source = augmented(letters, lines, "source-ref", "class")
    channel = read(letters, source, InputMode="Pipe", RecordWrapperType="RecordIO")
    assert content(channel) == [[("_0", frame(b"a") + frame(b"3"))]]


@pytest.mark.parametrize(
    ("lines", "names", "mode", "text"),
    [
        ([{"a-ref": "s3://bucket/x"}], ["a-ref"], "File", "supported in Pipe mode only"),
        ([{"a-ref": "s3://bucket/x"}], [], "Pipe", "needs AttributeNames"),
        ([{"a-ref": "s3://bucket/x"}, {}], ["a-ref"], "Pipe", "line 2 of the augmented manifest"),
        ([{"a-ref": 5}], ["a-ref"], "Pipe", "line 1 of the augmented manifest"),
        ([[]], ["a-ref"], "Pipe", "line 1 of the augmented manifest"),
        ([], ["a-ref"], "Pipe", "No S3 objects found"),
        ([{"a-ref": "s3://bucket/x"}], ["a-ref"], "Pipe", 'under S3 URL "s3://bucket/x"'),
    ],
)
def test_augmented_manifests_that_cannot_be_read(
    letters: Any, lines: list[Any], names: list[str], mode: str, text: str
) -> None:
    with pytest.raises(ClientError, match=text):
        read(letters, augmented(letters, lines, *names), InputMode=mode)


@pytest.mark.parametrize("uri", ["s3://bucket/none", "s3://other/", "file:///etc/passwd", "s3://"])
@pytest.mark.parametrize("kind", ["S3Prefix", "ManifestFile", "AugmentedManifestFile"])
def test_nothing_at_a_uri(letters: Any, uri: str, kind: str) -> None:
    source = {"S3DataType": kind, "S3Uri": uri, "AttributeNames": ["a-ref"]}
    with pytest.raises(ClientError, match=f'No S3 objects found under S3 URL "{uri}" given'):
        read(letters, source, InputMode="Pipe")


def test_a_manifest_may_name_what_is_not_there(letters: Any) -> None:
    source = manifest(letters, [{"prefix": "s3://bucket/data/train/"}, "a.csv", "x.csv"])
    with pytest.raises(ClientError, match=r'under S3 URL "s3://bucket/data/train/x\.csv"'):
        read(letters, source)


def test_other_sources_are_refused(storage: Any) -> None:
    config = {"ChannelName": "train", "DataSource": {"FileSystemDataSource": {}}}
    with pytest.raises(ClientError, match="has no S3 data source"):
        read_channels([config], storage, region="r", role="r", spool=SPOOL)
    with pytest.raises(ClientError, match="S3DataType Converse is not supported"):
        read(storage, {"S3DataType": "Converse"})


@pytest.mark.parametrize("mode", ["File", "Pipe"])
def test_large_objects_are_files_of_the_workspace(letters: Any, mode: str) -> None:
    configs = [{"ChannelName": "train", "DataSource": {"S3DataSource": SOURCE}}]
    with Workspace() as workspace:
        spool = Spool(workspace, limit=2)
        channels = read_channels(configs, letters, region="r", role="r", mode=mode, spool=spool)
        parts = channels["train"].parts(0)
        assert b"".join(bytes(part.buffer()) for part in parts) == b"abcd"
        for part, text in zip(parts, "abcd" if mode == "File" else ["abcd"], strict=True):
            with part.open() as stream:
                assert stream.read() == text.encode()
        kinds = [isinstance(part.content, bytes) for part in parts]
        assert kinds == ([True, True, False, False] if mode == "File" else [False])
        here = channels["train"].in_memory()
    # The files are gone, what was taken into memory is not.
    assert b"".join(part.content for part in here.parts(0)) == b"abcd"
    assert not workspace.path.exists()


def test_gzipped_objects_are_unzipped_as_a_stream(storage: Any) -> None:
    body = b"".join(b"%d\n" % number for number in range(500_000))
    storage["bucket", "data/train/a"] = gzip.compress(body, 1)
    source = {"InputMode": "Pipe", "CompressionType": "Gzip"}
    configs = [{"ChannelName": "train", "DataSource": {"S3DataSource": SOURCE}, **source}]
    with Workspace() as workspace:
        spool = Spool(workspace, limit=1000)
        channels = read_channels(configs, storage, region="r", role="r", spool=spool)
        (part,) = channels["train"].parts(0)
        assert isinstance(part.content, Path)
        assert part.content.read_bytes() == body
