"""How much a column tells: how its values vary, and how much of a metric goes with them."""

from __future__ import annotations

import math
from bisect import bisect_right
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
    return len(set(map(str, values))) < 2


def grouped(values: Sequence[Any]) -> list[Hashable]:
    """Return the group of each value.

    A text is its own group. So is a number, unless there are more than `MAX_GROUPS` different
    ones: then they are sorted into groups of about the same number of documents.
    """
    numbers = [decimal(value) for value in values if value is not None]
    finite = sorted(number for number in numbers if number is not None)
    if len(finite) < len(numbers) or len(set(finite)) <= MAX_GROUPS:
        return [None if value is None else str(value) for value in values]
    edges = [finite[len(finite) * step // MAX_GROUPS] for step in range(1, MAX_GROUPS)]
    return [None if value is None else bisect_right(edges, float(value)) for value in values]


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


def effect(groups: Sequence[Hashable], metric: Sequence[Any]) -> float:
    """Return the share of a metric's variance that the groups explain, from 0 to 1.

    Parameters
    ----------
    metric
        The metric of each document; those without a number, or with NaN, do not count.

    Notes
    -----
    One-way analysis of variance over the ranks of the metric, which one extreme loss does not
    upset: epsilon squared, 1 - (1 - eta squared) (n - 1) / (n - k) for k groups of n documents,
    where eta squared is the sum of squares between groups over the total one. Unlike eta squared
    it does not grow with the mere number of groups. 0 where it would be negative.

    References
    ----------
    Kelley, "An unbiased correlation ratio measure", PNAS 21 (1935).
    """
    pairs = [
        (group, float(value))
        for group, value in zip(groups, metric, strict=True)
        if isinstance(value, int | float) and not math.isnan(value)
    ]
    counts = Counter(group for group, _ in pairs)
    size = len(pairs)
    if len(counts) < 2 or len(counts) >= size or _are_names(counts, size):
        return 0.0
    ranks = _ranks([value for _, value in pairs])
    mean = (size - 1) / 2
    total = sum((rank - mean) ** 2 for rank in ranks)
    if total == 0:
        return 0.0
    sums = dict.fromkeys(counts, 0.0)
    for (group, _), rank in zip(pairs, ranks, strict=True):
        sums[group] += rank - mean
    between = sum(value**2 / counts[group] for group, value in sums.items())
    unexplained = (1 - between / total) * (size - 1) / (size - len(counts))
    return max(0.0, 1 - unexplained)


def worth(values: Sequence[Any], metric: Sequence[Any]) -> float:
    """Return how much a setting tells: its effect on the metric, and half of its variety."""
    groups = grouped(values)
    return effect(groups, metric) + variety(groups) / 2


def _are_names(counts: Counter[Hashable], size: int) -> bool:
    """Whether the groups are texts that nearly each document has for itself."""
    return len(counts) > max(MAX_GROUPS, size * MAX_UNIQUE)


def _ranks(values: Sequence[float]) -> list[float]:
    """The position of each value in their order; the mean position of those that are equal."""
    order = sorted(range(len(values)), key=values.__getitem__)
    ranks = [0.0] * len(values)
    start = 0
    while start < len(order):
        end = start
        while end < len(order) and values[order[end]] == values[order[start]]:
            end += 1
        for index in order[start:end]:
            ranks[index] = (start + end - 1) / 2
        start = end
    return ranks
