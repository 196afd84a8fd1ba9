"""Answers made of documents: the members that AWS's shape of the answer has."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sagemock.accounts.world import World
from sagemock.resources.arn import Arn
from sagemock.resources.types import ResourceType
from sagemock.wire import service_model


def described(operation: str, document: Mapping[str, Any]) -> dict[str, Any]:
    """A Describe answer."""
    return project(service_model.output_members(operation), document)


def summary(shape: str, document: Mapping[str, Any]) -> dict[str, Any]:
    """An entry of a List answer."""
    return project(service_model.structure_members(shape), document)


def project(members: Iterable[str], document: Mapping[str, Any]) -> dict[str, Any]:
    """The members of a document that are named, in the order of their naming."""
    return {name: document[name] for name in members if name in document}


def arn_of(world: World, kind: ResourceType, name: str) -> Arn:
    """The ARN that a resource of this world has."""
    return Arn(world.partition, world.region, world.account_id, kind.arn_kind, name)
