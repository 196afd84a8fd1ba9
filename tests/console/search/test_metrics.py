"""Which end of a metric's values is the better one."""

from __future__ import annotations

import re

import pytest

from sagemock.console.search.metrics import goal_of, leading_metrics
from sagemock.containers.registry import BUILT_IN
from sagemock.containers.xgboost.metrics import MAXIMIZED, MINIMIZED

TAGGED = [
    (each["Name"], tag[1])
    for container in BUILT_IN
    if container.name != "xgboost"
    for each in container.metrics(f"x/{container.name}:1")
    if (tag := re.search("<(loss|score)>", each["Regex"]))
]
"""The metrics of Amazon's own algorithms whose log lines say whether they are losses or scores."""


@pytest.mark.parametrize(("metric", "tag"), TAGGED)
def test_losses_are_better_low_and_scores_high(metric: str, tag: str) -> None:
    assert goal_of(metric) == {"loss": "low", "score": "high"}[tag]


@pytest.mark.parametrize("metric", MAXIMIZED)
def test_what_xgboost_maximizes_is_better_high(metric: str) -> None:
    assert goal_of(f"validation:{metric}") == "high"


@pytest.mark.parametrize("metric", MINIMIZED)
def test_what_xgboost_minimizes_is_better_low(metric: str) -> None:
    assert goal_of(f"validation:{metric}") == "low"


@pytest.mark.parametrize("metric", ["train:progress", "train:throughput", "crossdomain", "mapped"])
def test_other_metrics_have_no_better_end(metric: str) -> None:
    assert goal_of(metric) is None


def test_a_leaderboard_of_k_means_shows_its_distances() -> None:
    names = ("train:throughput", "train:msd", "test:msd")
    documents = [{"FinalMetricDataList": [{"MetricName": name, "Value": 1.0} for name in names]}]
    assert leading_metrics(documents) == ["test:msd", "train:msd"]
