"""Code to paste says the same as the page."""

from __future__ import annotations

import ast
from typing import Any

import pytest

from sagemock.console import code


def test_a_script_makes_its_client() -> None:
    script = code.Script("print(runtime)", client="runtime")
    assert script.text("eu-west-1", "http://127.0.0.1:5000") == (
        "import boto3\n\n"
        'runtime = boto3.client("sagemaker-runtime", "eu-west-1", '
        'endpoint_url="http://127.0.0.1:5000")\n'
        "print(runtime)\n"
    )
    assert 'boto3.client("sagemaker-runtime", "eu-west-1")' in script.text("eu-west-1", None)


@pytest.mark.parametrize(
    "value",
    [
        {},
        [],
        'it\'s "odd" \\ \n 日本語 🧪',
        {"a": 1, "b": [True, None, 0.5]},
        {"long": ["x" * 50, "y" * 50], "deep": {"deeper": {"deepest": ["z" * 90]}}},
    ],
)
def test_a_literal_is_the_value(value: Any) -> None:
    assert ast.literal_eval(code.literal(value)) == value


def test_a_long_literal_has_a_line_for_each_item() -> None:
    assert code.literal({"first": "x" * 60, "second": "y" * 60, "third": [1, 2]}) == (
        f'{{\n    "first": "{"x" * 60}",\n    "second": "{"y" * 60}",\n    "third": [1, 2],\n}}'
    )
