"""The rows against botocore's model, and each other."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import sagemock
from sagemock.resources import types
from sagemock.resources.arn import Arn
from sagemock.resources.resource_type import ResourceType
from sagemock.resources.types import OURS, TYPES
from sagemock.wire import service_model


def each(*kinds: ResourceType) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("kind", kinds, ids=[kind.noun for kind in kinds])


def operations() -> frozenset[str]:
    return service_model.operation_names(service_model.CONTROL_PLANE)


@pytest.mark.parametrize(
    "name",
    [
        lambda kind: kind.noun,
        lambda kind: kind.words,
        lambda kind: kind.plural,
        lambda kind: kind.arn_kind or kind.noun,
    ],
    ids=["noun", "words", "plural", "arn_kind"],
)
def test_no_two_rows_have_the_same(name: Callable[[ResourceType], str]) -> None:
    assert Counter(map(name, TYPES)).most_common(1)[0][1] == 1


@each(*TYPES)
def test_the_noun_is_one_of_the_service_model(kind: ResourceType) -> None:
    assert kind.noun in service_model.structure_members("SearchRecord") or (
        kind.operation("Describe") in operations()
    )


@each(*OURS)
def test_every_operation_of_ours_is_one_of_aws(kind: ResourceType) -> None:
    assert set(kind.operations) <= operations()
    assert len(set(kind.operations)) == len(kind.operations)


@each(*OURS)
def test_members_are_those_of_a_description(kind: ResourceType) -> None:
    described = service_model.output_members(kind.operation("Describe"))
    assert kind.key in described
    assert not kind.arn_kind or kind.arn_member in described
    assert (kind.statuses is not None) == (kind.status_member in described)


@each(*(kind for kind in TYPES if kind.statuses))
def test_statuses_are_those_of_the_model(kind: ResourceType) -> None:
    assert kind.statuses is not None
    known = service_model.enum_values(kind.status_member)
    assert kind.statuses.passing | {kind.statuses.success} <= set(known)
    assert kind.statuses.success not in kind.statuses.passing


@each(*(kind for kind in TYPES if kind.search))
def test_search_reads_a_shape_with_that_key(kind: ResourceType) -> None:
    assert kind.search is not None
    members = service_model.structure_members(kind.search.shape)
    assert kind.search.key in members
    assert (kind.search.repeatable_contains or set()) <= set(members)
    assert kind.search.member in service_model.structure_members("SearchRecord")
    assert kind.search.resource in service_model.enum_values("ResourceType")


def test_search_knows_every_resource_of_the_model_but_images() -> None:
    known = set(service_model.enum_values("ResourceType"))
    assert known - set(types.SEARCHABLE) == {"Image", "ImageVersion"}


def pattern(kind: ResourceType) -> str | None:
    """The pattern of the model for the ARNs of a kind; `.*` says nothing."""
    known = service_model.service(service_model.CONTROL_PLANE).shape_names
    if kind.arn_member not in known:
        return None
    arn_pattern: str | None = service_model.shape(kind.arn_member).metadata.get("pattern")
    return None if arn_pattern == ".*" else arn_pattern


IRREGULAR = {
    types.CLUSTER: "cluster/abcdefghijkl",
    types.JOB: "job/category/name",
    types.PIPELINE_EXECUTION: "pipeline/name/execution/abcdefghijkl",
}
"""What ARNs of these end with; those of others have the kind and the name."""


@each(*(kind for kind in TYPES if kind.arn_kind and pattern(kind)))
def test_an_arn_has_the_form_that_the_model_asks_for(kind: ResourceType) -> None:
    assert kind.arn_kind is not None
    arn = Arn("aws", "us-east-1", "123456789012", kind.arn_kind, "name")
    text = str(arn)
    if kind in IRREGULAR:
        text = f"{text.rpartition(':')[0]}:{IRREGULAR[kind]}"
    form = pattern(kind)
    assert form is not None
    assert re.fullmatch(form, text)
    other = text.replace(f":{kind.arn_kind.split('-')[0]}", ":other")
    assert not re.fullmatch(form, other)


def test_rows_are_looked_up_by_what_names_them() -> None:
    assert types.of_arn_kind("experiment-trial") is types.TRIAL
    assert types.of_arn_kind("no-such-kind") is None
    assert types.of_search("ExperimentTrial") is types.TRIAL
    with pytest.raises(KeyError):
        types.of_search("Image")


SOURCES = [
    path for path in Path(sagemock.__file__).parent.rglob("*.py") if path != Path(types.__file__)
]


def literals(node: ast.AST) -> Iterator[list[ast.expr | None]]:
    """The keys, the values or the elements of a collection that is written out."""
    if isinstance(node, ast.Dict):
        yield from (node.keys, list(node.values))
    elif isinstance(node, ast.Tuple | ast.List | ast.Set):
        yield list(node.elts)


def text(node: ast.AST | None) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def test_no_other_module_spells_the_kind_of_an_arn() -> None:
    known = {kind.arn_kind for kind in TYPES if "-" in kind.arn_kind}
    spelt = {
        f"{path.name}: {text(node)}"
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text()))
        if text(node) in known
    }
    assert not spelt


def test_no_other_module_lists_kinds() -> None:
    names: dict[str, ResourceType] = {}
    for kind in TYPES:
        spellings = {kind.noun, kind.plural, kind.name_member, kind.arn_member, kind.words}
        names |= dict.fromkeys(spellings | {kind.arn_kind, f"{kind.words}s"}, kind)
        if kind.search:
            names[kind.search.resource] = kind
    names.pop("", None)
    # Two may be what a function is about; three are a list.
    lists = {
        f"{path.name}:{node.lineno}"
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text()))
        for items in literals(node)
        if isinstance(node, ast.expr)
        and len({names[text(item)] for item in items if text(item) in names}) > 2
    }
    assert not lists
