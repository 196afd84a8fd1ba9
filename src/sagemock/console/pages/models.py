"""A model, with the jobs it comes from and the endpoints that serve it; and a form for one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from sagemock.api.ready_made import default_image, default_role
from sagemock.console import code, related
from sagemock.console.budget import excerpt
from sagemock.console.form_problems import NO_PROBLEMS, by_field
from sagemock.console.links import page_of
from sagemock.console.missing import MissingResource
from sagemock.console.page import Page, Redirect
from sagemock.console.page_request import PageRequest
from sagemock.console.references import References
from sagemock.errors import NotOurs, ServiceError
from sagemock.resources import types
from sagemock.resources.model import data_location

if TYPE_CHECKING:
    from sagemock.resources.model import Model


def model(page_request: PageRequest, name: str) -> Page:
    """Show a model. Raises `NotFound`."""
    document = page_request.world.models.get(name)
    if document is None:
        raise MissingResource(page_request, types.MODEL, name)
    configs = related.configs_of_model(page_request.world, name)
    endpoints = [
        each
        for config in configs
        for each in related.endpoints_of_config(page_request.world, config["EndpointConfigName"])
    ]
    context = {
        "title": name,
        "model": document,
        "containers": list(_containers(page_request, document)),
        "configs": configs,
        "endpoints": endpoints,
        "arn": document["ModelArn"],
    }
    script = code.call("create_model", code.request_of("CreateModel", document))
    return Page("model.html", context, {"Model": dict(document)}, script=script)


MAX_VARIABLES = 160
"""Environment variables of all containers."""


def _containers(page_request: PageRequest, document: Model) -> Iterator[tuple[Any, ...]]:
    """Each container, with the links and texts that its card shows."""
    world = page_request.world
    of_model = list(related.containers_of_model(world, document))
    references = References(page_request)
    for each in of_model:
        location = data_location(each)
        environment = excerpt(each.get("Environment", {}).items(), MAX_VARIABLES // len(of_model))
        yield (
            each,
            location,
            related.job_of_artifact(world, location),
            environment,
            references.of_text(each.get("ModelPackageName", "")),
        )


def form(page_request: PageRequest) -> Page:
    """Show the form for a model, filled in from the training job that `job` names."""
    job: Mapping[str, Any] = (
        page_request.world.training_jobs.get(page_request.args.get("job", "")) or {}
    )
    fields = {
        "name": job.get("TrainingJobName", ""),
        "image": job.get("AlgorithmSpecification", {}).get(
            "TrainingImage", default_image(page_request.world)
        ),
        "data": job.get("ModelArtifacts", {}).get("S3ModelArtifacts", ""),
        "role": job.get("RoleArn", default_role(page_request.world)),
    }
    return _page(fields)


FIELDS = {
    "modelName": "name",
    "primaryContainer.image": "image",
    "primaryContainer.modelDataUrl": "data",
    "executionRoleArn": "role",
}
"""The fields of the form, by the paths of their members in the request."""


def _page(
    fields: Mapping[str, str],
    error: str | None = None,
    problems: Mapping[str, str] = NO_PROBLEMS,
) -> Page:
    context = {"title": "Create model", "fields": fields, "error": error, "problems": problems}
    return Page("model_form.html", context, {"error": error}, status=400 if error else 200)


def create(page_request: PageRequest) -> Page | Redirect:
    """Create the model, or show the form again with AWS's error."""
    posted = page_request.request.form
    fields = {name: posted.get(name, "").strip() for name in ("name", "image", "data", "role")}
    container: dict[str, Any] = {"Image": fields["image"]}
    if fields["data"]:
        container["ModelDataUrl"] = fields["data"]
    request: dict[str, Any] = {"ModelName": fields["name"], "PrimaryContainer": container}
    if fields["role"]:
        request["ExecutionRoleArn"] = fields["role"]
    try:
        page_request.call("CreateModel", request)
    except (ServiceError, NotOurs) as error:
        return _page(fields, str(error), by_field(str(error), FIELDS))
    message = f"Created the model {fields['name']}."
    return Redirect(page_request.url(page_of(types.MODEL, fields["name"])), message)
