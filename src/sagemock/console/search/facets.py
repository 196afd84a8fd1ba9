"""What the matches of a question have in common: statuses and tags, with counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sagemock.accounts.world import World
from sagemock.api.search_schema import described_by
from sagemock.console.links import KINDS
from sagemock.console.search.columns import status_of
from sagemock.console.search.form import Condition, Question, is_askable_tag
from sagemock.console.search.resource_lookup import schema
from sagemock.console.search.results_table import search
from sagemock.documents import Document

MAX_FACETS = 6
"""Keys of tags in the panel."""

MAX_VALUES = 6
"""Values of each."""


@dataclass(frozen=True, slots=True)
class Value:
    """A value and how often it occurs; chosen: the filter that asks for it already."""

    text: str
    count: int
    chosen: Condition | None


@dataclass(frozen=True, slots=True)
class Facet:
    """A property and its values, most frequent first.

    more: how many further values there are at least.
    """

    name: str
    label: str
    values: Sequence[Value]
    more: int


def facets(world: World, question: Question, sample: Sequence[Document], total: int) -> list[Facet]:
    """Statuses and tags of what matches, counted over all of it.

    sample: the first documents that match, of `total`; which tags there are is read off them.
    """
    status, _ = _statuses(question.resource)
    found = [_facet(question, status, "Status", status_counts(world, question))]
    complete = len(sample) == total
    for key, seen in list(_tags(sample).items())[:MAX_FACETS]:
        name = f"Tags.{key}"
        counts = seen.most_common(MAX_VALUES)
        if not complete:
            counts = [(text, _count(world, question, name, text)) for text, _ in counts]
        found.append(_facet(question, name, key, counts, len(seen) - len(counts)))
    return [each for each in found if each.values]


def _facet(
    question: Question, name: str, label: str, counts: Iterable[tuple[str, int]], more: int = 0
) -> Facet:
    ordered = sorted(counts, key=lambda pair: (-pair[1], pair[0]))
    chosen = {each.value: each for each in question.conditions if _asks_for(each, name)}
    values = [Value(text, count, chosen.get(text)) for text, count in ordered]
    return Facet(name, label, values, more)


def _asks_for(condition: Condition, name: str) -> bool:
    return condition.name == name and condition.operator == "Equals"


def status_counts(world: World, question: Question) -> list[tuple[str, int]]:
    """How many of what matches are in each status that at least one is in."""
    name, statuses = _statuses(question.resource)
    counts = [(status, _count(world, question, name, status)) for status in statuses]
    return [(status, count) for status, count in counts if count]


@cache
def _statuses(resource: str) -> tuple[str, Sequence[str]]:
    """The property that tells a resource's status, and the values that it may have."""
    name = status_of(schema(resource))
    shape: Any = described_by(KINDS[resource])
    for part in name.split("."):
        shape = getattr(shape, "members", {}).get(part)
    return name, tuple(getattr(shape, "enum", ()))


def _tags(documents: Iterable[Document]) -> Mapping[str, Counter[str]]:
    """How often each value of each key occurs, the keys that most documents have first."""
    found: dict[str, Counter[str]] = {}
    for document in documents:
        for tag in document.get("Tags") or ():
            if is_askable_tag(tag["Key"], tag["Value"]):
                found.setdefault(tag["Key"], Counter())[tag["Value"]] += 1
    return dict(sorted(found.items(), key=lambda pair: -pair[1].total()))


def _count(world: World, question: Question, name: str, value: str) -> int:
    """How many of what matches have a value: asked of the store, which need not read them."""
    expression: dict[str, Any] = {"Filters": [{"Name": name, "Value": value}]}
    if question.conditions:
        expression["SubExpressions"] = [question.expression()]
    request = {**question.request(1), "SearchExpression": expression}
    return search(world, question.resource, request)[1]
