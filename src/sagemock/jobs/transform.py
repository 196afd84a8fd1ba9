"""What transform jobs do."""

from __future__ import annotations

from collections.abc import Generator

from sagemock.accounts.world import World
from sagemock.documents import Document
from sagemock.jobs.single_status import definition
from sagemock.resources import lifecycle, types


def _steps(_world: World, _job: Document) -> Generator[str, None, None]:
    """No model is asked: every job ends well, and writes nothing."""
    yield lifecycle.STARTING
    yield lifecycle.TRANSFORMING


TRANSFORM = definition(types.TRANSFORM_JOB, _steps)
