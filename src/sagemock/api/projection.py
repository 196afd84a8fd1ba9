"""Answers made from documents: the members that the shape of the answer has."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sagemock.accounts.world import World
from sagemock.resources.arn import Arn
from sagemock.resources.resource_type import ResourceType
from sagemock.wire import service_model


def described(operation: str, document: Mapping[str, Any]) -> dict[str, Any]:
    """The answer of a Describe operation."""
    return project(service_model.output_members(operation), document)


def summary(shape: str, document: Mapping[str, Any]) -> dict[str, Any]:
    """An entry in the answer of a List operation, or of Search."""
    return project(service_model.structure_members(shape), document)


def project(members: Iterable[str], document: Mapping[str, Any]) -> dict[str, Any]:
    """The named members of a document, in the order of `members`."""
    return {name: document[name] for name in members if name in document}


def arn_of(world: World, kind: ResourceType, name: str) -> Arn:
    """The ARN that a resource of that name has in this world."""
    return Arn(world.partition, world.region, world.account_id, kind.arn_kind, name)
