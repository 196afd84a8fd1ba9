"""Run moto's own tests of SageMaker and of its decorator with the plug on.

Fetches moto's source distribution of the version that is installed, lets `mock_aws` mean
`mock_sagemaker` in its tests of the three SageMaker services and of the ways to use the
decorator, and runs them without those that need AWS itself. The tests that
AWS is known to answer otherwise are the table in docs/decisions.md; the run fails when
another one fails, and also when one of the table passes.

    python tests/compat/moto_suite.py [moto's source distribution, a tar.gz]
"""

from __future__ import annotations

import importlib.metadata
import re
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
HEADING = "## moto's tests that AWS answers otherwise"
SUITES = (
    "test_sagemaker",
    "test_sagemakerruntime",
    "test_sagemakermetrics",
    "test_core/test_decorator_calls.py",
    "test_core/test_nested.py",
)


def known_differences() -> set[str]:
    """The names of tests in the first column of the table in docs/decisions.md."""
    text = (ROOT / "docs" / "decisions.md").read_text()
    section = text.split(HEADING, 1)[1].split("\n## ", 1)[0]
    return set(re.findall(r"^\| `([^`]+)` \|", section, re.MULTILINE))


ROLE = (
    re.compile(r"arn:aws:sagemaker:[a-z0-9-]+:000000000000:x-x/"),
    "arn:aws:iam::000000000000:role/",
)
"""What moto's tests take for the ARN of a role, and one that AWS would not refuse at once."""


def fetch(directory: Path) -> Path:
    """moto's source distribution from PyPI."""
    version = importlib.metadata.version("moto")
    wanted = ["--no-deps", "--no-binary", "moto", f"moto=={version}"]
    subprocess.run(
        [sys.executable, "-m", "pip", "download", "-q", *wanted, "-d", str(directory)], check=True
    )
    return next(directory.glob("moto-*.tar.gz"))


def unpack(distribution: Path, directory: Path) -> Path:
    """moto's tests, with roles that are roles."""
    with tarfile.open(distribution) as archive:
        archive.extractall(directory, filter="data")
    tests = next(path for path in directory.glob("moto-*") if path.is_dir()) / "tests"
    pattern, role = ROLE
    for path in (tests / "test_sagemaker").glob("test_*.py"):
        path.write_text(pattern.sub(role, path.read_text()))
    return tests


class Plugged:
    """A pytest plugin that compares the outcomes with what is known."""

    def __init__(self) -> None:
        self.failed: set[str] = set()
        self.passed: set[str] = set()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        name = report.nodeid.split("::", 1)[-1]
        if report.failed:
            self.failed.add(name)
        elif report.when == "call" and report.passed:
            self.passed.add(name)


def main(arguments: list[str]) -> int:
    # Before any of moto's tests is imported: they take the name from the package.
    import moto

    from sagemock import mock_sagemaker

    moto.mock_aws = mock_sagemaker  # type: ignore[assignment]
    with tempfile.TemporaryDirectory() as directory:
        distribution = Path(arguments[0]) if arguments else fetch(Path(directory))
        tests = unpack(distribution, Path(directory))
        plugged = Plugged()
        options = [
            "-q",
            "--no-header",
            "--tb=no",
            "--no-summary",
            "-p",
            "no:randomly",
            "-p",
            "no:cacheprovider",
            "-m",
            "not network",
        ]
        pytest.main(
            [*options, "-c", "/dev/null", "--rootdir", str(tests.parent)]
            + [str(tests / suite) for suite in SUITES],
            plugins=[plugged],
        )
    known = known_differences()
    unknown, outdated = plugged.failed - known, known - plugged.failed
    for name in sorted(unknown):
        print(f"fails, and is not in the table: {name}")
    for name in sorted(outdated):
        print(f"is in the table, and does not fail: {name}")
    print(f"{len(plugged.passed)} passed, {len(unknown | outdated)} failed")
    return 1 if unknown or outdated or not plugged.passed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
