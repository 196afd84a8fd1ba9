"""Writes the log of an endpoint as its instances come, and as they refuse requests."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress

from sagemock.accounts.world import World
from sagemock.algorithms.base import Stopped
from sagemock.containers.base import InferenceError
from sagemock.documents import Document
from sagemock.hosting import instance_log
from sagemock.hosting.deployment import DeploymentFailure
from sagemock.resources import clock


def deployed(world: World, document: Document, before: Document | None = None) -> None:
    """The endpoint's instances answer their health checks.

    before: the endpoint as it was, whose instances have their streams already.
    """
    known = set(instance_log.streams(before)) if before is not None else set()
    new = [each for each in instance_log.streams(document) if each not in known]
    _write(world, document, new, instance_log.healthy(clock.now()))


def failed(world: World, document: Document, failure: DeploymentFailure) -> None:
    """A container ends with an error. Of one that never started there is nothing to write."""
    if failure.cause is not None:
        lines = instance_log.broken(clock.now(), failure.cause)
        _write(world, document, instance_log.streams(document, failure.variant), lines)


def refused(world: World, document: Document, variant: str, error: InferenceError) -> None:
    """A container answers an invocation with an error."""
    first = instance_log.streams(document, variant)[:1]
    _write(world, document, first, instance_log.refused(clock.now(), error))


def written(world: World, document: Document, variant: str, when: float, text: str) -> None:
    """A container writes a line; of several instances the first one does."""
    first = instance_log.streams(document, variant)[:1]
    _write(world, document, first, [text], when)


def _write(
    world: World,
    document: Document,
    streams: Iterable[str],
    lines: Sequence[str],
    now: float | None = None,
) -> None:
    group = instance_log.group(document["EndpointName"])
    when = int((clock.now() if now is None else now) * 1000)
    # A mock that ends takes its log with it.
    with suppress(Stopped):
        for stream in streams:
            world.services.logs.put(group, stream, [(when, line) for line in lines])
