"""How entities get associations, whoever asks for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sagemock.lineage.entities import Entity, entity
from sagemock.lineage.graph import association_id
from sagemock.resources import clock

if TYPE_CHECKING:
    from sagemock.accounts.world import World
    from sagemock.lineage.graph import Association


class NoSuchEntity(Exception):
    """There is no entity with that ARN."""


def associate(world: World, source: str, destination: str, kind: str | None) -> str:
    """Associate one entity with another, and return the key of the association.

    Parameters
    ----------
    world : World
        Where both entities are.
    source, destination : str
        Their ARNs.
    kind : str or None
        The AssociationType.

    Raises
    ------
    NoSuchEntity
        One of them does not exist.
    DuplicateKey
        There is such an association already.
    """
    with world.lineage.lock:
        first, second = _existing(world, source), _existing(world, destination)
        association: Association = {
            "AssociationId": association_id(source, destination),
            "SourceArn": source,
            "DestinationArn": destination,
            "SourceKinds": [first.association_type, first.kind.noun],
            "DestinationKinds": [second.association_type, second.kind.noun],
            "SourceType": first.association_type,
            "DestinationType": second.association_type,
            "CreationTime": clock.now(),
            "CreatedBy": {},
        }
        if kind is not None:
            association["AssociationType"] = kind
        world.lineage.add(association)
    return association["AssociationId"]


def _existing(world: World, arn: str) -> Entity:
    each = entity(world, arn)
    if each is None:
        raise NoSuchEntity(arn)
    return each
