"""The definition of transform jobs."""

from __future__ import annotations

from collections.abc import Generator

from sagemock.accounts.world import World
from sagemock.documents import Document
from sagemock.jobs.definition import Stop
from sagemock.jobs.single_status import definition
from sagemock.resources import lifecycle, types


def _steps(_world: World, _job: Document, _stop: Stop) -> Generator[str, None, None]:
    """Invoke no model: every job completes, and writes nothing."""
    yield lifecycle.STARTING
    yield lifecycle.TRANSFORMING


TRANSFORM = definition(types.TRANSFORM_JOB, _steps)
