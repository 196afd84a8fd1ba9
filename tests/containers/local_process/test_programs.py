"""pip and the Python of a job's processes."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from tests.containers.local_process.conftest import Jobs

from sagemock.containers.local_process.settings import ProcessSettings

NOTHING = 'sagemock: nothing is installed without the option requirements="install": '


def packages() -> str:
    return subprocess.run(
        [sys.executable, "-m", "pip", "freeze"], capture_output=True, text=True, check=False
    ).stdout


@pytest.fixture
def wheel(tmp_path: Path) -> Path:
    """A wheel of a package that nobody else has."""
    path = tmp_path / "sagemock_example-1.0-py3-none-any.whl"
    info = "sagemock_example-1.0.dist-info"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("sagemock_example.py", "VALUE = 13\n")
        file.writestr(
            f"{info}/METADATA", "Metadata-Version: 2.1\nName: sagemock-example\nVersion: 1.0\n"
        )
        file.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        file.writestr(f"{info}/RECORD", "")
    return path


@pytest.mark.parametrize(
    "command",
    ["pip", "pip3", "python -m pip", "python3 -m pip", f"{Path(sys.executable).parent}/pip"],
)
def test_nothing_is_installed_by_default(jobs: Jobs, command: str) -> None:
    if command.startswith("/") and not Path(command).exists():
        pytest.skip("this interpreter has no pip of its own")

    result = jobs.shell(f"{command} install -q sagemock-example && {command} uninstall -y x")

    assert result.text.splitlines() == [
        f"{NOTHING}pip install -q sagemock-example",
        "sagemock: nothing is uninstalled: pip uninstall -y x",
    ]
    assert result.output.failure is None


@pytest.fixture
def installers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Programs that say what they are called with."""
    for name in ("uv", "conda"):
        (tmp_path / name).write_text(f'#!/bin/sh\necho "real {name} $*"\n')
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)


@pytest.mark.parametrize("program", ["uv", "python -m uv"])
def test_uv_installs_nothing_by_default(jobs: Jobs, installers: None, program: str) -> None:
    result = jobs.shell(
        f"{program} pip install --system a && {program} add a && {program} pip uninstall a"
        f" && {program} pip list"
    )

    assert result.text.splitlines() == [
        f"{NOTHING}uv pip install --system a",
        f"{NOTHING}uv add a",
        "sagemock: nothing is uninstalled: uv pip uninstall a",
        "real uv pip list",
    ]


def test_uv_installs_for_the_job_alone(jobs: Jobs, installers: None) -> None:
    jobs.settings = ProcessSettings(requirements="install")

    result = jobs.shell("uv pip install a; uv pip install --target /x a; echo $SAGEMOCK_PACKAGES")

    *lines, folder = result.text.splitlines()
    assert lines == [
        f"real uv pip install a --target {folder}",
        "real uv pip install --target /x a",
    ]


@pytest.mark.parametrize("requirements", ["skip", "install"])
def test_conda_changes_no_environment(jobs: Jobs, installers: None, requirements: Any) -> None:
    jobs.settings = ProcessSettings(requirements=requirements)

    result = jobs.shell("conda install -y a && conda env remove -n b && conda env list")

    assert result.text.splitlines() == [
        "sagemock: jobs change no environment of conda: conda install -y a",
        "sagemock: nothing is uninstalled: conda env remove -n b",
        "real conda env list",
    ]


def test_without_uv_there_is_none(
    jobs: Jobs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("sh", "bash"):
        (tmp_path / name).symlink_to(f"/bin/{name}")
    monkeypatch.setenv("PATH", str(tmp_path))
    if (Path(sys.executable).parent / "uv").exists():
        pytest.skip("this interpreter has a uv of its own")

    result = jobs.shell("command -v uv; python -m uv pip install a")

    assert "No module named 'uv'" in result.text
    assert "nothing is installed" not in result.text


def test_ensurepip_installs_nothing(jobs: Jobs) -> None:
    result = jobs.shell("python -m ensurepip --upgrade")

    assert result.text == "sagemock: nothing is installed: ensurepip"


def test_requirements_of_a_script_are_not_installed(jobs: Jobs) -> None:
    result = jobs.script({"train.py": "print('trained')", "requirements.txt": "no-such-package"})

    assert result.lines[0].text == f"{NOTHING}pip install -r requirements.txt"
    assert result.lines[-1].text == "trained"


def test_requirements_are_installed_for_the_job_alone(jobs: Jobs, wheel: Path) -> None:
    pytest.importorskip("pip")
    jobs.settings = ProcessSettings(requirements="install")
    before = packages()

    result = jobs.script(
        {
            "train.py": "import sagemock_example; print(sagemock_example.VALUE)",
            "requirements.txt": f"{wheel}\n",
        }
    )

    assert result.lines[-1].text == "13", result.text
    assert packages() == before


def test_requirements_that_cannot_be_installed(jobs: Jobs, tmp_path: Path) -> None:
    pytest.importorskip("pip")
    jobs.settings = ProcessSettings(requirements="install")
    missing = tmp_path / "missing.whl"

    result = jobs.script({"train.py": "", "requirements.txt": f"{missing}\n"})

    assert result.reason == (
        'AlgorithmError: InstallRequirementsError:\nExitCode 1\nErrorMessage ""\n'
        f'Command "{sys.executable} -m pip install -r requirements.txt", exit code: 1'
    )


def test_the_python_on_the_path_is_the_interpreter(jobs: Jobs) -> None:
    result = jobs.shell(
        'for name in python python3; do $name -c "import sys; print(sys.prefix)"; done'
    )

    assert result.text.splitlines() == [sys.prefix, sys.prefix]


def test_an_interpreter_of_another_name(jobs: Jobs, tmp_path: Path) -> None:
    interpreter = tmp_path / "python-of-mine"
    interpreter.write_text(f'#!/bin/sh\nMINE=1 exec {sys.executable} "$@"\n')
    interpreter.chmod(0o755)
    jobs.settings = ProcessSettings(interpreter=str(interpreter))

    result = jobs.shell("python3 -c \"import os; print(os.environ['MINE'])\"")

    assert result.text == "1"
