"""What the operations of processing and transform jobs have in common, with their texts."""

from __future__ import annotations

from typing import Any

from sagemock.accounts.world import Request, Response, World
from sagemock.api.listing import Listing
from sagemock.api.projection import described, summary
from sagemock.documents import Document
from sagemock.errors import ResourceInUse, ValidationException
from sagemock.jobs import job as jobs
from sagemock.jobs.definition import JobDefinition
from sagemock.jobs.interruptions import StopRequested
from sagemock.resources.types import ResourceType
from sagemock.store import DuplicateKey


def begin(world: World, definition: JobDefinition[Any], document: Document) -> Response:
    """Keep a new job, and let it run. Raises `ResourceInUse` for a name that is taken."""
    kind = definition.resource
    arn = document[kind.arn_member]
    try:
        world.table(kind).insert(document)
    except DuplicateKey:
        raise ResourceInUse(
            "Job name must be unique within an AWS account and region, "
            f"and a job with this name already exists ({arn})"
        ) from None
    jobs.start(world, definition, document)
    return {kind.arn_member: arn}


def describe(world: World, kind: ResourceType, request: Request) -> Response:
    world.look(kind, request[kind.key])
    return described(kind.operation("Describe"), find(world, kind, request))


def find(world: World, kind: ResourceType, request: Request) -> Document:
    """The job that a request names. Raises `ValidationException`."""
    name = request[kind.key]
    document: Document | None = world.table(kind).get(name)
    if document is None:
        # The declared ResourceNotFound is not what comes.
        raise ValidationException(f"Could not find requested job with name: {name}")
    return document


def stop(world: World, definition: JobDefinition[Any], request: Request) -> Response:
    """A job that is stopping already is left to it. Raises `ValidationException`."""
    kind = definition.resource
    name = request[kind.key]
    if name not in world.table(kind):
        raise ValidationException(f"Could not find job to update with name: {name}")
    try:
        jobs.stop(world, definition, name, StopRequested())
    except jobs.HasEnded as ended:
        raise ValidationException(rejected(kind, ended.status)) from None
    return {}


def listing(kind: ResourceType, *, descending: bool) -> Listing:
    """How a kind is listed; NameContains applies to each page by itself, as for training jobs."""
    return Listing(
        key=kind.key,
        sort_by={
            "CreationTime": "CreationTime",
            "Name": kind.key,
            "Status": kind.status_member,
        },
        descending=descending,
        equal={"StatusEquals": kind.status_member},
        contains_by_page=True,
    )


def page(world: World, kind: ResourceType, of: Listing, request: Request) -> Response:
    """A page of a List operation."""
    some, token = of.page(world.table(kind), request)
    shape = f"{kind.noun}Summary"
    summaries = [summary(shape, each) for each in some]
    return {f"{kind.noun}Summaries": summaries, **token}


def rejected(kind: ResourceType, status: str) -> str:
    return f"The request was rejected because the {kind.words} is in status {status}."
