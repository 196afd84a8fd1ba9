"""Metrics in log lines, found with a regular expression for each, as AWS does."""

from __future__ import annotations

import logging
import math
import re
import struct
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sagemock.containers.base import LogLine
from sagemock.resources.metric_series import MetricSeries
from sagemock.wire.patterns import in_time

if TYPE_CHECKING:
    from sagemock.resources.training_job_document import FinalMetric

log = logging.getLogger("sagemock")


@dataclass(frozen=True, slots=True)
class Point:
    """One value of a metric. The timestamp is in seconds since the epoch."""

    name: str
    value: float
    timestamp: float


class Scanner:
    """Finds the metrics of MetricDefinitions in log lines.

    A definition finds nothing if it is no regular expression, has no group, or takes too long. On
    AWS a job with such a definition completes as well.
    """

    def __init__(self, definitions: Sequence[Mapping[str, str]]) -> None:
        self._expressions = list(_compiled(definitions))

    def scan(self, line: LogLine) -> Iterator[Point]:
        """Yield the metrics in a line."""
        for name, literal, expression in self._expressions:
            # Most lines have no metric, and searching takes a hundred times as long as this.
            if literal not in line.text:
                continue
            value = _value(expression, line.text)
            if value is not None:
                yield Point(name, value, line.milliseconds / 1000)


def _compiled(definitions: Sequence[Mapping[str, str]]) -> Iterator[tuple[str, str, Any]]:
    import regex

    for definition in definitions:
        try:
            expression = regex.compile(definition["Regex"])
        except regex.error:
            log.warning("metric %s: not a regular expression", definition["Name"])
            continue
        if expression.groups:
            yield definition["Name"], literal_start(definition["Regex"]), expression


def literal_start(expression: str) -> str:
    """Return text that every match of an expression begins with; empty if that is not certain."""
    if "|" in expression or "(?" in expression:
        return ""
    start = _LITERAL.match(expression)[0]  # type: ignore[index]
    quantified = expression[len(start) :][:1] in {"*", "+", "?", "{"}
    return start[:-1] if quantified else start


_LITERAL = re.compile(r"[^\\.^$*+?{}\[\]()|]*")


def _value(expression: Any, text: str) -> float | None:
    try:
        match = in_time(expression.search, text)
        value = None if match is None else float(match[1])
    except (ValueError, TypeError, TimeoutError):
        return None
    # The API's numbers are float32, and JSON cannot represent NaN and infinity.
    return value if value is not None and math.isfinite(as_float32(value)) else None


def final(metrics: Mapping[str, MetricSeries], now: float) -> list[FinalMetric]:
    """Return the FinalMetricDataList: the last value of each metric, as float32.

    Parameters
    ----------
    metrics
        The values of each metric, by name.
    now
        The timestamp, in seconds since the epoch; AWS shows whole seconds.
    """
    timestamp = float(int(now))
    return [
        {"MetricName": name, "Value": as_float32(series.values[-1]), "Timestamp": timestamp}
        for name, series in metrics.items()
    ]


def as_float32(value: float) -> float:
    """Return the nearest number of single precision, which is what the API has."""
    try:
        rounded: float = struct.unpack("f", struct.pack("f", float(value)))[0]
    except OverflowError:
        return float("inf") if value > 0 else float("-inf")
    return rounded
