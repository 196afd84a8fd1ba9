"""The definition of processing jobs."""

from __future__ import annotations

from collections.abc import Generator

from sagemock.accounts.world import World
from sagemock.documents import Document
from sagemock.jobs.single_status import definition
from sagemock.resources import lifecycle, types


def _steps(_world: World, _job: Document) -> Generator[str, None, None]:
    """Run no container: every job completes, and writes nothing."""
    yield lifecycle.STARTING
    yield lifecycle.PROCESSING


def _limit(job: Document, status: str) -> float | None:
    """MaxRuntimeInSeconds, which counts from when the container runs."""
    seconds: float = job["StoppingCondition"]["MaxRuntimeInSeconds"]
    return seconds if status == lifecycle.PROCESSING else None


PROCESSING = definition(types.PROCESSING_JOB, _steps, _limit)
