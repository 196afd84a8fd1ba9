"""Geometry: from values to places."""

from __future__ import annotations

import math

import pytest

from sagemock.console.charts.graph import NODE_WIDTH, NodeLayout, draw
from sagemock.console.charts.lines import Series, line_chart
from sagemock.console.charts.parallel import parallel
from sagemock.console.charts.picture import LEVELS, picture
from sagemock.console.charts.scale import Scale, fitted, label
from sagemock.console.charts.scatter import LABELLED, scatter
from sagemock.console.charts.shades import SHADES


def test_a_scale_places_its_ends_and_its_middle() -> None:
    scale = Scale(0, 10, 100, 200)
    assert [scale(value) for value in (0, 5, 10)] == [100, 150, 200]
    upward = Scale(0, 10, 200, 100)
    assert upward(10) == 100


def test_ticks_are_round_and_inside() -> None:
    ticks = fitted([0.0, 0.93], 0, 100).ticks()
    assert [text for _, text in ticks] == ["0", "0.2", "0.4", "0.6", "0.8"]
    assert all(0 <= place <= 100 for place, _ in ticks)


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0, "0"), (0.25, "0.25"), (1000, "1000"), (25_000, "25k"), (25e6, "25M"), (-2e4, "-20k")],
)
def test_labels_of_an_axis_are_short(value: float, text: str) -> None:
    assert label(value) == text


def test_values_of_many_sizes_get_a_logarithmic_axis() -> None:
    scale = fitted([0.001, 0.1, 10.0], 0, 100)
    assert scale.logarithmic
    assert scale(0.1) == pytest.approx(50, abs=0.1)
    assert "0.01" in [text for _, text in scale.ticks()]
    assert not fitted([0.0, 10.0], 0, 100).logarithmic


@pytest.mark.parametrize("values", [[], [3.0], [0.0, 0.0], [math.nan], [math.inf, 1.0]])
def test_every_input_has_a_scale(values: list[float]) -> None:
    scale = fitted(values, 0, 100)
    assert scale.low < scale.high
    assert scale.ticks()


def test_a_curve_ends_at_its_last_value() -> None:
    chart = line_chart("loss", [Series("a", [3.0, 2.0, 1.0]), Series("b", [1.0, math.nan, 0.5])])
    first, second = chart.curves
    assert first.path.startswith("M")
    assert first.path.count("L") == 2
    assert first.last is not None
    assert first.last[2] == 1.0
    assert second.path.count("L") == 1
    assert line_chart("empty", [Series("a", [])]).curves[0].last is None


def test_dots_beyond_the_first_are_one_path() -> None:
    points = [(f"job-{place}", float(place), place * 2.0) for place in range(LABELLED + 5)]
    drawn = scatter(points)
    assert len(drawn.dots) == LABELLED
    assert [path.count("M") for _, path in drawn.rest] == [5]
    assert drawn.shown == LABELLED + 5


def test_texts_are_side_by_side() -> None:
    drawn = scatter([("a", "adam", 1.0), ("b", "sgd", 2.0), ("c", "adam", 3.0)])
    assert [text for _, text in drawn.x_ticks] == ["adam", "sgd"]
    assert drawn.dots[0].x == drawn.dots[2].x < drawn.dots[1].x


def test_parallel_coordinates_shade_by_the_last_axis() -> None:
    axes = [("x", "x", "hyperparameter"), ("loss", "loss", "metric")]
    rows = [(f"job-{place}", {"x": "a", "loss": float(place)}) for place in range(5)]
    shades = {line.name: line.shade for line in parallel(axes, rows, high_is_good=False).lines}
    assert shades["job-0"] == SHADES - 1
    assert shades["job-4"] == 0


def test_a_missing_value_is_a_gap() -> None:
    axes = [(name, name, "metric") for name in "abc"]
    drawn = parallel(axes, [("j", {"a": 1.0, "c": 2.0}), ("k", {"a": 2.0, "b": 1.0, "c": 3.0})])
    gap = next(line for line in drawn.lines if line.name == "j")
    assert gap.path.count("M") == 2
    assert "L" not in gap.path


def test_a_picture_is_runs_of_pixels() -> None:
    features = [0.0] * 64
    features[9:12] = [1.0, 1.0, 0.5]
    drawn = picture(features)
    assert drawn is not None
    assert drawn.side == 8
    assert [(run.x, run.y, run.length, run.level) for run in drawn.runs] == [
        (1, 1, 2, LEVELS),
        (3, 1, 1, LEVELS // 2),
    ]


@pytest.mark.parametrize("features", [[], [1.0] * 63, [math.nan] * 64])
def test_other_rows_are_no_pictures(features: list[float]) -> None:
    assert picture(features) is None


def test_a_dark_picture_has_no_runs() -> None:
    drawn = picture([0.0] * 784)
    assert drawn is not None
    assert drawn.runs == []


def test_a_graph_has_its_columns_in_order_and_no_crossing_that_can_be_avoided() -> None:
    layouts = {
        name: NodeLayout(column, kind, [name, ""])
        for column, kind, name in (
            (3, "model", "of-b"),
            (3, "model", "of-a"),
            (1, "job", "a"),
            (1, "job", "b"),
        )
    }
    drawn = draw(layouts, {("a", "of-a"): "Produced", ("b", "of-b"): None})
    assert [text for _, text in drawn.heads] == ["job", "model"]
    places = {box.key: box for box in drawn.boxes}
    assert places["a"].x + NODE_WIDTH < places["of-a"].x
    assert (places["a"].y < places["b"].y) == (places["of-a"].y < places["of-b"].y)
    assert [edge.text for edge in drawn.edges] == ["Produced", None]
    assert len(drawn.edges) == 2
