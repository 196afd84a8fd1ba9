"""A trial component: its job and its trials, its parameters, metrics and artifacts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sagemock.console import job_log
from sagemock.console.budget import excerpt
from sagemock.console.missing import MissingResource
from sagemock.console.page import CsvTable, Page
from sagemock.console.page_request import PageRequest
from sagemock.console.pages.find import status_of
from sagemock.console.references import References
from sagemock.console.search.columns import is_changing
from sagemock.console.search.metrics import goal_of
from sagemock.documents import Document
from sagemock.resources import types

MAX_PARAMETERS, MAX_METRICS, MAX_ARTIFACTS, MAX_PARENTS, MAX_CHARTS = 40, 24, 20, 12, 4
"""Rows of the tables, and how many charts there are."""

MAX_TEXT = 120
"""Characters of a parameter or a location."""

STATISTICS = ("Last", "Min", "Max", "Avg", "StdDev", "Count")


def trial_component(page_request: PageRequest, name: str) -> Page:
    """Show a trial component. Raises `NotFound`."""
    kind = types.TRIAL_COMPONENT
    document: Document | None = page_request.world.trial_components.get(name)
    if document is None:
        raise MissingResource(page_request, kind, name)
    references = References(page_request)
    series = job_log.series_of(page_request.world.metric_series.get(name, {}))
    charts = job_log.charts(series)
    source = document.get("Source", {}).get("SourceArn", "")
    status = status_of(kind, document)
    parameters = [(key, value_of(each)) for key, each in document["Parameters"].items()]
    context = {
        "title": name,
        "component": document,
        "status_text": status,
        "changing": is_changing(status),
        "status_message": document.get("Status", {}).get("Message", ""),
        "source": source,
        "source_url": references.of_text(source) if source else None,
        "parents": excerpt(document["Parents"], MAX_PARENTS),
        "charts": charts[:MAX_CHARTS],
        "charts_total": len(charts),
        "parameters": excerpt(parameters, MAX_PARAMETERS),
        "metrics": excerpt(document["Metrics"], MAX_METRICS),
        "statistics": STATISTICS,
        "goal_of": goal_of,
        "artifacts": [
            (title, len(document[member]), excerpt(document[member].items(), MAX_ARTIFACTS))
            for title, member in (("Inputs", "InputArtifacts"), ("Outputs", "OutputArtifacts"))
        ],
        "link": references.of_text,
        "max_text": MAX_TEXT,
        "arn": document["TrialComponentArn"],
    }

    def data() -> dict[str, Any]:
        values = {each.name: list(each.values) for each in series}
        return {"ExperimentTrialComponent": dict(document), "Curves": values}

    return Page("trial_component.html", context, data, _csv(document))


def value_of(parameter: Mapping[str, Any]) -> str | float:
    """Return the value of a parameter, which is a number or a text.

    >>> value_of({"NumberValue": 100.0}), value_of({"StringValue": "adam"})
    (100.0, 'adam')
    """
    number = parameter.get("NumberValue")
    return str(parameter.get("StringValue", "")) if number is None else float(number)


def _csv(document: Document) -> CsvTable:
    rows = [
        [each["MetricName"], *(each.get(member) for member in STATISTICS)]
        for each in document["Metrics"]
    ]
    return CsvTable(["MetricName", *STATISTICS], rows)
