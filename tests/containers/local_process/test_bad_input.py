"""What scripts and archives do wrong, and what they are given."""

from __future__ import annotations

import io
import json
import os
import tarfile
from pathlib import Path
from typing import Any

import pytest
from tests.containers.local_process.conftest import CODE, Jobs, archive, channel

from sagemock.algorithms.base import ClientError
from sagemock.containers.base import TrainingInput
from sagemock.containers.inputs import Channel, Part, Shard
from sagemock.containers.local_process import collection, extraction, streams
from sagemock.containers.local_process.streams import CUT, LineReader
from sagemock.containers.local_process.supervisor import PIECE

HYPERPARAMETERS = {
    "sagemaker_program": "train.py",
    "sagemaker_submit_directory": CODE,
}


def with_code(jobs: Jobs, code: bytes | None, **hyperparameters: str) -> Any:
    return jobs.run(
        TrainingInput(
            hyperparameters={**HYPERPARAMETERS, **hyperparameters},
            objects={} if code is None else {CODE: code},
            workspace=jobs.workspace,
        )
    )


def tar(*members: tuple[str, str, bytes]) -> bytes:
    """An archive of members: name, type and content, or what a link leads to."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as file:
        for name, kind, content in members:
            info = tarfile.TarInfo(name)
            info.type = kind.encode()
            if info.isreg():
                info.size = len(content)
                file.addfile(info, io.BytesIO(content))
            else:
                info.linkname = content.decode()
                file.addfile(info)
    return buffer.getvalue()


def test_a_script_that_is_not_in_the_archive(jobs: Jobs) -> None:
    result = with_code(jobs, archive({"other.py": ""}))

    assert "ExecuteUserScriptError:\nExitCode 2\n" in result.reason
    assert "can't open file '/opt/ml/code/train.py'" in result.text


def test_a_shell_script_that_is_not_in_the_archive(jobs: Jobs) -> None:
    result = with_code(jobs, archive({"other.py": ""}), sagemaker_program="train.sh")

    assert result.reason == (
        "AlgorithmError: Framework Error: \nFileNotFoundError: [Errno 2] No such file or "
        "directory: '/opt/ml/code/train.sh', exit code: 2"
    )


@pytest.mark.parametrize(
    "data",
    [b"", b"no archive", archive({"train.py": "x" * 9999})[:60]],
    ids=["empty", "text", "cut"],
)
def test_an_archive_that_is_none(jobs: Jobs, data: bytes) -> None:
    result = with_code(jobs, data)

    assert result.reason.startswith("AlgorithmError: Framework Error: \n")
    assert result.reason.endswith(", exit code: 1")
    assert result.text.startswith("Framework Error: ")


def test_code_that_is_nowhere(jobs: Jobs) -> None:
    assert "FileNotFoundError" in with_code(jobs, None).reason
    elsewhere = with_code(jobs, None, sagemaker_submit_directory="/opt/ml/input/data/none")
    assert "FileNotFoundError" in elsewhere.reason


def test_an_archive_that_would_fill_the_disk(jobs: Jobs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extraction, "MAX_SIZE", 1000)

    result = with_code(jobs, archive({"train.py": "#" * 2000}))

    assert "the archive is too large" in result.reason


def test_names_and_links_that_lead_out_of_an_archive(jobs: Jobs, tmp_path: Path) -> None:
    regular, symbolic, hard, fifo = "0", "2", "1", "6"
    code = b"""
import os
print(sorted(os.listdir('.')), open('inside').read())
"""
    result = with_code(
        jobs,
        tar(
            ("train.py", regular, code),
            ("../../escape", regular, b"relative"),
            (f"{tmp_path}/absolute", regular, b"absolute"),
            ("outside", symbolic, b"/etc/passwd"),
            ("outside-hard", hard, b"../../../etc/passwd"),
            ("inside", symbolic, b"target"),
            ("target", regular, b"linked"),
            ("pipe", fifo, b""),
        ),
    )

    top = tmp_path.parts[1]
    names = sorted(["train.py", "escape", top, "inside", "target"])
    assert result.lines[-1].text == f"{names} linked"
    assert "Skipping archive member 'outside': link target" in result.text
    assert "Skipping archive member 'pipe': special files are not supported." in result.text
    assert not (tmp_path / "absolute").exists()


def test_output_that_is_not_utf_8(jobs: Jobs) -> None:
    result = jobs.shell(r"printf 'a\377b\n\r\nlast'")

    assert [line.text for line in result.lines] == ["a\ufffdb", "", "last"]


def test_an_endless_line_and_an_endless_log(jobs: Jobs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "MAX_LINE", 1000)
    monkeypatch.setattr(streams, "MAX_LOG", 1 << 20)

    result = jobs.shell("head -c 3000000 /dev/zero | tr '\\0' x; echo; yes | head -c 3000000")

    assert result.lines[-1].text == CUT
    assert {len(line.text) for line in result.lines[:-1]} == {1000}
    assert sum(len(line.text) for line in result.lines) <= (1 << 20) + PIECE + len(CUT)


def test_output_without_end_does_not_hold_up_a_stop(jobs: Jobs) -> None:
    lines: list[Any] = []

    result = jobs.shell("yes", report=lines.extend, stop=lambda: len(lines) > 10)

    assert result.output.stopped


def test_lines_that_come_in_pieces() -> None:
    reader = LineReader()

    assert reader.feed("é".encode()[:1]) == []
    assert reader.feed("é".encode()[1:] + b"\nx\ny") == ["é", "x"]
    assert reader.end() == ["y"]
    assert reader.end() == []


def test_a_key_that_cannot_be_a_file(jobs: Jobs) -> None:
    parts = [Part("/opt/ml/input/data/train/" + "x" * 300, b"")]
    input = TrainingInput(
        channels={"train": Channel("train", None, [Shard((0,), parts)])}, workspace=jobs.workspace
    )

    with pytest.raises(ClientError):
        jobs.run(input, command=["true"])


def test_an_environment_that_no_process_can_have(jobs: Jobs) -> None:
    result = jobs.shell("true", environment={"X": "x" * (1 << 18)})

    assert result.reason == "AlgorithmError: , exit code: 126"


def test_a_large_model_is_never_read(jobs: Jobs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(collection, "SMALL", 1000)

    result = jobs.shell("truncate -s 2G /opt/ml/model/large; echo x > /opt/ml/model/small")

    large = result.model["large"]
    assert isinstance(large, Path)
    assert large.stat().st_size == 2 << 30
    assert large.is_relative_to(jobs.workspace.path)


def test_what_a_process_may_start_is_limited_by_its_user(jobs: Jobs) -> None:
    """Daemons that start daemons, as many as they may."""
    code = """
import os, resource, time
limit = 40
resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
for _ in range(limit):
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            time.sleep(600)
        os._exit(0)
print("started")
"""
    result = jobs.script(code)

    assert result.lines[-1].text == "started"


def test_folders_that_cannot_be_deleted(jobs: Jobs) -> None:
    result = jobs.shell("cd /opt/ml/code; mkdir -p a/b; touch a/b/c; chmod 0 a/b; chmod 0 a")

    assert result.output.failure is None


def test_channels_in_pipe_mode(jobs_in: Jobs) -> None:
    code = """
import os, pathlib
folder = pathlib.Path(os.environ["SM_CHANNEL_STREAM"]).parent
for epoch in range(3):
    print(epoch, len(open(folder / f"stream_{epoch}", "rb").read()))
with open(folder / "stream_3", "rb") as file:
    file.read(1)
print(4, len(open(folder / "stream_4", "rb").read()))
"""
    part = Part("/opt/ml/input/data/stream_0", b"x" * 300_000)
    channels = {"stream": Channel("stream", None, [Shard((0,), [part])])}
    document = {"InputDataConfig": [{"ChannelName": "stream", "InputMode": "Pipe"}]}

    result = jobs_in.script(code, channels=channels, document=document)

    assert [line.text for line in result.lines[-4:]] == [f"{n} 300000" for n in (0, 1, 2, 4)]


def test_checkpoints_both_ways(jobs: Jobs) -> None:
    code = "cd /opt/ml/saved; cat old/1; echo two > 2; rm -r old"

    result = jobs.run(
        TrainingInput(
            document={
                "AlgorithmSpecification": {"ContainerEntrypoint": ["sh", "-c", code]},
                "CheckpointConfig": {"S3Uri": "s3://b/c", "LocalPath": "/opt/ml/saved"},
            },
            checkpoints={"old/1": b"one\n"},
            workspace=jobs.workspace,
        )
    )

    assert result.text == "one"
    assert result.output.checkpoints == {"2": b"two\n"}


def test_code_in_a_channel(jobs: Jobs) -> None:
    result = jobs.run(
        TrainingInput(
            hyperparameters={
                "sagemaker_program": "train.py",
                "sagemaker_submit_directory": json.dumps("/opt/ml/input/data/code"),
            },
            channels={"code": channel("code", {"train.py": b"print('from the channel')"})},
            workspace=jobs.workspace,
        )
    )

    assert result.lines[-1].text == "from the channel"


def test_the_folders_of_a_process(jobs: Jobs, temporary: Path) -> None:
    result = jobs.shell('echo "$HOME"; echo "$TMPDIR"; pwd; touch x; mktemp > /dev/null')

    for line in result.lines:
        assert Path(line.text).is_relative_to(temporary)


def test_variables_of_this_process_stay_here(jobs: Jobs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MY_SECRET", "secret")
    monkeypatch.setenv("AWS_PROFILE", "mine")
    monkeypatch.setenv("COVERAGE_PROCESS_START", os.path.join(os.curdir, "coverage.ini"))

    result = jobs.shell("env")

    names = {line.text.split("=")[0] for line in result.lines}
    assert not names & {"MY_SECRET", "AWS_PROFILE"}
    assert f"COVERAGE_PROCESS_START={Path.cwd() / 'coverage.ini'}" in result.text
