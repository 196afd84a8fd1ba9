"""`sagemock serve` as a person starts it: in a process of its own."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager

import pytest

Serving = Callable[..., AbstractContextManager[tuple[subprocess.Popen[str], str, str]]]


@pytest.fixture
def serving() -> Serving:
    """Starts a server with options of the command line; see `_serving`."""
    return _serving


@contextmanager
def _serving(
    *options: str, environ: Mapping[str, str] | None = None
) -> Iterator[tuple[subprocess.Popen[str], str, str]]:
    """A running server: its process, its URL and what it said on start.

    environ: variables besides those of this process.
    """
    process = subprocess.Popen(
        [sys.executable, "-m", "sagemock", "serve", "--port", "0", *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **(environ or {})},
    )
    assert process.stdout is not None
    said = ""
    while "Stop it with" not in said:
        line = process.stdout.readline()
        assert line, process.communicate()
        said += line
    url = re.search(r"http://\S+", said)
    assert url is not None
    try:
        yield process, url[0], said
    finally:
        process.kill()
        process.communicate()
