"""The log of a job or endpoint, read through a client of CloudWatch Logs."""

from __future__ import annotations

from collections.abc import Iterator
from heapq import merge
from typing import Any


class LogStreams:
    """The streams of a log group whose names begin alike; each read goes on after the last.

    logs: a client of boto3. A group or stream that is not there, yet or any more, has no events.
    """

    def __init__(self, logs: Any, group: str, prefix: str = "") -> None:
        self._logs = logs
        self._group = group
        self._prefix = prefix
        self._tokens: dict[str, str | None] = {}

    def names(self) -> list[str]:
        """Of the streams that there are, in order."""
        prefix = {"logStreamNamePrefix": self._prefix} if self._prefix else {}
        pages = self._logs.get_paginator("describe_log_streams").paginate(
            logGroupName=self._group, **prefix
        )
        try:
            return [stream["logStreamName"] for page in pages for stream in page["logStreams"]]
        except self._logs.exceptions.ResourceNotFoundException:
            return []

    def messages(self) -> Iterator[str]:
        """The messages that have come since the last call, of all streams in order of time.

        Holds a page of each stream in memory, whatever their length.
        """
        streams = [self._events(name) for name in self.names()]
        for event in merge(*streams, key=lambda event: event["timestamp"]):
            yield event["message"]

    def _events(self, stream: str) -> Iterator[dict[str, Any]]:
        # GetLogEvents has no paginator: at the end of a stream the token stays the same.
        request = {"logGroupName": self._group, "logStreamName": stream, "startFromHead": True}
        token = self._tokens.get(stream)
        while True:
            at = {"nextToken": token} if token else {}
            try:
                page = self._logs.get_log_events(**request, **at)
            except self._logs.exceptions.ResourceNotFoundException:
                return
            yield from page["events"]
            before, token = token, page["nextForwardToken"]
            self._tokens[stream] = token
            if token == before:
                return
