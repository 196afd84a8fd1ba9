"""The comparison of training jobs: differences first, and their curves on the same axes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sagemock.console import job_log
from sagemock.console.budget import excerpt
from sagemock.console.charts.lines import LineChart, Series, line_chart
from sagemock.console.page import CsvTable, Page
from sagemock.console.page_request import PageRequest
from sagemock.console.search.metrics import goal_of
from sagemock.documents import Document

MAX_JOBS = 20
MAX_CHARTS = 3
MAX_TEXT = 60
"""Characters of a value."""

MAX_CELLS, MAX_SAME = 400, 60
"""Values in the table of what differs, and rows in the table of what does not."""


@dataclass(frozen=True, slots=True)
class Row:
    """A property of all jobs.

    Attributes
    ----------
    best
        The indices of the best values, empty for a property that is not better high or low.
    """

    group: str
    name: str
    values: Sequence[Any]
    differs: bool
    best: frozenset[int]


def compare(page_request: PageRequest) -> Page:
    """Compare the jobs that the URL names as `job`, as far as they exist."""
    names = list(dict.fromkeys(page_request.args.getlist("job")))
    documents = {name: page_request.world.training_jobs.get(name) for name in names[:MAX_JOBS]}
    jobs = [each for each in documents.values() if each is not None]
    rows = [
        row for group, read in _GROUPS for row in _rows(group, [dict(read(job)) for job in jobs])
    ]
    differing = [row for row in rows if row.differs]
    same = [row for row in rows if not row.differs]
    charts = _curves(page_request, jobs)
    context = {
        "title": "Compare",
        "jobs": jobs,
        "missing": [name for name, each in documents.items() if each is None],
        "left_out": max(0, len(names) - MAX_JOBS),
        "differing": excerpt(differing, MAX_CELLS // max(1, len(jobs))),
        "differing_total": len(differing),
        "same": excerpt(same, MAX_SAME),
        "same_total": len(same),
        "charts": charts[:MAX_CHARTS],
        "max_text": MAX_TEXT,
        "groups": [group for group, _ in _GROUPS],
    }
    header = ["group", "property", *(job["TrainingJobName"] for job in jobs)]
    table = CsvTable(header, [[row.group, row.name, *row.values] for row in rows])
    data = [
        {"group": row.group, "property": row.name, "differs": row.differs, "values": row.values}
        for row in rows
    ]
    return Page("compare.html", context, data, table)


def _rows(group: str, maps: Sequence[Mapping[str, Any]]) -> Iterator[Row]:
    for name in dict.fromkeys(name for each in maps for name in each):
        values = [each.get(name) for each in maps]
        differs = len(set(map(str, values))) > 1
        yield Row(group, name, values, differs, _best(group, name, values) if differs else _NONE)


_NONE: frozenset[int] = frozenset()


def _best(group: str, name: str, values: Sequence[Any]) -> frozenset[int]:
    goal = goal_of(name) if group == "Metrics" else None
    numbers = [value for value in values if isinstance(value, int | float)]
    if goal is None or not numbers:
        return _NONE
    best = max(numbers) if goal == "high" else min(numbers)
    return frozenset(index for index, value in enumerate(values) if value == best)


def _tags(job: Document) -> Iterator[tuple[str, Any]]:
    yield from ((tag["Key"], tag["Value"]) for tag in job.get("Tags", ()))


def _metrics(job: Document) -> Iterator[tuple[str, Any]]:
    for datum in job.get("FinalMetricDataList", ()):
        yield datum["MetricName"], datum["Value"]


def _parameters(job: Document) -> Iterator[tuple[str, Any]]:
    yield from (job.get("HyperParameters") or {}).items()


def _channels(job: Document) -> Iterator[tuple[str, Any]]:
    for channel in job.get("InputDataConfig", ()):
        source = channel.get("DataSource", {}).get("S3DataSource", {})
        yield channel["ChannelName"], source.get("S3Uri")


def _run(job: Document) -> Iterator[tuple[str, Any]]:
    yield "Status", job["TrainingJobStatus"]
    yield "Image", job.get("AlgorithmSpecification", {}).get("TrainingImage")
    resources = job.get("ResourceConfig", {})
    yield "Instance type", resources.get("InstanceType")
    yield "Instance count", resources.get("InstanceCount")
    yield "Training time in seconds", job.get("TrainingTimeInSeconds")
    yield "Output path", job.get("OutputDataConfig", {}).get("S3OutputPath")


_GROUPS: Sequence[tuple[str, Callable[[Document], Iterator[tuple[str, Any]]]]] = (
    ("Metrics", _metrics),
    ("Hyperparameters", _parameters),
    ("Tags", _tags),
    ("Channels", _channels),
    ("Run", _run),
)


def _curves(page_request: PageRequest, jobs: Sequence[Document]) -> list[LineChart]:
    """A chart for each metric that at least one job has over its epochs."""
    groups: dict[str, list[Series]] = {}
    for colour, job in enumerate(jobs):
        name = job["TrainingJobName"]
        for each in job_log.curves(page_request.world, name):
            series = Series(name, each.values, "other", colour)
            groups.setdefault(each.name, []).append(series)
    # Throughput says least about a model.
    ordered = sorted(groups.items(), key=lambda pair: "throughput" in pair[0])
    return [line_chart(metric, series) for metric, series in ordered]
