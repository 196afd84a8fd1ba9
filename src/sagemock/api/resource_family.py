"""What the operations of most kinds of resources have in common, written once.

A module of this package says what is special about its kind: the texts of its errors, how it is
listed, and whatever an operation does beside keeping, finding or removing a document.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Generic

from sagemock.accounts.world import Request, Response, World
from sagemock.api.listing import Listing
from sagemock.api.projection import arn_of, described, summary
from sagemock.documents import D
from sagemock.errors import ServiceError
from sagemock.resources.arn import Arn
from sagemock.resources.resource_type import ResourceType
from sagemock.store import Change, DuplicateKey, NoSuchKey


@dataclass(frozen=True, slots=True)
class ResourceFamily(Generic[D]):
    """The resources of one kind, as the operations on them see them.

    Parameters
    ----------
    kind : ResourceType
        The row of the kind, which names its table, members and shapes.
    missing : Callable[[Arn], ServiceError]
        The error for a resource that does not exist, by the ARN that it would have.
    taken : Callable[[Any], ServiceError]
        The error for a new document whose name is taken.
    listing : Listing
        How the List operation filters and sorts.
    """

    kind: ResourceType
    missing: Callable[[Arn], ServiceError]
    taken: Callable[[Any], ServiceError]
    listing: Listing = field(default_factory=Listing)

    def arn(self, world: World, name: str) -> Arn:
        """The ARN that a resource of that name has in this world."""
        return arn_of(world, self.kind, name)

    def insert(self, world: World, document: D) -> Response:
        """Keep a new document, and answer with its ARN. Raises `taken`."""
        try:
            world.table(self.kind).insert(document)
        except DuplicateKey:
            raise self.taken(document) from None
        return {self.kind.arn_member: document[self.kind.arn_member]}

    def get(self, world: World, name: str) -> D | None:
        """The resource of that name, or None."""
        return world.table(self.kind).get(name)

    def find(self, world: World, name: str) -> D:
        """The resource of that name. Raises `missing`."""
        document = self.get(world, name)
        if document is None:
            raise self.missing(self.arn(world, name))
        return document

    def look(self, world: World, name: str) -> D:
        """The resource of that name, for its Describe operation. Raises `missing`.

        A pace of moto's state manager may count how often a resource is described.
        """
        world.look(self.kind, name)
        return self.find(world, name)

    def describe(self, world: World, name: str) -> Response:
        """The answer of the Describe operation. Raises `missing`."""
        return described(self.kind.operation("Describe"), self.look(world, name))

    def page(self, world: World, request: Request) -> tuple[list[D], dict[str, str]]:
        """The documents of one page of the List operation, and its NextToken if there is one."""
        return self.listing.page(world.table(self.kind), request)

    def summaries(self, world: World, request: Request) -> Response:
        """The answer of the List operation.

        Raises `ValidationException` for a token that belongs to another request.
        """
        documents, token = self.page(world, request)
        shape = f"{self.kind.noun}Summary"
        member = self.listing.member or f"{self.kind.noun}Summaries"
        return {member: [summary(shape, each) for each in documents], **token}

    def update(self, world: World, name: str, change: Change[D]) -> D:
        """Change a resource in one step, and return the new document. Raises `missing`."""
        try:
            document: D = world.table(self.kind).update(name, change)
        except NoSuchKey:
            raise self.missing(self.arn(world, name)) from None
        return document

    def delete(self, world: World, name: str) -> None:
        """Remove a resource. Raises `missing`."""
        try:
            world.table(self.kind).delete(name)
        except NoSuchKey:
            raise self.missing(self.arn(world, name)) from None
