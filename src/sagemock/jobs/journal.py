"""What a job writes: its log, and the metrics in it."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sagemock.accounts.services import MetricDatum, Services
from sagemock.containers.base import LogLine
from sagemock.jobs import metrics
from sagemock.resources import clock
from sagemock.resources.metric_series import MetricPoint, MetricSeries
from sagemock.resources.types import TRAINING_JOB

if TYPE_CHECKING:
    from sagemock.resources.training_job_document import FinalMetric

METRIC_NAMESPACE = "/aws/sagemaker/TrainingJobs"

MAX_POINTS = 10_000
"""How many points of a metric go to CloudWatch; after that it gets one a second."""


Observe = Callable[[Mapping[str, MetricSeries]], None]
"""Gets all values of each metric, by name, whenever there are more."""


@dataclass(slots=True)
class Journal:
    """Writes the lines of a job's log to CloudWatch Logs, and their metrics to CloudWatch.

    Parameters
    ----------
    job
        The document of the job.
    services
        The AWS services to write to.
    series
        Receives all values of each metric, by name.
    observe
        Called with further values.
    """

    job: Mapping[str, Any]
    services: Services
    series: dict[str, MetricSeries]
    observe: Observe | None = None
    published: dict[str, float] = field(default_factory=dict)
    scanner: metrics.Scanner = field(init=False)
    streams: str = field(init=False)

    def __post_init__(self) -> None:
        algorithm = self.job.get("AlgorithmSpecification", {})
        self.scanner = metrics.Scanner(algorithm.get("MetricDefinitions", ()))
        self.streams = str(int(self.job["CreationTime"]))

    def write(self, lines: Sequence[LogLine]) -> None:
        """Append lines to the streams of their hosts. Raises `Stopped` if the world is closed."""
        by_host: dict[str, list[tuple[int, str]]] = defaultdict(list)
        for line in lines:
            by_host[line.host].append((line.milliseconds, line.text))
        for host, events in by_host.items():
            self._put(host, events)
        points = [point for line in lines for point in self.scanner.scan(line)]
        data = [
            MetricDatum(point.name, point.value, point.timestamp)
            for point in points
            if self._record(point)
        ]
        if data:
            dimensions = {"TrainingJobName": self.job["TrainingJobName"]}
            self.services.metrics.put(METRIC_NAMESPACE, dimensions, data)
        if points and self.observe is not None:
            self.observe(self.series)

    def note(self, text: str) -> None:
        """Append a line that no container wrote, in which no metrics are looked for."""
        self._put("algo-1", [(int(clock.now() * 1000), text)])

    def _put(self, host: str, events: Sequence[tuple[int, str]]) -> None:
        stream = f"{self.job['TrainingJobName']}/{host}-{self.streams}"
        self.services.logs.put(TRAINING_JOB.log_group, stream, events)

    def add(self, values: Mapping[str, float]) -> None:
        """Add values of metrics that are not in the log."""
        now = time.time()
        for name, value in values.items():
            self._record(metrics.Point(name, value, now))

    def _record(self, point: metrics.Point) -> bool:
        """Keep a value. Returns whether it goes to CloudWatch as well."""
        series = self.series.setdefault(point.name, MetricSeries())
        series.extend([MetricPoint(point.timestamp, point.value)])
        last = self.published.get(point.name, 0.0)
        if len(series.values) > MAX_POINTS and point.timestamp < last + 1:
            return False
        self.published[point.name] = point.timestamp
        return True

    def final(self) -> list[FinalMetric]:
        """Return the FinalMetricDataList so far."""
        return metrics.final(self.series, time.time())
