"""Who may import what: the contracts in pyproject.toml, and what they cannot say."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "sagemock"


def importers_of(package: str) -> set[str]:
    """The files that import a package, at their top or within a function."""
    return {
        file.relative_to(SOURCE).as_posix()
        for file in SOURCE.rglob("*.py")
        if any(module.split(".")[0] == package for module in imported(file))
    }


def imported(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield str(node.module)


def test_only_the_adapter_and_the_ways_in_import_moto() -> None:
    elsewhere = {name for name in importers_of("moto") if not name.startswith("moto_adapter/")}
    # The last one wraps moto's WSGI application.
    assert elsewhere == {"compatibility.py", "mock.py", "web/wsgi.py"}


def test_only_the_http_server_imports_waitress() -> None:
    assert importers_of("waitress") == {"web/http_request.py", "web/http_server.py"}


def test_the_contracts_are_kept() -> None:
    code = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    done = subprocess.run(
        [sys.executable, "-c", code, "--no-cache"], capture_output=True, text=True, cwd=ROOT
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert " kept, 0 broken" in done.stdout


def test_every_folder_is_in_a_layer() -> None:
    """Of the root, only the ways in are: all layers use what else there is."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    (layers,) = (each["layers"] for each in contracts["contracts"] if each["type"] == "layers")
    named = [name for layer in layers for name in re.split(r"[\s:|]+", layer)]
    modules = {
        file.relative_to(SOURCE).with_suffix("").as_posix().replace("/", ".")
        for file in SOURCE.rglob("*/*.py")
        if file.name != "__init__.py"
    }
    missing = {
        module
        for module in modules
        if sum(f"sagemock.{module}.".startswith(f"{name}.") for name in named) != 1
        # The demo stands beside the layers: a way in, and the sample of the console.
        and not module.startswith("demo.")
    }
    assert not missing, "add it to the contract of type layers in pyproject.toml"


@pytest.mark.full
def test_types() -> None:
    done = subprocess.run([sys.executable, "-m", "mypy"], capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stdout + done.stderr
