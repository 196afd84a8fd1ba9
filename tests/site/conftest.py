"""The built site, and fresh environments to follow it in.

`make site` sets the variables that name the site and the wheel, and runs these tests; uv, which
makes environments in a second, has to be on the path. In them `pip install` means the wheel where
a page says sagemock.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.docs.blocks import ROOT

PIP = """#!/bin/sh
[ "$1" = install ] && shift
for word; do
  shift
  [ "$word" = --no-cache-dir ] || set -- "$@" "$word"
done
exec uv pip install -q --python {folder}/bin/python "$@"
"""
AWS = """#!/bin/sh
exec uv tool run -q --from awscli aws "$@"
"""
"""Machines of GitHub's have the AWS CLI."""


class Environment:
    """A fresh Python environment, and commands that run in it until they are ended."""

    def __init__(self, folder: Path, python: str, wheel: Path) -> None:
        subprocess.run(
            ["uv", "venv", "-q", "--no-python-downloads", "-p", python, folder], check=True
        )
        self._started: list[subprocess.Popen[bytes]] = []
        self._bin = folder / "bin"
        for name, text in (("pip", PIP.format(folder=folder)), ("aws", AWS)):
            (self._bin / name).write_text(text)
            (self._bin / name).chmod(0o755)
        constraint = folder / "constraint.txt"
        constraint.write_text(f"sagemock @ {wheel.as_uri()}\n")
        self._variables = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("AWS_", "PYTEST_", "SAGEMOCK_", "VIRTUAL_ENV"))
        }
        self._variables["UV_CONSTRAINT"] = str(constraint)
        # Where others look for the home folder, uv and npm keep their caches.
        self._variables.setdefault("UV_CACHE_DIR", _uv_cache())
        self._variables.setdefault("npm_config_cache", str(Path.home() / ".npm"))

    def start(
        self, command: str | list[str], cwd: Path, **variables: str
    ) -> subprocess.Popen[bytes]:
        """Start a script of bash, which ends at the first error, or a command."""
        path = f"{self._bin}{os.pathsep}{os.environ['PATH']}"
        with (cwd / "output.log").open("ab") as output:
            process = subprocess.Popen(
                ["bash", "-e", "-c", command] if isinstance(command, str) else command,
                cwd=cwd,
                env={**self._variables, "HOME": str(cwd), **variables, "PATH": path},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._started.append(process)
        return process

    def run(self, command: str | list[str], cwd: Path, **variables: str) -> str:
        """Run it to its end, not waiting for what it left behind; return its output so far."""
        process = self.start(command, cwd, **variables)
        status = process.wait(timeout=300)
        output = (cwd / "output.log").read_text()
        assert status == 0, f"{command}\n{output}"
        return output

    def close(self) -> None:
        """End what has been left behind."""
        for process in self._started:
            try:
                os.killpg(process.pid, signal.SIGTERM)
            except ProcessLookupError:
                continue
            process.wait(timeout=30)


def _uv_cache() -> str:
    done = subprocess.run(["uv", "cache", "dir"], check=True, capture_output=True, text=True)
    return done.stdout.strip()


def _from_variable(name: str) -> Path:
    if name not in os.environ:
        pytest.skip(f"{name} is not set: make site")
    if shutil.which("uv") is None:
        pytest.skip("uv is not installed")
    return Path(os.environ[name]).resolve()


@pytest.fixture(scope="session")
def wheel() -> Path:
    return _from_variable("SAGEMOCK_WHEEL")


@pytest.fixture(scope="session")
def rendered() -> Callable[[Path], Path]:
    """The page of the site that a Markdown file has become."""
    site = _from_variable("SAGEMOCK_SITE")
    return lambda page: site / page.relative_to(ROOT).with_suffix(".html")


@pytest.fixture
def environment(tmp_path: Path, wheel: Path) -> Iterator[Callable[[str], Environment]]:
    """Make an environment of a version of Python, by default the one that runs the tests."""
    made: list[Environment] = []

    def make(python: str = f"{sys.version_info[0]}.{sys.version_info[1]}") -> Environment:
        made.append(Environment(tmp_path / f"environment-{len(made)}", python, wheel))
        return made[-1]

    yield make
    for each in made:
        each.close()


def wait_for(condition: Callable[[], bool], seconds: float = 60) -> None:
    """Return when the condition holds. Fails when it never does."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.1)
