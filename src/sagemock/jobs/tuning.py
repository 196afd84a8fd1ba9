"""The definition of hyperparameter tuning jobs."""

from __future__ import annotations

from collections.abc import Generator

from sagemock.accounts.world import World
from sagemock.documents import Document
from sagemock.jobs.definition import Stop
from sagemock.jobs.single_status import Ending, definition
from sagemock.jobs.state import Awaited
from sagemock.resources import lifecycle
from sagemock.resources.types import HYPER_PARAMETER_TUNING_JOB


def _steps(world: World, job: Document, stop: Stop) -> Generator[str | Awaited, None, Ending]:
    """Launch training jobs; the caller has put a `TuningRun` into `world.tuning_runs`."""
    run = world.tuning_runs[job[HYPER_PARAMETER_TUNING_JOB.key]]
    yield lifecycle.STARTING
    return (yield from run.search(stop))


# Its training jobs take workers; it only launches them, in whichever thread one has ended.
TUNING = definition(HYPER_PARAMETER_TUNING_JOB, _steps, takes_worker=False)
