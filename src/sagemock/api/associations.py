"""AddAssociation, DeleteAssociation, ListAssociations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from sagemock.accounts.world import Response, World
from sagemock.api.lineage_entities import MAX_ASSOCIATIONS, over_quota
from sagemock.api.listing import Listing
from sagemock.api.projection import summary
from sagemock.errors import ResourceNotFound, ValidationException
from sagemock.lineage import associating, packages
from sagemock.lineage.entities import entity
from sagemock.resources import types
from sagemock.resources.arn import Arn
from sagemock.store import DuplicateKey

if TYPE_CHECKING:
    from mypy_boto3_sagemaker.type_defs import (
        AddAssociationRequestTypeDef,
        DeleteAssociationRequestTypeDef,
        ListAssociationsRequestTypeDef,
    )

    from sagemock.lineage.graph import Association

LISTING = Listing(
    sort_by={
        name: name for name in ("SourceArn", "DestinationArn", "SourceType", "DestinationType")
    },
    equal={
        "SourceArn": "SourceArn",
        "DestinationArn": "DestinationArn",
        # The SDK asks for actions and contexts by what they are, for all others by their types.
        "SourceType": "SourceKinds[]",
        "DestinationType": "DestinationKinds[]",
        "AssociationType": "AssociationType",
    },
)

_OF_EXPERIMENTS = {types.EXPERIMENT.arn_kind, types.TRIAL_COMPONENT.arn_kind}


def add_association(world: World, request: AddAssociationRequestTypeDef) -> Response:
    """Associate one entity with another.

    Raises `ResourceNotFound` for an entity that does not exist, `ValidationException` when there is
    such an association already, and `ResourceLimitExceeded`.
    """
    source, destination = request["SourceArn"], request["DestinationArn"]
    with world.lineage.lock:
        if world.rules.checks and len(world.associated_by_hand) >= MAX_ASSOCIATIONS:
            raise over_quota("association", MAX_ASSOCIATIONS)
        try:
            key = associating.associate(world, source, destination, request.get("AssociationType"))
        except associating.NoSuchEntity as error:
            raise missing_entity(str(error)) from None
        except DuplicateKey:
            raise ValidationException(
                f"Association from '{source}' to '{destination}' must be unique, and one with the "
                "same source and destination already exists."
            ) from None
        world.associated_by_hand[key] = True
    return {"SourceArn": source, "DestinationArn": destination}


def check_add_association(request: AddAssociationRequestTypeDef) -> None:
    """Raises `ValidationException` for two entities that cannot be associated."""
    source, destination = request["SourceArn"], request["DestinationArn"]
    if source == destination:
        raise ValidationException(
            f"SourceArn and DestinationArn must be different, but both are '{source}'."
        )
    ends = [Arn.parse(each) for each in (source, destination)]
    if all(end is not None and end.kind in _OF_EXPERIMENTS for end in ends):
        raise ValidationException(
            f"An association between two experiment entities is not allowed: '{source}' and "
            f"'{destination}'."
        )


def delete_association(world: World, request: DeleteAssociationRequestTypeDef) -> Response:
    """Remove the association from one entity to another. Raises `ResourceNotFound`."""
    source, destination = request["SourceArn"], request["DestinationArn"]
    if not world.lineage.remove(source, destination):
        raise ResourceNotFound(f"Association from '{source}' to '{destination}' does not exist.")
    return {"SourceArn": source, "DestinationArn": destination}


def list_associations(world: World, request: ListAssociationsRequestTypeDef) -> Response:
    """One page of the associations, the latest first by default."""
    packages.refresh(world)
    documents, token = LISTING.page(world.lineage.associations, request)
    return {"AssociationSummaries": [_shown(world, each) for each in documents], **token}


def _shown(world: World, association: Association) -> dict[str, Any]:
    """A summary, with the names that the entities have now."""
    names = {}
    for member, end in (
        ("SourceName", association["SourceArn"]),
        ("DestinationName", association["DestinationArn"]),
    ):
        each = entity(world, end)
        if each is not None and each.name is not None:
            names[member] = each.name
    return {**summary("AssociationSummary", cast("dict[str, Any]", association)), **names}


def missing_entity(arn: str) -> ResourceNotFound:
    """The error for an ARN that is not that of a lineage entity."""
    parsed = Arn.parse(arn)
    kind = types.of_arn_kind(parsed.kind) if parsed is not None else None
    return ResourceNotFound(f"{kind.noun if kind else 'Resource'} '{arn}' does not exist.")
