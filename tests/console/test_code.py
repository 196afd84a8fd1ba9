"""Code to paste says the same as the page."""

from __future__ import annotations

import ast
import itertools
from typing import Any

import pytest

from sagemock.console import code
from sagemock.console.search.form import Condition, Question

LEADERBOARD = Question(
    conditions=(
        Condition("Tags.Project", "Equals", "Project_Binary_Classifier"),
        Condition("TrainingJobStatus", "In", "Completed,Stopped"),
        Condition("FailureReason", "NotExists", ""),
    ),
    any=True,
    sort="Metrics.train:objective_loss:final",
    descending=False,
    size=50,
)


class Client:
    """Takes down what is asked, and answers with nothing."""

    def __init__(self) -> None:
        self.asked: dict[str, Any] = {}

    def search(self, **request: Any) -> dict[str, Any]:
        self.asked = request
        return {"Results": []}

    def get_paginator(self, operation: str) -> Client:
        assert operation == "search"
        return self

    def paginate(self, **request: Any) -> Any:
        self.asked = request
        return itertools.repeat({"Results": []}, 3)


@pytest.mark.parametrize(
    "question",
    [
        Question(),
        LEADERBOARD,
        Question(conditions=(Condition('Tags."quoted"', "Equals", "it's\n\\ “odd”"),)),
        Question(resource="ExperimentTrial"),
    ],
)
def test_a_search_is_the_same_question(question: Question) -> None:
    client = Client()
    exec(code.search(question).body, {"sagemaker": client})
    assert client.asked == question.request(question.size)


def test_a_later_page_is_asked_for_by_a_paginator() -> None:
    question = LEADERBOARD.with_(page=3)
    client = Client()
    exec(code.search(question).body, {"sagemaker": client})
    assert client.asked.pop("PaginationConfig") == {"PageSize": 50}
    assert client.asked == {
        name: value for name, value in question.request(50).items() if name != "MaxResults"
    }


def test_a_script_makes_its_client() -> None:
    script = code.Script("print(runtime)", client="runtime")
    assert script.text("eu-west-1", "http://127.0.0.1:5000") == (
        "import boto3\n\n"
        'runtime = boto3.client("sagemaker-runtime", "eu-west-1", '
        'endpoint_url="http://127.0.0.1:5000")\n'
        "print(runtime)\n"
    )
    assert 'boto3.client("sagemaker-runtime", "eu-west-1")' in script.text("eu-west-1", None)


@pytest.mark.parametrize(
    "value",
    [
        {},
        [],
        'it\'s "odd" \\ \n 日本語 🧪',
        {"a": 1, "b": [True, None, 0.5]},
        {"long": ["x" * 50, "y" * 50], "deep": {"deeper": {"deepest": ["z" * 90]}}},
    ],
)
def test_a_literal_is_the_value(value: Any) -> None:
    assert ast.literal_eval(code.literal(value)) == value


def test_a_long_literal_has_a_line_for_each_item() -> None:
    assert code.literal({"first": "x" * 60, "second": "y" * 60, "third": [1, 2]}) == (
        f'{{\n    "first": "{"x" * 60}",\n    "second": "{"y" * 60}",\n    "third": [1, 2],\n}}'
    )
