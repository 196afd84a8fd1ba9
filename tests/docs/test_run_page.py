"""The commands of the page about `sagemock run`."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[2] / "docs" / "run.md"
BLOCK = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)


def commands() -> list[tuple[str, str]]:
    """Each command of the page, and what it is said to print."""
    text = PAGE.read_text()
    return [
        (block[1], said[1])
        for block in BLOCK.finditer(text)
        if (said := re.match(r"\s*prints `([^`]*)`", text[block.end() :])) is not None
    ]


@pytest.mark.parametrize("number", [0, 1])
def test_its_commands_print_what_it_says(number: int, tmp_path: Path) -> None:
    assert len(commands()) == len(BLOCK.findall(PAGE.read_text())) == 2
    command, said = commands()[number]
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["sh", "-c", command],
        env={**os.environ, "PATH": path},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert (done.returncode, done.stdout) == (0, f"{said}\n"), done.stderr
    # How a job that was followed has ended is said beside its log.
    followed = "--follow" in command
    assert done.stderr == ("sagemock: training job job is Completed\n" if followed else "")
