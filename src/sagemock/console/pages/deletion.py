"""Delete a resource: a page that asks, and the change itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from werkzeug.exceptions import NotFound

from sagemock.console import sources, tracing
from sagemock.console.links import HOMES
from sagemock.console.visit import Page, Redirect, Visit
from sagemock.errors import ServiceError
from sagemock.world import World

Document = Mapping[str, Any]
Dependent = tuple[str, str]
"""A page's path and the name of what is there."""


@dataclass(frozen=True, slots=True)
class Kind:
    """What can be deleted.

    stays: what does not go with it. dependents: what still names it, if anything can.
    """

    resource: str
    noun: str
    stays: str
    dependents: Callable[[World, Document], Iterator[Dependent]] | None


def _serving(world: World, config: Document) -> Iterator[Dependent]:
    for each in tracing.endpoints_of_config(world, config["EndpointConfigName"]):
        yield f"{HOMES['Endpoint']}{each['EndpointName']}", each["EndpointName"]


def _naming(world: World, model: Document) -> Iterator[Dependent]:
    for each in tracing.configs_of_model(world, model["ModelName"]):
        yield f"{HOMES['EndpointConfig']}{each['EndpointConfigName']}", each["EndpointConfigName"]


def _made_of(world: World, job: Document) -> Iterator[Dependent]:
    artifact = job.get("ModelArtifacts", {}).get("S3ModelArtifacts")
    for each in tracing.models_of_artifact(world, artifact) if artifact else ():
        yield f"{HOMES['Model']}{each['ModelName']}", each["ModelName"]


KINDS: Mapping[str, Kind] = {
    "training-jobs": Kind(
        "TrainingJob", "training job", "Its log, its artifact and its models stay.", _made_of
    ),
    "models": Kind("Model", "model", "Its artifact in S3 stays.", _naming),
    "endpoint-configs": Kind(
        "EndpointConfig",
        "endpoint configuration",
        "Its models stay, and so do endpoints that were made with it.",
        _serving,
    ),
    "endpoints": Kind(
        "Endpoint",
        "endpoint",
        "Nobody can invoke it from then on. Its models stay.",
        None,
    ),
}
"""By the folder of their pages."""


def confirm(visit: Visit, folder: str, name: str) -> Page:
    """The page that asks whether it is meant."""
    return _page(visit, folder, name)


def _page(visit: Visit, folder: str, name: str, error: str | None = None) -> Page:
    kind = KINDS[folder]
    document = sources.document(visit.world, kind.resource, name)
    if document is None:
        raise NotFound(f"There is no {kind.noun} {name!r} in {visit.region}.")
    config = document.get("EndpointConfigName") if kind.resource == "Endpoint" else None
    context = {
        "title": f"Delete {kind.noun}",
        "name": name,
        "folder": folder,
        "kind": kind,
        "dependents": _dependents(kind, visit.world, document),
        "config": config if config in visit.world.endpoint_configs else None,
        "error": error,
    }
    return Page("deletion.html", context, {"error": error}, status=400 if error else 200)


def _dependents(kind: Kind, world: World, document: Document) -> list[Dependent]:
    return [] if kind.dependents is None else list(kind.dependents(world, document))


def delete(visit: Visit, folder: str, name: str) -> Page | Redirect:
    """Delete it, or say in AWS's words why not; then the list that it was in."""
    resource = KINDS[folder].resource
    config = visit.request.form.get("config", "")
    try:
        visit.call(f"Delete{resource}", {f"{resource}Name": name})
    except ServiceError as refused:
        return _page(visit, folder, name, refused.message)
    if resource == "Endpoint" and config:
        try:
            visit.call("DeleteEndpointConfig", {"EndpointConfigName": config})
        except ServiceError as refused:
            said = f"The endpoint {name} is deleted, its configuration is not: {refused.message}"
            rest = visit.at(f"/endpoint-configs/{config}/delete")
            return _page(rest, "endpoint-configs", config, said)
    return Redirect(visit.url(f"/{folder}"))
