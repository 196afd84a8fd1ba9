"""The Search page: a search, its results as a table or a chart, and ways to refine it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sagemock.accounts.world import World
from sagemock.console.budget import cut, excerpt
from sagemock.console.links import home_of
from sagemock.console.memory import memory_of
from sagemock.console.naming import plural
from sagemock.console.page import Page, Redirect
from sagemock.console.page_request import PageRequest
from sagemock.console.pages.views import path_of
from sagemock.console.search import (
    column_choice,
    column_picker,
    facets,
    plots,
    resource_lookup,
    results,
    results_table,
    script,
)
from sagemock.console.search.form import DEFAULT_RESOURCE, PAGE_SIZES, Filter, SearchForm
from sagemock.console.search.form_choices import operators_of, property_names
from sagemock.console.search.selection import MAX_TICKS, Selection, actions_of
from sagemock.errors import ValidationException
from sagemock.query import QueryError
from sagemock.query.operators import OPERATORS
from sagemock.query.schema import Schema
from sagemock.wire.service_model import CONTROL_PLANE
from sagemock.wire.validation import Constraints, validator

MAX_VIEWS = 12
"""Saved views that the page leads to."""

MAX_TITLE = 120
"""Characters of the search as a sentence in the title of a tab."""

BLANK = Filter("", "Equals", "")
"""The empty row below the filters."""


def search(page_request: PageRequest) -> Page | Redirect:
    """Show what the form finds, or why Search refuses it."""
    resource = page_request.args.get("resource") or DEFAULT_RESOURCE
    target = resource_lookup.searched(page_request.world, resource)
    schema = target.schema if target else None
    form = SearchForm.read(page_request.args, schema)
    brushed = page_request.args.get("brush")
    if brushed:
        low, high = page_request.args.get("min", ""), page_request.args.get("max", "")
        narrowed = form.with_range(brushed, low, high)
        return Redirect(page_request.url("/search", list(narrowed.arguments())))
    request = form.request()
    frame = _frame(page_request, form, schema)
    try:
        _check(page_request.world, request)
        matches = results.run(target, form)
        chosen = column_choice.choose(matches)
        table = results_table.build(matches, chosen)
    except (QueryError, ValidationException) as error:
        context = {**frame, "error": str(error), "table": None}
        refusal = {"question": form.sentence(), "error": str(error)}
        return Page("search.html", context, refusal, status=400)
    chart = plots.plot(matches, page_request.world)
    selection = Selection.read(page_request.args)
    views = excerpt(memory_of(page_request.world).views, MAX_VIEWS)
    context = {
        **frame,
        "error": None,
        "table": table,
        "facets": facets.collect(matches),
        "picker": column_picker.offer(matches, [each.column for each in table.columns]),
        "selection": selection,
        "views": [(name, path_of(name)) for name in views.shown],
        "more_views": views.more,
        "actions": actions_of(resource),
        "max_ticks": MAX_TICKS,
        "elsewhere": [name for name in selection.names if name not in dict(table.rows)],
        "chart": chart,
        "home": lambda key: home_of(resource, key),
    }
    data = {
        "question": form.sentence(),
        "request": request,
        "total": table.total,
        "page": table.page,
        "pages": table.pages,
        "ticked": list(selection.names),
        "results": list(matches.documents),
        **({"chart": chart["data"]} if chart else {}),
    }
    csv = results_table.csv(matches, chosen)
    return Page("search.html", context, data, csv, script.search(form, request))


def _check(world: World, request: Mapping[str, Any]) -> None:
    """Raises `ValidationException` where AWS would, as far as the world validates requests."""
    constraints: Constraints = "all" if world.rules.checks else "enums"
    validator(CONTROL_PLANE, "Search", constraints=constraints)(request)


def _frame(page_request: PageRequest, form: SearchForm, schema: Schema | None) -> dict[str, Any]:
    """The variables of the template that do not depend on the results."""
    return {
        "title": cut(form.sentence(), MAX_TITLE),
        "form": form,
        "resources": resource_lookup.searchable(),
        "plural": plural,
        "blank": BLANK,
        "operators": {each: operators_of(schema, each.name) for each in (*form.filters, BLANK)},
        "operator_words": {name: row.words for name, row in OPERATORS.items()},
        "property_names": property_names(schema),
        "size_choices": PAGE_SIZES,
        "chart_titles": plots.TITLES,
        "href": lambda other: page_request.url("/search", list(other.arguments())),
    }
