"""Artifacts, actions and contexts: how their operations find, limit and delete them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from sagemock.accounts.world import Request, Response, World
from sagemock.api.listing import Listing
from sagemock.api.resource_family import ResourceFamily
from sagemock.documents import D, Document
from sagemock.errors import (
    ResourceLimitExceeded,
    ResourceNotFound,
    ServiceError,
    ValidationException,
)
from sagemock.lineage import packages
from sagemock.lineage.entities import key_in
from sagemock.resources import clock, lineage_entity, types
from sagemock.resources.resource_type import ResourceType

if TYPE_CHECKING:
    from sagemock.resources.lineage_entity import NewAction, NewArtifact, NewContext

QUOTAS: Mapping[ResourceType, int] = {
    types.ACTION: 3000,
    types.ARTIFACT: 6000,
    types.CONTEXT: 500,
}
"""How many of each kind users may create. What SageMaker creates by itself does not count."""

MAX_ASSOCIATIONS = 6000
"""How many associations users may create."""


def missing(kind: ResourceType, arn: object) -> ResourceNotFound:
    """The error for an entity that does not exist."""
    return ResourceNotFound(f"{kind.noun} '{arn}' does not exist.")


def over_quota(words: str, limit: int) -> ResourceLimitExceeded:
    """The error for one more entity than users may create."""
    return ResourceLimitExceeded(
        f"The account-level service limit 'Maximum number of {words}s' is {limit} {words}s, with "
        f"current utilization of {limit} {words}s and a request delta of 1 {words}s. Please use "
        "AWS Service Quotas to request an increase for this quota. If AWS Service Quotas is not "
        "available, contact AWS support to request an increase for this quota."
    )


class _LineageEntities(ResourceFamily[D]):
    """One of the three kinds. Requests name an entity by its name or by its ARN.

    Whoever reads sees the model packages that moto has created in the meantime.
    """

    __slots__ = ()

    def describe(self, world: World, name: str) -> Response:
        """The answer of the Describe operation. Raises `missing`."""
        packages.refresh(world)
        return ResourceFamily.describe(self, world, name)

    def summaries(self, world: World, request: Request) -> Response:
        """The answer of the List operation. Raises `ValidationException`."""
        packages.refresh(world)
        return ResourceFamily.summaries(self, world, request)

    def key_of(self, world: World, name_or_arn: str) -> str:
        """The key of what a request names. Raises `missing`."""
        key = key_in(world, self.kind, name_or_arn)
        if key is None:
            raise missing(self.kind, name_or_arn)
        return key

    def create(self, world: World, document: D) -> Response:
        """Keep what a user creates. Raises `taken`, and `ResourceLimitExceeded`."""
        by_hand = world.created_by_hand[self.kind]
        with world.lineage.lock:
            if self.get(world, document[world.table(self.kind).key]) is not None:
                raise self.taken(document)
            if world.rules.checks and len(by_hand) >= QUOTAS[self.kind]:
                raise over_quota(self.kind.words, QUOTAS[self.kind])
            answer = self.insert(world, document)
            by_hand[document[world.table(self.kind).key]] = True
        return answer

    def change(self, world: World, key: str, changes: Document) -> Response:
        """Update members and properties of an entity. Raises `missing`."""
        changed = self.update(
            world, key, lambda old: lineage_entity.updated(old, changes, clock.now())
        )
        return {self.kind.arn_member: changed[self.kind.arn_member]}

    def remove(self, world: World, key: str) -> Response:
        """Delete an entity without associations.

        Raises `missing`, and `ValidationException` for one that has associations.
        """
        with world.lineage.lock:
            document = self.find(world, key)
            arn = document[self.kind.arn_member]
            if world.lineage.connects(arn):
                raise ValidationException(
                    f"{self.kind.noun} '{arn}' is linked to 1 or more associations and cannot be "
                    "deleted."
                )
            world.table(self.kind).delete(key)
        return {self.kind.arn_member: arn}


def _entities(
    kind: ResourceType, taken: Callable[[Any], ServiceError], **sort_by: str
) -> _LineageEntities[Any]:
    return _LineageEntities(
        kind,
        missing=lambda arn: missing(kind, arn),
        taken=taken,
        listing=Listing(
            sort_by=sort_by,
            equal={"SourceUri": "Source.SourceUri", f"{kind.noun}Type": f"{kind.noun}Type"},
        ),
    )


def _name_taken(kind: ResourceType) -> Callable[[Any], ServiceError]:
    return lambda document: ValidationException(
        f"{kind.noun} with name ({document[kind.name_member]}) already exists."
    )


ACTIONS: _LineageEntities[NewAction] = _entities(types.ACTION, _name_taken(types.ACTION))

CONTEXTS: _LineageEntities[NewContext] = _entities(types.CONTEXT, _name_taken(types.CONTEXT))

ARTIFACTS: _LineageEntities[NewArtifact] = _entities(
    types.ARTIFACT,
    lambda document: ValidationException(
        f"Artifact with source URI ({document['Source']['SourceUri']}) already exists: "
        f"{document['ArtifactArn']}"
    ),
)
