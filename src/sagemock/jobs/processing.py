"""The definition of processing jobs."""

from __future__ import annotations

from collections.abc import Generator

from sagemock.accounts.world import World
from sagemock.documents import Document
from sagemock.jobs.definition import Stop
from sagemock.jobs.single_status import Ending, definition
from sagemock.resources import lifecycle, types


def _steps(world: World, job: Document, stop: Stop) -> Generator[str, None, Ending]:
    # Loads numpy, which a mock without jobs does not need.
    from sagemock.jobs.processing_run import run_processing_job

    return (yield from run_processing_job(world, job, stop))


def _limit(job: Document, status: str) -> float | None:
    """MaxRuntimeInSeconds, which counts from when the container runs."""
    seconds: float = job["StoppingCondition"]["MaxRuntimeInSeconds"]
    return seconds if status == lifecycle.PROCESSING else None


PROCESSING = definition(types.PROCESSING_JOB, _steps, _limit)
