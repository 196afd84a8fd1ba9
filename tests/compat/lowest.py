"""Check that the lowest declared versions are the ones that are installed.

In an environment made with `uv pip install --resolution lowest-direct`, some package may hold
another one up; then its declared bound would pass untested.

    python tests/compat/lowest.py [--group-only] GROUP

Checks the requirements of the package itself and those of a dependency group; with `--group-only`,
those of the group alone, where a client needs more of the rest than sagemock does.
"""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import requires, version
from pathlib import Path

from packaging.requirements import Requirement

PYPROJECT = Path(__file__).parents[2] / "pyproject.toml"


def of_package(extra: str = "") -> Iterator[Requirement]:
    """Yield what the package requires on this Python, or what one of its extras adds to that."""
    for requirement in map(Requirement, requires("sagemock") or []):
        marker = requirement.marker
        always = marker is None or marker.evaluate({"extra": ""})
        if (not always and marker.evaluate({"extra": extra})) if extra else always:
            yield requirement


def of_group(group: str) -> Iterator[Requirement]:
    """Yield what a dependency group requires, the groups and extras that it includes resolved."""
    for entry in tomllib.loads(PYPROJECT.read_text())["dependency-groups"][group]:
        if not isinstance(entry, str):
            yield from of_group(entry["include-group"])
            continue
        requirement = Requirement(entry)
        if requirement.name != "sagemock":
            yield requirement
        for extra in requirement.extras if requirement.name == "sagemock" else ():
            yield from of_package(extra)


def untested(requirement: Requirement) -> str | None:
    """Say which version is installed in place of the lowest one, if that is so."""
    bounds = [each.version for each in requirement.specifier if each.operator == ">="]
    installed = version(requirement.name)
    # 2.1 is met by 2.1.3, where that is the first release with wheels.
    if any(installed == bound or installed.startswith(f"{bound}.") for bound in bounds):
        return None
    return f"{requirement} is not tested: {installed} is installed"


def main(arguments: list[str]) -> int:
    *options, group = arguments
    requirements = list(of_group(group))
    if options != ["--group-only"]:
        requirements += of_package()
    problems = sorted(filter(None, {untested(each) for each in requirements}))
    print("\n".join(problems) or "every declared lower bound is installed")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
