"""The tree of a host: what is at `/opt/ml` in a container, in a folder of this machine.

The files of jobs come from S3, whose keys may be anything; what cannot be a file's path fails the
job as a failed download does.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from sagemock.algorithms.base import ClientError
from sagemock.containers.base import ArtifactError, ProcessingInput, TrainingInput
from sagemock.containers.inputs import Part
from sagemock.containers.local_process import configuration
from sagemock.formats.content import Content, Files

ML = PurePosixPath("/opt/ml")
"""Where the tree is in a container."""

CHECKPOINTS = "/opt/ml/checkpoints"
"""The LocalPath of checkpoints by default."""

MESSAGE = "/opt/ml/output/message"
"""The file with the ExitMessage of a processing job."""

FAILURE = "/opt/ml/output/failure"
"""The file with the reason for the failure of a training job."""


@dataclass(frozen=True, slots=True)
class Tree:
    """The folder that is `/opt/ml` for one host.

    Attributes
    ----------
    root
        The folder; `write_training` and `write_processing` create it.

    Examples
    --------
    >>> Tree(Path("/tmp/job/ml")).at("/opt/ml/input/data/train").as_posix()
    '/tmp/job/ml/input/data/train'
    """

    root: Path

    def at(self, path: str) -> Path:
        """Return the place of a path below `/opt/ml`. Raises ValueError for any other path."""
        relative = PurePosixPath(path).relative_to(ML)
        if ".." in relative.parts:
            raise ValueError(f"{path!r} leads out of {ML}")
        return self.root / relative

    def channel(self, name: str) -> Path:
        """Return the folder of a training channel."""
        return self.root / "input" / "data" / name

    @property
    def model(self) -> Path:
        """The folder of the model."""
        return self.root / "model"

    @property
    def output(self) -> Path:
        """The folder of what a training job leaves besides its model, `/opt/ml/output/data`."""
        return self.root / "output" / "data"

    @property
    def code(self) -> Path:
        """The folder of the user's code in script mode."""
        return self.root / "code"


def write_training(tree: Tree, input: TrainingInput, host: int = 0) -> None:
    """Write the tree of a host of a training job.

    The folders of model and output are there, and empty; so are those of channels without files.
    A channel in Pipe mode has no folder: its stream is the business of whoever runs a process.

    Parameters
    ----------
    tree
        Where to write; its folder need not exist.
    input
        What the container gets. Files are copied, so that a script may change them.
    host
        The host, counted from 0.

    Raises
    ------
    ClientError
        When a path cannot be written.
    """
    for folder in (tree.model, tree.output, tree.code, tree.root / "input" / "data"):
        folder.mkdir(parents=True, exist_ok=True)
    config = tree.root / "input" / "config"
    channels = configuration.input_data(input, host)
    _write_json(config / "hyperparameters.json", configuration.hyperparameters(input))
    _write_json(config / "inputdataconfig.json", channels)
    hosts = list(input.hosts)
    _write_json(
        config / "resourceconfig.json", configuration.resources(input.document, hosts, host)
    )
    for name, described in channels.items():
        if described["TrainingInputMode"] != "Pipe":
            tree.channel(name).mkdir(exist_ok=True)
            read_only = described["TrainingInputMode"] == "FastFile"
            _write_parts(tree, input.channels[name].parts(host), read_only=read_only)
    if "CheckpointConfig" in input.document or input.checkpoints:
        _write_files(tree, checkpoint_path(input.document), input.checkpoints)


def pipes(tree: Tree, input: TrainingInput, host: int = 0) -> dict[Path, Content]:
    """Return the streams of a host's channels in Pipe mode.

    The names of the FIFOs, without `_0` and so on for the epochs, and what is read from each.
    """
    modes = configuration.modes(input)
    return {
        tree.channel(name): b"".join(part.open().read() for part in parts)
        if len(parts) != 1
        else parts[0].content
        for name, channel in input.channels.items()
        if modes[name] == "Pipe" and (parts := channel.parts(host))
    }


def write_processing(tree: Tree, input: ProcessingInput, host: int = 0) -> None:
    """Write the tree of a host of a processing job; the folders of its outputs are there, empty.

    Parameters
    ----------
    tree
        Where to write; its folder need not exist.
    input
        What the container gets.
    host
        The host, counted from 0.

    Raises
    ------
    ClientError
        When a path cannot be written.
    """
    config = tree.root / "config"
    _write_json(config / "processingjobconfig.json", configuration.processing_job(input.document))
    resources = configuration.processing_resources(list(input.hosts), host)
    _write_json(config / "resourceconfig.json", resources)
    (tree.root / "output").mkdir(exist_ok=True)
    for channel in input.inputs.values():
        _write_parts(tree, channel.parts(host))
    for path in (*input.outputs.values(), *_input_folders(input.document)):
        _make_folder(tree, path)


def _input_folders(document: Mapping[str, Any]) -> Iterable[str]:
    for each in document.get("ProcessingInputs", ()):
        path = each.get("S3Input", each.get("DatasetDefinition", {})).get("LocalPath")
        if path is not None:
            yield path


def checkpoint_path(document: Mapping[str, Any]) -> str:
    """Return where the checkpoints of a training job are in its container."""
    path: str = document.get("CheckpointConfig", {}).get("LocalPath") or CHECKPOINTS
    return path if PurePosixPath(path).is_relative_to(ML) else CHECKPOINTS


def write_content(path: Path, content: Content) -> None:
    """Write a file, and the folders above it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        shutil.copyfile(content, path)


def write_model(folder: Path, files: Files) -> None:
    """Write the files of a model into a folder, which is made.

    Parameters
    ----------
    folder
        What is `/opt/ml/model` for a container that serves.
    files
        As the archive has them. Files are copied.

    Raises
    ------
    ArtifactError
        When a path cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        if ".." in PurePosixPath(name).parts or name.startswith("/"):
            raise ArtifactError(f"{name!r} leads out of the model's folder")
        try:
            write_content(folder / name, content)
        except (OSError, ValueError) as error:
            raise ArtifactError(f"Unable to write {name!r}: {error}") from error


def _write_parts(tree: Tree, parts: Iterable[Part], *, read_only: bool = False) -> None:
    for part in parts:
        path = _checked(tree, part.path)
        try:
            write_content(path, part.content)
            if read_only:
                path.chmod(0o444)
        except (OSError, ValueError) as error:
            raise _not_downloaded(part.path, error) from error


def _write_files(tree: Tree, folder: str, files: Files) -> None:
    _make_folder(tree, folder)
    _write_parts(tree, [Part(f"{folder}/{name}", content) for name, content in files.items()])


def _make_folder(tree: Tree, path: str) -> None:
    folder = _checked(tree, path)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except (OSError, ValueError) as error:
        raise _not_downloaded(path, error) from error


def _checked(tree: Tree, path: str) -> Path:
    try:
        return tree.at(path)
    except ValueError as error:
        raise _not_downloaded(path, error) from error


def _not_downloaded(path: str, error: Exception) -> ClientError:
    reason = os.strerror(error.errno) if isinstance(error, OSError) and error.errno else str(error)
    return ClientError(f"Data download failed:Unable to write {path} ({reason})")


def _write_json(path: Path, value: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value), encoding="utf-8")
