"""Each operation of the rows of `resources.types` has its function, and no check is lost."""

from __future__ import annotations

import inspect
import re
from importlib import import_module
from types import ModuleType

import pytest

from sagemock import api
from sagemock.resources.resource_type import ResourceType, snake
from sagemock.resources.types import OURS

VERBS = "add|associate|create|delete|describe|disassociate|get|list|search|stop|update"


def module_of(kind: ResourceType) -> ModuleType:
    return import_module(f"sagemock.api.{snake(kind.plural)}")


@pytest.mark.parametrize("kind", OURS, ids=[kind.noun for kind in OURS])
def test_the_module_of_a_kind_has_its_operations_and_no_others(kind: ResourceType) -> None:
    operations = {snake(operation) for operation in kind.operations}
    functions = dict(inspect.getmembers(module_of(kind), inspect.isfunction))
    named = {name for name in functions if re.match(rf"({VERBS})_{snake(kind.noun)}", name)}
    assert operations <= set(functions)
    assert named == operations


@pytest.mark.parametrize(
    "operations", [api.OPERATIONS, api.RUNTIME_OPERATIONS, api.METRICS_OPERATIONS]
)
def test_a_check_has_the_name_of_an_operation(operations: api.Operations) -> None:
    known = {f"check_{snake(name)}" for name in operations}
    modules = {inspect.getmodule(function) for function in operations.values()}
    checks = {
        name
        for module in modules
        for name, _ in inspect.getmembers(module, inspect.isfunction)
        if re.match(rf"check_({VERBS})_", name)
    }
    assert checks <= known
