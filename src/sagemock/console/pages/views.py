"""Saved views: searches that have a name."""

from __future__ import annotations

from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import NotFound

from sagemock.console.budget import cut
from sagemock.console.links import part_of
from sagemock.console.memory import MAX_VIEWS, Arguments, memory_of
from sagemock.console.page import CsvTable, Page, Redirect
from sagemock.console.page_request import PageRequest
from sagemock.console.search.form import SearchForm

MAX_NAME = 60
"""Characters of a name."""


def path_of(name: str) -> str:
    """Return the path that leads to a saved view."""
    return f"/search/views/{part_of(name)}"


def listing(page_request: PageRequest) -> Page:
    """List the saved views of this account and region."""
    return _page(page_request)


def _page(page_request: PageRequest, error: str | None = None) -> Page:
    posted = page_request.request.form
    views = memory_of(page_request.world).views
    searches = {name: SearchForm.read(MultiDict(each)) for name, each in views.items()}
    context = {
        "title": "Saved views",
        "views": [(name, path_of(name), each.sentence()) for name, each in searches.items()],
        "fields": {"name": posted.get("name", "")},
        "problems": {"name": error} if error else {},
        "arguments": list(_arguments(page_request)) if error else [],
    }
    data = {
        "views": [
            {"name": name, "question": each.sentence(), "arguments": views[name]}
            for name, each in searches.items()
        ],
        "error": error,
    }
    table = CsvTable(
        ["name", "question", "url"],
        [
            [name, each.sentence(), page_request.url(path_of(name))]
            for name, each in searches.items()
        ],
    )
    return Page("views.html", context, data, table, status=400 if error else 200)


def _arguments(page_request: PageRequest) -> Arguments:
    """The search that a form holds, without what a search form does not know."""
    return tuple(SearchForm.read(page_request.request.form).with_().arguments())


def save(page_request: PageRequest) -> Page | Redirect:
    """Save the search of the form under its name, and go to it."""
    name = page_request.request.form.get("name", "").strip()
    if not name:
        return _page(page_request, "A view has a name.")
    if len(name) > MAX_NAME:
        return _page(page_request, f"The name of a view has {MAX_NAME} characters at most.")
    if not memory_of(page_request.world).save_view(name, _arguments(page_request)):
        return _page(page_request, f"There are {MAX_VIEWS} views; delete one first.")
    return Redirect(page_request.url(path_of(name)), f"Saved the view {name}.")


def delete(page_request: PageRequest) -> Redirect:
    """Delete the view that the form names, or say that there is none."""
    name = page_request.request.form.get("name", "")
    deleted = memory_of(page_request.world).delete_view(name)
    message = f"Deleted the view {name}." if deleted else _missing(name)
    return Redirect(page_request.url("/search/views"), message)


def _missing(name: str) -> str:
    return f"There is no saved view {cut(name, MAX_NAME)!r}."


def show(page_request: PageRequest, name: str) -> Redirect:
    """Go to the search of a saved view."""
    view = memory_of(page_request.world).views.get(name)
    if view is None:
        raise NotFound(_missing(name))
    return Redirect(page_request.url("/search", view))
