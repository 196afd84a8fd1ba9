"""What the demo shows at any width, on a terminal and elsewhere."""

from __future__ import annotations

import io
import re
from typing import Any

import numpy as np
import pytest
from rich.console import Console

from sagemock.demo.screen import Screen
from sagemock.demo.story import FIRST_TEST

METRIC = "train:binary_classification_accuracy"
URI = "s3://sagemock-demo/output-100/linear-learner-batch-100/output/model.tar.gz"
JOB: dict[str, Any] = {
    "TrainingJobName": "linear-learner-batch-100",
    "HyperParameters": {"mini_batch_size": "100"},
    "FinalMetricDataList": [
        {"MetricName": METRIC, "Value": 0.99},
        {"MetricName": "train:objective_loss:final", "Value": 0.01},
    ],
}
LONG = "Words that are folded at the width of a terminal, as prose is, and nowhere else at all"


class Terminal(io.TextIOWrapper):
    """What has been shown, without escape sequences and blanks at the ends of lines."""

    def __init__(self, encoding: str = "utf-8") -> None:
        super().__init__(io.BytesIO(), encoding=encoding)

    def lines(self) -> list[str]:
        self.flush()
        text = self.buffer.getvalue().decode(self.encoding)  # type: ignore[attr-defined]
        text = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", text)
        return [line.rstrip() for line in text.splitlines()]


@pytest.mark.parametrize("width", [10, 40, 74, 75, 80, 200])
@pytest.mark.parametrize("terminal", [True, False])
def test_addresses_names_and_code_are_not_folded(width: int, terminal: bool) -> None:
    file = Terminal()
    screen = Screen(Console(file=file, width=width, force_terminal=terminal, highlight=False))
    screen.uploaded(1_000_000, URI)
    screen.lineage([("endpoint", "digits"), ("artifact", URI), ("training job", "job")])
    screen.leaderboard([JOB], METRIC)
    screen.farewell(FIRST_TEST.read_text())
    lines = file.lines()
    assert f"   1.0 MB at {URI}" in lines
    assert f"└── artifact {URI}" in lines
    assert "    └── training job job" in lines
    assert any(JOB["TrainingJobName"] in line for line in lines)
    code = FIRST_TEST.read_text().splitlines()
    begin = lines.index(code[0])
    assert lines[begin : begin + len(code)] == code
    assert "    sagemock serve" in lines
    assert "http://127.0.0.1:5000/sagemock/" in lines


def test_the_last_steps_of_a_lineage_are_side_by_side() -> None:
    file = Terminal()
    steps = [("model", "m"), ("job", "j"), ("data set", "a"), ("data set", "b")]
    Screen(Console(file=file, width=40, highlight=False)).lineage(steps, leaves=2)
    assert file.lines() == [
        "model m",
        "└── job j",
        "    ├── data set a",
        "    └── data set b",
    ]


def test_a_mistake_is_drawn() -> None:
    file = Terminal()
    screen = Screen(Console(file=file, width=40, highlight=False))
    screen.misread(1, 2)
    screen.mistake(np.ones((8, 8), np.float32), 9, 3)
    assert file.lines()[0] == "   1 of 2 digits that it has not seen before"
    assert file.lines()[-2] == "   a 9: the model says 3"
    assert file.lines()[2] == "   " + "█" * 16


def test_prose_is_folded_on_a_terminal_alone() -> None:
    for terminal, count in ((True, 4), (False, 2)):
        file = Terminal()
        screen = Screen(Console(file=file, width=40, force_terminal=terminal, highlight=False))
        screen.chapter(1, LONG)
        assert len(file.lines()) == count


@pytest.mark.parametrize("width", [40, 80])
def test_the_progress_of_a_job_names_it_whole(width: int) -> None:
    file = Terminal()
    screen = Screen(Console(file=file, width=width, force_terminal=True, highlight=False))
    with screen.progress([JOB["TrainingJobName"]]) as show:
        show(JOB["TrainingJobName"], 100, "InProgress")
    assert re.search(r"linear-learner-batch-100 .*InProgress$", "\n".join(file.lines()), re.M)


def test_a_leaderboard_that_is_too_wide_is_a_list() -> None:
    file = Terminal()
    Screen(Console(file=file, width=40, highlight=False)).leaderboard([JOB], METRIC)
    assert file.lines() == [
        "linear-learner-batch-100",
        "   mini_batch_size 100",
        "   accuracy 0.99000",
        "   objective loss 0.01000",
    ]


def test_an_encoding_without_blocks() -> None:
    file = Terminal("latin-1")
    screen = Screen(Console(file=file, width=80, highlight=False))
    screen.prediction(np.eye(8, dtype=np.float32), 1, {"predicted_label": 0, "score": 0.1})
    screen.lineage([("endpoint", "digits"), ("model", "m")])
    screen.leaderboard([JOB], METRIC)
    assert "`-- model m" in file.lines()
