"""Check that the lowest declared versions are the ones that are installed.

In an environment made with `uv pip install --resolution lowest-direct`, some package may hold
another one up; then its declared bound would pass untested.

    python tests/compat/lowest.py [--extras-only] [EXTRA...]

Checks the requirements of the package itself, and those of the extras; with `--extras-only`, those
of the extras alone, where a client needs more of the rest than sagemock does.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from importlib.metadata import requires, version

from packaging.requirements import Requirement


def declared(extras: Iterable[str]) -> Iterator[Requirement]:
    """The requirements of some extras on this Python; the extra "" is the package itself."""
    for requirement in map(Requirement, requires("sagemock") or []):
        if not any(_is_of(requirement, extra) for extra in extras):
            continue
        if requirement.name == "sagemock":
            yield from declared(requirement.extras)
        else:
            yield requirement


def _is_of(requirement: Requirement, extra: str) -> bool:
    marker = requirement.marker
    of_package = marker is None or marker.evaluate({"extra": ""})
    if not extra or marker is None or of_package:
        return of_package and not extra
    return marker.evaluate({"extra": extra})


def problems(extras: Iterable[str]) -> Iterator[str]:
    for requirement in declared(extras):
        bounds = [each.version for each in requirement.specifier if each.operator == ">="]
        installed = version(requirement.name)
        # 2.1 is met by 2.1.3, where that is the first release with wheels.
        if not any(installed == bound or installed.startswith(f"{bound}.") for bound in bounds):
            yield f"{requirement} is not tested: {installed} is installed"


def main(arguments: list[str]) -> int:
    extras = arguments[1:] if arguments[:1] == ["--extras-only"] else ["", *arguments]
    found = sorted(set(problems(extras)))
    print("\n".join(found) or "every declared lower bound is installed")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
