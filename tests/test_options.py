"""Whatever offers the options offers the same ones: code, plugin, command line, HTTP and page."""

from __future__ import annotations

import inspect
import re
import typing
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from sagemock import Config, cli, mock_sagemaker, pytest_plugin
from sagemock.options import OPTIONS, parse
from sagemock.web.control_api import CONTROLS

PAGE = Path(__file__).parents[1] / "docs" / "options.md"
IN_PYTHON = "executor"
OF_PLUGIN = "region"


def test_the_table_has_every_field_of_the_config() -> None:
    assert {field.name for field in fields(Config)} == {*OPTIONS, IN_PYTHON}


@pytest.mark.parametrize("number", [None, -1])
def test_the_decorator_takes_them(number: int | None) -> None:
    function = mock_sagemaker if number is None else typing.get_overloads(mock_sagemaker)[number]
    parameters = {
        name: parameter
        for name, parameter in inspect.signature(function).parameters.items()
        if parameter.kind is parameter.KEYWORD_ONLY
    }
    in_process = {name for name, option in OPTIONS.items() if not option.of_server}
    assert set(parameters) == {*in_process, IN_PYTHON}
    if number is None:
        assert all(parameters[name].default == OPTIONS[name].default for name in in_process)


def test_the_plugin_takes_them(pytestconfig: pytest.Config) -> None:
    assert set(pytest_plugin.MARKER) == {*OPTIONS, IN_PYTHON, OF_PLUGIN}
    for name in (*OPTIONS, OF_PLUGIN):
        pytestconfig.getini(f"sagemock_{name}")


def test_serve_takes_them() -> None:
    options = vars(cli.parse_arguments(["serve"]))
    for name, option in OPTIONS.items():
        assert (name in options) == (option.flag is not None)
        assert options.get(name, option.default_of_servers) == option.default_of_servers


def test_http_takes_them() -> None:
    taken = inspect.signature(CONTROLS["set-options"].run).parameters
    assert set(taken) == set(OPTIONS)


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("training", "off", "off"),
        ("max_workers", "3", 3),
        ("wait", "0.5", 0.5),
        ("training", "of", "training must be one of inline, background, off, not 'of'"),
        ("max_workers", "0", "max_workers must be at least 1, not 0"),
        ("max_workers", "two", "max_workers must be a whole number, not 'two'"),
        ("wait", "21", "wait must be from 0 to 20 seconds, not 21.0"),
        ("wait", "nan", "wait must be from 0 to 20 seconds, not nan"),
    ],
)
def test_values_of_texts(name: str, text: str, value: Any) -> None:
    if isinstance(value, str) and value.startswith(name):
        with pytest.raises(ValueError, match=f"^{re.escape(value)}$"):
            parse(name, text)
    else:
        assert parse(name, text) == value


def table() -> str:
    """The table of the page."""
    rows = ["| Option | Default | `serve` | What it does |", "|---|---|---|---|"]
    for name, option in OPTIONS.items():
        flag = "" if option.flag is None else f"`{option.flag}`"
        default = f"`{option.default}`"
        if option.served is not None:
            default += f", of servers `{option.served}`"
        meaning = f"{option.meaning} (servers only)" if option.of_server else option.meaning
        rows.append(f"| `{name}` | {default} | {flag} | {meaning} |")
    return "\n".join(rows) + "\n"


def test_the_page_lists_them() -> None:
    assert table() in PAGE.read_text()
