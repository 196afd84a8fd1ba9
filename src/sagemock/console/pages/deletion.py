"""Deletion of a resource: a page that asks for confirmation, and the change itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from sagemock.accounts.world import World
from sagemock.console import related
from sagemock.console.links import FOLDERS, folder_of, heading, list_of, page_of
from sagemock.console.missing import MissingResource
from sagemock.console.page import Page, Redirect
from sagemock.console.page_request import PageRequest
from sagemock.documents import Document
from sagemock.errors import ServiceError
from sagemock.resources import types
from sagemock.resources.resource_type import ResourceType

Dependent = tuple[str, str]
"""The path of a resource's page, and its name."""


@dataclass(frozen=True, slots=True)
class Consequences:
    """What the deletion of a resource means for others.

    Attributes
    ----------
    stays
        A sentence on what is not deleted with it.
    dependents
        The resources that name it, and still will.
    """

    stays: str = ""
    dependents: Callable[[World, Document], Iterator[Dependent]] = lambda _world, _: iter(())


def _serving(world: World, config: Document) -> Iterator[Dependent]:
    return _pages(types.ENDPOINT, related.endpoints_of_config(world, config["EndpointConfigName"]))


def _naming(world: World, model: Document) -> Iterator[Dependent]:
    return _pages(types.ENDPOINT_CONFIG, related.configs_of_model(world, model["ModelName"]))


def _made_of(world: World, job: Document) -> Iterator[Dependent]:
    artifact = job.get("ModelArtifacts", {}).get("S3ModelArtifacts")
    return _pages(types.MODEL, related.models_of_artifact(world, artifact) if artifact else ())


def _pages(kind: ResourceType, documents: Iterable[Document]) -> Iterator[Dependent]:
    for each in documents:
        yield page_of(kind, each[kind.key]), each[kind.key]


CONSEQUENCES: Mapping[ResourceType, Consequences] = {
    types.TRAINING_JOB: Consequences("Its log, its artifact and its models are kept.", _made_of),
    types.MODEL: Consequences("Its artifact in S3 is kept.", _naming),
    types.ENDPOINT_CONFIG: Consequences(
        "Its models and the endpoints that were created with it are kept.", _serving
    ),
    types.ENDPOINT: Consequences("It can no longer be invoked. Its models are kept."),
    types.FEATURE_GROUP: Consequences("Records in its offline store are kept."),
}
"""By the kind of what is deleted; deleting one of another kind has none."""


def confirm(page_request: PageRequest, folder: str, name: str) -> Page:
    """Ask for confirmation."""
    return _page(page_request, folder, name)


def _page(page_request: PageRequest, folder: str, name: str, error: str | None = None) -> Page:
    kind = FOLDERS[folder]
    document = page_request.world.table(kind).get(name)
    if document is None:
        raise MissingResource(page_request, kind, name)
    consequences = CONSEQUENCES.get(kind, Consequences())
    config = document["EndpointConfigName"] if kind is types.ENDPOINT else None
    context = {
        "title": f"Delete {kind.words}",
        "name": name,
        "folder": folder,
        "home": page_of(kind, name),
        "kind": kind,
        "heading": heading(kind),
        "section": list_of(kind),
        "stays": consequences.stays,
        "dependents": list(consequences.dependents(page_request.world, document)),
        "config": config if config in page_request.world.endpoint_configs else None,
        "error": error,
    }
    return Page("deletion.html", context, {"error": error}, status=400 if error else 200)


def delete(page_request: PageRequest, folder: str, name: str) -> Page | Redirect:
    """Delete a resource and go to its list, or show AWS's error."""
    kind = FOLDERS[folder]
    config = page_request.request.form.get("config", "")
    try:
        page_request.call(kind.operation("Delete"), {kind.name_member: name})
    except ServiceError as error:
        return _page(page_request, folder, name, error.message)
    if kind is types.ENDPOINT and config:
        try:
            page_request.call("DeleteEndpointConfig", {"EndpointConfigName": config})
        except ServiceError as error:
            text = f"The endpoint {name} is deleted, its configuration is not: {error.message}"
            of_config = page_request.at(f"{page_of(types.ENDPOINT_CONFIG, config)}/delete")
            return _page(of_config, folder_of(types.ENDPOINT_CONFIG), config, text)
    message = f"Deleted the {kind.words} {name}."
    if kind is types.ENDPOINT and config:
        message = f"Deleted the endpoint {name} and its configuration {config}."
    return Redirect(page_request.url(f"/{folder}"), message)
