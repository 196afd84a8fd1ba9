"""Real clients against a live server; they are installed apart, for they pin much."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sagemock.server import SageMockServer


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[SageMockServer]:
    """A server that the environment points every client at."""
    with SageMockServer() as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL", server.url)
        # Nothing of the person who runs the tests is read.
        monkeypatch.setenv("HOME", str(tmp_path))
        yield server


@pytest.fixture
def aws(server: SageMockServer) -> Any:
    """Runs the AWS CLI and gives its output."""
    program = Path(sys.executable).with_name("aws")
    if not program.exists():
        pytest.skip("the AWS CLI is not installed beside this Python")

    def run(*arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, str(program), *arguments],
            capture_output=True,
            text=True,
            env={**os.environ, "AWS_PAGER": ""},
            timeout=120,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run


@pytest.fixture
def no_sleep(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever sleeps for long fails."""
    real = time.sleep

    def sleep(seconds: float) -> None:
        assert seconds < 1, f"somebody sleeps {seconds} seconds"
        real(seconds)

    monkeypatch.setattr(time, "sleep", sleep)
