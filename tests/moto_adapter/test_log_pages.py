"""Pages of long logs: those that moto would give, and no more looked at than they hold."""

from __future__ import annotations

import time
from collections.abc import Iterator
from itertools import chain
from typing import Any

import pytest
from botocore.exceptions import ClientError
from hypothesis import given
from hypothesis import strategies as st
from moto.logs.models import LogEvent, LogGroup, LogStream
from tests.moto_adapter.conftest import Client

from sagemock.accounts.services import Services
from sagemock.moto_adapter import log_pages

GROUP = "/aws/sagemaker/TrainingJobs"
STREAM = {"logGroupName": GROUP, "logStreamName": "job/algo-1-1"}

moto_page = LogStream.get_log_events


def make_stream(*batches: list[int], message: str = "line") -> LogStream:
    stream = LogStream(LogGroup("123456789012", "us-east-1", GROUP), "job/algo-1-1")
    for batch in batches:
        stream.put_log_events([{"timestamp": when, "message": message} for when in batch])
    return stream


batches = st.lists(st.lists(st.integers(1, 9), max_size=4).map(sorted), max_size=4)
bounds = st.none() | st.integers(1, 9)


@given(batches, bounds, bounds, st.none() | st.integers(1, 5), st.booleans())
def test_pages_are_those_of_moto(
    batches: list[list[int]],
    start: int | None,
    end: int | None,
    limit: int | None,
    from_head: bool,
) -> None:
    ours, theirs = make_stream(*batches), make_stream(*batches)
    for twin, event in zip(theirs.events, ours.events, strict=True):
        twin.message = event.message = str(event.event_id)
    for which in (1, 2):
        token: str | None = None
        for _ in range(5):
            expected = moto_page(theirs, start, end, limit, token, from_head)
            read = log_pages.page(ours, start, end, limit, token, from_head)
            assert [[each["message"] for each in read[0]], *read[1:]] == [
                [each["message"] for each in expected[0]],
                *expected[1:],
            ]
            token = expected[which]


@pytest.mark.parametrize("token", ["", "x/1", "f/", "f/x", "f1"])
def test_a_token_that_is_none(token: str) -> None:
    with pytest.raises(Exception, match="nextToken is invalid"):
        log_pages.page(make_stream([1]), None, None, None, token, False)


class CountedEvent(LogEvent):
    """An event that counts how often anybody looks at it."""

    looks = 0

    @property
    def timestamp(self) -> int:
        CountedEvent.looks += 1
        return self._timestamp

    @timestamp.setter
    def timestamp(self, value: int) -> None:
        self._timestamp = value


@pytest.fixture
def long_stream(monkeypatch: pytest.MonkeyPatch) -> Iterator[LogStream]:
    """A stream of 20,000 events that has been read before."""
    monkeypatch.setattr("moto.logs.models.LogEvent", CountedEvent)
    stream = make_stream(list(range(20_000)))
    log_pages.page(stream, None, None, 1, None, False)
    CountedEvent.looks = 0
    return stream


@pytest.mark.parametrize("token", [None, f"f/{15_000:056d}", f"b/{15_000:056d}"])
@pytest.mark.parametrize("from_head", [True, False])
def test_a_page_looks_at_its_own_events(
    long_stream: LogStream, token: str | None, from_head: bool
) -> None:
    events, _, _ = log_pages.page(long_stream, 100, 19_900, 10, token, from_head)
    assert len(events) == 10
    assert CountedEvent.looks < 100


def test_only_new_events_are_looked_at_for_their_order(long_stream: LogStream) -> None:
    long_stream.put_log_events([{"timestamp": 5, "message": "late"}])
    assert [each.timestamp for each in log_pages.in_order(long_stream)[4:8]] == [4, 5, 5, 6]
    CountedEvent.looks = 0
    long_stream.put_log_events([{"timestamp": 20_000, "message": "new"}])
    log_pages.in_order(long_stream)
    assert CountedEvent.looks < 10


def test_a_search_looks_at_no_more_than_a_page(long_stream: LogStream) -> None:
    events, token = log_pages.matching([long_stream], "line", 0, None, 10, None)
    assert [each["timestamp"] for each in events] == list(range(10))
    events, _ = log_pages.matching([long_stream], "line", 0, None, 10, token)
    assert [each["timestamp"] for each in events] == list(range(10, 20))
    assert CountedEvent.looks < 200


@pytest.fixture
def start() -> int:
    return int(time.time() * 1000) - 60_000


def test_a_page_is_of_one_megabyte(client: Client, services: Services, start: int) -> None:
    logs = client("logs")
    lines = [f"{number:03}{'x' * 100_000}" for number in range(25)]
    services.logs.put(GROUP, "job/algo-1-1", [(start, line) for line in lines])
    first = logs.get_log_events(**STREAM, startFromHead=True)
    assert [each["message"] for each in first["events"]] == lines[:10]
    last = logs.get_log_events(**STREAM)
    assert [each["message"] for each in last["events"]] == lines[-10:]
    for begin, direction, order in ((first, "Forward", 1), (last, "Backward", -1)):
        seen, page = [], begin
        while page["events"]:
            seen += page["events"][::order]
            page = logs.get_log_events(**STREAM, nextToken=page[f"next{direction}Token"])
        assert [each["message"] for each in seen] == lines[::order]
    pages = logs.get_paginator("filter_log_events").paginate(logGroupName=GROUP)
    sizes = [len(page["events"]) for page in pages]
    assert sum(sizes) == 25
    assert max(sizes) < 12


def test_an_event_larger_than_a_page(client: Client, services: Services, start: int) -> None:
    services.logs.put(GROUP, "job/algo-1-1", [(start, "x" * 2_000_000)] * 2)
    (event,) = client("logs").get_log_events(**STREAM)["events"]
    assert len(event["message"]) == 2_000_000


def test_searching_streams_at_once(
    client: Client, services: Services, start: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Streams are interleaved, pages may be empty, and nothing comes twice or not at all."""
    monkeypatch.setattr(log_pages, "MAX_SEARCHED", 3)
    logs = client("logs")
    for host in (1, 2):
        lines = [(start + number // 4, f"host {host} line {number}") for number in range(8)]
        services.logs.put(GROUP, f"job/algo-{host}-1", lines)
    services.logs.put(GROUP, "other/algo-1-1", [(start, "of another job")])

    def search(**request: Any) -> list[list[str]]:
        pages = logs.get_paginator("filter_log_events").paginate(logGroupName=GROUP, **request)
        return [[each["message"] for each in page["events"]] for page in pages]

    both = search(logStreamNamePrefix="job/")
    expected = [
        f"host {host} line {number}"
        for numbers in (range(4), range(4, 8))
        for host in (1, 2)
        for number in numbers
    ]
    assert list(chain(*both)) == expected
    assert max(map(len, both)) == 3
    sought = search(logStreamNames=["job/algo-2-1"], filterPattern='"line 7"')
    assert sought == [[], [], ["host 2 line 7"]]
    assert list(chain(*search(startTime=start + 1, endTime=start + 1))) == expected[8:]
    assert list(chain(*search(logStreamNamePrefix="job/", limit=2))) == expected


def test_what_a_search_refuses(client: Client, services: Services, start: int) -> None:
    logs = client("logs")
    services.logs.put(GROUP, "job/algo-1-1", [(start, "line")])
    assert logs.filter_log_events(logGroupName=GROUP, nextToken="none")["events"] == []
    with pytest.raises(ClientError, match="InvalidParameterException"):
        logs.filter_log_events(logGroupName=GROUP, limit=10_001)
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        logs.filter_log_events(logGroupName="/aws/sagemaker/none")
