"""The tables of states agree with botocore and with themselves."""

from __future__ import annotations

from itertools import pairwise

import pytest

from sagemock.resources import lifecycle
from sagemock.wire import service_model


def test_every_status_is_one_of_awss() -> None:
    assert set(lifecycle.PRIMARY_STATUS) <= set(service_model.enum_values("SecondaryStatus"))
    primary = set(service_model.enum_values("TrainingJobStatus"))
    assert set(lifecycle.PRIMARY_STATUS.values()) | {lifecycle.DELETING} == primary
    assert set(lifecycle.ENDPOINT_NEXT) <= set(service_model.enum_values("EndpointStatus"))


def test_the_tables_are_closed() -> None:
    for table in (lifecycle.NEXT, lifecycle.ENDPOINT_NEXT):
        reached = set().union(*table.values())
        assert reached - set(table) <= lifecycle.TERMINAL
    assert set(lifecycle.MESSAGES) == set(lifecycle.PRIMARY_STATUS)
    assert lifecycle.TERMINAL.isdisjoint(lifecycle.NEXT)


def test_every_status_can_be_reached_and_left_for_an_end() -> None:
    reached = {lifecycle.STARTING}
    for _ in lifecycle.NEXT:
        reached |= set().union(*(lifecycle.NEXT.get(status, set()) for status in reached))
    assert reached == set(lifecycle.PRIMARY_STATUS)


def test_history_has_no_gaps() -> None:
    history = lifecycle.begun(1.0)
    for second, status in enumerate(("Downloading", "Training", "Uploading", "Completed"), 2):
        history = lifecycle.advanced(history, status, float(second))
    assert history[0]["Status"] == "Starting"
    assert all(one["EndTime"] == other["StartTime"] for one, other in pairwise(history))
    assert history[-1]["StartTime"] == history[-1]["EndTime"] == 5.0
    assert history[0]["StatusMessage"] == "Preparing the instances for training"


@pytest.mark.parametrize("status", ["Uploading", "Completed", "Training", "Stopped"])
def test_a_job_that_starts_cannot_be_there(status: str) -> None:
    with pytest.raises(lifecycle.IllegalTransition, match=f"Starting -> {status}"):
        lifecycle.advanced(lifecycle.begun(1.0), status, 2.0)


def test_endpoints_keep_to_their_table() -> None:
    document = {"EndpointStatus": "Creating", "LastModifiedTime": 1.0}
    serving = lifecycle.moved_endpoint(document, "InService", 2.0, ProductionVariants=[])
    assert serving == {
        "EndpointStatus": "InService",
        "LastModifiedTime": 2.0,
        "ProductionVariants": [],
    }
    with pytest.raises(lifecycle.IllegalTransition, match="InService -> RollingBack"):
        lifecycle.moved_endpoint(serving, "RollingBack", 3.0)
