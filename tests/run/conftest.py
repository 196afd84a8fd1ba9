"""A server, and Python processes such as `sagemock run` starts."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from sagemock.run import environment, service
from sagemock.server import SageMockServer

Child = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def server() -> Iterator[SageMockServer]:
    with SageMockServer() as server:
        yield server


@pytest.fixture
def child(server: SageMockServer, tmp_path: Path) -> Child:
    """Runs Python code in a process that is led to the server; see `_child`."""
    server.reset()
    credentials = service.assume_role(server.url, "us-east-1")

    def child(
        code: str, *, python: str = sys.executable, env: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        variables = {**os.environ, **(env or {})}
        return subprocess.run(
            [python, "-c", code],
            env=environment.for_command(variables, server.url, "us-east-1", credentials),
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=120,
        )

    return child
