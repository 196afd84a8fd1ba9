"""What associations connect: artifacts, actions, contexts, trial components and experiments."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sagemock.documents import Document
from sagemock.resources import types
from sagemock.resources.arn import Arn
from sagemock.resources.resource_type import ResourceType

if TYPE_CHECKING:
    from sagemock.accounts.world import World

SERVICE = "SageMaker"
"""What the SourceType of a trial component begins with, but not the type of a vertex."""

HAND_MADE = "SageMakerExperimentTrialComponent"
"""The type of a trial component that belongs to no job, in associations."""


@dataclass(frozen=True, slots=True)
class Entity:
    """A lineage entity, as queries and associations see it.

    Attributes
    ----------
    kind
        Its row.
    type
        Its own type, such as `DataSet`; None for a trial component that belongs to no job.
    name
        Its name; None for an artifact without one.
    created, modified
        Seconds since the epoch.
    properties
        Its Properties; a trial component has none.
    """

    kind: ResourceType
    type: str | None
    name: str | None
    created: float
    modified: float
    properties: Mapping[str, str]

    @property
    def lineage_type(self) -> str | None:
        """The LineageType, None for an experiment."""
        return None if self.kind is types.EXPERIMENT else self.kind.noun

    @property
    def association_type(self) -> str:
        """The SourceType or DestinationType of an association."""
        if self.kind is types.TRIAL_COMPONENT:
            return HAND_MADE if self.type is None else f"{SERVICE}{self.type}"
        return self.type or self.kind.noun


def _own_type(kind: ResourceType) -> Callable[[Document], str]:
    return lambda document: str(document[f"{kind.noun}Type"])


def _type_of_component(component: Document) -> str | None:
    source: str | None = component.get("Source", {}).get("SourceType")
    return source.removeprefix(SERVICE) if source else None


_TYPE_OF: Mapping[ResourceType, Callable[[Document], str | None]] = {
    types.ARTIFACT: _own_type(types.ARTIFACT),
    types.ACTION: _own_type(types.ACTION),
    types.CONTEXT: _own_type(types.CONTEXT),
    types.TRIAL_COMPONENT: _type_of_component,
    types.EXPERIMENT: lambda _: types.EXPERIMENT.noun,
}
"""The type of an entity, by its kind."""


def document_of(world: World, arn: str) -> tuple[ResourceType, Document] | None:
    """The kind and the document of an entity, None if this world has none with that ARN."""
    parsed = Arn.parse(arn)
    if parsed is None or (parsed.account_id, parsed.region) != (world.account_id, world.region):
        return None
    kind = types.of_arn_kind(parsed.kind)
    if kind is None or kind not in _TYPE_OF:
        return None
    document: Document | None = world.table(kind).get(parsed.name)
    return None if document is None else (kind, document)


def entity(world: World, arn: str) -> Entity | None:
    """The entity with an ARN, or None."""
    located = document_of(world, arn)
    if located is None:
        return None
    kind, document = located
    return Entity(
        kind,
        _TYPE_OF[kind](document),
        document.get(kind.name_member),
        document["CreationTime"],
        document["LastModifiedTime"],
        document.get("Properties", {}),
    )


def all_arns(world: World) -> Iterator[str]:
    """The ARNs of all entities but experiments, by kind, the oldest first."""
    for kind in _TYPE_OF:
        if kind is not types.EXPERIMENT:
            for document in world.table(kind).documents():
                yield document[kind.arn_member]


def key_in(world: World, kind: ResourceType, text: str) -> str | None:
    """The key of what a request names by its name or ARN; None for an ARN of something else."""
    if not text.startswith("arn:"):
        return text
    arn = Arn.parse(text)
    own = (kind.arn_kind, world.account_id, world.region)
    return arn.name if arn is not None and (arn.kind, arn.account_id, arn.region) == own else None


def shown(arn: str, each: Entity) -> dict[str, Any]:
    """A vertex in the answer of QueryLineage."""
    members = {"Arn": arn, "Type": each.type, "LineageType": each.lineage_type}
    return {name: value for name, value in members.items() if value is not None}
