"""The tree of a host, written and collected."""

from __future__ import annotations

import json
import os
import tarfile
from pathlib import Path
from typing import Any

import pytest

from sagemock.algorithms.base import ClientError
from sagemock.containers.base import ProcessingInput, TrainingInput
from sagemock.containers.inputs import Channel, Part, Shard
from sagemock.containers.local_process import collection
from sagemock.containers.local_process.collection import collect, failure_text, merged, message
from sagemock.containers.local_process.tree import Tree, pipes, write_processing, write_training
from sagemock.formats.archive import tar_gz
from sagemock.formats.content import Content, Workspace, in_memory

DATA = "/opt/ml/input/data"

DOCUMENT = {
    "AlgorithmSpecification": {"TrainingInputMode": "File"},
    "ResourceConfig": {"InstanceType": "ml.c5.xlarge", "InstanceCount": 2},
    "InputDataConfig": [
        {
            "ChannelName": "train",
            "ContentType": "text/csv",
            "DataSource": {"S3DataSource": {"S3DataDistributionType": "ShardedByS3Key"}},
        },
        {"ChannelName": "test", "InputMode": "FastFile"},
        {"ChannelName": "stream", "InputMode": "Pipe", "RecordWrapperType": "RecordIO"},
    ],
}


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    return Tree(tmp_path / "job" / "ml")


def channel(name: str, *shards: Shard, content_type: str | None = None) -> Channel:
    return Channel(name, content_type, shards)


def training_input(**changes: Any) -> TrainingInput:
    channels = {
        "train": channel(
            "train",
            Shard((0,), [Part(f"{DATA}/train/a/1.csv", b"1")]),
            Shard((1,), [Part(f"{DATA}/train/2.csv", b"2")]),
            content_type="text/csv",
        ),
        "test": channel("test", Shard((0, 1), [Part(f"{DATA}/test/t", b"t")])),
        "stream": channel("stream", Shard((0, 1), [Part(f"{DATA}/stream_0", b"abc")])),
    }
    values = {
        "hyperparameters": {"epochs": "3", "name": '"x"'},
        "channels": channels,
        "hosts": ("algo-1", "algo-2"),
        "document": DOCUMENT,
    }
    return TrainingInput(**{**values, **changes})


def read(tree: Tree, path: str) -> Any:
    return json.loads(tree.at(path).read_text())


def test_configuration_of_a_training_job(tree: Tree) -> None:
    write_training(tree, training_input(), host=1)

    assert read(tree, "/opt/ml/input/config/hyperparameters.json") == {"epochs": "3", "name": '"x"'}
    assert read(tree, "/opt/ml/input/config/resourceconfig.json") == {
        "current_host": "algo-2",
        "current_instance_type": "ml.c5.xlarge",
        "current_group_name": "homogeneousCluster",
        "hosts": ["algo-1", "algo-2"],
        "instance_groups": [
            {
                "instance_group_name": "homogeneousCluster",
                "instance_type": "ml.c5.xlarge",
                "hosts": ["algo-1", "algo-2"],
            }
        ],
        "network_interface_name": "eth0",
    }
    assert read(tree, "/opt/ml/input/config/inputdataconfig.json") == {
        "train": {
            "ContentType": "text/csv",
            "TrainingInputMode": "File",
            "S3DistributionType": "ShardedByS3Key",
            "RecordWrapperType": "None",
        },
        "test": {
            "TrainingInputMode": "FastFile",
            "S3DistributionType": "FullyReplicated",
            "RecordWrapperType": "None",
        },
        "stream": {
            "TrainingInputMode": "Pipe",
            "S3DistributionType": "FullyReplicated",
            "RecordWrapperType": "RecordIO",
        },
    }


def test_groups_of_instances(tree: Tree) -> None:
    groups = [
        {"InstanceGroupName": "small", "InstanceType": "ml.m5.large", "InstanceCount": 1},
        {"InstanceGroupName": "large", "InstanceType": "ml.m5.4xlarge", "InstanceCount": 2},
    ]
    input = training_input(
        hosts=("algo-1", "algo-2", "algo-3"),
        document={"ResourceConfig": {"InstanceGroups": groups}},
    )

    write_training(tree, input, host=2)

    resources = read(tree, "/opt/ml/input/config/resourceconfig.json")
    assert resources["current_group_name"] == "large"
    assert resources["current_instance_type"] == "ml.m5.4xlarge"
    assert [group["hosts"] for group in resources["instance_groups"]] == [
        ["algo-1"],
        ["algo-2", "algo-3"],
    ]


def test_a_channel_that_a_host_lacks_is_not_in_its_configuration(tree: Tree) -> None:
    channels = {"train": channel("train", Shard((0,), [Part(f"{DATA}/train/1", b"1")]))}

    write_training(tree, training_input(channels=channels), host=1)

    assert read(tree, "/opt/ml/input/config/inputdataconfig.json") == {}
    assert not tree.channel("train").exists()


def test_files_of_channels(tree: Tree) -> None:
    write_training(tree, training_input())

    assert collect(tree.channel("train"), Workspace()) == {"a/1.csv": b"1"}
    assert collect(tree.channel("test"), Workspace()) == {"t": b"t"}
    assert not tree.channel("stream").exists()
    assert tree.channel("test").joinpath("t").stat().st_mode & 0o222 == 0
    assert tree.model.is_dir()
    assert tree.output.is_dir()
    assert pipes(tree, training_input()) == {tree.channel("stream"): b"abc"}


def test_a_large_file_of_a_channel_is_copied(tree: Tree, tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.write_bytes(b"large")
    parts = [Part(f"{DATA}/train/x", source)]

    write_training(tree, training_input(channels={"train": channel("train", Shard((0,), parts))}))
    tree.channel("train").joinpath("x").write_bytes(b"changed")

    assert source.read_bytes() == b"large"


@pytest.mark.parametrize(
    "paths",
    [
        (f"{DATA}/train/../../../escape",),
        ("/etc/passwd",),
        (f"{DATA}/train/a", f"{DATA}/train/a/b"),
        (f"{DATA}/train/a/b", f"{DATA}/train/a"),
        (f"{DATA}/train/" + "x" * 300,),
        (f"{DATA}/train/a\0b",),
    ],
)
def test_keys_that_cannot_be_files_fail_the_job(tree: Tree, paths: tuple[str, ...]) -> None:
    parts = [Part(path, b"") for path in paths]
    input = training_input(channels={"train": channel("train", Shard((0,), parts))})

    with pytest.raises(ClientError) as raised:
        write_training(tree, input)

    assert raised.value.failure_reason.startswith("ClientError: Data download failed:")
    assert not tree.root.parent.joinpath("escape").exists()


def test_checkpoints_are_at_their_local_path(tree: Tree) -> None:
    document = {**DOCUMENT, "CheckpointConfig": {"LocalPath": "/opt/ml/saved", "S3Uri": "s3://b/c"}}

    write_training(tree, training_input(document=document, checkpoints={"e/1.pt": b"one"}))

    assert tree.at("/opt/ml/saved/e/1.pt").read_bytes() == b"one"


def test_tree_of_a_processing_job(tree: Tree) -> None:
    document = {
        "ProcessingJobName": "job",
        "AppSpecification": {"ImageUri": "image"},
        "ProcessingInputs": [
            {
                "InputName": "data",
                "S3Input": {"LocalPath": "/opt/ml/processing/in", "S3Uri": "s3://b"},
            }
        ],
        "ProcessingResources": {"ClusterConfig": {"InstanceCount": 1}},
    }
    part = Part("/opt/ml/processing/in/a.csv", b"a")
    input = ProcessingInput(
        inputs={"data": channel("data", Shard((0,), [part]))},
        outputs={"out": "/opt/ml/processing/out"},
        document=document,
    )

    write_processing(tree, input)

    config = read(tree, "/opt/ml/config/processingjobconfig.json")
    assert config["AppSpecification"] == {
        "ImageUri": "image",
        "ContainerEntrypoint": None,
        "ContainerArguments": None,
    }
    assert config["ProcessingInputs"][0]["S3Input"]["S3DownloadMode"] == "StartOfJob"
    assert read(tree, "/opt/ml/config/resourceconfig.json") == {
        "current_host": "algo-1",
        "hosts": ["algo-1"],
    }
    assert tree.at("/opt/ml/processing/in/a.csv").read_bytes() == b"a"
    assert tree.at("/opt/ml/processing/out").is_dir()


def test_large_files_stay_files(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(collection, "SMALL", 4)
    tree.model.mkdir(parents=True)
    tree.model.joinpath("small").write_bytes(b"1234")
    tree.model.joinpath("large").write_bytes(b"12345")
    tree.model.joinpath("link").symlink_to("large")

    with Workspace() as workspace:
        files = collect(tree.model, workspace, links=True)

        assert list(files) == ["large", "link", "small"]
        assert [isinstance(content, Path) for content in files.values()] == [True, True, False]
        collection.remove(tree.root)
        assert {in_memory(content) for content in files.values()} == {b"1234", b"12345"}


def test_a_running_process_keeps_its_large_files(tree: Tree, monkeypatch: Any) -> None:
    monkeypatch.setattr(collection, "SMALL", 4)
    tree.model.mkdir(parents=True)
    tree.model.joinpath("large").write_bytes(b"12345")

    with Workspace() as workspace:
        collect(tree.model, workspace, move=False)

    assert tree.model.joinpath("large").read_bytes() == b"12345"


def test_links_and_special_files(tree: Tree, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("s")
    tree.model.mkdir(parents=True)
    tree.model.joinpath("file").write_bytes(b"f")
    tree.model.joinpath("inside").symlink_to("file")
    tree.model.joinpath("outside").symlink_to(secret)
    tree.model.joinpath("nowhere").symlink_to("missing")
    tree.model.joinpath("loop").symlink_to(".")
    os.mkfifo(tree.model / "pipe")

    assert collect(tree.model, Workspace(), links=True) == {"file": b"f", "inside": b"f"}
    assert collect(tree.model, Workspace()) == {"file": b"f"}


def test_unreadable_files_are_collected_and_removed(tree: Tree) -> None:
    folder = tree.model / "closed"
    folder.mkdir(parents=True)
    folder.joinpath("file").write_bytes(b"f")
    folder.joinpath("file").chmod(0)
    folder.chmod(0)

    assert collect(tree.model, Workspace()) == {"closed/file": b"f"}
    folder.chmod(0)
    collection.remove(tree.root)
    assert not tree.root.exists()


def test_a_name_that_is_not_utf_8(tree: Tree) -> None:
    tree.model.mkdir(parents=True)
    Path(os.fsdecode(os.fsencode(tree.model) + b"/\xff.bin")).write_bytes(b"x")

    files = collect(tree.model, Workspace())

    assert files == {"\ufffd.bin": b"x"}
    archive = tree.root / "archive"
    archive.write_bytes(b"".join(tar_gz(files)))
    with tarfile.open(archive) as opened:
        assert opened.getnames() == ["\ufffd.bin"]


def test_files_of_several_hosts() -> None:
    first: dict[str, Content] = {"a": b"1", "c": b"1"}
    assert merged([first, {"a": b"2", "b": b"2"}]) == {"a": b"1", "b": b"2", "c": b"1"}


def test_failure_file(tree: Tree) -> None:
    assert failure_text(tree) is None
    tree.output.mkdir(parents=True)
    tree.at("/opt/ml/output/failure").write_bytes(b"no \xff")
    assert failure_text(tree) == "no \ufffd"


def test_message_of_several_hosts(tmp_path: Path) -> None:
    trees = [Tree(tmp_path / str(number)) for number in range(3)]
    for tree, text in zip(trees[:2], ["é" * 511 + "x", "éé"], strict=True):
        tree.output.mkdir(parents=True)
        tree.at("/opt/ml/output/message").write_text(text)

    assert message(trees[2:]) is None
    assert message(trees[1:]) == "éé"
    assert message(trees) == "é" * 511 + "x"


def test_a_message_that_is_not_utf_8(tree: Tree) -> None:
    tree.output.mkdir(parents=True)
    tree.at("/opt/ml/output/message").write_bytes(b"\xff" + b"x" * 2000)

    with pytest.raises(UnicodeDecodeError):
        message([tree])
