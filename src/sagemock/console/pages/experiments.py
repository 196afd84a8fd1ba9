"""Experiments and trials: what is in them, with a leaderboard of their components."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sagemock.console.budget import excerpt
from sagemock.console.links import heading, list_of, page_of, resource_of
from sagemock.console.missing import MissingResource
from sagemock.console.page import CsvTable, Page
from sagemock.console.page_request import PageRequest
from sagemock.console.search import column_choice, resource_lookup, results, results_table
from sagemock.console.search.form import Filter, SearchForm, is_searchable_value
from sagemock.console.search.metrics import goal_of, leading_metrics
from sagemock.documents import Document
from sagemock.resources import types
from sagemock.resources.resource_type import ResourceType

MAX_TRIALS = 50
MAX_DATA = 1_000
"""The components that the JSON of a page has."""

_PARENT: Mapping[ResourceType, str] = {
    types.EXPERIMENT: "Parents.ExperimentName",
    types.TRIAL: "Parents.TrialName",
}
"""The property of a component that names what it is in."""

_OF_PAGE = frozenset({"resource", "property", "operator", "value"})
"""The arguments of a search form that the page says by itself."""


def experiment(page_request: PageRequest, name: str) -> Page:
    """Show an experiment: its trials, and the components of all of them. Raises `NotFound`."""
    trials = [
        each for each in page_request.world.trials.documents() if each["ExperimentName"] == name
    ]
    trials.sort(key=lambda each: each["CreationTime"], reverse=True)
    return _page(page_request, types.EXPERIMENT, name, trials)


def trial(page_request: PageRequest, name: str) -> Page:
    """Show a trial and its components. Raises `NotFound`."""
    return _page(page_request, types.TRIAL, name, ())


def _page(
    page_request: PageRequest, kind: ResourceType, name: str, trials: Sequence[Document]
) -> Page:
    document = page_request.world.table(kind).get(name)
    if document is None:
        raise MissingResource(page_request, kind, name)
    path = page_of(kind, name)
    matches = _components(page_request, kind, name)
    chosen = column_choice.choose(matches) if matches else None
    owner = document.get("ExperimentName") if kind is types.TRIAL else None
    context = {
        "title": name,
        "kind": kind,
        "heading": heading(kind),
        "section": list_of(kind),
        "document": document,
        "arn": document[kind.arn_member],
        "experiment": owner,
        "experiment_exists": owner in page_request.world.experiments,
        "trials": excerpt(trials, MAX_TRIALS),
        "trial_count": len(trials),
        "table": results_table.build(matches, chosen) if matches and chosen else None,
        "form": matches.form if matches else None,
        "home": lambda component: page_of(types.TRIAL_COMPONENT, component),
        "href": lambda other: page_request.url(path, list(_arguments(other))),
        "search_url": lambda **changes: page_request.url(
            "/search", list(matches.form.with_(**changes).arguments()) if matches else []
        ),
    }

    def data() -> dict[str, Any]:
        shown: dict[str, Any] = {resource_of(kind): dict(document)}
        if kind is types.EXPERIMENT:
            shown["Trials"] = [each["TrialName"] for each in trials]
        documents = matches.ask(MaxResults=MAX_DATA).documents if matches else ()
        shown["TrialComponents"] = [each["TrialComponentName"] for each in documents]
        return shown

    table = (
        results_table.csv(matches, chosen)
        if matches and chosen
        else CsvTable([types.TRIAL_COMPONENT.key], [])
    )
    return Page("experiment.html", context, data, table)


def _components(
    page_request: PageRequest, kind: ResourceType, name: str
) -> results.SearchResults | None:
    """The components that are in an experiment or a trial, in the order that the URL says.

    Without one there, the best by their leading metric come first.
    None for a name that Search takes for no value. Raises `QueryError`.
    """
    if not is_searchable_value(name):
        return None
    resource = resource_of(types.TRIAL_COMPONENT)
    target = resource_lookup.find(page_request.world, resource)
    form = SearchForm.read(page_request.args, target.schema)
    page = form.page
    form = form.with_(
        resource=resource, filters=(Filter(_PARENT[kind], "Equals", name),), match_any=False
    )
    matches = results.run(target, form.with_(page=page))
    metrics = leading_metrics(matches.sample) if "sort" not in page_request.args else []
    if not metrics:
        return matches
    best_first = form.with_(
        sort=f"Metrics.{metrics[0]}", descending=goal_of(metrics[0]) != "low", page=page
    )
    return results.run(target, best_first)


def _arguments(form: SearchForm) -> Iterator[tuple[str, str]]:
    yield from (pair for pair in form.arguments() if pair[0] not in _OF_PAGE)
