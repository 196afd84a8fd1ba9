"""The lists of those kinds of resources that have one."""

from __future__ import annotations

from collections.abc import Iterator

from sagemock.console.links import FOLDERS, list_of, page_of, resource_of
from sagemock.console.naming import plural
from sagemock.console.page import Page, Redirect
from sagemock.console.search import columns, resource_lookup, results, results_table
from sagemock.console.search.form import SearchForm
from sagemock.console.visit import Visit

_NOT_IN_LISTS = frozenset({"resource", "property", "operator", "value"})
"""The arguments of a search form that the address of a list does without."""


def listing(visit: Visit, folder: str) -> Page | Redirect:
    """List the resources of a kind whose name contains what the URL says, sorted as it says.

    Training jobs are listed by the Search page.
    """
    kind = FOLDERS[folder]
    resource, path = resource_of(kind), list_of(kind)
    if path != f"/{folder}":
        return Redirect(visit.url(path, [("resource", resource)]))
    part = visit.args.get("name", "").strip()
    form = SearchForm.read(visit.args)
    page = form.page
    form = form.with_(resource=resource, filters=())
    if "sort" not in visit.args:
        form = form.with_(sort="CreationTime")
    if part:
        form = form.with_filter(kind.key, "Contains", part)
    found = results.run(resource_lookup.find(visit.world, resource), form.with_(page=page))
    shown = columns.choose(found)
    context = {
        "title": plural(resource),
        "path": path,
        "part": part,
        "table": results_table.build(found, shown),
        "form": found.form,
        "home": lambda name: page_of(kind, name),
        "href": lambda other: visit.url(path, list(_arguments(other, part))),
        "resource": resource,
    }
    data = {"total": found.total, "results": list(found.documents)}
    return Page("listing.html", context, data, results_table.csv(found, shown))


def _arguments(form: SearchForm, part: str) -> Iterator[tuple[str, str]]:
    yield from (pair for pair in form.arguments() if pair[0] not in _NOT_IN_LISTS)
    if part:
        yield "name", part
