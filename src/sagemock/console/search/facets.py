"""What the results of a search have in common: statuses and tags, with counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sagemock.api.search_schema import described_by
from sagemock.console.links import KINDS
from sagemock.console.search.columns import status_of
from sagemock.console.search.form import Filter, is_searchable_tag
from sagemock.console.search.resource_lookup import SearchTarget
from sagemock.console.search.results import SearchResults
from sagemock.documents import Document

MAX_TAGS = 6
"""Keys of tags in the panel."""

MAX_VALUES = 6
"""Values of each."""


@dataclass(frozen=True, slots=True)
class FacetValue:
    """A value and how often it occurs.

    Attributes
    ----------
    chosen
        The form's filter for this value, None without one.
    """

    text: str
    count: int
    chosen: Filter | None


@dataclass(frozen=True, slots=True)
class Facet:
    """A property and its values, most frequent first.

    Attributes
    ----------
    more
        How many further values there are at least.
    """

    name: str
    label: str
    values: Sequence[FacetValue]
    more: int


def collect(results: SearchResults) -> list[Facet]:
    """Return the statuses and tags of what matches, counted over all of it.

    Notes
    -----
    The tags are those of the sample; of a larger result each value is counted by the store.
    """
    filters = results.form.filters
    status = status_of(results.target.schema)
    counts = status_counts(results.target, results.request)
    facets = [_facet(filters, status, "Status", counts)]
    is_complete = len(results.sample) == results.total
    for key, seen in list(_tags(results.sample).items())[:MAX_TAGS]:
        name = f"Tags.{key}"
        counts = seen.most_common(MAX_VALUES)
        if not is_complete:
            counts = [
                (text, _count(results.target, results.request, name, text)) for text, _ in counts
            ]
        facets.append(_facet(filters, name, key, counts, len(seen) - len(counts)))
    return [each for each in facets if each.values]


def status_counts(target: SearchTarget, request: Mapping[str, Any]) -> list[tuple[str, int]]:
    """Return each status that occurs among what a SearchRequest matches, and how often."""
    name = status_of(target.schema)
    counts = [
        (status, _count(target, request, name, status))
        for status in _statuses(target.resource, name)
    ]
    return [(status, count) for status, count in counts if count]


@cache
def _statuses(resource: str, name: str) -> Sequence[str]:
    """The values that a status property may have, by the service model."""
    shape: Any = described_by(KINDS[resource])
    for part in name.split("."):
        shape = getattr(shape, "members", {}).get(part)
    return tuple(getattr(shape, "enum", ()))


def _count(target: SearchTarget, request: Mapping[str, Any], name: str, value: str) -> int:
    """How many of what a request matches have a value; the store need not read them for it."""
    expression: dict[str, Any] = {"Filters": [{"Name": name, "Value": value}]}
    if "SearchExpression" in request:
        expression["SubExpressions"] = [request["SearchExpression"]]
    return target.search({**request, "SearchExpression": expression, "MaxResults": 1}).total


def _tags(documents: Iterable[Document]) -> Mapping[str, Counter[str]]:
    """How often each value of each key occurs, the most frequent keys first."""
    values: dict[str, Counter[str]] = {}
    for document in documents:
        for tag in document.get("Tags") or ():
            if is_searchable_tag(tag["Key"], tag["Value"]):
                values.setdefault(tag["Key"], Counter())[tag["Value"]] += 1
    return dict(sorted(values.items(), key=lambda pair: -pair[1].total()))


def _facet(
    filters: Sequence[Filter],
    name: str,
    label: str,
    counts: Iterable[tuple[str, int]],
    more: int = 0,
) -> Facet:
    ordered = sorted(counts, key=lambda pair: (-pair[1], pair[0]))
    chosen = {
        each.value: each for each in filters if each.name == name and each.operator == "Equals"
    }
    values = [FacetValue(text, count, chosen.get(text)) for text, count in ordered]
    return Facet(name, label, values, more)
