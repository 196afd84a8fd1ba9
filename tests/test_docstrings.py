"""The examples in the docstrings of the public API."""

from __future__ import annotations

import doctest
from importlib import import_module

import pytest

MODULES = (
    "sagemock.config",
    "sagemock.containers.explanation",
    "sagemock.containers.registration",
    "sagemock.containers.registration_lines",
    "sagemock.faults.controls",
    "sagemock.mock",
    "sagemock.server",
)


@pytest.mark.parametrize("name", MODULES)
def test_examples(name: str) -> None:
    result = doctest.testmod(import_module(name))
    assert result.attempted
    assert not result.failed
