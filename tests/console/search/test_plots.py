"""Charts over many runs: read back from their pages, and compared with DescribeTrainingJob."""

from __future__ import annotations

import html
import itertools
import math
import random
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, urlencode

import boto3
import pytest

from sagemock.accounts.world import World
from sagemock.console.charts.best_so_far import TimedScore, best_so_far, records_of
from sagemock.console.charts.contour import contour
from sagemock.console.charts.shades import SHADES, shade_ranges, shades
from sagemock.console.charts.text_lines import wrapped
from sagemock.resources.metric_series import MetricPoint, MetricSeries

LOSS = "Metrics.validation:loss"
SORTED = f"sort={LOSS}&order=Ascending"
VIEWS = ("scatter", "parallel", "best", "importance", "contour", "curves")


@pytest.fixture
def add_jobs(
    world: World, job_document: Callable[..., Any], metric_data: Any
) -> Callable[..., None]:
    """Adds a job for each loss, with the hyperparameters of its number."""

    def add(losses: list[float | None], settings: Callable[[int], dict[str, str]]) -> None:
        for index, loss in enumerate(losses):
            metrics = {} if loss is None else {"validation__loss": loss}
            document = job_document(
                f"job-{index:03}",
                created=1_790_000_000.0 + 60 * index,
                HyperParameters=settings(index),
                FinalMetricDataList=metric_data(**metrics),
            )
            world.training_jobs.insert(document)

    return add


def described(name: str) -> tuple[dict[str, str], float]:
    sagemaker = boto3.client("sagemaker", "us-east-1")
    job = sagemaker.describe_training_job(TrainingJobName=name)
    return job["HyperParameters"], job["FinalMetricDataList"][0]["Value"]


def titles(page: str, css: str) -> list[str]:
    """The titles of the drawn elements of a class, as a pointer reads them."""
    pattern = rf'class="{css}[^"]*"[^>]*><title>(.*?)</title>'
    return [html.unescape(each) for each in re.findall(pattern, page)]


def test_dots_are_what_the_jobs_say(visitor: Any, add_jobs: Any) -> None:
    add_jobs([0.5, 0.25, 0.125, 2.0], lambda i: {"rate": str(10.0**-i), "dim": "784"})
    page = visitor.get(f"/search?view=scatter&{SORTED}")
    assert 'data-y="Metrics.validation:loss"' in page
    assert 'data-x="HyperParameters.rate"' in page
    dots = titles(page, "dot")
    assert len(dots) == 4
    for dot in dots:
        name, values = dot.split(": ")
        settings, loss = described(name)
        x, y = map(float, values.split(", "))
        assert (x, y) == (float(settings["rate"]), loss)
    # Equal factors of a logarithmic axis are equally far apart.
    places = sorted(float(each) for each in re.findall(r'class="dot[^>]*cx="([\d.]+)"', page))
    steps = [b - a for a, b in itertools.pairwise(places)]
    assert steps == pytest.approx([steps[0]] * 3, abs=0.2)
    assert ">rate (log)</text>" in page
    chart = visitor.json(f"/search.json?view=scatter&{SORTED}")["chart"]
    assert {each["name"]: each["y"] for each in chart}["job-002"] == 0.125


def test_lines_are_what_the_jobs_say(visitor: Any, add_jobs: Any) -> None:
    add_jobs([0.4, 0.3, 0.2, 0.1], lambda i: {"epochs": str(i // 2 + 1), "solver": "ab"[i % 2]})
    page = visitor.get(f"/search?view=parallel&{SORTED}")
    lines = titles(page, "thread")
    assert len(lines) == 4
    for line in lines:
        name, values = line.split(": ", 1)
        settings, loss = described(name)
        expected = {f"epochs {settings['epochs']}", f"solver {settings['solver']}"}
        assert set(values.split(", ")[:-1]) == expected
        assert values.split(", ")[-1] == f"validation:loss {loss:g}"
    best = re.search(r'class="thread h4"[^>]*><title>(.*?):', page)
    assert best is not None
    assert best[1] == "job-003"
    epochs = re.findall(r'class="tick halo"[^>]*>([\d.]+)</text>', page)
    assert {"1", "2"} <= set(epochs)
    assert "1.5" not in epochs


def test_the_best_so_far_only_gets_better(visitor: Any, add_jobs: Any) -> None:
    losses = [0.5, 0.7, 0.4, 0.45, 0.1, 0.3]
    add_jobs(losses, lambda i: {"epochs": str(i)})
    page = visitor.get(f"/search?view=best&{SORTED}")
    records = titles(page, "dot record")
    assert records == ["job-000: 0.5", "job-002: 0.4", "job-004: 0.1"]
    assert [described(each.split(":")[0])[1] for each in records] == [0.5, 0.4, 0.1]
    assert page.count("h0") >= 3, "a dot for each of the others"
    assert "The lowest validation:loss so far, of 6 runs" in page


def test_importance_finds_the_setting_that_matters(visitor: Any, add_jobs: Any) -> None:
    dice = random.Random(3)
    chosen = [(dice.choice("abc"), dice.random()) for _ in range(60)]
    losses: list[float | None] = ["abc".index(kind) + 0.1 * dice.random() for kind, _ in chosen]
    add_jobs(losses, lambda i: {"kind": chosen[i][0], "noise": str(chosen[i][1]), "dim": "784"})
    page = visitor.get(f"/search?view=importance&{SORTED}")
    shares = visitor.json(f"/search.json?view=importance&{SORTED}")["chart"]
    assert [each["name"] for each in shares] == ["HyperParameters.kind", "HyperParameters.noise"]
    assert shares[0]["share"] > 0.8
    assert shares[1]["share"] < 0.2
    assert f"{shares[0]['share'] * 100:.0f} %" in page
    assert "epsilon squared" in page


@pytest.mark.parametrize(("loss", "rate"), [(1e30, "0.5"), (0.3, "auto")])
def test_one_odd_run_leaves_the_importance_of_a_setting(
    visitor: Any, add_jobs: Any, loss: float, rate: str
) -> None:
    rates = [number / 60 for number in range(60)]
    losses: list[float | None] = [*rates[:30], loss, *rates[31:]]
    add_jobs(losses, lambda i: {"rate": rate if i == 30 else f"{rates[i]:.4f}", "dim": "784"})
    shares = visitor.json(f"/search.json?view=importance&{SORTED}")["chart"]
    assert [each["name"] for each in shares] == ["HyperParameters.rate"]
    assert shares[0]["share"] > 0.8


def test_a_contour_has_the_mean_of_each_cell(visitor: Any, add_jobs: Any) -> None:
    add_jobs([0.1, 0.3, 0.5, 0.7, None, math.inf], lambda i: {"a": str(i // 2), "b": str(i // 4)})
    cells = visitor.json(f"/search.json?view=contour&{SORTED}")["chart"]
    assert cells == []  # b is the same in all that have a loss
    page = visitor.get(f"/search?view=contour&{SORTED}")
    assert "Nothing to draw" in page


def test_means_are_of_all_runs_in_a_cell() -> None:
    points: list[tuple[str | float, str | float, float]] = [
        (1.0, "x", 2.0),
        (1.0, "x", 4.0),
        (2.0, "y", 8.0),
    ]
    drawn = contour(points, high_is_good=False)
    assert [(each.mean, each.count) for each in drawn.cells] == [(3.0, 2), (8.0, 1)]
    assert drawn.cells[0].shade > drawn.cells[1].shade
    many: list[tuple[str | float, str | float, float]] = [
        (float(n), 10.0 ** (n % 12), float(n)) for n in range(48)
    ]
    binned = contour(many, high_is_good=True)
    assert len(binned.columns.labels) == 8
    assert binned.rows.logarithmic
    assert sum(each.count for each in binned.cells) == 48


def test_the_curves_of_all_jobs_that_match(visitor: Any, world: World, add_jobs: Any) -> None:
    add_jobs([0.5] * 40, lambda i: {"epochs": str(i)})
    for index in range(35):
        points = (MetricPoint(1_790_000_000.0 + step, index / (step + 1)) for step in range(4))
        world.job_metrics[f"job-{index:03}"] = {"validation:loss": MetricSeries(points)}
    page = visitor.get(f"/search?view=curves&metric={LOSS}&smoothing=0.5")
    assert len(re.findall(r'<path class="curve other[^>]*data-points', page)) == 30
    assert "The first 30 of 35 jobs with curves" in page
    assert "Left out: 5 without curves." in page
    chart = visitor.json(f"/search.json?view=curves&metric={LOSS}")["chart"]
    for each in chart:
        index = int(each["job"].removeprefix("job-"))
        assert each["values"] == [index / (step + 1) for step in range(4)]


def test_what_is_not_finite_is_left_out_in_words(visitor: Any, add_jobs: Any) -> None:
    losses = [0.5, math.nan, math.inf, None, 0.2, 0.9]
    add_jobs(losses, lambda i: {"a": str(i), "b": str(i % 2)})
    for view in ("scatter", "parallel", "best", "contour"):
        page = visitor.get(f"/search?view={view}&{SORTED}")
        assert "nan" not in re.sub(r"<title>.*?</title>", "", page[page.index("<svg") :]).lower()
    assert "with a value that is not finite and" in visitor.get(f"/search?view=best&{SORTED}")
    assert "of 3 runs" in visitor.get(f"/search?view=best&{SORTED}")


@pytest.mark.parametrize("seed", range(40))
def test_no_axis_is_a_constant(visitor: Any, add_jobs: Any, seed: int) -> None:
    """Over random leaderboards, with settings and metrics that are constant, missing or texts."""
    dice = random.Random(seed)
    size = dice.choice([2, 3, 8, 30])
    kinds = [dice.choice(["same", "number", "text", "rare", "mixed"]) for _ in range(6)]

    def value(kind: str, index: int) -> str | None:
        return {
            "same": "784",
            "number": str(dice.choice([1, 10, 1000])),
            "text": dice.choice(["adam", "sgd"]),
            "rare": "7" if index == 0 else None,
            "mixed": dice.choice(["auto", "1", "1.0"]),
        }[kind]

    def settings(index: int) -> dict[str, str]:
        values = {f"p{n}": value(kind, index) for n, kind in enumerate(kinds)}
        return {name: text for name, text in values.items() if text is not None}

    losses = [dice.choice([0.5, 0.25, 0.1, math.nan, math.inf, None]) for _ in range(size)]
    add_jobs(losses, settings)
    named = dice.choice(["", "&x=HyperParameters.p0", f"&{SORTED}", f"&y={LOSS}"])
    for view in ("scatter", "parallel"):
        page = visitor.get(f"/search?view={view}{named}")
        rows = visitor.json(f"/search.json?view={view}{named}")["chart"]
        names = {name for row in rows for name in row if name != "name"}
        drawn = "data-parallel" in page or 'class="dot ' in page
        for name in names if drawn else ():
            assert len({str(row[name]) for row in rows if name in row}) > 1, (view, name, rows)


def test_an_axis_that_is_constant_is_replaced_and_said(visitor: Any, add_jobs: Any) -> None:
    add_jobs([0.5, 0.25], lambda i: {"dim": "784", "rate": str(i)})
    page = visitor.get(f"/search?view=scatter&x=HyperParameters.dim&{SORTED}")
    assert 'data-x="HyperParameters.rate"' in page
    assert "HyperParameters.dim has the same value in all of these" in page


def test_a_range_becomes_two_filters_once(visitor: Any, add_jobs: Any) -> None:
    add_jobs([0.1, 0.2, 0.3, 0.4], lambda i: {"rate": str(i)})
    address = "/search?view=parallel"
    for low, high, names in (
        ("0.15", "0.35", [1, 2]),
        ("", "0.25", [0, 1]),
        ("x", "", [0, 1, 2, 3]),
    ):
        response = visitor.raw(f"{address}&brush={quote(LOSS)}&min={low}&max={high}")
        assert response.status_code == 303
        address = response.headers["Location"].removeprefix("/sagemock")
        found = visitor.json(address.replace("/search", "/search.json"))["results"]
        assert sorted(each["TrainingJobName"] for each in found) == [f"job-{n:03}" for n in names]
    ranged = urlencode([("brush", "HyperParameters.rate"), ("min", "1"), ("max", "2")])
    response = visitor.raw(f"/search?view=parallel&{ranged}")
    page = visitor.get(response.headers["Location"].removeprefix("/sagemock"))
    assert len(titles(page, "thread")) == 2
    assert 'class="results-table' in page, "the table is beside the chart"


@pytest.mark.parametrize("view", VIEWS)
def test_charts_of_other_resources_and_of_nothing(visitor: Any, seed: Any, view: str) -> None:
    for resource in ("ExperimentTrialComponent", "Model", "Endpoint"):
        visitor.get(f"/search?resource={resource}&view={view}")
    visitor.get(f"/search?view={view}&x=Nothing&y=Nothing&metric=Nothing")
    visitor.get(f"/search?view={view}&region=eu-west-1")


def test_equal_values_share_a_colour() -> None:
    values = {"a": 1.0, "b": 1.0, "c": 2.0, "d": 3.0}
    shade_of = shades(values, high_is_good=False)
    assert shade_of["a"] == shade_of["b"] > shade_of["c"] > shade_of["d"] == 0
    assert shade_of["a"] < SHADES
    assert next((each.low, each.high) for each in shade_ranges(values, shade_of)) == (1.0, 1.0)


def test_records_of_runs_in_the_order_of_their_creation() -> None:
    runs = [TimedScore("b", 2.0, 5.0), TimedScore("a", 1.0, 3.0), TimedScore("c", 3.0, 4.0)]
    assert [each.name for each in records_of(runs, high_is_good=True)] == ["a", "b"]
    drawn = best_so_far(runs, runs, high_is_good=True)
    assert drawn.line.count("V") == 1
    assert drawn.dots.count("M") == 1
    assert drawn.x_ticks


def test_a_name_is_whole_on_its_lines() -> None:
    for name in ("validation:binary_classification_accuracy", "x" * 50, "a", "a b.c/d-e"):
        assert "".join(wrapped(name, 18)) == name
    assert len(wrapped("word_" * 60, 18)) == 5
