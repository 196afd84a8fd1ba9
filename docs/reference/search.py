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

Generated from the tables that searches are answered by. What AWS leaves open, and what was
chosen, is in [decisions/search.md](decisions/search.md).

## A search

`Resource` says what to search; all else may be left out.

| Member | Without it | Limits |
|---|---|---|
| `SearchExpression` | everything matches | {MAX_CONDITIONS} filters, nested filters and \
subexpressions in all, 20 in each list |
| `SortBy` | `LastModifiedTime` | any property that is no structure, list of structures or map |
| `SortOrder` | `Descending` | what lacks the property comes last in both orders, equal ones \
come by name |
| `MaxResults` | {DEFAULT_PAGE} | 1 to 100 |
| `NextToken` | the first page | goes on with the search that it was given for; `MaxResults` may \
change on the way |
| `VisibilityConditions` | everything is visible | hide what has the tag with another value than \
those given for it |
| `CrossAccountFilterOption` | `SameAccount` | `CrossAccount` finds nothing: no other account \
shares anything |

An expression holds `Filters`, `NestedFilters` and `SubExpressions`; its `Operator`, `And` unless
said otherwise, joins the members of all three. `NestedFilters` are met when one element of a
list meets all of their filters, whose names are full paths. `TotalHits` is always exact.

A filter without `Operator` means `Equals`; without `Value` as well, `Exists`.

Fixed names are matched without case; names that users make up (hyperparameters, metrics, tags,
parameters, keys of maps) as they are. Text is compared with case.

## Operators

"""

_VALUES = """
| A property's type | What `Value` must be | How it compares |
|---|---|---|
| text | any text | `Equals` on a property whose name ends in `Arn` takes several, joined by \
commas |
| number | a decimal number | metrics of training jobs in single precision, as the API carries \
them |
| boolean | `true` or `false` | |
| timestamp | `YYYY-mm-dd'T'HH:MM:SS`, UTC unless it has a zone | |
| hyperparameter | any text | a decimal compares as decimals; an integer with the whole part of \
what is stored (so `0.5` counts as 0); anything else as text |
| number or text | any text | a number compares as numbers, anything else as text |
| collection | | a structure, a list of structures or a map exists unless it is empty |

`In` takes texts joined by commas. A property with several values satisfies a filter when one of
them does. Where a property is missing, or an empty text or collection, only `NotEquals` and
`NotExists` hold.

`Contains` may be used once in a search, but for these properties:

"""

_ERRORS = """
## Errors

All are `ValidationException`, HTTP 400.

| Text | When |
|---|---|
| `Unknown property name: X` | a filter, `SortBy` or nested filter names no property of the \
resource |
| `'CONTAINS' operator usage limit of 1 exceeded.` | see above |
| `Invalid pagination token because "{0}".` | the token is none, or another search's |
| `Operator X is not supported for property Y of type Z.` | see the table of operators |
| `Value X is not a number, as property Y requires.` | and so for booleans and timestamps |
| `A value is required to filter on property X.` | an operator without `Value`, but for `Exists` \
and `NotExists` |
| `Property is not a nested list of structures: X` | a nested filter on anything else |
| `Property X is not a property of Y.` | a name in a nested filter that is no full path |
| `Results cannot be sorted by property X.` | it is a collection |
| `Visibility conditions are for tags only, not for X.` | |
| `A search expression can contain up to 50 filters, nested filters and subexpressions.` | |
| `1 validation error detected: Value ...` | a length, a range or an enum of the request's shape |
"""

_SUGGESTIONS = f"""
## GetSearchSuggestions

Suggests the names in use of {{families}} that begin with the
hint, whatever its case: `hyperparameters.<name>`, `metrics.<name>` and `tags.<key>`, in that
order and by name, {MAX_SUGGESTIONS} at most. A hint may also be the beginning of such a
whole name.
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
    kinds = list(Kind)
    lines = [
        _row(["Operator", *(kind.value for kind in kinds), "In words", "The index"]),
        _row(["---"] * (len(kinds) + 3)),
    ]
    for operator in OPERATORS.values():
        takes = ["yes" if kind in operator.kinds else "" for kind in kinds]
        lines.append(_row([f"`{operator.name}`", *takes, operator.words, operator.method.value]))
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
        f"Read off the shapes of {source()}. What bears no type is text; `[]` is a list, of which "
        "one element must match; `{}` is a map, whose keys are segments of the name.\n\n"
        "`Image` and `ImageVersion` find nothing: a result has no member for them. Resources "
        "that moto does not keep (`PipelineVersion`, `Project`, `Job`, `HubContent`) find "
        "nothing either.\n",
    ]
    for resource in resources():
        parts += [f"\n### {resource}\n\n", _head(resource), *_rows(schema(resource))]
    return "".join(parts)


def _head(resource: str) -> str:
    member = SEARCHABLE[resource].member
    return f"Results hold a `{member}`.\n\n| Property | Type | Below it |\n|---|---|---|\n"


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
