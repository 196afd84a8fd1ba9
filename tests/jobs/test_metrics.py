"""Metrics in log lines."""

from __future__ import annotations

import re

import pytest

from sagemock.containers.base import LogLine
from sagemock.containers.linear_learner.metric_definitions import METRIC_DEFINITIONS
from sagemock.jobs.metrics import Scanner, literal_start


@pytest.mark.parametrize(
    ("expression", "literal"),
    [
        (r"#quality_metric: host=\S+, train mse <loss>=(\S+)", "#quality_metric: host="),
        (r"loss=(\d+)", "loss="),
        (r"ab*c(\d)", "a"),
        (r"ab?(\d)", "a"),
        (r"ab+(\d)", "a"),
        (r"ab{2}(\d)", "a"),
        (r"a.c(\d)", "a"),
        (r"a|b(\d)", ""),
        (r"(a)", ""),
        (r"^a(\d)", ""),
        (r"\d+=(\d)", ""),
        (r"[ab]c(\d)", ""),
        (r"LOSS (?i)(\d)", ""),
        ("", ""),
    ],
)
def test_literal_start(expression: str, literal: str) -> None:
    assert literal_start(expression) == literal


def test_the_literal_hides_no_match() -> None:
    definitions = [
        {"Name": name, "Regex": expression}
        for name, expression in {
            "plain": r"loss=([0-9.]+)",
            "optional": r"xs?=([0-9.e]+)",
            "either": r"a=([0-9.]+)|z",
            "upper": r"(?i)LOSS=([0-9.]+)",
        }.items()
    ]
    scanner = Scanner(definitions)

    def metrics_in(text: str) -> dict[str, float]:
        return {point.name: point.value for point in scanner.scan(LogLine("algo-1", 0, text))}

    assert metrics_in("epoch 1 loss=2.5") == {"plain": 2.5, "upper": 2.5}
    assert metrics_in("x=1 xs=2") == {"optional": 1.0}
    assert metrics_in("a=4") == {"either": 4.0}
    assert metrics_in("nothing") == {}
    # The API's numbers are float32.
    assert metrics_in("x=3e38") == {"optional": 3e38}
    assert metrics_in("x=4e38") == {}


def test_all_of_the_services_own_begin_with_text() -> None:
    for definition in METRIC_DEFINITIONS:
        literal = literal_start(definition["Regex"])
        assert re.fullmatch(r"#\w+_metric: host=", literal)
