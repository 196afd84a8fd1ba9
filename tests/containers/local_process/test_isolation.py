"""The ways of isolation, each forced: as this user, as an ordinary one, from below `/opt`."""

from __future__ import annotations

import errno
import json
import os
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.containers.local_process.conftest import Jobs, works

import sagemock
from sagemock.containers.base import TrainingInput
from sagemock.containers.local_process import isolation
from sagemock.containers.local_process.settings import ProcessSettings

DRIVER = Path(__file__).with_name("isolation_driver.py")

NOBODY = "65534"


def run(
    way: str, *before: str, python: str = sys.executable, interpreter: str | None = None
) -> dict[str, Any]:
    """Run a job in a process of its own, after the command of `before`."""
    paths = [str(Path(sagemock.__file__).parents[1]), *sys.path[1:]]
    completed = subprocess.run(
        [*before, python, str(DRIVER), way, interpreter or python],
        capture_output=True,
        text=True,
        check=False,
        cwd="/",
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": os.pathsep.join(paths),
            "PYTHONDONTWRITEBYTECODE": "1",
        },
    )
    assert completed.returncode == 0, completed.stderr
    result: dict[str, Any] = json.loads(completed.stdout)
    return result


@pytest.fixture
def ordinary() -> tuple[str, ...]:
    """The command that runs another as an ordinary user; this Python's packages work there."""
    if os.geteuid() != 0 or shutil.which("setpriv") is None:
        pytest.skip("needs root and setpriv")
    user = ("setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups")
    # The first program may still read what it wants.
    return (*user, "/bin/sh", "-c", 'exec "$0" "$@"')


@pytest.fixture
def readable(ordinary: tuple[str, ...]) -> str:
    """An interpreter of this version that everybody can run, and that can import sagemock."""
    version = "{}.{}".format(*sys.version_info)
    paths = [str(Path(sagemock.__file__).parents[1]), *sys.path[1:]]
    for python in (sys.executable, f"/usr/bin/python{version}", f"/usr/local/bin/python{version}"):
        tried = (
            subprocess.run(
                [*ordinary, python, "-c", "import numpy, sagemock.formats.content"],
                capture_output=True,
                check=False,
                cwd="/",
                env={"PYTHONPATH": os.pathsep.join(paths)},
            )
            if Path(python).exists()
            else None
        )
        if tried is not None and tried.returncode == 0:
            return python
    pytest.skip("there is no interpreter that an ordinary user can run")


def test_as_this_user(way: str) -> None:
    result = run(way)

    assert result["failure"] is None, result
    assert result["model"] == {"user": str(os.getuid())}
    assert json.loads(result["log"][0])[0] is True


def test_as_an_ordinary_user(way: str, ordinary: tuple[str, ...], readable: str) -> None:
    result = run(way, *ordinary, python=readable)

    if way == "link":
        assert result["failure"] == (
            "InternalServerError: isolation='link' does not work on this machine: "
            "/opt cannot be written to"
        )
        return
    assert result["failure"] is None, result
    assert result["model"] == {"user": NOBODY}
    assert json.loads(result["log"][0])[0] is True


def test_the_best_way_for_an_ordinary_user(ordinary: tuple[str, ...], readable: str) -> None:
    result = run("auto", *ordinary, python=readable)

    assert result["model"] == {"user": NOBODY}


@pytest.fixture
def below_opt() -> Iterator[Path]:
    """An interpreter below `/opt`."""
    if not os.access("/opt", os.W_OK):
        pytest.skip("/opt cannot be written to")
    folder = Path(tempfile.mkdtemp(dir="/opt", prefix="python-"))
    try:
        folder.chmod(0o755)
        subprocess.run(
            [sys.executable, "-m", "venv", "--without-pip", "--copies", str(folder / "venv")],
            check=True,
        )
        yield folder / "venv" / "bin" / "python"
    finally:
        shutil.rmtree(folder)


def test_an_interpreter_below_opt(way: str, below_opt: Path) -> None:
    result = run(way, interpreter=str(below_opt))

    assert result["failure"] is None, result
    assert json.loads(result["log"][0])[0] is True
    if way != "folder":
        assert below_opt.parts[2] in json.loads(result["log"][0])[1]


def test_opt_is_as_before(way: str, jobs_in: Jobs) -> None:
    before = set(os.listdir("/opt"))
    mounts = Path("/proc/mounts").read_text()

    jobs_in.shell("true")

    # Other tests may be running, and make folders of their own.
    added = {name for name in set(os.listdir("/opt")) - before if "-" not in name}
    assert added <= {"ml"}
    assert Path("/proc/mounts").read_text() == mounts


def test_hosts_have_names(jobs: Jobs) -> None:
    if not works("namespace"):
        pytest.skip("needs namespaces")
    jobs.settings = ProcessSettings(isolation="namespace")

    code = "import socket; print(socket.gethostbyname('algo-2'))"
    result = jobs.run(
        TrainingInput(hosts=("algo-1", "algo-2"), workspace=jobs.workspace),
        command=["python", "-c", code],
    )

    assert [line.text for line in result.lines] == ["127.0.0.1", "127.0.0.1"]


def test_a_process_has_no_capabilities_and_is_not_the_first(jobs: Jobs) -> None:
    if not works("namespace"):
        pytest.skip("needs namespaces")
    jobs.settings = ProcessSettings(isolation="namespace")

    result = jobs.shell("echo $$; id -u; grep CapEff /proc/self/status; mount -t tmpfs none /mnt")

    first, user, capabilities = (line.text for line in result.lines[:3])
    assert int(first) > 1
    assert int(user) == os.getuid()
    assert int(capabilities.split()[1], 16) == 0
    assert result.output.failure is not None


def test_the_second_way_where_the_first_does_not_work(
    jobs: Jobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = dict.fromkeys(["namespace", "proot", "link"], lambda *_: "refused")
    monkeypatch.setattr(isolation, "WAYS", {**isolation.WAYS, **refused})

    result = jobs.shell("echo $SAGEMOCK_ML; exit 1")

    assert result.lines[0].text.endswith("/algo-1/ml")
    assert "nothing can be at /opt/ml" in result.lines[-1].text


def test_programs_in_a_folder(jobs: Jobs) -> None:
    jobs.settings = ProcessSettings(isolation="folder")

    result = jobs.shell("cat /opt/ml/input/config/hyperparameters.json", environment={})

    assert result.text == "{}"


def test_programs_see_the_folder(jobs_in: Jobs) -> None:
    file = "/opt/ml/input/config/hyperparameters.json"

    result = jobs_in.shell(
        f"ls {file} && stat -c %s {file} && test -r {file} && test -w /opt/ml/model && echo both",
        environment={},
    )

    listed, *rest = result.text.splitlines()
    assert listed.endswith("/ml/input/config/hyperparameters.json")
    assert rest == ["2", "both"]


STARTS = """
import os, subprocess, sys
path = "/opt/ml/input/config/hyperparameters.json"
subprocess.run(["cat", path])
subprocess.run(f"cat {path}", shell=True)
os.system(f"cat {path}")
os.waitpid(os.posix_spawn("/bin/cat", ["cat", path], os.environ), 0)
os.execvp("cat", ["cat", path])
"""


def test_python_starts_programs_in_a_folder(jobs: Jobs) -> None:
    jobs.settings = ProcessSettings(isolation="folder")

    result = jobs.run(
        TrainingInput(workspace=jobs.workspace), command=[sys.executable, "-c", STARTS]
    )

    assert result.output.failure is None, result.text
    assert result.text == "{}" * 5


def test_a_link_that_goes_between_two_looks_is_no_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    gone = Path(tempfile.gettempdir()) / "sagemock-gone"

    def status(_path: str) -> os.stat_result:
        return os.stat_result((stat.S_IFLNK | 0o777, *[0] * 9))

    def read(path: str) -> str:
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), path)

    with monkeypatch.context() as patched:
        patched.setattr(os, "access", lambda *_arguments: True)
        patched.setattr(os, "lstat", status)
        patched.setattr(os, "readlink", read)
        assert isolation.WAYS["link"](sys.executable, os.getpid()) is None
        patched.setattr(os, "readlink", lambda _path: str(gone))
        assert isolation.WAYS["link"](sys.executable, os.getpid()) is None
        patched.setattr(os, "readlink", lambda _path: "/elsewhere")
        assert isolation.WAYS["link"](sys.executable, os.getpid()) == "/opt/ml is there already"
