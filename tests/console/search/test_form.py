"""SearchForms: address, request, sentence and code say the same."""

from __future__ import annotations

import pytest
from werkzeug.datastructures import MultiDict

from sagemock.console.search.form import Filter, SearchForm, applicable

LEADERBOARD = SearchForm(
    filters=(
        Filter("Tags.Project", "Equals", "Project_Binary_Classifier"),
        Filter("TrainingJobStatus", "In", "Completed,Stopped"),
        Filter("FailureReason", "NotExists", ""),
    ),
    match_any=True,
    sort="Metrics.train:objective_loss:final",
    descending=False,
    columns=("Tags.Project", "HyperParameters.mini_batch_size"),
    page=3,
    size=50,
    view="scatter",
    x="HyperParameters.mini_batch_size",
    y="Metrics.train:objective_loss:final",
)


@pytest.mark.parametrize("form", [SearchForm(), LEADERBOARD, SearchForm(resource="Model", page=2)])
def test_an_address_holds_the_whole_form(form: SearchForm) -> None:
    assert SearchForm.read(MultiDict(form.arguments())) == form


def test_nonsense_in_an_address_is_as_if_absent() -> None:
    odd = [("page", "-4"), ("size", "7"), ("view", "pie"), ("property", ""), ("value", " ")]
    assert SearchForm.read(MultiDict(odd)) == SearchForm()
    assert SearchForm.read(MultiDict([("page", "x"), ("size", "x")])) == SearchForm()


def test_rows_may_lack_operator_and_value() -> None:
    form = SearchForm.read(MultiDict([("property", "Tags.a")]))
    assert form.filters == (Filter("Tags.a", "Equals", ""),)


def test_the_request() -> None:
    assert LEADERBOARD.request(50) == {
        "Resource": "TrainingJob",
        "SearchExpression": {
            "Filters": [
                {
                    "Name": "Tags.Project",
                    "Operator": "Equals",
                    "Value": "Project_Binary_Classifier",
                },
                {"Name": "TrainingJobStatus", "Operator": "In", "Value": "Completed,Stopped"},
                {"Name": "FailureReason", "Operator": "NotExists"},
            ],
            "Operator": "Or",
        },
        "SortBy": "Metrics.train:objective_loss:final",
        "SortOrder": "Ascending",
        "MaxResults": 50,
    }
    assert "SearchExpression" not in SearchForm().request(10)


def test_another_resource_chosen_in_a_form_leaves_its_order_behind() -> None:
    kept = [("property", "Tags.a"), ("operator", "Exists"), ("value", ""), ("size", "50")]
    lost = [("sort", "Metrics.m"), ("order", "Ascending"), ("column", "Tags.a"), ("x", "X")]
    args = MultiDict([("of", "TrainingJob"), ("resource", "Model"), *kept, *lost])
    assert list(applicable(args)) == ["of", "resource", "property", "operator", "value", "size"]
    same = MultiDict([("of", "Model"), ("resource", "Model"), *lost])
    assert applicable(same) == same


def test_a_value_without_a_property_is_a_part_of_the_name() -> None:
    form = SearchForm.read(MultiDict([("property", ""), ("value", "digits")]))
    named = form.with_names("TrainingJobName")
    assert named.filters == (Filter("TrainingJobName", "Contains", "digits"),)


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        (SearchForm(), "Training jobs, last changed first"),
        (
            LEADERBOARD,
            "Training jobs where tag Project is “Project_Binary_Classifier” or TrainingJobStatus "
            "is one of “Completed,Stopped” or FailureReason does not exist, lowest "
            "train:objective_loss:final first",
        ),
        (
            SearchForm("Endpoint", (Filter("EndpointName", "Contains", "x"),), sort="CreationTime"),
            "Endpoints where EndpointName contains “x”, last created first",
        ),
    ],
)
def test_the_sentence(form: SearchForm, sentence: str) -> None:
    assert form.sentence() == sentence


def test_a_change_begins_at_the_first_page() -> None:
    assert LEADERBOARD.with_(size=25).page == 1
    assert LEADERBOARD.with_(page=4).page == 4
    assert LEADERBOARD.without_filter(LEADERBOARD.filters[0]).filters == LEADERBOARD.filters[1:]


def test_sorting_by_the_same_property_turns_the_order() -> None:
    turned = LEADERBOARD.sorted_by(LEADERBOARD.sort, descending=False)
    assert turned.descending
    other = LEADERBOARD.sorted_by("CreationTime", descending=True)
    assert (other.sort, other.descending) == ("CreationTime", True)
