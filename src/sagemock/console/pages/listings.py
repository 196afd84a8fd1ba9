"""The lists of the kinds of resources that have one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sagemock.console.links import FOLDERS, list_of, page_of, resource_of
from sagemock.console.search import results_table
from sagemock.console.search.form import Question, plural
from sagemock.console.visit import Page, Redirect, Table, Visit

MAX_ROWS = 1_000_000


def listing(visit: Visit, folder: str) -> Page | Redirect:
    """All of a kind whose name contains what the address says, sorted as it says.

    Training jobs have the Search page for their list.
    """
    kind = FOLDERS[folder]
    resource, path = resource_of(kind), list_of(kind)
    if path != f"/{folder}":
        return Redirect(visit.url(path, [("resource", resource)]))
    part = visit.args.get("name", "").strip()
    question = Question.read(visit.args).with_(
        resource=resource, conditions=(), page=max(1, visit.args.get("page", 1, type=int))
    )
    if "sort" not in visit.args:
        question = question.with_(sort="CreationTime", page=question.page)
    if part:
        question = question.and_(kind.key, "Contains", part).with_(page=question.page)
    found = results_table.ask(visit.world, question)

    def href(asked: Question) -> str:
        return visit.url(path, list(_arguments(asked, part)))

    context = {
        "title": plural(resource),
        "path": path,
        "part": part,
        "board": found,
        "question": question,
        "pager": results_table.pager(found),
        "home": lambda name: page_of(kind, name),
        "href": href,
        "resource": resource,
    }
    data = {"total": found.total, "results": list(found.documents)}
    return Page(
        "listing.html",
        context,
        data,
        Table([each.name for each in found.columns], _rows(visit, found)),
    )


def _arguments(asked: Question, part: str) -> Iterator[tuple[str, str]]:
    left_out = {"resource", "property", "operator", "value"}
    yield from (pair for pair in asked.arguments() if pair[0] not in left_out)
    if part:
        yield "name", part


def _rows(visit: Visit, found: results_table.Board) -> Iterator[Sequence[Any]]:
    documents, _ = results_table.matching(visit.world, found.question, MAX_ROWS)
    for document in documents:
        yield [each.value(document) for each in found.columns]
