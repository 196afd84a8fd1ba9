"""Which versions of moto are accepted, and whether this one has all that the list names."""

from __future__ import annotations

import pkgutil
import subprocess
import sys
import tomllib
import warnings
from pathlib import Path

import moto
import pytest

from sagemock import __version__, compatibility
from sagemock.compatibility import NEWEST, OLDEST, REQUIRED, UnsupportedMoto, missing

ROOT = Path(__file__).parents[1]
INSTALL = f"pip install 'moto>={OLDEST},<={NEWEST}'"
TOO_OLD = f"sagemock {__version__} needs moto {OLDEST} or newer, and 5.2.3 is installed: {INSTALL}"
UNTESTED = (
    f"sagemock {__version__} was tested with moto {OLDEST} to {NEWEST}, and the newer 99.0.0 is "
    f"installed; if something fails: {INSTALL}"
)
NAMES = [name for names in REQUIRED.values() for name in names]


@pytest.mark.parametrize("name", NAMES)
def test_what_is_needed_is_there(name: str) -> None:
    assert list(missing([name])) == []


@pytest.mark.parametrize("name", NAMES)
def test_what_is_taken_away_is_missed(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    module, _, members = name.partition(":")
    *owners, last = members.split(".")
    owner = pkgutil.resolve_name(f"{module}:{'.'.join(owners)}" if owners else module)
    for each in owner.__mro__ if isinstance(owner, type) else (owner, *type(owner).__mro__):
        if last in vars(each) and each is not object:
            monkeypatch.delattr(each, last)
    assert list(missing([name])) == [name.replace(":", ".")]


def test_a_module_that_has_gone_is_missed() -> None:
    assert list(missing(["moto.no_such_module:name"])) == ["moto.no_such_module.name"]


def test_pyproject_declares_the_tested_versions() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    declared = [*project["dependencies"], *project["optional-dependencies"]["server"]]
    bounds = [each.partition("]")[2] for each in declared if each.startswith("moto[")]
    assert bounds == [f">={OLDEST},<={NEWEST}"] * 2


@pytest.mark.parametrize("version", [OLDEST, NEWEST, f"{OLDEST}.dev7"])
def test_a_tested_version_is_silent(version: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(moto, "__version__", version)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        compatibility.check()


@pytest.mark.parametrize("version", ["5.2.3", "5.1.22", "4.2.14", "5", "unknown"])
def test_an_older_version_is_refused(version: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(moto, "__version__", version)
    with pytest.raises(UnsupportedMoto) as refused:
        compatibility.check()
    assert str(refused.value) == TOO_OLD.replace("5.2.3", version)


@pytest.mark.parametrize("version", ["99.0.0", "99.0.0.dev1", "99.0"])
def test_a_newer_version_is_warned_of(version: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(moto, "__version__", version)
    with pytest.warns(UserWarning, match="tested with moto") as warned:
        compatibility.check()
    assert [str(each.message) for each in warned] == [UNTESTED.replace("99.0.0", version)]


def python(code: str, version: str, *, take_away: str = "") -> subprocess.CompletedProcess[str]:
    """Run code where moto says that it has a version, and lacks a member of a module."""
    before = f"import moto; moto.__version__ = {version!r}\n"
    if take_away:
        module, _, name = take_away.partition(":")
        before += f"import {module}; del {module}.{name}\n"
    return subprocess.run(
        [sys.executable, "-c", before + code], capture_output=True, text=True, timeout=120
    )


WAYS_IN = (
    "from sagemock import mock_sagemaker",
    "from sagemock import control",
    "from sagemock.server import SageMockServer; SageMockServer().start()",
)


@pytest.mark.parametrize("code", WAYS_IN)
def test_every_way_in_says_that_moto_is_too_old(code: str) -> None:
    # 5.2.3 lacks other things too, and what lacks must not be what is complained of.
    done = python(code, "5.2.3", take_away="moto.core.models:MockAWS")
    assert done.stderr.splitlines()[-1] == f"sagemock.compatibility.UnsupportedMoto: {TOO_OLD}"


@pytest.mark.parametrize("command", ["serve", "demo", "run"])
def test_the_command_says_that_moto_is_too_old(command: str) -> None:
    arguments = [command, *(["--", "true"] if command == "run" else [])]
    code = f"import sys; from sagemock.cli import main; sys.exit(main({arguments!r}))"
    done = python(code, "5.2.3")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"sagemock: {TOO_OLD}\n"


def test_a_newer_moto_that_lacks_something_is_refused() -> None:
    done = python(WAYS_IN[0], "99.0.0", take_away="moto.s3.models:FakeDeleteMarker")
    assert done.stderr.splitlines()[-1] == (
        f"sagemock.compatibility.UnsupportedMoto: sagemock {__version__} does not work with moto "
        f"99.0.0, which lacks moto.s3.models.FakeDeleteMarker: {INSTALL}"
    )


def test_a_newer_moto_is_warned_of_once_and_works() -> None:
    code = (
        "import sys; sys.modules['flask'] = None  # the extra `server` is not installed\n"
        "import boto3, sagemock\n"
        "for _ in range(2):\n"
        "    with sagemock.mock_sagemaker():\n"
        "        print(boto3.client('sagemaker').list_models()['Models'])\n"
    )
    done = python(code, "99.0.0")
    assert (done.returncode, done.stdout) == (0, "[]\n[]\n")
    assert done.stderr.count("UserWarning") == 1
    assert UNTESTED in done.stderr


def test_the_fixtures_say_that_moto_is_too_old(pytester: pytest.Pytester) -> None:
    pytester.makeconftest("import moto\nmoto.__version__ = '5.2.3'")
    pytester.makepyfile(
        """
        def test_in_process(sagemock):
            pass

        def test_over_http(sagemock_server):
            pass
        """
    )
    result = pytester.runpytest_subprocess()
    result.assert_outcomes(errors=2)
    assert result.stdout.str().count(f"UnsupportedMoto: {TOO_OLD}") >= 2
