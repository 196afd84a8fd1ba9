"""Suggestions for a property that is being typed, with the operators that each takes."""

from __future__ import annotations

from collections.abc import Sequence

from sagemock.api.search_suggestions import get_search_suggestions
from sagemock.console.page import Page
from sagemock.console.page_request import PageRequest
from sagemock.console.search.form_choices import operators_of
from sagemock.console.search.resource_lookup import searched
from sagemock.query import ListOf, MapOf, QueryError
from sagemock.query.schema import Schema, names

SUGGESTIONS = 30
MAX_HINT = 100


def suggestions(page_request: PageRequest) -> Page:
    """Return, as JSON only, the properties for `hint`, each with the operators that it takes."""
    resource = page_request.args.get("resource", "TrainingJob")
    hint = page_request.args.get("hint", "")
    target = searched(page_request.world, resource)
    if target is None:
        return Page("", {}, {"suggestions": []})
    schema = target.schema
    suggested = [
        {"name": name, "operators": operators_of(schema, name)}
        for name in _suggested(page_request, resource, schema, hint)
    ]
    return Page("", {}, {"suggestions": suggested})


def _suggested(
    page_request: PageRequest, resource: str, schema: Schema, hint: str
) -> Sequence[str]:
    lowered = hint.lower()
    own = _user_names(page_request, resource, hint, schema)
    fixed = [
        name
        for name, node in names(schema)
        if lowered in name.lower() and not isinstance(node, ListOf | MapOf)
    ]
    fixed.sort(key=lambda name: (not name.lower().startswith(lowered), name.count(".")))
    exact = [hint] if hint and _is_property(schema, hint) else []
    return list(dict.fromkeys([*exact, *own, *fixed]))[:SUGGESTIONS]


def _is_property(schema: Schema, name: str) -> bool:
    try:
        schema.property(name)
    except QueryError:
        return False
    return True


def _user_names(page_request: PageRequest, resource: str, hint: str, schema: Schema) -> list[str]:
    """The properties that users have named: tags, hyperparameters and metrics."""
    hinted = {"PropertyNameQuery": {"PropertyNameHint": hint[:MAX_HINT]}}
    request = {"Resource": resource, "SuggestionQuery": hinted}
    suggestions = get_search_suggestions(page_request.world, request)["PropertyNameSuggestions"]
    # AWS answers in lower case; the schema has them as users wrote them.
    return [schema.property(each["PropertyName"]).name for each in suggestions]
