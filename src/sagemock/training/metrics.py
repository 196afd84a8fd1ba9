"""Metrics from log lines: AWS finds them with a regular expression for each."""

from __future__ import annotations

import logging
import struct
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

log = logging.getLogger("sagemock")

PATTERN_TIMEOUT = 1.0
"""Seconds for one search; a caller's expression may be anything."""


def _linear_learner_metrics() -> Iterator[dict[str, str]]:
    """The 37 definitions that AWS adds to every Linear Learner job, whatever its predictor.

    Observed in a DescribeTrainingJob answer of April 2020. There are no `train` definitions for
    the multiclass scores.
    """
    any_host = r"#quality_metric: host=\S+,"
    yield _metric("train:progress", r"#progress_metric: host=\S+, completed (\S+) %")
    yield _metric(
        "train:throughput",
        r"#throughput_metric: host=\S+, train throughput=(\S+) records/second",
    )
    for channel in ("train", "validation"):
        regex = rf"{any_host} epoch=\S+, {channel} \S+_objective <loss>=(\S+)"
        yield _metric(f"{channel}:objective_loss", regex)
        regex = rf"{any_host} {channel} \S+_objective <loss>=(\S+)"
        yield _metric(f"{channel}:objective_loss:final", regex)
    yield _metric("test:objective_loss", rf"{any_host} test \S+_objective <loss>=(\S+)")
    for name, logged, tag, channels in _SCORES:
        for channel in channels:
            yield _metric(f"{channel}:{name}", rf"{any_host} {channel} {logged} <{tag}>=(\S+)")


def _metric(name: str, regex: str) -> dict[str, str]:
    return {"Name": name, "Regex": regex}


_EVERY = ("train", "validation", "test")
_HELD_OUT = ("validation", "test")
_SCORES = (
    ("mse", "mse", "loss", _EVERY),
    ("absolute_loss", "absolute_loss", "loss", _EVERY),
    ("binary_classification_accuracy", "binary_classification_accuracy", "score", _EVERY),
    ("binary_f_beta", r"binary_f_\S+", "score", _EVERY),
    ("precision", "precision", "score", _EVERY),
    ("recall", "recall", "score", _EVERY),
    ("multiclass_accuracy", "multiclass_accuracy", "score", _HELD_OUT),
    ("multiclass_top_k_accuracy", r"multiclass_top_k_accuracy_\S+", "score", _HELD_OUT),
    ("dcg", "dcg", "score", _HELD_OUT),
    ("macro_recall", "macro_recall", "score", _HELD_OUT),
    ("macro_precision", "macro_precision", "score", _HELD_OUT),
    ("macro_f_beta", r"macro_f_\S+", "score", _HELD_OUT),
)
"""Name, name in the log, what the log calls it, channels."""

LINEAR_LEARNER_METRICS = tuple(_linear_learner_metrics())
"""The MetricDefinitions that the service adds to a Linear Learner job."""


@dataclass(frozen=True, slots=True)
class Point:
    """One value of a metric; `timestamp` in seconds since the epoch."""

    name: str
    value: float
    timestamp: float


def scan(
    lines: Iterable[tuple[int, str]], definitions: Sequence[Mapping[str, str]]
) -> Iterator[Point]:
    """The metrics that log lines, (milliseconds, text), hold.

    A definition that is no regular expression, has no group, or takes too long finds nothing,
    as on AWS, where a job with a bad definition still ends well.
    """
    compiled = list(_compiled(definitions))
    for milliseconds, text in lines:
        for name, expression in compiled:
            value = _value(expression, text)
            if value is not None:
                yield Point(name, value, milliseconds / 1000)


def _compiled(definitions: Sequence[Mapping[str, str]]) -> Iterator[tuple[str, Any]]:
    import regex

    for definition in definitions:
        try:
            expression = regex.compile(definition["Regex"])
        except regex.error:
            log.warning("metric %s: not a regular expression", definition["Name"])
            continue
        if expression.groups:
            yield definition["Name"], expression


def _value(expression: Any, text: str) -> float | None:
    try:
        match = expression.search(text, timeout=PATTERN_TIMEOUT)
        return None if match is None else float(match[1])
    except (ValueError, TypeError, TimeoutError):
        return None


def final(points: Iterable[Point], now: float) -> list[dict[str, Any]]:
    """FinalMetricDataList: the last value of each metric, as a float32, at one time.

    now: seconds since the epoch; AWS gives whole seconds.
    """
    last = {point.name: point.value for point in points}
    timestamp = float(int(now))
    return [
        {"MetricName": name, "Value": as_float32(value), "Timestamp": timestamp}
        for name, value in last.items()
    ]


def as_float32(value: float) -> float:
    """The nearest number of single precision, which is what the API can carry."""
    try:
        rounded: float = struct.unpack("f", struct.pack("f", value))[0]
    except OverflowError:
        return float("inf") if value > 0 else float("-inf")
    return rounded
