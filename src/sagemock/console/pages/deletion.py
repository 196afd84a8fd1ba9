"""Delete a resource: a page that asks, and the change itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from werkzeug.exceptions import NotFound

from sagemock.accounts.world import World
from sagemock.console import tracing
from sagemock.console.links import FOLDERS, folder_of, heading, list_of, page_of
from sagemock.console.page import Page, Redirect
from sagemock.console.page_request import PageRequest
from sagemock.documents import Document
from sagemock.errors import ServiceError
from sagemock.resources import types
from sagemock.resources.types import ResourceType

Dependent = tuple[str, str]
"""A page's path and the name of what is there."""


@dataclass(frozen=True, slots=True)
class Consequences:
    """What becomes of other things when one is deleted.

    stays: what does not go with it. dependents: what still names it, if anything can.
    """

    stays: str = ""
    dependents: Callable[[World, Document], Iterator[Dependent]] = lambda _world, _: iter(())


def _serving(world: World, config: Document) -> Iterator[Dependent]:
    return _pages(types.ENDPOINT, tracing.endpoints_of_config(world, config["EndpointConfigName"]))


def _naming(world: World, model: Document) -> Iterator[Dependent]:
    return _pages(types.ENDPOINT_CONFIG, tracing.configs_of_model(world, model["ModelName"]))


def _made_of(world: World, job: Document) -> Iterator[Dependent]:
    artifact = job.get("ModelArtifacts", {}).get("S3ModelArtifacts")
    return _pages(types.MODEL, tracing.models_of_artifact(world, artifact) if artifact else ())


def _pages(kind: ResourceType, documents: Iterable[Document]) -> Iterator[Dependent]:
    for each in documents:
        yield page_of(kind, each[kind.key]), each[kind.key]


CONSEQUENCES: Mapping[ResourceType, Consequences] = {
    types.TRAINING_JOB: Consequences("Its log, its artifact and its models stay.", _made_of),
    types.MODEL: Consequences("Its artifact in S3 stays.", _naming),
    types.ENDPOINT_CONFIG: Consequences(
        "Its models stay, and so do endpoints that were made with it.", _serving
    ),
    types.ENDPOINT: Consequences("Nobody can invoke it from then on. Its models stay."),
    types.FEATURE_GROUP: Consequences("Records in its offline store stay."),
}
"""Of deleting one of a kind; there are none to tell of for others."""


def confirm(page_request: PageRequest, folder: str, name: str) -> Page:
    """The page that asks whether it is meant."""
    return _page(page_request, folder, name)


def _page(page_request: PageRequest, folder: str, name: str, error: str | None = None) -> Page:
    kind = FOLDERS[folder]
    document = page_request.world.table(kind).get(name)
    if document is None:
        raise NotFound(f"There is no {kind.words} {name!r} in {page_request.region}.")
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
    """Delete it, or say in AWS's words why not; then the list that it was in."""
    kind = FOLDERS[folder]
    config = page_request.request.form.get("config", "")
    try:
        page_request.call(kind.operation("Delete"), {kind.name_member: name})
    except ServiceError as refused:
        return _page(page_request, folder, name, refused.message)
    if kind is types.ENDPOINT and config:
        try:
            page_request.call("DeleteEndpointConfig", {"EndpointConfigName": config})
        except ServiceError as refused:
            said = f"The endpoint {name} is deleted, its configuration is not: {refused.message}"
            rest = page_request.at(f"{page_of(types.ENDPOINT_CONFIG, config)}/delete")
            return _page(rest, folder_of(types.ENDPOINT_CONFIG), config, said)
    return Redirect(page_request.url(f"/{folder}"))
