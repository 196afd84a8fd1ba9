"""What the console's Search page costs over 100,000 training jobs.

    python benchmarks/bench_console.py [JOBS]

The page with its table, tag panel and the best values, rendered in process; how much of it the
store takes; and, as a peer in the same run, one plain filter and sort of the same documents in
Python, of which the page asks about fifteen.
"""

from __future__ import annotations

import missing_packages  # noqa: F401 - before those that may be missing

# isort: split
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch
from urllib.parse import urlencode

from werkzeug.test import Client

from sagemock import mock_sagemaker, query
from sagemock.moto_adapter.backend import world_of
from sagemock.web.console_route import application
from synthetic_jobs import ACCURACY, jobs

ROUNDS = 15
FILTERS = [("property", "Tags.Project"), ("operator", "Equals"), ("value", "project-7")]
SORT = [("sort", f"Metrics.{ACCURACY}"), ("order", "Descending")]
PAGES = {
    "all jobs, last changed first": [],
    "all jobs, best accuracy first": SORT,
    "one project, best accuracy first": [*FILTERS, *SORT],
    "one project, page 20": [*FILTERS, *SORT, ("page", "20")],
    "all jobs, scatter plot": [*SORT, ("view", "scatter")],
    "all jobs, parallel coordinates": [*SORT, ("view", "parallel")],
}


def median(action: Callable[[], Any]) -> float:
    """Milliseconds."""
    taken = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        action()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken) * 1000


@contextmanager
def watched() -> Iterator[list[float]]:
    """The seconds of every search while the block runs."""
    taken: list[float] = []
    search = query.search

    def timed(*arguments: Any, **named: Any) -> Any:
        start = time.perf_counter()
        try:
            return search(*arguments, **named)
        finally:
            taken.append(time.perf_counter() - start)

    with patch.object(query, "search", timed):
        yield taken


def plain_search(documents: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The jobs of a project, best accuracy first, without any index."""

    def accuracy(job: dict[str, Any]) -> float:
        metrics = {each["MetricName"]: each["Value"] for each in job["FinalMetricDataList"]}
        return float(metrics[ACCURACY])

    tag = {"Key": "Project", "Value": "project-7"}
    return sorted((job for job in documents if tag in job["Tags"]), key=accuracy, reverse=True)


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with mock_sagemaker():
        documents = list(jobs(count))
        table = world_of("123456789012", "us-east-1").training_jobs
        for document in documents:
            table.insert(document)
        client = Client(application(over_http=True))
        peer = median(lambda: plain_search(documents))
        load = os.getloadavg()[0]
        print(f"{count:,} jobs; load of the machine {load:.1f} on {os.cpu_count()} cores")
        print(f"one filter and sort in plain Python: {peer:.1f} ms\n")
        print(f"{'page':<36}{'ms':>8}{'store ms':>10}{'searches':>10}{'of peer':>9}{'kB':>7}")
        for name, arguments in PAGES.items():
            path = f"/sagemock/search?{urlencode(arguments)}"
            size = len(client.get(path).data)
            page = median(lambda path=path: client.get(path))  # type: ignore[misc]
            searches = []
            for _ in range(ROUNDS):
                with watched() as taken:
                    client.get(path)
                searches.append(sum(taken) * 1000)
            store = statistics.median(searches)
            print(
                f"{name:<36}{page:>8.1f}{store:>10.2f}{len(taken):>10}{page / peer:>8.1%}"
                f"{size / 1000:>7.1f}"
            )


if __name__ == "__main__":
    main()
