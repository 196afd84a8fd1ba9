"""Importing sagemock, or having it installed beside pytest, costs next to nothing."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

HEAVY = ("numpy", "scipy", "sklearn", "pandas", "moto", "boto3", "botocore", "werkzeug", "rich")


def loaded_after(code: str) -> set[str]:
    """The heavy packages that a fresh interpreter holds after running `code`."""
    report = f"import json, sys; print(json.dumps([n for n in {HEAVY!r} if n in sys.modules]))"
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\n{report}"], capture_output=True, text=True, check=True
    )
    return set(json.loads(done.stdout.splitlines()[-1]))


@pytest.mark.parametrize(
    "module",
    [
        "sagemock",
        "sagemock.pytest_plugin",
        "sagemock.cli",
        "sagemock.server",
        "sagemock.containers",
        "sagemock.containers.registration",
    ],
)
def test_importing_loads_nothing_heavy(module: str) -> None:
    assert loaded_after(f"import {module}") == set()


def added_by(module: str, *, after: str = "pass") -> set[str]:
    """The modules that a fresh interpreter loads for an import, after the statement `after`."""
    code = f"""
import sys
{after}
before = {{*sys.modules}}
import {module}
print(*({{*sys.modules}} - before))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_importing_the_package_loads_the_package_alone() -> None:
    assert added_by("sagemock") == {"sagemock"}


def test_the_plugin_adds_to_pytest_what_declares_its_options() -> None:
    homes = ("accounts", "accounts.regions", "config", "options", "pytest_plugin")
    added = added_by("sagemock.pytest_plugin", after="import pytest")
    assert added == {"sagemock", *(f"sagemock.{name}" for name in homes)}


def test_the_mock_loads_no_service_of_moto_and_no_numpy() -> None:
    code = """
import sys
from sagemock import mock_sagemaker
services = [n for n in sys.modules if n.startswith("moto.") and n.endswith(".models")]
assert not [n for n in services if n.split(".")[1] not in ("core", "moto_api")], services
"""
    assert loaded_after(code).isdisjoint({"numpy", "scipy", "sklearn", "pandas"})


def test_an_unused_plugin_loads_nothing_heavy(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        f"""
        import sys

        def test_nothing_heavy():
            assert not [name for name in {HEAVY!r} if name in sys.modules]
        """
    )
    result = pytester.runpytest_subprocess("-p", "no:randomly", "-p", "no:hypothesispytest")
    result.assert_outcomes(passed=1)


def test_unknown_names_are_refused() -> None:
    import sagemock

    with pytest.raises(AttributeError, match="no_such_name"):
        _ = sagemock.no_such_name


def test_the_package_lists_its_names() -> None:
    code = "import sagemock; print(dir(sagemock), dir(sagemock) == sorted(sagemock.__all__))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    names = ["Config", "__version__", "containers", "control", "mock_sagemaker", "open_console"]
    assert done.stdout.strip() == f"{names} True"
