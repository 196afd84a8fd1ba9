"""Logs that jobs and endpoints write, read through every operation of CloudWatch Logs.

Each answer is compared with that for the same events put by boto3.
"""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from moto.logs.models import LogGroup
from tests.moto_adapter.conftest import Client

from sagemock.accounts.services import Services

OURS, THEIRS = "/of/ours", "/of/theirs"
STREAMS = {
    "a/algo-1": ["first line", "#quality_metric: host=algo-1, train loss=0.5", "last line"],
    "a/algo-2": ["ERROR on the second host"],
    "b/algo-1": ["another job"],
}
OF_THE_MOMENT = {"creationTime", "lastIngestionTime", "ingestionTime", "eventId", "createTime"}


@pytest.fixture
def start() -> int:
    """The time of the first event; one follows another after ten milliseconds."""
    return int(time.time() * 1000) - 60_000


@pytest.fixture
def logs(client: Client, services: Services, start: int) -> Any:
    """A client; the two groups hold the same."""
    logs = client("logs")
    logs.create_log_group(logGroupName=THEIRS)
    when = start
    for stream, lines in STREAMS.items():
        logs.create_log_stream(logGroupName=THEIRS, logStreamName=stream)
        events = [(when + 10 * number, line) for number, line in enumerate(lines)]
        when += 1000
        services.logs.put(OURS, stream, events)
        logs.put_log_events(
            logGroupName=THEIRS,
            logStreamName=stream,
            logEvents=[{"timestamp": moment, "message": line} for moment, line in events],
        )
    return logs


def scrubbed(answer: Any) -> Any:
    """An answer without what differs between any two groups."""
    if isinstance(answer, dict):
        return {name: scrubbed(item) for name, item in answer.items() if name not in OF_THE_MOMENT}
    if isinstance(answer, list):
        return [scrubbed(item) for item in answer]
    return answer.replace(THEIRS, OURS) if isinstance(answer, str) else answer


def both(operation: Any, member: str, named: str = "logGroupName", **request: Any) -> Any:
    """The answer for our group, which must be that for theirs."""
    ours = scrubbed(operation(**{named: OURS}, **request)[member])
    assert ours == scrubbed(operation(**{named: THEIRS}, **request)[member])
    return ours


def test_groups(logs: Any) -> None:
    (group,) = both(logs.describe_log_groups, "logGroups", "logGroupNamePrefix")
    assert group["storedBytes"] == sum(len(line) for lines in STREAMS.values() for line in lines)
    pages = logs.get_paginator("describe_log_groups").paginate(PaginationConfig={"PageSize": 1})
    named = [each["logGroupName"] for page in pages for each in page["logGroups"]]
    assert named == [OURS, THEIRS]


def test_streams(logs: Any, start: int) -> None:
    streams = both(logs.describe_log_streams, "logStreams")
    assert [each["logStreamName"] for each in streams] == list(STREAMS)
    assert streams[0]["firstEventTimestamp"] == start
    assert streams[0]["lastEventTimestamp"] == start + 20
    assert len(both(logs.describe_log_streams, "logStreams", logStreamNamePrefix="a/")) == 2
    latest = both(logs.describe_log_streams, "logStreams", orderBy="LastEventTime", descending=True)
    assert [each["logStreamName"] for each in latest] == list(reversed(STREAMS))
    (first,) = both(logs.describe_log_streams, "logStreams", limit=1)
    assert first["logStreamName"] == "a/algo-1"
    pages = logs.get_paginator("describe_log_streams").paginate(
        logGroupName=OURS, PaginationConfig={"PageSize": 1}
    )
    assert len(list(pages)) == 3


def test_get_events(logs: Any, start: int) -> None:
    stream = {"logStreamName": "a/algo-1"}
    for head in (True, False):
        events = both(logs.get_log_events, "events", startFromHead=head, **stream)
        assert [each["message"] for each in events] == STREAMS["a/algo-1"]
        assert [each["timestamp"] for each in events] == [start, start + 10, start + 20]
    assert len(both(logs.get_log_events, "events", startTime=start + 5, **stream)) == 2
    assert len(both(logs.get_log_events, "events", endTime=start + 5, **stream)) == 1
    token, seen = {}, []
    while True:
        page = logs.get_log_events(
            logGroupName=OURS, limit=1, startFromHead=True, **stream, **token
        )
        if not page["events"]:
            break
        seen += [each["message"] for each in page["events"]]
        token = {"nextToken": page["nextForwardToken"]}
    assert seen == STREAMS["a/algo-1"]


def test_filter_events(logs: Any, start: int) -> None:
    assert len(both(logs.filter_log_events, "events")) == 5
    assert len(both(logs.filter_log_events, "events", logStreamNames=["a/algo-1"])) == 3
    (event,) = both(logs.filter_log_events, "events", filterPattern="ERROR")
    assert event["logStreamName"] == "a/algo-2"
    assert len(both(logs.filter_log_events, "events", startTime=start + 1000)) == 2
    assert both(logs.filter_log_events, "searchedLogStreams")
    pages = logs.get_paginator("filter_log_events").paginate(
        logGroupName=OURS, PaginationConfig={"PageSize": 2}
    )
    events = [each for page in pages for each in page["events"]]
    assert len({each["eventId"] for each in events}) == len(events) == 5


def test_insights(logs: Any, start: int) -> None:
    query = logs.start_query(
        logGroupNames=[OURS],
        startTime=start // 1000,
        endTime=start // 1000 + 60,
        queryString="fields @timestamp, @message, @logStream, @log | sort @timestamp asc",
    )["queryId"]
    answer = logs.get_query_results(queryId=query)
    assert answer["status"] == "Complete"
    rows = [{each["field"]: each["value"] for each in row} for row in answer["results"]]
    assert [row["@message"] for row in rows] == [
        line for lines in STREAMS.values() for line in lines
    ]
    assert {row["@log"] for row in rows} == {OURS}
    assert [each["status"] for each in logs.describe_queries(logGroupName=OURS)["queries"]]


def test_live_tail(client: Client, logs: Any) -> None:
    # boto3 would put `stream-` before the name of the server's host.
    logs = client("logs", config=Config(inject_host_prefix=False))
    (group,) = logs.describe_log_groups(logGroupNamePrefix=OURS)["logGroups"]
    answer = logs.start_live_tail(
        logGroupIdentifiers=[group["logGroupArn"]], logEventFilterPattern="ERROR"
    )
    updates = [
        each["sessionUpdate"] for each in answer["responseStream"] if "sessionUpdate" in each
    ]
    messages = [each["message"] for update in updates for each in update["sessionResults"]]
    assert messages == STREAMS["a/algo-2"]


def test_export(client: Client, logs: Any, start: int) -> None:
    s3 = client("s3")
    s3.create_bucket(Bucket="exported")
    task = logs.create_export_task(
        logGroupName=OURS, fromTime=start, to=start + 60_000, destination="exported"
    )["taskId"]
    (described,) = logs.describe_export_tasks(taskId=task)["exportTasks"]
    assert described["logGroupName"] == OURS
    keys = [each["Key"] for each in s3.list_objects_v2(Bucket="exported")["Contents"]]
    exported = {key.split("/")[-2] for key in keys if key.endswith(".gz")}
    assert exported == {stream.replace("/", "-") for stream in STREAMS}


def test_tags_retention_and_filters(logs: Any) -> None:
    (group,) = logs.describe_log_groups(logGroupNamePrefix=OURS)["logGroups"]
    arn = {"resourceArn": group["logGroupArn"]}
    assert logs.list_tags_for_resource(**arn)["tags"] == {}
    assert logs.list_tags_log_group(logGroupName=OURS)["tags"] == {}
    logs.tag_resource(**arn, tags={"k": "v"})
    assert logs.list_tags_for_resource(**arn)["tags"] == {"k": "v"}
    logs.put_retention_policy(logGroupName=OURS, retentionInDays=7)
    (group,) = logs.describe_log_groups(logGroupNamePrefix=OURS)["logGroups"]
    assert group["retentionInDays"] == 7
    assert both(logs.describe_subscription_filters, "subscriptionFilters") == []
    assert both(logs.describe_metric_filters, "metricFilters") == []


def test_delete(logs: Any, services: Services, start: int) -> None:
    logs.delete_log_stream(logGroupName=OURS, logStreamName="b/algo-1")
    assert len(logs.describe_log_streams(logGroupName=OURS)["logStreams"]) == 2
    logs.delete_log_group(logGroupName=OURS)
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        logs.filter_log_events(logGroupName=OURS)
    services.logs.put(OURS, "again", [(start, "line")])
    (event,) = logs.filter_log_events(logGroupName=OURS)["events"]
    assert event["message"] == "line"


def test_subscriptions_get_what_is_written(
    client: Client, logs: Any, services: Services, start: int
) -> None:
    logs.create_log_group(logGroupName="/copy")
    logs.create_log_stream(logGroupName="/copy", logStreamName="a/algo-1")
    (copy,) = logs.describe_log_groups(logGroupNamePrefix="/copy")["logGroups"]
    logs.put_subscription_filter(
        logGroupName=OURS,
        filterName="all",
        filterPattern="",
        destinationArn=copy["arn"],
    )
    services.logs.put(OURS, "a/algo-1", [(start, "delivered")])
    (event,) = logs.filter_log_events(logGroupName="/copy")["events"]
    assert event["message"] == "delivered"


def test_a_subscription_that_fails_does_not_fail_the_job(
    logs: Any, services: Services, start: int
) -> None:
    logs.create_log_group(logGroupName="/copy")
    (copy,) = logs.describe_log_groups(logGroupNamePrefix="/copy")["logGroups"]
    logs.put_subscription_filter(
        logGroupName=OURS, filterName="all", filterPattern="", destinationArn=copy["arn"]
    )
    # The group that it leads to has no such stream.
    services.logs.put(OURS, "a/algo-1", [(start + 30, "kept")])
    events = logs.get_log_events(logGroupName=OURS, logStreamName="a/algo-1")["events"]
    assert events[-1]["message"] == "kept"


def test_events_are_put_in_order_of_time(logs: Any, services: Services, start: int) -> None:
    services.logs.put(OURS, "unordered", [(start + 5, "second"), (start, "first")])
    events = logs.get_log_events(logGroupName=OURS, logStreamName="unordered")["events"]
    assert [each["message"] for each in events] == ["first", "second"]


def test_jobs_that_begin_a_group_at_once(
    client: Client, services: Services, start: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_group = LogGroup.__init__

    def slowly(*arguments: Any, **options: Any) -> None:
        # Meanwhile the others look whether the group is there.
        time.sleep(0.05)
        make_group(*arguments, **options)

    monkeypatch.setattr(LogGroup, "__init__", slowly)
    ready = threading.Barrier(4)

    def write(number: int) -> None:
        ready.wait()
        services.logs.put("/new", f"s{number}", [(start, "line")] * 10)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    events = client("logs").filter_log_events(logGroupName="/new")["events"]
    assert len({each["eventId"] for each in events}) == 40


def test_the_log_of_an_endpoint(client: Client, make_studio: Any) -> None:
    studio = make_studio(client)
    studio.create_config()
    studio.sagemaker.create_endpoint(EndpointName="e", EndpointConfigName="c")
    group = "/aws/sagemaker/Endpoints/e"
    (stream,) = client("logs").describe_log_streams(logGroupName=group)["logStreams"]
    assert stream["logStreamName"].startswith("v/i-")
    unserved, event = client("logs").filter_log_events(logGroupName=group)["events"]
    assert unserved["message"].startswith("sagemock: this container does not run")
    assert '"GET /ping HTTP/1.1" 200' in event["message"]
