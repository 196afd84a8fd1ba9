"""Pages of the logs of jobs and endpoints, in time that does not depend on the log's length.

moto copies and sorts the whole stream for every page. Here a stream is kept in order of time, and
a page is a slice of it. This applies to groups below `/aws/sagemaker/`; others are left to moto.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from heapq import merge
from itertools import islice
from operator import attrgetter, itemgetter, le
from typing import Any
from unittest.mock import patch
from weakref import WeakKeyDictionary

from moto.logs.exceptions import InvalidParameterException, ResourceNotFoundException
from moto.logs.models import LogStream
from moto.logs.responses import LogsResponse
from moto.logs.utils import EventMessageFilter

GROUPS = "/aws/sagemaker/"
PAGE_EVENTS = 10_000
PAGE_BYTES = 1 << 20
"""Events and bytes of a page: the limits that AWS documents for both operations."""

EVENT_OVERHEAD = 26
"""Bytes that AWS counts for an event in addition to its message."""

MAX_SEARCHED = 100_000
"""Events that one FilterLogEvents searches. As on AWS, a page before the last may be empty."""

_time = attrgetter("timestamp")
_checked: WeakKeyDictionary[Any, int] = WeakKeyDictionary()
"""How many events of a stream are known to be in order."""


def enter(stack: ExitStack) -> None:
    """Replace moto's way to read logs until `stack` is closed."""
    get_log_events, update = LogStream.get_log_events, LogStream._update
    filter_log_events = LogsResponse.filter_log_events

    def get_page(stream: Any, *arguments: Any) -> Any:
        ours = stream.log_group.name.startswith(GROUPS)
        return (page if ours else get_log_events)(stream, *arguments)

    def describe(stream: Any) -> None:
        if not stream.log_group.name.startswith(GROUPS):
            return update(stream)
        events = in_order(stream)
        stream.first_event_timestamp = events[0].timestamp if events else None
        stream.last_event_timestamp = events[-1].timestamp if events else None
        return None

    def search(response: Any) -> str:
        name = response._get_param("logGroupName")
        ours = isinstance(name, str) and name.startswith(GROUPS)
        return _filtered(response, name) if ours else filter_log_events(response)

    stack.enter_context(patch.object(LogStream, "get_log_events", get_page))
    stack.enter_context(patch.object(LogStream, "_update", describe))
    stack.enter_context(patch.object(LogsResponse, "filter_log_events", search))


def in_order(stream: Any) -> Sequence[Any]:
    """The events of a stream in order of time; only new events are checked.

    Events of the same time stay in the order in which they were put.
    """
    events: list[Any] = stream.events
    count, known = len(events), _checked.get(stream, 0)
    if known != count:
        start = max(0, known - 1) if known < count else 0
        earlier = map(_time, islice(events, start, count))
        later = map(_time, islice(events, start + 1, count))
        if not all(map(le, earlier, later)):
            # In place: no other thread sees a partly sorted list.
            events.sort(key=_time)
        _checked[stream] = count
    return events


def page(
    stream: Any,
    start_time: int | None,
    end_time: int | None,
    limit: int | None,
    token: str | None,
    from_head: bool,
) -> tuple[list[dict[str, Any]], str, str]:
    """A page of GetLogEvents.

    Parameters
    ----------
    stream
        A `LogStream` of moto's.
    start_time, end_time
        Milliseconds since the epoch; None for no limit.
    limit
        The maximum number of events; None for `PAGE_EVENTS`.
    token
        A token of an earlier page: its direction, and an index into the events between
        `start_time` and `end_time`, as in moto.
    from_head
        Whether the first page has the earliest events.

    Returns
    -------
    tuple
        The events, the backward token and the forward token.
    """
    events = in_order(stream)
    low = bisect_left(events, start_time, key=_time) if start_time else 0
    high = bisect_right(events, end_time, key=_time) if end_time else len(events)
    last = max(low, high) - low - 1
    limit = limit or PAGE_EVENTS
    direction, index = _parsed(token)
    forward = direction == "f" or (direction is None and bool(from_head))
    if forward:
        start = index + 1 if direction else 0
        end = min(start + limit - 1, last)
        if start > last:
            return [], _token("b", last), _token("f", last)
    else:
        end = min(index - 1, last) if direction else last
        start = max(0, end - limit + 1)
        if end < 0:
            return [], _token("b", 0), _token("f", 0)
    selected = events[low + start : low + end + 1]
    if forward:
        end = start + _fitting(selected) - 1
        selected = selected[: end - start + 1]
    else:
        start = end - _fitting(reversed(selected)) + 1
        selected = selected[start - end - 1 :]
    return (
        [event.to_response_dict() for event in selected],
        _token("b", start),
        _token("f", end),
    )


def _token(direction: str, index: int) -> str:
    return f"{direction}/{index:056d}"


def _parsed(token: str | None) -> tuple[str | None, int]:
    if token is None:
        return None, 0
    match = re.fullmatch(r"([bf])/(-?\d+)", token)
    if match is None:
        raise InvalidParameterException("The specified nextToken is invalid.")
    return match[1], int(match[2])


def _fitting(events: Iterable[Any]) -> int:
    """How many of the events fit into a page: at least one."""
    count = size = 0
    for event in events:
        size += _size(event)
        if count and size > PAGE_BYTES:
            break
        count += 1
    return count


def _size(event: Any) -> int:
    return len(event.message.encode("utf-8", "replace")) + EVENT_OVERHEAD


def _filtered(response: Any, name: str) -> str:
    """The response body of FilterLogEvents. Raises moto's errors."""
    group = response.logs_backend.groups.get(name)
    if group is None:
        raise ResourceNotFoundException()
    limit = response._get_param("limit")
    if limit and limit > PAGE_EVENTS:
        raise InvalidParameterException(
            constraint=f"Member must have value less than or equal to {PAGE_EVENTS}",
            parameter="limit",
            value=limit,
        )
    names = response._get_param("logStreamNames", [])
    prefix = response._get_param("logStreamNamePrefix", "")
    streams = [
        stream
        for stream_name, stream in list(group.streams.items())
        if (not names or stream_name in names) and stream_name.startswith(prefix)
    ]
    events, token = matching(
        streams,
        response._get_param("filterPattern"),
        response._get_param("startTime") or 0,
        response._get_param("endTime"),
        limit or PAGE_EVENTS,
        response._get_param("nextToken"),
    )
    searched = [
        {"logStreamName": stream.log_stream_name, "searchedCompletely": token is None}
        for stream in streams
    ]
    return json.dumps({"events": events, "nextToken": token, "searchedLogStreams": searched})


def matching(
    streams: Iterable[Any],
    pattern: str | None,
    start_time: int,
    end_time: int | None,
    limit: int,
    token: str | None,
) -> tuple[list[dict[str, Any]], str | None]:
    """A page of FilterLogEvents.

    Parameters
    ----------
    streams
        The `LogStream`s of moto's to search.
    pattern
        A filter pattern, in as much of its syntax as moto knows.
    start_time, end_time
        Milliseconds since the epoch; an `end_time` of None or 0 is no limit.
    limit
        The maximum number of events.
    token
        Where an earlier page ended: a time, and how many events of that time it has covered. As
        in moto, an invalid token gives an empty page.

    Returns
    -------
    tuple
        The events in order of time, and the token of the next page; None after the last.
    """
    begin, skipped = start_time, 0
    if token is not None:
        match = re.fullmatch(r"(\d+)/(\d+)", token)
        if match is None:
            return [], None
        begin, skipped = int(match[1]), int(match[2])
    matches = EventMessageFilter(pattern or "").matches
    page_events: list[dict[str, Any]] = []
    size, moment, count = 0, begin, skipped
    unseen = islice(_merged(streams, begin), skipped, None)
    for searched, (when, stream, event) in enumerate(unseen):
        if end_time and when > end_time:
            break
        if searched == MAX_SEARCHED or len(page_events) == limit or size > PAGE_BYTES:
            return page_events, f"{moment}/{count}"
        moment, count = when, count + 1 if when == moment else 1
        if matches(event.message):
            page_events.append({**event.to_filter_dict(), "logStreamName": stream.log_stream_name})
            size += _size(event)
    return page_events, None


def _merged(streams: Iterable[Any], begin: int) -> Iterator[tuple[int, Any, Any]]:
    """The events of all streams from `begin` on, in order of time."""
    return merge(*(_from(stream, begin) for stream in streams), key=itemgetter(0))


def _from(stream: Any, begin: int) -> Iterator[tuple[int, Any, Any]]:
    events = in_order(stream)
    first = bisect_left(events, begin, key=_time)
    return ((event.timestamp, stream, event) for event in islice(events, first, None))
