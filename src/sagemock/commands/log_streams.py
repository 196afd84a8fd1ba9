"""The log of a job or endpoint, read through a client of CloudWatch Logs."""

from __future__ import annotations

from collections.abc import Iterator
from heapq import merge
from typing import Any


class LogStreams:
    """The streams of a log group whose names have a prefix; each read continues the last one.

    A group or stream that does not exist, yet or any more, has no events.

    Parameters
    ----------
    logs
        A boto3 client of CloudWatch Logs.
    group
        The name of the log group.
    prefix
        The prefix of the names of the streams.
    """

    def __init__(self, logs: Any, group: str, prefix: str = "") -> None:
        self._logs = logs
        self._group = group
        self._prefix = prefix
        self._tokens: dict[str, str | None] = {}

    def names(self) -> list[str]:
        """Return the names of the streams that exist, in order."""
        prefix = {"logStreamNamePrefix": self._prefix} if self._prefix else {}
        pages = self._logs.get_paginator("describe_log_streams").paginate(
            logGroupName=self._group, **prefix
        )
        try:
            return [stream["logStreamName"] for page in pages for stream in page["logStreams"]]
        except self._logs.exceptions.ResourceNotFoundException:
            return []

    def messages(self) -> Iterator[str]:
        """Yield the messages since the last call, of all streams, in order of time.

        Only a page of each stream is in memory, whatever its length.
        """
        streams = [self._events(name) for name in self.names()]
        for event in merge(*streams, key=lambda event: event["timestamp"]):
            yield event["message"]

    def _events(self, stream: str) -> Iterator[dict[str, Any]]:
        # GetLogEvents has no paginator: at the end of a stream the token stays the same.
        request = {"logGroupName": self._group, "logStreamName": stream, "startFromHead": True}
        token = self._tokens.get(stream)
        while True:
            position = {"nextToken": token} if token else {}
            try:
                page = self._logs.get_log_events(**request, **position)
            except self._logs.exceptions.ResourceNotFoundException:
                return
            yield from page["events"]
            before, token = token, page["nextForwardToken"]
            self._tokens[stream] = token
            if token == before:
                return
