"""The log of an endpoint, which its instances write to CloudWatch Logs."""

from __future__ import annotations

from collections.abc import Iterator

from sagemock.accounts.world import World
from sagemock.console.budget import cut
from sagemock.hosting import instance_log

MAX_LINES, MAX_LINE = 20, 160
"""Lines on the page, and characters of each."""

MAX_SORTED = 2_000
"""The last events that are put in order of time for the page; streams follow one another."""

PART = 1_000
"""Lines of the whole log that are sent in one piece."""


def last_lines(world: World, endpoint: str) -> tuple[list[str], int]:
    """Return the last lines of an endpoint's log, in order of time, and how many there are."""
    events = world.services.logs.read(instance_log.group(endpoint), "")
    last = sorted(events[-MAX_SORTED:], key=lambda event: event[0])[-MAX_LINES:]
    return [cut(text.rstrip(), MAX_LINE) for _, text in last], len(events)


def parts(world: World, endpoint: str) -> Iterator[str]:
    """Yield the whole log, stream by stream, in pieces."""
    events = world.services.logs.read(instance_log.group(endpoint), "")
    for start in range(0, len(events), PART):
        yield "".join(f"{line.rstrip()}\n" for _, line in events[start : start + PART])
