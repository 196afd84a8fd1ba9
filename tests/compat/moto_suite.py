"""Run moto's own tests of SageMaker and of its decorator with sagemock in moto.

Fetches moto's source distribution of the version that is installed, lets `mock_aws` mean
`mock_sagemaker` in its tests of the three SageMaker services and of the ways to use the
decorator, and runs them as they are, without those that need AWS itself: with validation
strict, and with validation off. The tests that must fail in each are the tables in
docs/decisions/moto-tests.md; the run fails when another one fails, and also when one of the
tables passes.

    python tests/compat/moto_suite.py [--validation strict|off] [moto-<version>.tar.gz]

Without the path, pip downloads the distribution; a virtual environment made by uv has no pip.
"""

from __future__ import annotations

import argparse
import functools
import importlib.metadata
import re
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
ALWAYS = "## Tests that fail with validation off, too"
MODES = ("strict", "off")
SUITES = (
    "test_sagemaker",
    "test_sagemakerruntime",
    "test_sagemakermetrics",
    "test_core/test_decorator_calls.py",
    "test_core/test_nested.py",
)


def known_differences(validation: str) -> set[str]:
    """The names of tests in the first column of the tables in docs/decisions/moto-tests.md."""
    text = (ROOT / "docs" / "decisions" / "moto-tests.md").read_text()
    if validation == "off":
        text = text.split(ALWAYS, 1)[1]
    return set(re.findall(r"^\| `([^`]+)` \|", text, re.MULTILINE))


def fetch(directory: Path) -> Path:
    """moto's source distribution from PyPI."""
    version = importlib.metadata.version("moto")
    wanted = ["--no-deps", "--no-binary", "moto", f"moto=={version}"]
    subprocess.run(
        [sys.executable, "-m", "pip", "download", "-q", *wanted, "-d", str(directory)], check=True
    )
    return next(directory.glob("moto-*.tar.gz"))


def unpack(distribution: Path, directory: Path) -> Path:
    """The folder of moto's tests."""
    with tarfile.open(distribution) as archive:
        archive.extractall(directory, filter="data")
    return next(path for path in directory.glob("moto-*") if path.is_dir()) / "tests"


class Results:
    """A pytest plugin that keeps the names of the tests that failed and passed."""

    def __init__(self) -> None:
        self.failed: set[str] = set()
        self.passed: set[str] = set()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        name = report.nodeid.split("::", 1)[-1]
        if report.failed:
            self.failed.add(name)
        elif report.when == "call" and report.passed:
            self.passed.add(name)


def run(tests: Path, validation: str, folder: Path) -> int:
    """Run the tests once and compare; gives the exit status."""
    # Before any of moto's tests is imported: they take the name from the package.
    import moto

    from sagemock import mock_sagemaker

    @functools.wraps(mock_sagemaker)
    def mock_aws(func: Any = None, config: Any = None) -> Any:
        return mock_sagemaker(func, config, validation=validation)  # type: ignore[call-overload]

    moto.mock_aws = mock_aws  # type: ignore[assignment]
    results = Results()
    options = ["-q", "--no-header", "--tb=no", "--no-summary", "-m", "not network"]
    plugins = ["-p", "no:randomly", "-p", "no:cacheprovider"]
    settings = [
        "-o",
        "asyncio_default_fixture_loop_scope=function",
        "-c",
        "/dev/null",
        "--rootdir",
        str(tests.parent),
    ]
    report = f"--junitxml={folder / f'moto-{validation}.xml'}"
    pytest.main(
        [*options, report, *plugins, *settings, *(str(tests / suite) for suite in SUITES)],
        plugins=[results],
    )
    known = known_differences(validation)
    unknown, outdated = results.failed - known, known - results.failed
    for name in sorted(unknown):
        print(f"fails, and is not in the table: {name}")
    for name in sorted(outdated):
        print(f"is in the table, and does not fail: {name}")
    print(
        f"validation {validation}: {len(results.passed)} passed, {len(results.failed)} failed, "
        f"{len(unknown | outdated)} of them against the table"
    )
    return 1 if unknown or outdated or not results.passed else 0


def main() -> int:
    parser = argparse.ArgumentParser(description="moto's own tests, with sagemock in moto")
    parser.add_argument("distribution", nargs="?", type=Path, help="moto-<version>.tar.gz")
    parser.add_argument("--validation", choices=MODES, help="in place of both, one after another")
    parser.add_argument(
        "--results",
        type=Path,
        default=Path(sys.prefix),
        help="folder for moto-strict.xml, moto-off.xml",
    )
    parser.add_argument("--tests", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.tests:
        return run(options.tests, options.validation, options.results)
    with tempfile.TemporaryDirectory() as directory:
        distribution = options.distribution or fetch(Path(directory))
        tests = unpack(distribution, Path(directory))
        modes = [options.validation] if options.validation else MODES
        # Each in a process of its own: moto's tests are decorated when they are imported.
        paths = ["--tests", str(tests), "--results", str(options.results)]
        command = [sys.executable, __file__, *paths, "--validation"]
        statuses = [subprocess.run([*command, mode]).returncode for mode in modes]
    return max(statuses)


if __name__ == "__main__":
    sys.exit(main())
