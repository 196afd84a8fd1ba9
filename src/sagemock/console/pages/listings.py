"""The lists of those kinds of resources that have one."""

from __future__ import annotations

from collections.abc import Iterator

from sagemock.console.links import FOLDERS, list_of, page_of, resource_of
from sagemock.console.page import Page, Redirect
from sagemock.console.page_request import PageRequest
from sagemock.console.search import column_choice, resource_lookup, results, results_table
from sagemock.console.search.form import SearchForm

_NOT_IN_LISTS = frozenset({"resource", "property", "operator", "value"})
"""The arguments of a search form that the address of a list does without."""


def listing(page_request: PageRequest, folder: str) -> Page | Redirect:
    """List the resources of a kind whose name contains what the URL says, sorted as it says.

    Training jobs are listed by the Search page.
    """
    kind = FOLDERS[folder]
    resource, path = resource_of(kind), list_of(kind)
    if path != f"/{folder}":
        return Redirect(page_request.url(path, [("resource", resource)]))
    part = page_request.args.get("name", "").strip()
    form = SearchForm.read(page_request.args)
    page = form.page
    form = form.with_(resource=resource, filters=())
    if "sort" not in page_request.args:
        form = form.with_(sort="CreationTime")
    if part:
        form = form.with_filter(kind.key, "Contains", part)
    matches = results.run(resource_lookup.find(page_request.world, resource), form.with_(page=page))
    chosen = column_choice.choose(matches, keep=True)
    context = {
        "title": f"{kind.words.capitalize()}s",
        "path": path,
        "part": part,
        "table": results_table.build(matches, chosen),
        "form": matches.form,
        "home": lambda name: page_of(kind, name),
        "href": lambda other: page_request.url(path, list(_arguments(other, part))),
        "resource": resource,
    }
    data = {"total": matches.total, "results": list(matches.documents)}
    return Page("listing.html", context, data, results_table.csv(matches, chosen))


def _arguments(form: SearchForm, part: str) -> Iterator[tuple[str, str]]:
    yield from (pair for pair in form.arguments() if pair[0] not in _NOT_IN_LISTS)
    if part:
        yield "name", part
