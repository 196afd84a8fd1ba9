"""The tests pass in the background too, where processes inherit an ignored SIGINT."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
INTERRUPTING = (
    "tests/test_cli.py::test_a_demo_that_is_interrupted",
    "tests/run/test_command.py::test_it_ends_by_the_signal_that_ended_the_command",
    "tests/server/test_serve.py::test_it_stops_cleanly",
)


@pytest.mark.full
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
def test_tests_that_interrupt_a_child_pass_with_sigint_ignored() -> None:
    pytest_ = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *INTERRUPTING]
    done = subprocess.run(
        ["sh", "-c", "trap '' INT; exec \"$@\"", "sh", *pytest_],
        capture_output=True,
        text=True,
        timeout=300,
        cwd=ROOT,
    )
    assert done.returncode == 0, done.stdout
    assert "6 passed" in done.stdout
