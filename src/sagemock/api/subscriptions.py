"""Which observers follow the tables of a world."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from sagemock.accounts.world import World
from sagemock.documents import Document
from sagemock.resources.resource_type import ResourceType
from sagemock.resources.types import PROCESSING_JOB, TRAINING_JOB, TRANSFORM_JOB

if TYPE_CHECKING:
    from sagemock.resources.feature_group import FeatureGroup


def connect(world: World) -> None:
    """Let trial components follow the jobs of a new world, and features their groups."""
    for kind in (TRAINING_JOB, PROCESSING_JOB, TRANSFORM_JOB):
        world.table(kind).subscribe(partial(_job_component, world, kind))
    world.feature_groups.subscribe(partial(_features, world))


def _job_component(
    world: World, kind: ResourceType, before: Document | None, after: Document | None
) -> None:
    # This loads Search, which a mock without jobs does not need.
    from sagemock.api import job_component

    job_component.follow(world, kind, before, after)


def _features(world: World, before: FeatureGroup | None, after: FeatureGroup | None) -> None:
    from sagemock.api import feature_metadata

    feature_metadata.follow(world, before, after)
