"""The Python reference names what is public, and no other page is stale; Sphinx is not needed."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from docs.reference import command_line, control_http

import sagemock
from sagemock import containers
from sagemock.cli import parser_and_commands
from sagemock.containers import base
from sagemock.faults.controls import Control
from sagemock.faults.job_controls import JobControls
from sagemock.mock import MockSageMaker
from sagemock.options import OPTIONS
from sagemock.pytest_plugin import FIXTURES, MARKER
from sagemock.server import ConsoleServer, SageMockServer
from sagemock.testing import SageMock
from sagemock.web.control_api import CONTROLS

DOCS = Path(__file__).parents[2] / "docs"
DIRECTIVE = re.compile(
    r"^\.\. auto(\w+):: ([\w.]+).*\n(?:   :members: ((?:.+\n)(?: {4,}.+\n)*))?", re.M
)


def documented() -> set[str]:
    """The full names that directives of the reference are about."""
    names = set()
    for page in (DOCS / "api").glob("*.md"):
        for _, name, members in DIRECTIVE.findall(page.read_text()):
            names.add(name)
            names |= {f"{name}.{member.strip()}" for member in members.split(",") if member}
    return names


NAMES = documented()


def public(kind: type) -> list[str]:
    """The public members that a class defines itself, by their full names."""
    return [
        f"{kind.__module__}.{kind.__name__}.{name}"
        for name in vars(kind)
        if not name.startswith("_")
    ]


def resolve(name: str) -> Any:
    """The object of a full name. Raises AttributeError or ImportError."""
    parts = name.split(".")
    for end in range(len(parts), 0, -1):
        try:
            value = import_module(".".join(parts[:end]))
        except ModuleNotFoundError:
            continue
        for part in parts[end:]:
            value = getattr(value, part)
        return value
    raise ImportError(name)


@pytest.mark.parametrize("name", sagemock.__all__)
def test_a_name_of_the_package(name: str) -> None:
    assert f"`sagemock.{name}`" in (DOCS / "api" / "index.md").read_text()
    value = getattr(sagemock, name)
    if isinstance(value, Control):
        assert "sagemock.faults.controls.Control" in NAMES
    elif not isinstance(value, str):
        assert f"sagemock.{name}" in NAMES


@pytest.mark.parametrize(
    "kind",
    [Control, JobControls, SageMock, SageMockServer, MockSageMaker],
    ids=lambda kind: kind.__name__,
)
def test_members_of_a_class(kind: type) -> None:
    of_control = {"sagemock.faults.job_controls.JobControls.add"}  # that of Control stands for it
    assert set(public(kind)) - of_control <= NAMES


def test_members_of_a_console() -> None:
    # `after_fork` is for forks.py.
    assert {f"sagemock.server.ConsoleServer.{name}" for name in ("url", "stop")} <= NAMES
    assert ConsoleServer.stop


@pytest.mark.parametrize("name", base.__all__)
def test_a_name_for_authors_of_containers(name: str) -> None:
    homes = ("containers.base", "containers.inputs", "formats.content")
    assert any(f"sagemock.{home}.{name}" in NAMES for home in homes)


@pytest.mark.parametrize("name", containers.__all__)
def test_a_name_for_those_who_run_their_own_code(name: str) -> None:
    home = "sagemock.containers.registry" if name == "Container" else "sagemock.containers"
    assert f"{home}.{name}" in NAMES


@pytest.mark.parametrize("name", ["Container", "register", "unregister"])
def test_a_name_of_the_registry(name: str) -> None:
    assert f"sagemock.containers.registry.{name}" in NAMES


@pytest.mark.parametrize("name", FIXTURES)
def test_a_fixture(name: str) -> None:
    assert f"sagemock.pytest_plugin.{name}" in NAMES


@pytest.mark.parametrize("name", sorted(NAMES))
def test_a_documented_name_exists(name: str) -> None:
    if name not in ("sagemock.server.ConsoleServer.url",):  # an attribute of instances
        resolve(name)


@pytest.mark.parametrize("name", sorted({*OPTIONS, *MARKER}))
def test_an_option_of_ini_file_and_marker(name: str) -> None:
    assert f"`{name}`" in (DOCS / "options.md").read_text()


@pytest.mark.parametrize("name", parser_and_commands()[1])
def test_options_of_a_command(name: str) -> None:
    section = (DOCS / "command-line.md").read_text().split(f"## sagemock {name}\n")[1]
    section = section.split("\n## ")[0]
    for action in parser_and_commands()[1][name]._actions:
        for option in action.option_strings:
            assert re.search(rf"`{option}[` ]", section), option


def test_the_page_of_the_command_line() -> None:
    how = "stale: python -m docs.reference.command_line > docs/command-line.md"
    assert (DOCS / "command-line.md").read_text() == command_line.page(), how


def test_the_page_of_controls_over_http() -> None:
    text = (DOCS / "control-http.md").read_text()
    assert all(f"\n## {name}\n" in text for name in CONTROLS)
    how = "stale: python -m docs.reference.control_http > docs/control-http.md"
    assert text == control_http.page(), how
