"""The lineage of a job, which follows it from its creation on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, cast

from sagemock.documents import Document
from sagemock.lineage import of_jobs
from sagemock.lineage.recording import PRODUCED, artifact, connect, contribute
from sagemock.resources import component_of_job, types
from sagemock.resources.arn import Arn
from sagemock.resources.model import containers
from sagemock.resources.resource_type import ResourceType

if TYPE_CHECKING:
    from mypy_boto3_sagemaker.type_defs import ContainerDefinitionUnionTypeDef

    from sagemock.accounts.world import World


def follow(
    world: World, kind: ResourceType, before: Document | None, after: Document | None
) -> None:
    """Connect the trial component of a job with what it uses, and when it ends with what it leaves.

    Jobs of later kinds follow by the same function once `of_jobs` can read them; the jobs of a
    tuning job are training jobs.

    Parameters
    ----------
    world : World
        Where the job is.
    kind : ResourceType
        The kind of job.
    before, after : Document or None
        The job before and after the change; None before its creation and after its deletion.
    """
    if after is None or world.config.lineage == "off":
        return
    component = component_arn(world, kind, after[kind.key])
    if before is None:
        # The component may be that of a deleted job with the same name.
        world.lineage.isolate(component)
        used = of_jobs.inputs(kind, after, served(world, after.get("ModelName", "")))
        contribute(world, used, component)
    if before is None or before[kind.status_member] != after[kind.status_member]:
        for source in of_jobs.outputs(kind, after):
            connect(world, component, artifact(world, source), PRODUCED)


def component_arn(world: World, kind: ResourceType, job: str) -> str:
    """The ARN of the trial component of a job."""
    name = component_of_job.name_for(kind, job)
    row = types.TRIAL_COMPONENT
    return str(Arn(world.partition, world.region, world.account_id, row.arn_kind, name))


def served(world: World, model: str) -> Iterator[ContainerDefinitionUnionTypeDef]:
    """The containers of a model, with those of a model package in place of its name."""
    document = world.models.get(model)
    for container in containers(document) if document is not None else ():
        package = container.get("ModelPackageName")
        if package is None:
            yield container
        else:
            for packaged in world.services.registry.containers(package) or ():
                yield cast("ContainerDefinitionUnionTypeDef", packaged)
