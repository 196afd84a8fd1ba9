"""The reference page of Search, from the tables and shapes that searches are answered by.

`python -m docs.reference.search > docs/search.md`
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from importlib.metadata import version

from sagemock.api.search_schema import resources, schema
from sagemock.api.search_suggestions import FAMILIES, MAX_SUGGESTIONS
from sagemock.query.expression import MAX_CONDITIONS
from sagemock.query.operators import OPERATORS
from sagemock.query.page import DEFAULT_PAGE
from sagemock.query.property import Kind
from sagemock.query.schema import ListOf, MapOf, Node, Scalar, Schema, Structure
from sagemock.resources.types import SEARCHABLE

_ABBREVIATIONS = {
    Kind.TEXT: "",
    Kind.NUMBER: "number",
    Kind.BOOLEAN: "boolean",
    Kind.TIMESTAMP: "time",
    Kind.HYPERPARAMETER: "hyperparameter",
    Kind.PARAMETER: "number or text",
    Kind.COLLECTION: "",
}

_GRAMMAR = f"""\
# Search

The Search API: its parameters, operators, errors and properties. This page is generated from the
tables in the code. Where AWS's documentation leaves something open,
[the decisions](decisions/search.md) say what sagemock does; [how to](how-to.md#search-jobs) has
examples.

## Parameters

`Resource` is required; all other parameters are optional.

| Parameter | Default | Notes |
|---|---|---|
| `SearchExpression` | everything matches | at most {MAX_CONDITIONS} filters, nested filters and \
subexpressions in total, and 20 in each list |
| `SortBy` | `LastModifiedTime` | any property, except structures, lists of structures and maps |
| `SortOrder` | `Descending` | resources without the property come last in both orders; ties are \
sorted by name |
| `MaxResults` | {DEFAULT_PAGE} | 1 to 100 |
| `NextToken` | the first page | continues the search that returned it, after the last resource \
of its page, also if resources have been created or deleted since; `MaxResults` may differ between \
pages |
| `VisibilityConditions` | everything is visible | hides resources that have the tag \
with another value than those listed |
| `CrossAccountFilterOption` | `SameAccount` | `CrossAccount` finds nothing, because \
no other account shares resources |

A search expression has `Filters`, `NestedFilters` and `SubExpressions`; its `Operator`, by default
`And`, combines the members of all three. A nested filter matches when a single element of the list
satisfies all of its filters, whose names are full paths. `TotalHits` is always exact.

A filter without `Operator` means `Equals`; one without `Operator` and `Value` means `Exists`.

Property names are case-insensitive, except for the parts that users choose: names of
hyperparameters, metrics, tags and parameters, and keys of maps. Values are compared
case-sensitively.

## Operators

"""

_VALUES = """
| A property's type | What `Value` must be | How it compares |
|---|---|---|
| text | any text | `Equals` on a property whose name ends in `Arn` takes several, separated by \
commas |
| number | a decimal number | metrics of training jobs in single precision, as in the API's \
responses |
| boolean | `true` or `false` | |
| timestamp | `YYYY-mm-dd'T'HH:MM:SS`, UTC unless it has a time zone | |
| hyperparameter | any text | a decimal number is compared with the stored number; an integer \
with its integer part (so a stored `0.5` counts as 0); anything else as text |
| number or text | any text | a number compares as numbers, anything else as text |
| collection | | a structure, a list of structures or a map exists unless it is empty |

`In` takes texts separated by commas. A property with several values satisfies a filter when one of
the values does. If a property is missing, or is an empty text or collection, only `NotEquals` and
`NotExists` match.

`Contains` may be used once in a search, except on these properties:

"""

_ERRORS = """
## Errors

All are `ValidationException`, HTTP 400.

| Text | When |
|---|---|
| `Unknown property name: X` | the resource has no property with the name in a filter, nested \
filter or `SortBy` |
| `'CONTAINS' operator usage limit of 1 exceeded.` | `Contains` was used twice; see above |
| `Invalid pagination token because "{0}".` | the token is malformed, or belongs to another search |
| `Operator X is not supported for property Y of type Z.` | see the table of operators |
| `Value X is not a number, as property Y requires.` | similarly for booleans and timestamps |
| `A value is required to filter on property X.` | an operator without `Value`, other than \
`Exists` and `NotExists` |
| `Property is not a nested list of structures: X` | a nested filter on a property that is \
not a list of structures |
| `Property X is not a property of Y.` | a name in a nested filter is not a full path |
| `Results cannot be sorted by property X.` | the property is a collection |
| `Visibility conditions are for tags only, not for X.` | a key that does not begin with `Tags.` |
| `A search expression can contain up to 50 filters, nested filters and subexpressions.` \
| there are more |
| `1 validation error detected: Value ...` | a parameter violates the length, range or enum of \
the API model |
"""

_SUGGESTIONS = f"""
## GetSearchSuggestions

Suggests existing names of {{families}} that begin with the hint, case-insensitively:
`hyperparameters.<name>`, `metrics.<name>` and `tags.<key>`, in that order and then by name, at most
{MAX_SUGGESTIONS}. The hint may also be the beginning of such a full name.
"""


def page() -> str:
    """The page, in Markdown."""
    return f"{grammar()}\n{properties()}"


def grammar() -> str:
    """The part of the page that depends on this project alone."""
    families = ", ".join(f"`{name}`" for name in FAMILIES)
    return "".join(
        (
            _GRAMMAR,
            _operators(),
            _VALUES,
            _repeatable(),
            _ERRORS,
            _SUGGESTIONS.format(families=families),
        )
    )


def _operators() -> str:
    lines = [
        _row(["Operator", "Types of property", "How the index answers it"]),
        _row(["---"] * 3),
    ]
    for operator in OPERATORS.values():
        kinds = [kind.value for kind in Kind if kind in operator.kinds]
        types = "all" if len(kinds) == len(Kind) else ", ".join(kinds)
        lines.append(_row([f"`{operator.name}`", types, operator.method.value]))
    return "".join(lines)


def _repeatable() -> str:
    lines = [_row(["Resource", "Properties"]), _row(["---", "---"])]
    for name, each in SEARCHABLE.items():
        if each.repeatable_contains is None:
            lines.append(_row([f"`{name}`", "all"]))
        elif each.repeatable_contains:
            lines.append(_row([f"`{name}`", _codes(sorted(each.repeatable_contains))]))
    return "".join(lines)


def source() -> str:
    """What the properties are read off."""
    return f"botocore {version('botocore')}"


def properties() -> str:
    """The part that depends on botocore's version."""
    parts = [
        "## Properties\n\n",
        f"From the shapes of {source()}. A property without a type is text. `[]` marks a "
        "list, one element of which must match; `{}` marks a map, whose keys are part of the "
        "name.\n\n"
        "`Image` and `ImageVersion` find nothing, because results have no member for them. "
        "Neither do resources that moto does not implement (`PipelineVersion`, `Project`, `Job`, "
        "`HubContent`).\n",
    ]
    for resource in resources():
        parts += [f"\n### {resource}\n\n", _head(resource), *_rows(schema(resource))]
    return "".join(parts)


def _head(resource: str) -> str:
    member = SEARCHABLE[resource].member
    head = "| Property | Type | Nested properties |\n|---|---|---|\n"
    article = "an" if member[0] in "AEIOU" else "a"
    return f"Each result has {article} `{member}`.\n\n{head}"


def _rows(known: Schema) -> Iterator[str]:
    for family, each in known.families.items():
        name = f"{family}.{each.form}" if each.form else family
        yield _row([f"`{name}`", _ABBREVIATIONS[each.kind], ""])
    for member, node in known.root.members.items():
        if isinstance(node, MapOf) and isinstance(node.value, Scalar):
            kind = _ABBREVIATIONS[node.value.kind]
            yield _row([f"`{member}{{}}`", kind, ""])
        else:
            below = ", ".join(_below(node, ""))
            yield _row([f"`{member}{_suffix(node)}`", _type(node), below])


def _suffix(node: Node) -> str:
    return {ListOf: "[]", MapOf: "{}"}.get(type(node), "")


def _type(node: Node) -> str:
    inner = node.element if isinstance(node, ListOf) else node
    return _ABBREVIATIONS[inner.kind] if isinstance(inner, Scalar) else ""


def _below(node: Node, path: str) -> Iterator[str]:
    """Every scalar under a node, by its path from there."""
    inner = node
    if isinstance(node, ListOf):
        inner = node.element
    elif isinstance(node, MapOf):
        inner = node.value
    if isinstance(inner, Structure):
        for member, below in inner.members.items():
            name = f"{path}.{member}{_suffix(below)}"
            scalar = below.element if isinstance(below, ListOf) else below
            scalar = below.value if isinstance(below, MapOf) else scalar
            if isinstance(scalar, Scalar):
                kind = _ABBREVIATIONS[scalar.kind]
                yield f"`{name}`{' ' + kind if kind else ''}"
            else:
                yield from _below(below, name)


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |\n"


def _codes(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


if __name__ == "__main__":
    sys.stdout.write(page())
