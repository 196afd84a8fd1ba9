"""Tag, stop or delete the ticked resources of a table: a page that asks, and one that reports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import NotFound

from sagemock.console.budget import excerpt
from sagemock.console.form_problems import NO_PROBLEMS, by_field
from sagemock.console.links import KINDS, home_of, list_of, page_of
from sagemock.console.memory import ChangeReport, memory_of
from sagemock.console.naming import plural
from sagemock.console.page import Page, Redirect
from sagemock.console.page_request import PageRequest
from sagemock.console.pages.compare import MAX_JOBS
from sagemock.console.pages.deletion import CONSEQUENCES, Consequences
from sagemock.console.pages.tags import FIELDS
from sagemock.console.search import resource_lookup
from sagemock.console.search.form import DEFAULT_RESOURCE, SearchForm
from sagemock.console.search.resource_lookup import SearchTarget
from sagemock.console.search.selection import MAX_SELECTED, Action, Selection, actions_of
from sagemock.documents import Document
from sagemock.errors import ServiceError
from sagemock.resources.resource_type import ResourceType

MAX_NAMES = 20
"""Names in a list of the page."""

VERBS: Mapping[Action, str] = {"tag": "Tag", "stop": "Stop", "delete": "Delete"}


class Selected:
    """The resources that a form selects, and the search that they were found by."""

    def __init__(self, page_request: PageRequest, args: MultiDict[str, str], action: str) -> None:
        resource = args.get("resource") or DEFAULT_RESOURCE
        target = resource_lookup.searched(page_request.world, resource)
        actions = [each for each in actions_of(resource) if each == action]
        if target is None or not actions:
            raise NotFound(f"The resources {resource!r} of a search have no action {action!r}.")
        self.action: Action = actions[0]
        self.target: SearchTarget = target
        self.kind: ResourceType = KINDS[resource]
        self.form = SearchForm.read(args, target.schema)
        self.selection = Selection.read(args)
        self.keys = self.selection.keys(target, self.form)
        search = list(self.form.arguments())
        self.search = page_request.url("/search", search)
        self.ticked = page_request.url("/search", [*search, *self.selection.arguments()])


def compare(page_request: PageRequest) -> Redirect:
    """Go to the page that compares the ticked jobs, or the first ones of all that match."""
    selected = Selected(page_request, page_request.args, "compare")
    jobs = [("job", key) for key in selected.keys[: MAX_JOBS + 1]]
    return Redirect(page_request.url("/compare", jobs))


def confirm(page_request: PageRequest, action: str) -> Page:
    """Ask before a change to the ticked resources."""
    return _question(page_request, Selected(page_request, page_request.args, action))


def _question(
    page_request: PageRequest,
    selected: Selected,
    error: str | None = None,
    problems: Mapping[str, str] = NO_PROBLEMS,
) -> Page:
    fields = page_request.request.form
    verb = VERBS[selected.action]
    noun = _counted(selected.kind, len(selected.keys))
    context = {
        "title": f"{verb} {noun}?",
        "verb": verb,
        "noun": noun,
        "action": selected.action,
        "section": list_of(selected.kind),
        "names": excerpt(selected.keys, MAX_NAMES),
        "home": lambda key: page_of(selected.kind, key),
        "arguments": [*selected.form.arguments(), *selected.selection.arguments()],
        "stays": CONSEQUENCES.get(selected.kind, Consequences()).stays,
        "is_cut": len(selected.keys) == MAX_SELECTED,
        "fields": {name: fields.get(name, "") for name in ("key", "value")},
        "problems": problems,
        "error": error,
        "back": selected.ticked,
    }
    data = {"action": selected.action, "names": list(selected.keys), "error": error}
    return Page("selected.html", context, data, status=400 if error else 200)


def _counted(kind: ResourceType, count: int) -> str:
    return f"{count:,} {kind.words}{'' if count == 1 else 's'}"


def change(page_request: PageRequest, action: str) -> Page | Redirect:
    """Change the ticked resources one by one, and go to the report of it.

    A tag that AWS refuses whatever it is for is shown in the form again.
    """
    posted = page_request.request.form
    selected = Selected(page_request, posted, action)
    done: list[str] = []
    failures: dict[str, list[str]] = {}
    for key in selected.keys:
        try:
            _change_one(page_request, selected, key, posted)
        except ServiceError as error:
            problems = by_field(error.message, FIELDS)
            if action == "tag" and problems:
                return _question(page_request, selected, error.message, problems)
            failures.setdefault(error.message, []).append(key)
        else:
            done.append(key)
    report = ChangeReport(
        f"{VERBS[selected.action]} {plural(selected.form.resource).lower()}",
        selected.form.resource,
        done,
        list(failures.items()),
        selected.search if action == "delete" else selected.ticked,
    )
    number = memory_of(page_request.world).add_report(report)
    return Redirect(page_request.url(f"/search/changes/{number}"))


def _change_one(
    page_request: PageRequest, selected: Selected, key: str, posted: Mapping[str, str]
) -> None:
    """Run the operation for one resource. Raises `ServiceError`."""
    kind = selected.kind
    if selected.action == "tag":
        document = selected.target.get(key)
        if document is None:
            raise ServiceError(f"There is no {kind.words} {key!r}.")
        page_request.call("AddTags", _tag_request(kind, document, posted))
    else:
        operation = kind.operation(VERBS[selected.action])
        page_request.call(operation, {kind.name_member: key})


def _tag_request(
    kind: ResourceType, document: Document, posted: Mapping[str, str]
) -> dict[str, Any]:
    tag = {"Key": posted.get("key", "").strip(), "Value": posted.get("value", "").strip()}
    return {"ResourceArn": document[kind.arn_member], "Tags": [tag]}


def report(page_request: PageRequest, number: int) -> Page:
    """Show what became of a change to several resources."""
    report = memory_of(page_request.world).report(number)
    if report is None:
        raise NotFound(f"There is no report {number}; a reset ends them, as do later ones.")
    failed: Sequence[tuple[str, Any]] = [
        (reason, excerpt(names, MAX_NAMES)) for reason, names in report.failures
    ]
    context = {
        "title": report.title,
        "report": report,
        "done": excerpt(report.done, MAX_NAMES),
        "failed": excerpt(failed, MAX_NAMES),
        "failed_total": sum(len(names) for _, names in report.failures),
        "section": list_of(KINDS[report.resource]),
        "home": lambda key: home_of(report.resource, key),
    }
    data = {
        "title": report.title,
        "done": list(report.done),
        "failed": [{"reason": reason, "names": list(names)} for reason, names in report.failures],
    }
    return Page("changes.html", context, data)
