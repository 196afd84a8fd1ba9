"""How SageMaker itself creates lineage entities: what exists already is used again."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from itertools import count
from typing import TYPE_CHECKING

from sagemock.lineage.associating import NoSuchEntity, associate
from sagemock.resources import clock, lineage_entity, types
from sagemock.resources.arn import Arn
from sagemock.resources.resource_type import ResourceType
from sagemock.store import DuplicateKey, NoSuchKey

if TYPE_CHECKING:
    from sagemock.accounts.world import World
    from sagemock.lineage.of_jobs import Source

ASSOCIATED_WITH = "AssociatedWith"
CONTRIBUTED_TO = "ContributedTo"
PRODUCED = "Produced"
"""Types of associations."""

OF_ARN = "ARN"
"""The SourceType of what stands for a resource of SageMaker's."""


def artifact(world: World, source: Source) -> str:
    """The ARN of the artifact of a source: of the first that has its URI, or of a new one."""
    uri, kind = source
    existing = world.lineage.artifact_of(uri)
    if existing is not None:
        return existing
    arn = _arn(world, types.ARTIFACT, lineage_entity.artifact_id(uri))
    document = lineage_entity.new_artifact(
        {"Source": {"SourceUri": uri}, "ArtifactType": kind}, arn, clock.now()
    )
    with suppress(DuplicateKey):  # Another job has the same source.
        world.table(types.ARTIFACT).insert(document)
    return str(arn)


def action(world: World, stem: str, suffix: str, uri: str, kind: str, status: str) -> str:
    """Create an action, named after a stem, the time and a suffix; returns its ARN.

    Parameters
    ----------
    world : World
        Where it belongs.
    stem, suffix : str
        The first and the last part of its name.
    uri : str
        The ARN of what it is about.
    kind : str
        The ActionType.
    status : str
        The Status.
    """
    now = clock.now()
    for number in count(1):
        arn = _arn(world, types.ACTION, _name(stem, now, number, suffix))
        document = lineage_entity.new_action(
            {
                "ActionName": arn.name,
                "Source": {"SourceUri": uri, "SourceType": OF_ARN},
                "ActionType": kind,
                "Status": status,  # type: ignore[typeddict-item]
            },
            arn,
            now,
        )
        with suppress(DuplicateKey):
            world.table(types.ACTION).insert(document)
            break
    return str(arn)


def context(world: World, stem: str, suffix: str, uri: str, kind: str) -> str:
    """Create a context, named after a stem, the time and a suffix; returns its ARN."""
    now = clock.now()
    for number in count(1):
        arn = _arn(world, types.CONTEXT, _name(stem, now, number, suffix))
        document = lineage_entity.new_context(
            {
                "ContextName": arn.name,
                "Source": {"SourceUri": uri, "SourceType": OF_ARN},
                "ContextType": kind,
            },
            arn,
            now,
        )
        with suppress(DuplicateKey):
            world.table(types.CONTEXT).insert(document)
            break
    return str(arn)


def _name(stem: str, now: float, number: int, suffix: str) -> str:
    """A name as AWS's are; a number tells apart what begins in the same second."""
    more = "" if number == 1 else f"-{number}"
    return f"{stem}-{int(now)}{more}-{suffix}"


def _arn(world: World, kind: ResourceType, name: str) -> Arn:
    return Arn(world.partition, world.region, world.account_id, kind.arn_kind, name)


def connect(world: World, source: str, destination: str, kind: str) -> None:
    """Associate two entities, unless they are already, or a user has deleted one of them."""
    with suppress(DuplicateKey, NoSuchEntity):
        associate(world, source, destination, kind)


def contribute(world: World, sources: Iterable[Source], destination: str) -> None:
    """Let artifacts contribute to an entity."""
    for source in sources:
        connect(world, artifact(world, source), destination, CONTRIBUTED_TO)


def set_status(world: World, action_arn: str, status: str) -> None:
    """Change the status of an action, unless a user has deleted it."""
    arn = Arn.parse(action_arn)
    if arn is not None:
        with suppress(NoSuchKey):
            world.table(types.ACTION).update(
                arn.name, {"Status": status, "LastModifiedTime": clock.now()}
            )
