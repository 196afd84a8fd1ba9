"""A search to paste says the same as the page."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from sagemock.console.search import script
from sagemock.console.search.form import Filter, SearchForm

LEADERBOARD = SearchForm(
    filters=(
        Filter("Tags.Project", "Equals", "Project_Binary_Classifier"),
        Filter("TrainingJobStatus", "In", "Completed,Stopped"),
        Filter("FailureReason", "NotExists", ""),
    ),
    match_any=True,
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
    "form",
    [
        SearchForm(),
        LEADERBOARD,
        SearchForm(filters=(Filter('Tags."quoted"', "Equals", "it's\n\\ “odd”"),)),
        SearchForm(resource="ExperimentTrial"),
    ],
)
def test_the_script_asks_the_same_as_the_form(form: SearchForm) -> None:
    client = Client()
    exec(script.search(form, form.request()).body, {"sagemaker": client})
    assert client.asked == form.request()


def test_a_later_page_is_asked_for_by_a_paginator() -> None:
    form = LEADERBOARD.with_(page=3)
    client = Client()
    exec(script.search(form, form.request()).body, {"sagemaker": client})
    assert client.asked.pop("PaginationConfig") == {"PageSize": 50}
    assert client.asked == {
        name: value for name, value in form.request(50).items() if name != "MaxResults"
    }
