"""Writes the log of an endpoint as its instances start, and as they refuse requests."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress

from sagemock.accounts.world import World
from sagemock.algorithms.base import Stopped
from sagemock.documents import Document
from sagemock.hosting import instance_log
from sagemock.hosting.deployment import DeploymentFailure
from sagemock.hosting.model_server import ContainerError
from sagemock.resources import clock


def deployed(world: World, document: Document, before: Document | None = None) -> None:
    """Log that the endpoint's new instances answer their health checks.

    Parameters
    ----------
    world, document
        The endpoint.
    before
        The endpoint before an update; instances that it had are not new.
    """
    old = set(instance_log.streams(before)) if before is not None else set()
    new = [each for each in instance_log.streams(document) if each not in old]
    _write(world, document, new, instance_log.healthy(clock.now()))


def failed(world: World, document: Document, failure: DeploymentFailure) -> None:
    """Log that a container exited with an error. One that never started logs nothing."""
    if failure.cause is not None:
        lines = instance_log.broken(clock.now(), failure.cause)
        streams = instance_log.streams(document, failure.variant, failure.host)
        _write(world, document, streams, lines)


def refused(world: World, document: Document, variant: str, error: ContainerError) -> None:
    """Log that a container answered an invocation with an error."""
    first = instance_log.streams(document, variant, error.host)[:1]
    _write(world, document, first, instance_log.refused(clock.now(), error))


def written(
    world: World, document: Document, variant: str, host: str, when: float, text: str
) -> None:
    """Log a line that a container printed; of several instances the first one prints."""
    first = instance_log.streams(document, variant, host)[:1]
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
    # The log of a mock that is stopping is not kept.
    with suppress(Stopped):
        for stream in streams:
            world.services.logs.put(group, stream, [(when, line) for line in lines])
