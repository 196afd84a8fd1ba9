"""Faults on demand: the rules in force, what waits because of them, and forms that add more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sagemock.console.budget import cut, excerpt
from sagemock.console.faults.forms import ACTIONS, BLANK, KINDS, STAGES, Fields, Refused, add_rule
from sagemock.console.faults.reach import control_of
from sagemock.console.faults.rule_rows import rules_in_force, spent_rules
from sagemock.console.faults.waiting import waiting_jobs
from sagemock.console.form_problems import NO_PROBLEMS
from sagemock.console.page import CsvTable, Page, Redirect
from sagemock.console.page_request import PageRequest
from sagemock.console.pages.tags import back_to
from sagemock.wire import service_model

PATH = "/faults"
MAX_ROWS = 60
"""Rules, and waiting jobs, that the page shows."""

MAX_NUMBER, MAX_PATTERN = 40, 100
"""Characters of what was typed, in a message that it names no rule or no job."""


def faults(page_request: PageRequest) -> Page:
    """Show the rules in force, the jobs that wait, and the forms."""
    return _page(page_request)


def _page(
    page_request: PageRequest,
    form: str = "",
    typed: Fields | None = None,
    problems: Mapping[str, str] = NO_PROBLEMS,
    error: str | None = None,
) -> Page:
    """The page; after a refusal with what was typed into one form, and the error of the control."""
    control = control_of(page_request.worlds)
    rules, spent = rules_in_force(control), spent_rules(control)
    waiting = waiting_jobs(page_request.worlds.used())
    operations = service_model.operation_names(service_model.CONTROL_PLANE)
    context = {
        "title": "Faults",
        "rules": excerpt(rules, MAX_ROWS),
        "spent": spent,
        "waiting": excerpt(waiting, MAX_ROWS),
        "forms": {**BLANK, **({form: typed} if typed is not None else {})},
        "form": form,
        "problems": problems,
        "error": error,
        "actions": ACTIONS,
        "kinds": KINDS,
        "stages": [("", "while it works"), *((each, each) for each in STAGES)],
        "operations": sorted(operations | service_model.operation_names(service_model.RUNTIME)),
    }
    data = {
        "rules": [each.data for each in rules],
        "spent": [each.data for each in spent],
        "waiting": [each.data for each in waiting],
        "error": next(iter(problems.values()), error),
    }
    rows = [each.data for each in rules]
    header = ["number", "rule", "effect", "detail", "applied", "left"]
    table = CsvTable(header, [[row[name] for name in header] for row in rows])
    status = 400 if problems or error else 200
    return Page("faults.html", context, data, table, status=status)


def add(page_request: PageRequest, form: str) -> Page | Redirect:
    """Add the rule of a form, or show the form again with the control's error beside its field."""
    posted = page_request.request.form
    fields = {name: posted.get(name, "").strip() for name in BLANK[form]}
    try:
        number = add_rule(control_of(page_request.worlds), form, fields)
    except Refused as refused:
        page_request.at(PATH)
        if not refused.field:
            return _page(page_request, form, fields, error=refused.problem)
        return _page(page_request, form, fields, {refused.field: refused.problem})
    return Redirect(page_request.url(PATH), f"Added rule {number}.")


def remove(page_request: PageRequest) -> Redirect:
    """Remove the rule of that number, or say that there is none in force."""
    posted = page_request.request.form
    number = posted.get("number", type=int)
    if number is not None and control_of(page_request.worlds).remove(number):
        message = f"Removed rule {number}."
    else:
        message = f"There is no rule {cut(posted.get('number', ''), MAX_NUMBER)!r} in force."
    return Redirect(page_request.url(PATH), message)


def clear(page_request: PageRequest) -> Redirect:
    """Remove all rules, and let all held jobs continue."""
    control_of(page_request.worlds).clear()
    return Redirect(page_request.url(PATH), "Removed all rules and released all held jobs.")


def release(page_request: PageRequest) -> Page | Redirect:
    """Let the held jobs continue whose names match, and go back to the page that asked for it."""
    posted = page_request.request.form
    name = posted.get("name", "")
    try:
        released = control_of(page_request.worlds).release(name)
    except ValueError as error:
        page_request.at(PATH)
        return _page(page_request, "release", {"name": name}, {"name": str(error)})
    back = back_to(posted["back"]) if "back" in posted else page_request.url(PATH)
    return Redirect(back, _released(name, released))


def _released(pattern: str, names: Sequence[str]) -> str:
    if not names:
        return f"No job is held whose name matches {cut(pattern, MAX_PATTERN)!r}."
    return f"Released the job {names[0]}." if len(names) == 1 else f"Released {len(names):,} jobs."
