"""What the List operations share: filters, order, pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
from tests.api.conftest import ErrorOf, config, job, model

from sagemock.resources import clock

NAMES = ("beta", "alpha", "gamma-1", "delta-1", "epsilon")


class Listing(NamedTuple):
    """A List operation, where its answer holds what, and how to make a resource."""

    operation: str
    members: str
    name: str
    create: Callable[[Any, str], Any]
    descending: bool = True


LISTINGS = [
    Listing(
        "list_training_jobs",
        "TrainingJobSummaries",
        "TrainingJobName",
        lambda client, name: client.create_training_job(**job(name)),
        descending=False,
    ),
    Listing(
        "list_models",
        "Models",
        "ModelName",
        lambda client, name: client.create_model(**model(name)),
    ),
    Listing(
        "list_endpoint_configs",
        "EndpointConfigs",
        "EndpointConfigName",
        lambda client, name: client.create_endpoint_config(**config(name)),
    ),
    Listing(
        "list_endpoints",
        "Endpoints",
        "EndpointName",
        lambda client, name: client.create_endpoint(EndpointName=name, EndpointConfigName="c"),
    ),
]


class Clock:
    """The service's clock; it stands still between our steps."""

    def __init__(self) -> None:
        self.seconds = 1_767_225_600.0

    def step(self) -> None:
        self.seconds += 3600


@pytest.fixture
def stopped(monkeypatch: pytest.MonkeyPatch) -> Clock:
    stopped = Clock()
    monkeypatch.setattr(clock, "now", lambda: stopped.seconds)
    return stopped


class Five(NamedTuple):
    """Five resources, made an hour after another."""

    client: Any
    listing: Listing

    def ask(self, **request: Any) -> dict[str, Any]:
        answer: dict[str, Any] = getattr(self.client, self.listing.operation)(**request)
        return answer

    def names(self, **request: Any) -> list[str]:
        return [each[self.listing.name] for each in self.ask(**request)[self.listing.members]]


@pytest.fixture(params=LISTINGS, ids=lambda listing: listing.operation)
def five(request: pytest.FixtureRequest, sagemaker: Any, stopped: Clock) -> Five:
    listing = request.param
    if listing.operation in ("list_endpoint_configs", "list_endpoints"):
        sagemaker.create_model(**model("m"))
    if listing.operation == "list_endpoints":
        sagemaker.create_endpoint_config(**config("c"))
    for name in NAMES:
        stopped.step()
        listing.create(sagemaker, name)
    return Five(sagemaker, listing)


def in_order(five: Five) -> list[str]:
    return list(reversed(NAMES)) if five.listing.descending else list(NAMES)


def test_default_order(five: Five) -> None:
    assert five.names() == in_order(five)


@pytest.mark.parametrize("descending", [True, False])
def test_order(five: Five, descending: bool) -> None:
    order = "Descending" if descending else "Ascending"
    by_time = list(reversed(NAMES)) if descending else list(NAMES)
    assert five.names(SortBy="CreationTime", SortOrder=order) == by_time
    assert five.names(SortBy="Name", SortOrder=order) == sorted(NAMES, reverse=descending)


def test_pages(five: Five) -> None:
    first = five.ask(MaxResults=2)
    second = five.ask(MaxResults=2, NextToken=first["NextToken"])
    third = five.ask(MaxResults=2, NextToken=second["NextToken"])
    assert "NextToken" not in third
    listed = [
        each[five.listing.name]
        for page in (first, second, third)
        for each in page[five.listing.members]
    ]
    assert listed == in_order(five)


DELETIONS = {
    "list_training_jobs": "delete_training_job",
    "list_models": "delete_model",
    "list_endpoint_configs": "delete_endpoint_config",
    "list_endpoints": "delete_endpoint",
}


@pytest.mark.parametrize("sort", [{}, {"SortBy": "Name", "SortOrder": "Descending"}])
def test_a_script_deletes_what_it_lists(five: Five, sort: dict[str, str]) -> None:
    listing = five.listing
    delete = getattr(five.client, DELETIONS[listing.operation])
    for page in five.client.get_paginator(listing.operation).paginate(MaxResults=2, **sort):
        for each in page[listing.members]:
            delete(**{listing.name: each[listing.name]})
    assert five.names() == []


def test_a_page_goes_on_after_the_one_before(five: Five, stopped: Clock) -> None:
    token = five.ask(MaxResults=2, SortOrder="Descending")["NextToken"]
    stopped.step()
    five.listing.create(five.client, "newest")
    rest = five.names(MaxResults=100, SortOrder="Descending", NextToken=token)
    assert rest == list(reversed(NAMES))[2:]


def test_a_page_holds_ten_by_default(five: Five) -> None:
    for number in range(6):
        five.listing.create(five.client, f"more{number}")
    answer = five.ask()
    assert len(answer[five.listing.members]) == 10
    assert len(five.names(MaxResults=100)) == 11
    assert len(five.names(NextToken=answer["NextToken"])) == 1


def test_a_token_of_another_request_is_refused(five: Five, error_of: ErrorOf) -> None:
    token = five.ask(MaxResults=2)["NextToken"]
    operation = getattr(five.client, five.listing.operation)
    for request in ({"SortBy": "Name", "NextToken": token}, {"NextToken": "nonsense"}):
        assert error_of(operation, **request) == (
            "ValidationException",
            'Invalid pagination token because "{0}".',
        )


def test_name_contains(five: Five) -> None:
    assert sorted(five.names(NameContains="-1")) == ["delta-1", "gamma-1"]
    assert five.names(NameContains="zeta") == []


def test_creation_time_is_half_open(five: Five) -> None:
    key = "CreationTime"
    times = {each[five.listing.name]: each[key] for each in five.ask()[five.listing.members]}
    between = five.names(CreationTimeAfter=times["alpha"], CreationTimeBefore=times["epsilon"])
    assert sorted(between) == ["alpha", "delta-1", "gamma-1"]


def test_a_page_that_is_too_long(five: Five, error_of: ErrorOf) -> None:
    operation = getattr(five.client, five.listing.operation)
    code, text = error_of(operation, MaxResults=101)
    assert code == "ValidationException"
    assert "Value '101' at 'maxResults'" in text


@pytest.mark.parametrize("operation", ["list_training_jobs", "list_endpoints"])
def test_status_and_modification(sagemaker: Any, stopped: Clock, operation: str) -> None:
    listing = next(each for each in LISTINGS if each.operation == operation)
    sagemaker.create_model(**model("m"))
    sagemaker.create_endpoint_config(**config("c"))
    listing.create(sagemaker, "early")
    stopped.step()
    listing.create(sagemaker, "late")
    two = Five(sagemaker, listing)
    status = "Completed" if operation == "list_training_jobs" else "InService"
    assert len(two.names(StatusEquals=status)) == 2
    assert two.names(StatusEquals="Failed") == []
    by_status = two.ask(SortBy="Status", SortOrder="Ascending")[listing.members]
    assert {each[listing.name] for each in by_status} == {"early", "late"}
    modified = {each[listing.name]: each["LastModifiedTime"] for each in by_status}
    assert two.names(LastModifiedTimeAfter=modified["late"]) == ["late"]
    assert two.names(LastModifiedTimeBefore=modified["late"]) == ["early"]
