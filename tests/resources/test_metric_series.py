"""What is told of a metric's values, against the plain formulas."""

from __future__ import annotations

import statistics

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sagemock.resources.metric_series import MetricPoint, MetricSeries

numbers = st.floats(-1e6, 1e6)
points = st.builds(MetricPoint, st.floats(0, 2e9), numbers, st.none() | st.integers(0, 5))


def series_of(batches: list[list[MetricPoint]]) -> MetricSeries:
    series = MetricSeries()
    for batch in batches:
        series.extend(batch)
    return series


@given(st.lists(st.lists(points, min_size=1, max_size=5), min_size=1, max_size=5))
def test_a_summary_is_that_of_all_values(batches: list[list[MetricPoint]]) -> None:
    summary = series_of(batches).summary("m", "arn")
    every = [point for batch in batches for point in batch]
    values = [point.value for point in every]
    last = max(point.timestamp for point in every)
    assert (summary["MetricName"], summary["SourceArn"], summary["TimeStamp"]) == ("m", "arn", last)
    assert (summary["Min"], summary["Max"], summary["Count"]) == (
        min(values),
        max(values),
        len(values),
    )
    assert summary["Avg"] == pytest.approx(statistics.fmean(values), abs=1e-6)
    assert summary["StdDev"] == pytest.approx(statistics.pstdev(values), abs=1e-4)
    assert summary["Last"] == [point.value for point in every if point.timestamp == last][-1]


def test_squares_that_overflow() -> None:
    values = [1e39, 1e308, -1e308]
    summary = MetricSeries([MetricPoint(1, value) for value in values]).summary("m", "arn")
    assert summary["Avg"] == statistics.mean(values)
    assert summary["StdDev"] == statistics.pstdev(values)


def test_a_copy_does_not_change() -> None:
    series = MetricSeries([MetricPoint(1, 2.0)])
    copy = series.copy()
    series.extend([MetricPoint(2, 4.0)])
    assert copy.summary("m", "arn")["Count"] == 1
    assert list(copy.grouped("Count", "OneHour", None, None)) == [(0, 1.0)]


def test_a_point_takes_24_bytes() -> None:
    """Also in batches of one: a job adds its points epoch by epoch."""
    series = MetricSeries()
    for number in range(1000):
        series.extend([MetricPoint(number, 0.5, number)])
    arrays = (series.timestamps, series.values, series.steps)
    assert sum(each.itemsize * len(each) for each in arrays) == 24_000


STEPS = series_of(
    [
        [MetricPoint(0, 1.0, 0), MetricPoint(59, 3.0, 0), MetricPoint(60, 5.0, 1)],
        [MetricPoint(30, 2.0, 1), MetricPoint(3600, 9.0)],
    ]
)


@pytest.mark.parametrize(
    ("statistic", "period", "start", "end", "expected"),
    [
        ("Avg", "OneMinute", None, None, [(0, 2.0), (60, 5.0), (3600, 9.0)]),
        ("Last", "OneMinute", None, None, [(0, 3.0), (60, 5.0), (3600, 9.0)]),
        ("Count", "FiveMinute", None, None, [(0, 4.0), (3600, 1.0)]),
        ("Max", "OneHour", 1, None, [(3600, 9.0)]),
        ("Min", "OneHour", None, 0, [(0, 1.0)]),
        ("StdDev", "IterationNumber", None, None, [(0, 1.0), (1, 1.5)]),
        ("Avg", "IterationNumber", 1, 1, [(1, 3.5)]),
    ],
)
def test_statistics_by_period_and_by_step(
    statistic: str,
    period: str,
    start: int | None,
    end: int | None,
    expected: list[tuple[int, float]],
) -> None:
    assert list(STEPS.grouped(statistic, period, start, end)) == expected
