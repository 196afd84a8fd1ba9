"""What follows from changes of the tables of a world: one line each."""

from __future__ import annotations

from sagemock.store import Document
from sagemock.world import World


def connect(world: World) -> None:
    """Let the trial components of a new world's jobs, and the features of groups, follow them."""

    def job_component(before: Document | None, after: Document | None) -> None:
        # Loads Search, which a mock without jobs does not need.
        from sagemock.api import job_component

        job_component.follow(world, before, after)

    def features(before: Document | None, after: Document | None) -> None:
        from sagemock.api import feature_metadata

        feature_metadata.follow(world, before, after)

    world.training_jobs.subscribe(job_component)
    world.feature_groups.subscribe(features)
