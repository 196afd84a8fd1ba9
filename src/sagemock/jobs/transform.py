"""The definition of transform jobs."""

from __future__ import annotations

from collections.abc import Generator

from sagemock.accounts.world import World
from sagemock.documents import Document
from sagemock.jobs.definition import Stop
from sagemock.jobs.single_status import definition
from sagemock.resources import types


def _steps(world: World, job: Document, stop: Stop) -> Generator[str, None, None]:
    # Loads numpy, which a mock without jobs does not need.
    from sagemock.jobs.transform_run import run_transform_job

    yield from run_transform_job(world, job, stop)


TRANSFORM = definition(types.TRANSFORM_JOB, _steps)
