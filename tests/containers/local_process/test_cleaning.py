"""Nothing of a job stays: no process, thread, file or mount, whoever ends first."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest
from tests.containers.local_process.conftest import Jobs
from tests.containers.local_process.test_training import running
from tests.waiting import until

import sagemock
from sagemock.algorithms.base import JobFailure
from sagemock.containers.base import LogLine, TrainingInput
from sagemock.containers.local_process import folders, hosts, supervisor
from sagemock.containers.local_process.child import deletion, supervision
from sagemock.containers.local_process.folders import PREFIX, job_folder
from sagemock.containers.local_process.settings import ProcessSettings
from sagemock.containers.local_process.training import LocalTraining
from sagemock.formats.content import Workspace


def state() -> tuple[Any, ...]:
    """What a job must not change in this process and on this machine."""
    return (
        threading.active_count(),
        len(os.listdir("/proc/self/fd")),
        Path("/proc/mounts").read_text(),
    )


def test_jobs_one_after_the_other_leave_nothing(jobs: Jobs) -> None:
    jobs.shell("true")
    before = state()

    for number in range(12):
        jobs.shell(f"exit {number % 3}")

    assert state() == before


def test_jobs_at_once_leave_nothing(way: str, workspace: Workspace, temporary: Path) -> None:
    jobs = Jobs(workspace, ProcessSettings(isolation=way))  # type: ignore[arg-type]
    jobs.shell("true")
    before = state()

    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(lambda number: jobs.shell(f"echo {number}"), range(16)))

    assert [result.text for result in results] == [str(number) for number in range(16)]
    assert state() == before


@pytest.fixture
def beside(tmp_path: Path) -> Iterator[Path]:
    """A file below `/opt` where there can be one: what is mounted in a job is not deleted."""
    folder = Path("/opt") if os.access("/opt", os.W_OK) else tmp_path
    with tempfile.TemporaryDirectory(dir=folder, prefix="beside-") as new:
        Path(new, "folder").mkdir()
        path = Path(new, "folder", "file")
        path.write_text("x")
        yield path


def parent(folder: str, pause: str) -> str:
    """A program that runs a job, which never ends by itself."""
    return f"""
import sys, tempfile
tempfile.tempdir = {folder!r}
from sagemock.containers.base import TrainingInput
from sagemock.containers.local_process.training import LocalTraining
command = ("sh", "-c", "setsid sleep {pause} & echo started; sleep {pause}")
LocalTraining(command=command).train(TrainingInput(), report=lambda lines: print(lines, flush=True))
"""


def started(folder: Path, pause: str) -> subprocess.Popen[bytes]:
    process = subprocess.Popen(
        [sys.executable, "-c", parent(str(folder), pause)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    assert process.stdout is not None
    assert b"started" in process.stdout.readline()
    return process


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_a_process_that_ends_takes_its_jobs_along(
    temporary: Path, pause: str, number: signal.Signals, beside: Path
) -> None:
    process = started(temporary, pause)
    try:
        # As Ctrl-C in a terminal does it.
        os.killpg(process.pid, number)
        process.wait()

        until(lambda: pause not in running("sleep"))
        until(lambda: not list(temporary.glob(f"{PREFIX}*")))
        assert beside.read_text() == "x"
    finally:
        process.kill()
        process.communicate()


@pytest.fixture
def pause() -> str:
    return f"601.{os.getpid()}{threading.get_ident()}"


def test_a_supervisor_that_is_killed_fails_its_job(jobs: Jobs, pause: str) -> None:
    def report(lines: Sequence[LogLine]) -> None:
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                command = folder.joinpath("cmdline").read_bytes()
            except OSError:
                continue
            if (
                str(supervisor.PROGRAM).encode() in command
                and tempfile.gettempdir().encode() in command
            ):
                os.kill(int(folder.name), signal.SIGKILL)

    jobs.settings = ProcessSettings(isolation="auto")
    result = jobs.shell(f"echo x; sleep {pause}", report=report)

    assert result.reason == "AlgorithmError: , exit code: 137"


def test_stale_folders_are_removed_at_the_next_start(temporary: Path) -> None:
    stale = temporary / f"{PREFIX}stale"
    stale.mkdir()
    stale.joinpath("lock").touch()
    stale.joinpath("file").touch()
    others = temporary / f"{PREFIX}others"
    others.mkdir()

    folders._remove_stale.cache_clear()
    with job_folder() as live:
        folders._remove_stale.cache_clear()
        with job_folder():
            assert live.exists()

    assert not stale.exists()
    # It may be being made just now.
    assert others.exists()
    others.rmdir()


def train(input: TrainingInput) -> tuple[list[str], Any]:
    lines: list[LogLine] = []
    command = ("sh", "-c", "echo here; echo m > /opt/ml/model/m")
    output = LocalTraining(command=command).train(input, report=lines.extend)
    return [line.text for line in lines], output


def test_an_executor_of_processes_runs_jobs(workspace: Workspace) -> None:
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        lines, output = pool.submit(train, TrainingInput(workspace=workspace)).result()

    assert lines == ["here"]
    assert output.model == {"m": b"m\n"}


def test_what_is_mounted_is_not_deleted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "job"
    folder.joinpath("a").mkdir(parents=True)
    folder.joinpath("a", "b").touch()
    folder.joinpath("a").chmod(0)

    monkeypatch.setattr(deletion, "_has_mounts", lambda _: True)
    deletion.delete(str(folder))
    assert folder.exists()

    monkeypatch.undo()
    assert deletion._has_mounts("/")
    deletion.delete(str(folder))
    assert not folder.exists()


def test_windows_is_refused(jobs: Jobs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "win32")

    with pytest.raises(JobFailure, match="does not run on Windows"):
        jobs.shell("true")


def test_a_way_that_does_not_work_is_refused(jobs: Jobs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    jobs.settings = ProcessSettings(isolation="proot")

    with pytest.raises(JobFailure) as raised:
        jobs.shell("true")

    assert raised.value.failure_reason == (
        "InternalServerError: isolation='proot' does not work on this machine: "
        "proot is not installed"
    )


def test_an_interpreter_that_is_none(jobs: Jobs) -> None:
    jobs.settings = ProcessSettings(interpreter="/nowhere/python")

    with pytest.raises(JobFailure, match="the interpreter '/nowhere/python' cannot be run"):
        jobs.script("")


@pytest.mark.full
def test_two_hundred_jobs_leave_nothing(jobs: Jobs) -> None:
    jobs.shell("true")
    before = state()

    for number in range(200):
        jobs.shell(f"(setsid sleep 600 &); exit {number % 3}")

    assert state() == before


def test_the_package_of_the_launcher_loads_nothing_else() -> None:
    assert Path(supervisor.PROGRAM, "__main__.py").exists()
    assert hosts.INJECTED.joinpath("sitecustomize.py").exists()
    assert Path(sagemock.__file__).parent in supervisor.PROGRAM.parents


def test_only_the_first_process_of_a_namespace_ends_all_others() -> None:
    with pytest.raises(RuntimeError, match="only the first process of a namespace"):
        supervision.Everyone()
