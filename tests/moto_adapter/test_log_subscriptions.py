"""Subscriptions of the logs of jobs: in order, and with nothing locked while they are delivered."""

from __future__ import annotations

import gzip
import json
import logging
import os
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from moto.kinesis.models import KinesisBackend
from moto.moto_api._internal.models import moto_api_backend
from tests.moto_adapter.conftest import Client

from sagemock.accounts.services import Services

GROUP = "/aws/sagemaker/TrainingJobs"
SECONDS = 30


@pytest.fixture
def now() -> int:
    return int(time.time() * 1000)


@pytest.fixture
def kinesis(client: Client, services: Services, now: int) -> Any:
    """A client; the events of the group go to a Kinesis stream of one shard."""
    kinesis = client("kinesis")
    kinesis.create_stream(StreamName="events", ShardCount=1)
    services.logs.put(GROUP, "before", [(now, "not delivered")])
    client("logs").put_subscription_filter(
        logGroupName=GROUP,
        filterName="all",
        filterPattern="",
        destinationArn="arn:aws:kinesis:us-east-1:123456789012:stream/events",
    )
    return kinesis


def delivered(kinesis: Any) -> list[str]:
    """The messages in the Kinesis stream."""
    (shard,) = kinesis.list_shards(StreamName="events")["Shards"]
    iterator = kinesis.get_shard_iterator(
        StreamName="events", ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
    )["ShardIterator"]
    records = kinesis.get_records(ShardIterator=iterator)["Records"]
    batches = [json.loads(gzip.decompress(each["Data"])) for each in records]
    return [event["message"] for batch in batches for event in batch["logEvents"]]


def in_threads(*functions: Callable[[], Any]) -> None:
    threads = [threading.Thread(target=each, daemon=True) for each in functions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(SECONDS)
        assert not thread.is_alive()


def test_a_subscriber_may_write_events_itself_and_wait_for_a_thread_that_does(
    kinesis: Any, client: Client, services: Services, now: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    send = KinesisBackend.send_log_event

    def call_back(self: Any, *arguments: Any) -> None:
        send(self, *arguments)
        if arguments[3] == "a":
            services.logs.put(GROUP, "own", [(now, "by the subscriber")])
            in_threads(lambda: services.logs.put(GROUP, "other", [(now, "by its thread")]))

    monkeypatch.setattr(KinesisBackend, "send_log_event", call_back)
    in_threads(lambda: services.logs.put(GROUP, "a", [(now, "first")]))
    assert delivered(kinesis) == ["first", "by the subscriber", "by its thread"]
    events = client("logs").filter_log_events(logGroupName=GROUP)["events"]
    assert len(events) == 4


def test_events_of_a_stream_are_delivered_in_the_order_of_the_stream(
    kinesis: Any, client: Client, services: Services, now: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    send = KinesisBackend.send_log_event

    def slowly(self: Any, *arguments: Any) -> None:
        time.sleep(0.002)
        send(self, *arguments)

    monkeypatch.setattr(KinesisBackend, "send_log_event", slowly)

    def write(writer: int) -> Callable[[], None]:
        def put() -> None:
            for number in range(20):
                services.logs.put(GROUP, "shared", [(now, f"{writer}/{number}")])

        return put

    in_threads(*map(write, range(4)))
    events = client("logs").get_log_events(
        logGroupName=GROUP, logStreamName="shared", startFromHead=True
    )["events"]
    assert len(events) == 80
    assert delivered(kinesis) == [each["message"] for each in events]


def test_after_a_delivery_that_fails_the_next_ones_follow(
    kinesis: Any,
    services: Services,
    now: int,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    send = KinesisBackend.send_log_event

    def fail_once(self: Any, *arguments: Any) -> None:
        monkeypatch.setattr(KinesisBackend, "send_log_event", send)
        raise OSError("unreachable")

    monkeypatch.setattr(KinesisBackend, "send_log_event", fail_once)
    with caplog.at_level(logging.WARNING, "sagemock"):
        services.logs.put(GROUP, "a", [(now, "lost")])
    assert f"events of {GROUP} cannot be delivered: unreachable" in caplog.text
    services.logs.put(GROUP, "a", [(now, "kept")])
    assert delivered(kinesis) == ["kept"]


def test_a_delivery_that_is_interrupted_does_not_end_all_later_ones(
    kinesis: Any, services: Services, now: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    send = KinesisBackend.send_log_event

    def interrupted(self: Any, *arguments: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(KinesisBackend, "send_log_event", interrupted)
    with pytest.raises(KeyboardInterrupt):
        services.logs.put(GROUP, "a", [(now, "lost")])
    monkeypatch.setattr(KinesisBackend, "send_log_event", send)
    services.logs.put(GROUP, "a", [(now, "kept")])
    assert delivered(kinesis) == ["kept"]


def test_nothing_is_delivered_after_a_reset(
    kinesis: Any, services: Services, now: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[str] = []

    def reset(self: Any, _arn: str, _filter: str, _group: str, stream: str, _events: Any) -> None:
        calls.append(stream)
        if stream == "a":
            services.logs.put(GROUP, "b", [(now, "queued")])
            moto_api_backend.reset()

    monkeypatch.setattr(KinesisBackend, "send_log_event", reset)
    services.logs.put(GROUP, "a", [(now, "line")])
    assert calls == ["a"]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork")
@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_a_child_delivers_although_a_thread_of_its_parent_was_delivering(
    kinesis: Any, services: Services, now: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    entered, leave = threading.Event(), threading.Event()
    parent = os.getpid()
    send = KinesisBackend.send_log_event

    def wait_in_parent(self: Any, *arguments: Any) -> None:
        if os.getpid() == parent:
            entered.set()
            assert leave.wait(SECONDS)
        send(self, *arguments)

    monkeypatch.setattr(KinesisBackend, "send_log_event", wait_in_parent)
    thread = threading.Thread(target=services.logs.put, args=(GROUP, "a", [(now, "in parent")]))
    thread.start()
    assert entered.wait(SECONDS)
    child = os.fork()
    if child == 0:
        sent: list[str] = []
        monkeypatch.setattr(KinesisBackend, "send_log_event", lambda _, *args: sent.append(args[3]))
        services.logs.put(GROUP, "b", [(now, "in child")])
        os._exit(0 if sent == ["b"] else 1)
    leave.set()
    thread.join(SECONDS)
    assert os.waitpid(child, 0)[1] == 0
    assert delivered(kinesis) == ["in parent"]
