"""What becomes of the outputs of a transform job when it ends: those of a stopped one are deleted.

A job may be stopped after its last object has been written, while the pace still delays its end.
So this follows the table of the jobs.
"""

from __future__ import annotations

from contextlib import suppress

from sagemock.accounts.services import ObjectNotFound
from sagemock.accounts.world import World
from sagemock.algorithms.base import Stopped
from sagemock.documents import Document
from sagemock.resources import lifecycle
from sagemock.resources.types import TRANSFORM_JOB


def note(world: World, job: Document, location: tuple[str, str]) -> None:
    """Note that a job is about to write an object."""
    world.transform_outputs.setdefault(job[TRANSFORM_JOB.key], []).append(location)


def settle(world: World, job: Document) -> None:
    """Delete what a job has written if it has been stopped, and forget it in any case."""
    written = world.transform_outputs.pop(job[TRANSFORM_JOB.key], ())
    if job[TRANSFORM_JOB.status_member] != lifecycle.STOPPED:
        return
    for location in written:
        with suppress(ObjectNotFound, Stopped):
            world.services.storage.delete(*location)
