"""Curves: read back from the SVG, and compared with what the job wrote to its log."""

from __future__ import annotations

import html
import math
import re
from typing import Any

import boto3
import pytest

from sagemock.accounts.world import World
from sagemock.console.charts.lines import Series, line_chart
from sagemock.console.charts.options import CurveOptions, smoothed
from sagemock.console.charts.scale import Scale, fitted
from sagemock.resources.metric_series import MetricPoint, MetricSeries

JOB = "digits-batch-100"

Points = list[tuple[float, float]]


def curves_of(page: str) -> dict[str, Points]:
    """What each curve says of its points, and where they are: both must agree."""
    curves = {}
    for chart in re.findall(r"<figure.*?</figure>", page, re.DOTALL):
        axis = re.search(r'data-y-axis="([^"]+)"', chart)
        assert axis is not None
        *numbers, kind = axis[1].split()
        y = Scale(*map(float, numbers), logarithmic=kind == "log")
        for tag, title in re.findall(r"(<path [^>]*>)<title>(.*?)</title>", chart):
            points = re.search(r'data-points="([^"]*)"', tag)
            if points is None:
                continue
            values = [tuple(map(float, pair.split(","))) for pair in points[1].split()]
            path = re.search(r' d="M([^"]*)"', tag)
            assert path is not None
            drawn = [float(pair.split(" ")[1]) for pair in path[1].split("L")]
            for position, (_, value) in zip(drawn, values, strict=True):
                assert position == pytest.approx(y(value), abs=0.11)
            name = html.unescape(title).rpartition(": ")[0]
            curves[name] = [(point[0], point[1]) for point in values]
    return curves


def logged(metric: str) -> list[float]:
    """The values that the job's own definition of a metric finds in its log."""
    sagemaker = boto3.client("sagemaker", "us-east-1")
    job = sagemaker.describe_training_job(TrainingJobName=JOB)
    definitions = job["AlgorithmSpecification"]["MetricDefinitions"]
    pattern = next(each["Regex"] for each in definitions if each["Name"] == metric)
    logs = boto3.client("logs", "us-east-1")
    group = "/aws/sagemaker/TrainingJobs"
    streams = logs.describe_log_streams(logGroupName=group, logStreamNamePrefix=f"{JOB}/")
    events = logs.get_log_events(
        logGroupName=group,
        logStreamName=streams["logStreams"][0]["logStreamName"],
        startFromHead=True,
    )["events"]
    matches = (re.search(pattern, each["message"]) for each in events)
    return [float(match[1]) for match in matches if match]


@pytest.fixture
def long_job(world: World, job_document: Any) -> str:
    """A job with 500 values of a metric, 30 seconds apart, one of which is not a number."""
    world.training_jobs.insert(job_document("long"))
    values = [math.nan if index == 7 else 1.0 / (index + 1) for index in range(500)]
    world.job_metrics["long"] = {
        "train:loss": MetricSeries(
            MetricPoint(1_790_000_000.0 + 30 * index, value) for index, value in enumerate(values)
        )
    }
    return "long"


def test_the_curves_of_a_job_are_what_its_log_says(visitor: Any, seed: list[str]) -> None:
    curves = curves_of(visitor.get(f"/training-jobs/{JOB}"))
    assert curves.keys() == {"train:objective_loss", "train:throughput"}
    for metric, drawn in curves.items():
        values = logged(metric)
        assert len(values) == 3
        assert drawn == [
            (epoch, pytest.approx(each, rel=1e-5)) for epoch, each in enumerate(values)
        ]


def test_a_chart_is_large_at_an_address_of_its_own(visitor: Any, seed: list[str]) -> None:
    page = visitor.get(f"/training-jobs/{JOB}")
    link = re.search(r'class="open-large" href="/sagemock([^"]+)"', page)
    assert link is not None
    path = html.unescape(link[1])
    large = visitor.get(path)
    assert curves_of(large).keys() <= curves_of(page).keys()
    data = visitor.json(path.replace("/charts", "/charts.json"))
    for curve in data:
        described = visitor.json(f"/training-jobs/{JOB}.json")["Curves"]
        assert curve["values"] == described[curve["metric"]]
        assert len(curve["seconds"]) == len(curve["values"])
    table = visitor.raw(path.replace("/charts", "/charts.csv")).text.splitlines()
    assert len(table) == 1 + len(data[0]["values"])


def test_time_and_scale_and_smoothing_are_in_the_address(visitor: Any, long_job: str) -> None:
    address = f"/charts?job={long_job}&metric=train:loss"
    epochs = curves_of(visitor.get(address))["train:loss"]
    page = visitor.get(f"{address}&over=time&scale=linear&smoothing=0.5")
    hours = curves_of(page)["train:loss"]
    assert ">hours since the first value</text>" in page
    assert [x for x, _ in hours] == pytest.approx([x * 30 / 3600 for x, _ in epochs], rel=1e-5)
    assert hours[1][1] == pytest.approx((hours[0][1] + epochs[1][1]) / 2, rel=1e-5)
    assert "with the weight 0.5" in page
    assert ">loss</text>" in page
    assert ">loss (log)</text>" in visitor.get(address)
    assert "1 value is left out: not a finite number." in page
    for name, value in (("over", "time"), ("scale", "linear"), ("smoothing", "0.5")):
        assert f'<option value="{value}" selected>' in page, name


def test_options_that_make_no_sense_are_ignored(visitor: Any, long_job: str) -> None:
    address = f"/charts?job={long_job}&metric=train:loss"
    plain = curves_of(visitor.get(address))
    for options in ("over=x", "scale=x", "smoothing=x", "smoothing=-1", "smoothing=nan"):
        assert curves_of(visitor.get(f"{address}&{options}")) == plain, options
    visitor.get(f"{address}&smoothing=7")
    visitor.get("/charts")
    assert "Nothing to draw" in visitor.get("/charts?job=missing&metric=train:loss")


def test_several_jobs_are_told_apart_by_name(visitor: Any, seed: list[str]) -> None:
    jobs = "&".join(f"job={name}" for name in seed)
    curves = curves_of(visitor.get(f"/charts?{jobs}&metric=train:objective_loss"))
    assert list(curves) == seed
    both = f"/charts?{jobs}&metric=train:objective_loss&metric=train:throughput"
    assert f"{seed[0]} train:throughput" in curves_of(visitor.get(both))


def test_smoothing_skips_what_is_not_finite() -> None:
    averages = smoothed([4.0, math.nan, 0.0, math.inf, 0.0], 0.75)
    assert averages[0] == 4.0
    assert averages[2] == 3.0
    assert averages[4] == 2.25
    assert math.isnan(averages[1])


def test_a_logarithmic_axis_needs_positive_values() -> None:
    options = CurveOptions(scale="log")
    assert line_chart("loss", [Series("a", [1.0, 2.0])], options).y.logarithmic
    drawn = line_chart("loss", [Series("a", [0.0, 2.0])], options)
    assert not drawn.y.logarithmic
    assert drawn.not_positive


EXTREMES: list[list[float]] = [
    [-1.7e308, 1.7e308],
    [1e-310, 1e300],
    [5e-324, 1e-320],
    [0.0, 5e-324],
    [1.0, 1.0 + 2e-16],
    [1e30, -1e-12],
    [1.79e308, 1.79e308],
]


@pytest.mark.parametrize("values", EXTREMES)
@pytest.mark.parametrize("logarithmic", [None, True, False])
def test_every_float_has_a_position(values: list[float], logarithmic: bool | None) -> None:
    scale = fitted(values, 0, 100, logarithmic=logarithmic)
    assert all(0 <= scale(value) <= 100 for value in values)
    assert len(scale.ticks()) < 30


def test_integers_have_integer_ticks() -> None:
    ticks = fitted([1.0, 2.0, 3.0], 0, 100).ticks()
    assert [text for _, text in ticks] == ["1", "2", "3"]


def test_a_position_is_a_value() -> None:
    for scale in (Scale(2, 12, 50, 10), Scale(0.01, 100, 50, 10, logarithmic=True)):
        assert scale.value(scale(5.0)) == pytest.approx(5.0, rel=0.05)


@pytest.mark.parametrize(
    ("title", "label"),
    [
        ("objective_loss", "objective_loss"),
        ("binary_f_beta:epoch", "binary_f_beta"),
        ("objective_loss:final", "objective_loss"),
        ("mine:loss", "loss"),
        ("epoch", "epoch"),
    ],
)
def test_the_y_axis_is_named_after_the_metric(title: str, label: str) -> None:
    assert line_chart(title, [Series(title, [1.0, 2.0])]).y_label == label
