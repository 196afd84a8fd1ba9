"""Jobs of user code, at the level of their container."""

from __future__ import annotations

import io
import json
import sys
import tarfile
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from sagemock.containers.base import LogLine, Stop, TrainingInput, TrainingOutput, never
from sagemock.containers.inputs import Channel, Part, Shard
from sagemock.containers.local_process.isolation import WAYS
from sagemock.containers.local_process.settings import ProcessSettings
from sagemock.containers.local_process.training import LocalTraining
from sagemock.formats.content import Workspace

CODE = "s3://bucket/job/source/sourcedir.tar.gz"


def works(way: str) -> bool:
    return WAYS[way](sys.executable, 0) is None


def archive(files: Mapping[str, str | bytes]) -> bytes:
    """A `sourcedir.tar.gz`."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
        for name, content in files.items():
            data = content.encode() if isinstance(content, str) else content
            info = tarfile.TarInfo(name)
            info.size = len(data)
            # An owner that this machine does not have.
            info.uid = info.gid = 54321
            tar.addfile(info, io.BytesIO(data))
    return buffer.getvalue()


def channel(name: str, files: Mapping[str, bytes], hosts: int = 1) -> Channel:
    parts = [Part(f"/opt/ml/input/data/{name}/{path}", data) for path, data in files.items()]
    return Channel(name, None, [Shard(tuple(range(hosts)), parts)])


@dataclass
class Result:
    output: TrainingOutput
    lines: list[LogLine]

    @property
    def text(self) -> str:
        return "\n".join(line.text for line in self.lines)

    @property
    def reason(self) -> str:
        assert self.output.failure is not None, self.text
        return self.output.failure.failure_reason

    @property
    def model(self) -> Mapping[str, Any]:
        assert self.output.failure is None, f"{self.output.failure}\n{self.text}"
        assert self.output.model is not None
        return self.output.model


@dataclass
class Jobs:
    """Runs training jobs."""

    workspace: Workspace
    settings: ProcessSettings = field(default_factory=ProcessSettings)

    def run(
        self,
        input: TrainingInput,
        *,
        command: Sequence[str] | None = None,
        stop: Stop = never,
        report: Callable[[Sequence[LogLine]], None] | None = None,
    ) -> Result:
        lines: list[LogLine] = []

        def reported(new: Sequence[LogLine]) -> None:
            lines.extend(new)
            if report is not None:
                report(new)

        container = LocalTraining(self.settings, None if command is None else tuple(command))
        return Result(container.train(input, report=reported, stop=stop), lines)

    def script(
        self,
        code: str | Mapping[str, str | bytes],
        hyperparameters: Mapping[str, Any] | None = None,
        *,
        program: str = "train.py",
        document: Mapping[str, Any] | None = None,
        stop: Stop = never,
        report: Callable[[Sequence[LogLine]], None] | None = None,
        **changes: Any,
    ) -> Result:
        """Run a job in script mode."""
        files = {program: code} if isinstance(code, str) else code
        values = {name: json.dumps(value) for name, value in (hyperparameters or {}).items()}
        values |= {
            "sagemaker_program": json.dumps(program),
            "sagemaker_submit_directory": json.dumps(CODE),
        }
        input = TrainingInput(
            hyperparameters=values,
            objects={CODE: archive(files)},
            document={"TrainingJobName": "job", **(document or {})},
            workspace=self.workspace,
            **changes,
        )
        return self.run(input, stop=stop, report=report)

    def shell(
        self, code: str, *, document: Mapping[str, Any] | None = None, **changes: Any
    ) -> Result:
        """Run a job whose ContainerEntrypoint is a shell script."""
        specification = {
            "ContainerEntrypoint": ["/bin/bash"],
            "ContainerArguments": ["-c", code],
        }
        own = {name: changes.pop(name) for name in ("stop", "report") if name in changes}
        input = TrainingInput(
            document={"AlgorithmSpecification": specification, **(document or {})},
            workspace=self.workspace,
            **changes,
        )
        return self.run(input, **own)


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder for temporary files, which is empty again after each test."""
    # Short, as sockets below it have to be.
    with tempfile.TemporaryDirectory(prefix="t") as folder:
        monkeypatch.setattr(tempfile, "tempdir", folder)
        yield Path(folder)
        assert [path.name for path in Path(folder).glob("sagemock-*")] == []


@pytest.fixture
def workspace(temporary: Path) -> Iterator[Workspace]:
    with Workspace() as workspace:
        yield workspace


@pytest.fixture
def jobs(workspace: Workspace) -> Jobs:
    return Jobs(workspace)


@pytest.fixture(params=["namespace", "proot", "link", "folder"])
def way(request: pytest.FixtureRequest) -> str:
    """Each way of isolation that works on this machine."""
    name: str = request.param
    if not works(name):
        pytest.skip(f"{name} does not work on this machine")
    return name


@pytest.fixture
def jobs_in(way: str, workspace: Workspace) -> Jobs:
    return Jobs(workspace, ProcessSettings(isolation=way))  # type: ignore[arg-type]
