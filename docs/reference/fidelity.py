"""The page of what is measured against AWS, from the results of suites and of a recorded job.

`python -m docs.reference.fidelity page > docs/fidelity.md`

Suites of pytest write their results as JUnit XML (`make clients`, `make moto`);
`record` keeps them in docs/reference/fidelity.json, `check` fails when they differ from it:

`python -m docs.reference.fidelity record clients .venv-clients/results.xml`
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

RESULTS = Path(__file__).with_name("fidelity.json")

_HEAD = """\
# Fidelity

How near sagemock is to AWS, measured. Made by `python -m docs.reference.fidelity page`; a run of CI
fails when a suite passes more or fewer tests than this page says.

## Real clients

The clients are installed as their users install them, and drive sagemock in process and against the
server. What each test expects is what AWS documents or what was recorded on AWS. A test is skipped
where it is another group's client that it drives.

| Clients | Passed | Failed | Skipped | Versions |
|---|---|---|---|---|
"""
_MOTO = """
## moto's own tests

The tests of SageMaker that come with moto, unchanged but for `mock_sagemaker` in the place of
`mock_aws`. Those that fail expect what AWS does otherwise; each is listed with the reason in
[the decisions](decisions/moto-tests.md).

| Option | Passed | Fail, as AWS answers otherwise | Version |
|---|---|---|---|
"""
_JOB = """
## A recorded job of Linear Learner

MNIST, digit 0 against the rest, 50,000 rows, mini-batches of 200, trained on AWS in June 2021, and
here by `python benchmarks/recorded_mnist_job.py --mnist mnist.npz`. Initial weights differ from
AWS's, whose seed is not known.

| Final score of the best model | AWS | Here | Difference |
|---|---|---|---|
"""
_TAIL = """
How each fact about [an algorithm](algorithms.md) is known, recorded, documented or inferred, is on
its page. Where nothing is known, [the decisions](decisions.md) say what was chosen.
"""

CLIENTS = {
    "clients": ("AWS CLI, SageMaker Python SDK 2, notebooks, JavaScript", ("awscli", "sagemaker")),
    "sdk3": ("SageMaker Python SDK 3", ("sagemaker",)),
    "sdk1": ("SageMaker Python SDK 1", ("sagemaker",)),
}
"""Dependency groups: what is in them, and the packages whose versions are shown."""

MOTO = {
    "moto-strict": '`validation="strict"`, the default',
    "moto-off": '`validation="off"`',
}
"""Runs of moto's tests."""


def page() -> str:
    """The page, in Markdown."""
    results = json.loads(RESULTS.read_text())
    suites = results["suites"]
    return "".join(
        [
            _HEAD,
            *(_client(what, suites[name]) for name, (what, _) in CLIENTS.items()),
            _MOTO,
            *(_moto(what, suites[name]) for name, what in MOTO.items()),
            _JOB,
            *(_score(name, *pair) for name, pair in results["recorded_job"].items()),
            _TAIL,
        ]
    )


def _client(what: str, suite: Mapping[str, Any]) -> str:
    numbers = " | ".join(str(suite[each]) for each in ("passed", "failed", "skipped"))
    return f"| {what} | {numbers} | {_versions(suite)} |\n"


def _moto(what: str, suite: Mapping[str, Any]) -> str:
    return f"| {what} | {suite['passed']} | {suite['failed']} | {_versions(suite)} |\n"


def _score(name: str, recorded: float, here: float) -> str:
    return f"| `{name}` | {recorded:.6f} | {here:.6f} | {here - recorded:+.6f} |\n"


def _versions(suite: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} {number}" for name, number in suite["versions"].items())


def counts(xml: Path) -> dict[str, int]:
    """How many tests passed, failed and were skipped, by a file of JUnit XML."""
    # Written by pytest a moment ago.
    total = dict.fromkeys(("passed", "failed", "skipped"), 0)
    for case in ElementTree.parse(xml).getroot().iter("testcase"):  # noqa: S314
        kinds = {child.tag for child in case}
        failed = not kinds.isdisjoint(("failure", "error"))
        total["failed" if failed else "skipped" if "skipped" in kinds else "passed"] += 1
    return total


def record(suite: str, xml: Path) -> None:
    """Keep the results of a suite, with the versions that are installed here."""
    results = json.loads(RESULTS.read_text())
    packages = CLIENTS[suite][1] if suite in CLIENTS else ("moto",)
    versions = {each: version(each) for each in packages}
    results["suites"][suite] = {**counts(xml), "versions": versions}
    RESULTS.write_text(json.dumps(results, indent=2) + "\n")


def check(suite: str, xml: Path) -> str | None:
    """Return what differs from the page; None if nothing does."""
    kept = json.loads(RESULTS.read_text())["suites"][suite]
    now = counts(xml)
    if all(now[each] == kept[each] for each in ("passed", "failed")):
        return None
    said = ", ".join(f"{kept[each]} {each}" for each in ("passed", "failed"))
    return (
        f"docs/fidelity.md says {said} for {suite}; it was {now['passed']} passed, "
        f"{now['failed']} failed: python -m docs.reference.fidelity record {suite} {xml}"
    )


def main() -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("action", choices=["page", "record", "check"])
    parser.add_argument("suite", nargs="?", choices=[*CLIENTS, *MOTO])
    parser.add_argument("xml", nargs="?", type=Path)
    options = parser.parse_args()
    if options.action == "page":
        sys.stdout.write(page())
        return 0
    if options.action == "record":
        record(options.suite, options.xml)
        return 0
    problem = check(options.suite, options.xml)
    if problem is not None:
        print(problem, file=sys.stderr)
    return problem is not None


if __name__ == "__main__":
    sys.exit(main())
