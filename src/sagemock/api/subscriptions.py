"""Which observers follow the tables of a world, and what follows its end."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from sagemock.accounts.world import World
from sagemock.documents import Document
from sagemock.resources import clock, lifecycle, lineage_entity, types
from sagemock.resources.arn import Arn
from sagemock.resources.resource_type import ResourceType

if TYPE_CHECKING:
    from sagemock.resources.feature_group import FeatureGroup
    from sagemock.resources.training_job_document import TrainingJob


def connect(world: World) -> None:
    """Let all that follows tables of a new world follow them, and begin its lineage group."""
    for kind in (types.TRAINING_JOB, types.PROCESSING_JOB, types.TRANSFORM_JOB):
        world.table(kind).subscribe(partial(_job_component, world, kind))
        # After its component, which the lineage of a job is about.
        world.table(kind).subscribe(partial(_job_lineage, world, kind))
    world.table(types.TRANSFORM_JOB).subscribe(partial(_transform_outputs, world))
    world.training_jobs.subscribe(partial(_tuning_job, world))
    world.endpoints.subscribe(partial(_endpoint_lineage, world))
    world.feature_groups.subscribe(partial(_features, world))
    for kind in (types.TRIAL_COMPONENT, types.EXPERIMENT):
        world.table(kind).subscribe(partial(_isolate_deleted, world, kind))
    group, name = types.LINEAGE_GROUP, lineage_entity.DEFAULT_GROUP
    arn = Arn(world.partition, world.region, world.account_id, group.arn_kind, name)
    world.table(group).insert(lineage_entity.new_group(arn, clock.now()))
    world.at_end.append(partial(_stop_containers, world))


def _job_component(
    world: World, kind: ResourceType, before: Document | None, after: Document | None
) -> None:
    # This loads Search, which a mock without jobs does not need.
    from sagemock.api import job_component

    job_component.follow(world, kind, before, after)


def _tuning_job(world: World, before: TrainingJob | None, after: TrainingJob | None) -> None:
    if after is not None and "TuningJobArn" in after:
        from sagemock.api import tuned_training_jobs

        tuned_training_jobs.follow(world, before, after)


def _job_lineage(
    world: World, kind: ResourceType, before: Document | None, after: Document | None
) -> None:
    from sagemock.lineage import jobs

    jobs.follow(world, kind, before, after)


def _transform_outputs(world: World, _before: Document | None, after: Document | None) -> None:
    if after is not None and after[types.TRANSFORM_JOB.status_member] in lifecycle.ENDED:
        from sagemock.jobs import transform_outputs

        transform_outputs.settle(world, after)


def _endpoint_lineage(world: World, before: Document | None, after: Document | None) -> None:
    from sagemock.lineage import endpoints

    endpoints.follow(world, before, after)


def _features(world: World, before: FeatureGroup | None, after: FeatureGroup | None) -> None:
    from sagemock.api import feature_metadata

    feature_metadata.follow(world, before, after)


def _isolate_deleted(
    world: World, kind: ResourceType, before: Document | None, after: Document | None
) -> None:
    """Remove the associations of a deleted component or experiment, whose deletion AWS allows."""
    if before is not None and after is None:
        world.lineage.isolate(before[kind.arn_member])


def _stop_containers(world: World) -> None:
    """Stop what serves the endpoints of a world that ends."""
    if world.deployments:
        # Where no model is loaded, the module need not be either.
        from sagemock.hosting.deployment import close

        for deployment in list(world.deployments.values()):
            close(deployment)
