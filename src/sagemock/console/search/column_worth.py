"""How much a column tells: how its values vary, and how much of a metric goes with them."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Hashable, Sequence
from typing import Any

from sagemock.query.property import decimal

MAX_GROUPS = 6
"""Groups into which the numbers of a column are sorted when it has more values than that."""

MAX_UNIQUE = 0.5
"""Share of documents with a text of their own above which it is a name, and explains nothing."""


def is_constant(values: Sequence[Any]) -> bool:
    """Return whether all values are the same. No value, None, is a value of its own.

    >>> is_constant(["784", "784"]), is_constant(["784", None]), is_constant([])
    (True, False, True)
    """
    return len(set(values)) < 2


def ranks(metric: Sequence[Any]) -> list[float | None]:
    """Return the position of each value in the order of all, None for what is no number or NaN.

    Equal values have the mean of their positions.

    >>> ranks([0.5, None, 2.0, 0.5])
    [0.5, None, 2.0, 0.5]
    """
    numbers = sorted(each for each in metric if _is_number(each))
    positions: dict[float, float] = {}
    for value, count in Counter(numbers).items():
        begin = bisect_left(numbers, value)
        positions[value] = begin + (count - 1) / 2
    return [positions[each] if _is_number(each) else None for each in metric]


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not math.isnan(value)


def grouped(values: Sequence[Any]) -> list[Hashable]:
    """Return the group of each value.

    A text is its own group. So is a number, unless there are more than `MAX_GROUPS` different
    ones: then they are sorted into groups of about the same number of documents.
    """
    parsed = {value: decimal(value) for value in set(values) if value is not None}
    numbers = {value: number for value, number in parsed.items() if number is not None}
    # Of mostly texts, numbers are texts too; a few, such as `auto`, are groups beside the numbers.
    if len(numbers) <= max(MAX_GROUPS, len(parsed) - len(numbers)):
        return list(values)
    ordered = sorted(numbers[value] for value in values if value in numbers)
    edges = [ordered[len(ordered) * step // MAX_GROUPS] for step in range(1, MAX_GROUPS)]
    groups: dict[Any, Hashable] = {
        value: bisect_right(edges, number) for value, number in numbers.items()
    }
    return [groups.get(value, value) for value in values]


def variety(groups: Sequence[Hashable]) -> float:
    """Return how much values vary, from 0 for a constant to nearly 1.

    Notes
    -----
    The Gini-Simpson index: the probability that two documents, drawn with replacement, are of
    different groups. Of names, which differ in nearly every document, it is 0.
    """
    counts = Counter(groups)
    if _are_names(counts, len(groups)):
        return 0.0
    return 1.0 - sum((count / len(groups)) ** 2 for count in counts.values())


def effect(groups: Sequence[Hashable], metric_ranks: Sequence[float | None]) -> float:
    """Return the share of the variance of a metric's ranks that the groups explain, from 0 to 1.

    Parameters
    ----------
    metric_ranks
        The rank of each document's metric, from `ranks`; documents without one do not count.

    Notes
    -----
    One-way analysis of variance over ranks, which one extreme loss does not upset: epsilon squared,
    1 - (1 - eta squared) (n - 1) / (n - k) for k groups of n documents, where eta squared is the
    sum of squares between groups over the total one. Unlike eta squared it does not grow with the
    mere number of groups. 0 where it would be negative.

    References
    ----------
    Kelley, "An unbiased correlation ratio measure", PNAS 21 (1935).
    """
    members: dict[Hashable, list[float]] = {}
    for group, rank in zip(groups, metric_ranks, strict=True):
        if rank is not None:
            members.setdefault(group, []).append(rank)
    present = [rank for each in members.values() for rank in each]
    counts = Counter({group: len(each) for group, each in members.items()})
    size = len(present)
    if len(counts) < 2 or len(counts) >= size or _are_names(counts, size):
        return 0.0
    mean = sum(present) / size
    total = sum((rank - mean) ** 2 for rank in present)
    if total == 0:
        return 0.0
    between = sum((sum(each) - mean * len(each)) ** 2 / len(each) for each in members.values())
    unexplained = (1 - between / total) * (size - 1) / (size - len(counts))
    return max(0.0, 1 - unexplained)


def worth(values: Sequence[Any], metric_ranks: Sequence[float | None]) -> float:
    """Return how much a setting tells: its effect on the metric, and half of its variety."""
    groups = grouped(values)
    return effect(groups, metric_ranks) + variety(groups) / 2


def _are_names(counts: Counter[Hashable], size: int) -> bool:
    """Whether the groups are texts that nearly each document has for itself."""
    return len(counts) > max(MAX_GROUPS, size * MAX_UNIQUE)
