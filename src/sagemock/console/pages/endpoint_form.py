"""The form that deploys a model: an endpoint configuration and an endpoint in one step."""

from __future__ import annotations

from collections.abc import Mapping

from sagemock.console.form_fields import INSTANCE_TYPES, is_whole
from sagemock.console.form_problems import NO_PROBLEMS, by_field
from sagemock.console.links import page_of
from sagemock.console.page import Page, Redirect
from sagemock.console.page_request import PageRequest
from sagemock.errors import ServiceError
from sagemock.resources import types


def form(page_request: PageRequest) -> Page:
    """Show the form, filled in with the model that `model` names."""
    model = page_request.args.get("model", "")
    return _form({"name": model, "model": model, "instance_type": INSTANCE_TYPES[0], "count": "1"})


FIELDS = {
    "endpointConfigName": "name",
    "endpointName": "name",
    "productionVariants.1.member.modelName": "model",
    "productionVariants.1.member.instanceType": "instance_type",
    "productionVariants.1.member.initialInstanceCount": "count",
}
"""The fields of the form, by the paths of their members in the two requests."""


def _form(
    fields: Mapping[str, str],
    error: str | None = None,
    problems: Mapping[str, str] = NO_PROBLEMS,
) -> Page:
    context = {
        "title": "Deploy model",
        "fields": fields,
        "error": error,
        "problems": problems,
        "instances": INSTANCE_TYPES,
    }
    return Page("endpoint_form.html", context, {"error": error}, status=400 if error else 200)


def create(page_request: PageRequest) -> Page | Redirect:
    """Create the configuration and then the endpoint, or neither if one of them is refused."""
    posted = page_request.request.form
    fields = {
        name: posted.get(name, "").strip() for name in ("name", "model", "instance_type", "count")
    }
    name = fields["name"]
    if not is_whole(fields["count"]):
        problem = "Instance count must be a whole number."
        return _form(fields, problem, {"count": problem})
    try:
        variant = {
            "VariantName": "AllTraffic",
            "ModelName": fields["model"],
            "InstanceType": fields["instance_type"],
            "InitialInstanceCount": int(fields["count"]),
        }
        page_request.call(
            "CreateEndpointConfig", {"EndpointConfigName": name, "ProductionVariants": [variant]}
        )
    except ServiceError as error:
        return _form(fields, str(error), by_field(str(error), FIELDS))
    try:
        page_request.call("CreateEndpoint", {"EndpointName": name, "EndpointConfigName": name})
    except ServiceError as error:
        text = f"{error} {_without_config(page_request, name)}".rstrip()
        return _form(fields, text, by_field(str(error), FIELDS))
    return Redirect(
        page_request.url(page_of(types.ENDPOINT, name)), f"Created the endpoint {name}."
    )


def _without_config(page_request: PageRequest, name: str) -> str:
    """Remove a configuration again; if that is refused as well, return what to say."""
    try:
        page_request.call("DeleteEndpointConfig", {"EndpointConfigName": name})
    except ServiceError as error:
        return f"The configuration {name} was created and cannot be removed: {error}"
    return ""
