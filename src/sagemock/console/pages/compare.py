"""The comparison of training jobs: differences first, and their curves on the same axes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sagemock.console import comparison, job_log
from sagemock.console.budget import excerpt
from sagemock.console.charts.lines import LineChart, Series, line_chart
from sagemock.console.links import Arguments
from sagemock.console.page import CsvTable, Page, Redirect
from sagemock.console.page_request import PageRequest
from sagemock.console.search.form import is_searchable_value
from sagemock.console.search.resource_lookup import find
from sagemock.documents import Document

MAX_JOBS = 20
MAX_CHARTS = 3
MAX_TEXT = 60
"""Characters of a value."""

MAX_CELLS, MAX_SAME = 400, 60
"""Values in the table of what differs, and rows in the table of what does not."""

MAX_MATCHES, MAX_OFFERED = 12, 40
"""Jobs that are listed for a part of a name, and that the field for a name offers."""


def compare(page_request: PageRequest) -> Page | Redirect:
    """Compare the jobs that the URL names as `job`, as far as they exist.

    `baseline` names the job from which the others are subtracted. `add` and `remove` lead to the
    URL of the comparison with and without a job; `add` may be a part of a name.
    """
    args = page_request.args
    names = list(dict.fromkeys(args.getlist("job")))
    documents = {name: page_request.world.training_jobs.get(name) for name in names[:MAX_JOBS]}
    jobs = [each for each in documents.values() if each is not None]
    compared = [job["TrainingJobName"] for job in jobs]
    baselines = args.getlist("baseline")
    baseline = baselines[-1] if baselines and baselines[-1] in compared else None
    wanted = next((each.strip() for each in reversed(args.getlist("add")) if each.strip()), "")
    matches, total = _matches(page_request, wanted, compared) if wanted else ([], 0)
    if "remove" in args or "add" in args or baselines[1:]:
        removed = args.get("remove")
        chosen = [name for name in compared if name != removed]
        if total == 1 and len(chosen) < MAX_JOBS:
            chosen += matches
        if not wanted or chosen != compared:
            return Redirect(page_request.url("/compare", arguments(chosen, baseline)))
    rows = comparison.rows(jobs, compared.index(baseline) if baseline is not None else None)
    differing = [row for row in rows if row.differs]
    same = [row for row in rows if not row.differs]
    context = {
        "title": f"Compare {len(jobs)} job{'' if len(jobs) == 1 else 's'}" if jobs else "Compare",
        "jobs": jobs,
        "baseline": baseline,
        "missing": [name for name, each in documents.items() if each is None],
        "left_out": max(0, len(names) - MAX_JOBS),
        "full": len(jobs) >= MAX_JOBS,
        "part": wanted,
        "matches": matches,
        "matches_total": total,
        "offered": [] if len(jobs) >= MAX_JOBS else _offered(page_request, compared),
        "differing": excerpt(differing, MAX_CELLS // max(1, len(jobs))),
        "differing_total": len(differing),
        "same": excerpt(same, MAX_SAME),
        "same_total": len(same),
        "charts": _curves(page_request, jobs)[:MAX_CHARTS],
        "max_text": MAX_TEXT,
        "groups": comparison.GROUPS,
    }
    header = ["group", "property", *compared]
    table = CsvTable(header, [[row.group, row.name, *row.values] for row in rows])
    return Page("compare.html", context, [_data(row) for row in rows], table)


def arguments(jobs: Sequence[str], baseline: str | None) -> Arguments:
    """Return the arguments of the URL of a comparison."""
    chosen = [("baseline", baseline)] if baseline is not None and baseline in jobs else []
    return [*(("job", job) for job in jobs), *chosen]


def _data(row: comparison.Row) -> dict[str, Any]:
    data = {
        "group": row.group,
        "property": row.name,
        "differs": row.differs,
        "values": row.values,
    }
    if row.differences:
        data["differences"] = [
            None if each is None else {"absolute": each.absolute, "relative": each.relative}
            for each in row.differences
        ]
    return data


def _matches(
    page_request: PageRequest, wanted: str, compared: Sequence[str]
) -> tuple[list[str], int]:
    """The names of jobs that contain a text, newest first, and how many there are.

    One alone if it is the whole name. Those that are compared already do not count.
    """
    if wanted in page_request.world.training_jobs:
        return ([], 0) if wanted in compared else ([wanted], 1)
    if not is_searchable_value(wanted):
        return [], 0
    condition = {"Name": "TrainingJobName", "Operator": "Contains", "Value": wanted}
    request = {
        "SearchExpression": {"Filters": [condition]},
        "SortBy": "CreationTime",
        "SortOrder": "Descending",
        "MaxResults": MAX_MATCHES + MAX_JOBS,
    }
    answer = find(page_request.world, "TrainingJob").search(request)
    names = [job["TrainingJobName"] for job in answer.documents]
    others = [name for name in names if name not in compared]
    return others[:MAX_MATCHES], answer.total - (len(names) - len(others))


def _offered(page_request: PageRequest, compared: Sequence[str]) -> list[str]:
    """The names of the newest other jobs."""
    newest = page_request.world.training_jobs.documents()[: -MAX_OFFERED - MAX_JOBS - 1 : -1]
    names = [job["TrainingJobName"] for job in newest if job["TrainingJobName"] not in compared]
    return names[:MAX_OFFERED]


def _curves(page_request: PageRequest, jobs: Sequence[Document]) -> list[LineChart]:
    """A chart for each metric that at least one job has over its epochs."""
    groups: dict[str, list[Series]] = {}
    for colour, job in enumerate(jobs):
        name = job["TrainingJobName"]
        for each in job_log.curves(page_request.world, name):
            series = replace(each, name=name, kind="other", colour=colour)
            groups.setdefault(each.name, []).append(series)
    # Throughput says least about a model.
    ordered = sorted(groups.items(), key=lambda pair: "throughput" in pair[0])
    return [line_chart(metric, series) for metric, series in ordered]
