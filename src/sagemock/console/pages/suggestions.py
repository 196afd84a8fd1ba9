"""Type-ahead: property names for what has been typed, and the operators that they take."""

from __future__ import annotations

from collections.abc import Sequence

from sagemock.api.search_suggestions import get_search_suggestions
from sagemock.console.search.resource_lookup import schema, searchable
from sagemock.console.visit import Page, Visit
from sagemock.query import ListOf, MapOf, QueryError
from sagemock.query.operators import OPERATORS
from sagemock.query.schema import Schema, names

SUGGESTIONS = 30
MAX_HINT = 100


def operators_of(known: Schema | None, name: str) -> list[str]:
    """The operators that a property takes; all of them while it is not known."""
    try:
        kind = known.property(name).kind if known is not None and name else None
    except QueryError:
        kind = None
    return [each for each, row in OPERATORS.items() if kind is None or kind in row.kinds]


def suggestions(visit: Visit) -> Page:
    """Property names for what has been typed, each with the operators that it takes."""
    resource = visit.args.get("resource", "TrainingJob")
    hint = visit.args.get("hint", "")
    if resource not in searchable():
        return Page("", {}, {"suggestions": []})
    known = schema(resource)
    found = [
        {"name": name, "operators": operators_of(known, name)}
        for name in _suggested(visit, resource, known, hint)
    ]
    return Page("", {}, {"suggestions": found})


def _suggested(visit: Visit, resource: str, known: Schema, hint: str) -> Sequence[str]:
    lowered = hint.lower()
    own = _user_names(visit, resource, hint, known)
    fixed = [
        name
        for name, node in names(known)
        if lowered in name.lower() and not isinstance(node, ListOf | MapOf)
    ]
    fixed.sort(key=lambda name: (not name.lower().startswith(lowered), name.count(".")))
    exact = [hint] if hint and _is_property(known, hint) else []
    return list(dict.fromkeys([*exact, *own, *fixed]))[:SUGGESTIONS]


def _is_property(known: Schema, name: str) -> bool:
    try:
        known.property(name)
    except QueryError:
        return False
    return True


def _user_names(visit: Visit, resource: str, hint: str, known: Schema) -> list[str]:
    """Names that users have made up: of tags, hyperparameters and metrics."""
    hinted = {"PropertyNameQuery": {"PropertyNameHint": hint[:MAX_HINT]}}
    request = {"Resource": resource, "SuggestionQuery": hinted}
    found = get_search_suggestions(visit.world, request)["PropertyNameSuggestions"]
    # AWS gives them in lower case; here as the schema writes them.
    return [known.property(each["PropertyName"]).name for each in found]
