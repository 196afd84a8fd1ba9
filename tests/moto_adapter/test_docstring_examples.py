"""The examples in the adapter's docstrings."""

from __future__ import annotations

import doctest
from types import ModuleType

import pytest

from sagemock.moto_adapter import aws_hosts, state_machines


@pytest.mark.parametrize("module", [aws_hosts, state_machines], ids=lambda module: module.__name__)
def test_examples(module: ModuleType) -> None:
    results = doctest.testmod(module)
    assert results.attempted
    assert results.failed == 0
