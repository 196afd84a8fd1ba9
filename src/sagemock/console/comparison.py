"""What training jobs have in common, in what they differ, and how far from a baseline."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sagemock.console.search.metrics import Goal, goal_of
from sagemock.console.search.number_format import number_format
from sagemock.documents import Document
from sagemock.query.property import decimal


@dataclass(frozen=True, slots=True)
class Difference:
    """How far a number is from that of the baseline.

    Attributes
    ----------
    relative
        In percent of the baseline's magnitude; empty where that is zero.
    verdict
        `better` or `worse`, empty for what is not better high or low.
    """

    absolute: str
    relative: str
    verdict: str


@dataclass(frozen=True, slots=True)
class Row:
    """A property of all jobs.

    Attributes
    ----------
    texts
        The values as they are shown, with one number of decimals where all are numbers; None for a
        job without the property.
    best
        The indices of the best values, empty for a property that is not better high or low.
    differences
        One for each job where there is a baseline, None where there is nothing to subtract.
    """

    group: str
    name: str
    values: Sequence[Any]
    texts: Sequence[str | None]
    numeric: bool
    differs: bool
    best: frozenset[int]
    differences: Sequence[Difference | None]


def rows(jobs: Sequence[Document], baseline: int | None = None) -> list[Row]:
    """Return all properties of some jobs.

    Parameters
    ----------
    baseline
        The index of the job from which the others are subtracted.
    """
    return [
        row
        for group, read in _READERS.items()
        for row in _rows_of(group, [dict(read(job)) for job in jobs], baseline)
    ]


def _rows_of(group: str, maps: Sequence[Mapping[str, Any]], baseline: int | None) -> Iterator[Row]:
    for name in dict.fromkeys(name for each in maps for name in each):
        values = [each.get(name) for each in maps]
        differs = len(set(map(str, values))) > 1
        # A tag is text, even one like 007.
        numbers = (
            None
            if group == "Tags"
            else number_format([each for each in values if each is not None])
        )
        texts = [
            None if value is None else numbers.text(value) if numbers else str(value)
            for value in values
        ]
        goal = goal_of(name) if group == "Metrics" else None
        yield Row(
            group,
            name,
            values,
            texts,
            numbers is not None,
            differs,
            _best(values, goal) if differs else frozenset(),
            _differences(values, baseline, goal) if numbers and differs else (),
        )


def _best(values: Sequence[Any], goal: Goal | None) -> frozenset[int]:
    numbers = [each for each in values if isinstance(each, int | float) and math.isfinite(each)]
    if goal is None or not numbers:
        return frozenset()
    best = max(numbers) if goal == "high" else min(numbers)
    return frozenset(index for index, value in enumerate(values) if value == best)


def _differences(
    values: Sequence[Any], baseline: int | None, goal: Goal | None
) -> Sequence[Difference | None]:
    if baseline is None:
        return ()
    numbers = [None if value is None else decimal(value) for value in values]
    base = numbers[baseline]
    return [
        None if base is None or index == baseline else difference(number, base, goal)
        for index, number in enumerate(numbers)
    ]


def difference(number: float | None, base: float, goal: Goal | None) -> Difference | None:
    """Return how far a number is from a baseline, None unless both are finite and differ.

    >>> difference(0.98, 0.96, "high")
    Difference(absolute='+0.02', relative='+2.1%', verdict='better')
    >>> difference(100, 0, None)
    Difference(absolute='+100', relative='', verdict='')
    """
    if number is None or not math.isfinite(number) or not math.isfinite(base) or number == base:
        return None
    change = number - base
    relative = _signed(100 * change / abs(base)) + "%" if base else ""
    verdict = "" if goal is None else "better" if (change > 0) == (goal == "high") else "worse"
    return Difference(_signed(change, digits=3), relative, verdict)


def _signed(value: float, digits: int = 2) -> str:
    """A number with its sign and few significant digits, without an exponent below a billion."""
    size = abs(value)
    return f"{value:+,.0f}" if 99.5 <= size < 1e9 else f"{value:+.{digits}g}"


def _tags(job: Document) -> Iterator[tuple[str, Any]]:
    yield from ((tag["Key"], tag["Value"]) for tag in job.get("Tags", ()))


def _metrics(job: Document) -> Iterator[tuple[str, Any]]:
    for datum in job.get("FinalMetricDataList", ()):
        yield datum["MetricName"], datum["Value"]


def _hyperparameters(job: Document) -> Iterator[tuple[str, Any]]:
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


_READERS: Mapping[str, Callable[[Document], Iterator[tuple[str, Any]]]] = {
    "Metrics": _metrics,
    "Hyperparameters": _hyperparameters,
    "Tags": _tags,
    "Channels": _channels,
    "Run": _run,
}

GROUPS = tuple(_READERS)
"""The groups of properties, in the order in which they are shown."""
