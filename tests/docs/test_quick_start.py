"""The blocks of docs/quick-start.md, each pasted into an empty folder.

Those with a client of AWS's run where it is installed: `make clients`.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[2] / "docs" / "quick-start.md"
SECTION = re.compile(r"^## (.+?)\n.*?^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)
BLOCKS = dict(SECTION.findall(PAGE.read_text()))

ALONE = {"pytest": "1 passed", "unittest": ""}
"""What needs sagemock alone, and what it prints."""

PREDICTED = r"'predicted_label': 1|\"predicted_label\": 1"
CLIENTS = {
    "The AWS CLI": ("awscli", "", PREDICTED),
    "The SageMaker Python SDK 2": ("sagemaker", "2.", PREDICTED),
    "The SageMaker Python SDK 3": (
        "sagemaker",
        "3.",
        r"^train:binary_classification_accuracy 1\.0$",
    ),
    # In the same environment as the AWS CLI, so that it is asked once.
    "JavaScript": ("awscli", "", "^Completed true$"),
    "A notebook": ("nbconvert", "", r"\[\]\\n"),
}
"""The package and the start of its version that a block needs, and what it prints."""


def paste(block: str, folder: Path) -> str:
    """Run a block in a folder; gives its output."""
    done = subprocess.run(
        ["sh", "-c", block],
        cwd=folder,
        env={
            **os.environ,
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(folder),
        },
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_every_block_is_run() -> None:
    assert BLOCKS.keys() == ALONE.keys() | CLIENTS.keys()
    assert len(BLOCKS) == PAGE.read_text().count("\n```sh\n")


@pytest.mark.parametrize("section", ALONE)
def test_with_sagemock_alone(section: str, tmp_path: Path) -> None:
    assert ALONE[section] in paste(BLOCKS[section], tmp_path)


@pytest.mark.parametrize("section", CLIENTS)
def test_with_a_client(section: str, tmp_path: Path) -> None:
    package, start, output = CLIENTS[section]
    try:
        installed = version(package)
    except PackageNotFoundError:
        pytest.skip(f"{package} is not installed")
    if not installed.startswith(start):
        pytest.skip(f"{package} {installed} is installed, not {start}x")
    if section == "JavaScript" and shutil.which("npm") is None:
        pytest.skip("npm is not installed")
    assert re.search(output, paste(BLOCKS[section], tmp_path), re.MULTILINE)
