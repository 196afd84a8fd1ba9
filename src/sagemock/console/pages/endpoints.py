"""Endpoints and their configurations: what they serve, its lineage, and a box to invoke it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sagemock.accounts.world import World
from sagemock.api.runtime import UNKNOWN_IMAGE
from sagemock.console import code, lineage_graph
from sagemock.console.charts.picture import SIDES, picture
from sagemock.console.missing import MissingResource
from sagemock.console.page import Page
from sagemock.console.page_request import PageRequest
from sagemock.console.samples import sample_row
from sagemock.errors import ServiceError
from sagemock.formats.media_type import CSV, JSON, JSON_LINES
from sagemock.resources import types
from sagemock.wire.service_model import RUNTIME

CONTENT_TYPES = (CSV, JSON, JSON_LINES)
MAX_SAMPLE = 20_000
"""Characters of a row that the request body is filled in with."""

NOT_RUN = (
    "sagemock does not run this model's image. Clients get moto's canned answer from this endpoint."
)


def endpoint(page_request: PageRequest, name: str) -> Page:
    """Show an endpoint; `sample` fills the request body with that row of training data."""
    document = _find(page_request, name)
    content_type = CONTENT_TYPES[0]
    body = ""
    if "sample" in page_request.args:
        row = _sample(page_request, document, page_request.args.get("sample", 0, type=int))
        body = ",".join(f"{value:.6g}" for value in row)
    if len(body) > MAX_SAMPLE:
        note = f"A row of {len(row):,} features is too long for this page."
        return _page(page_request, document, "", content_type, note=note)
    return _page(page_request, document, body, content_type)


def _find(page_request: PageRequest, name: str) -> Mapping[str, Any]:
    document = page_request.world.endpoints.get(name)
    if document is None:
        raise MissingResource(page_request, types.ENDPOINT, name)
    return document


def _sample(
    page_request: PageRequest, document: Mapping[str, Any], position: int
) -> Sequence[float]:
    """A row of the data that the endpoint's first model was trained on."""
    config = page_request.world.endpoint_configs.get(document["EndpointConfigName"])
    for variant in settings(page_request.world, config):
        if variant["job"] is not None:
            row = sample_row(variant["job"], page_request.world.services.storage, position)
            if row is not None:
                return row
    return ()


def _page(
    page_request: PageRequest,
    document: Mapping[str, Any],
    body: str,
    content_type: str,
    *,
    answer: str | None = None,
    error: str | None = None,
    note: str | None = None,
    variant: str = "",
) -> Page:
    config = page_request.world.endpoint_configs.get(document["EndpointConfigName"])
    configured = settings(page_request.world, config)
    name = document["EndpointName"]
    context = {
        "title": name,
        "endpoint": document,
        "config": config,
        "settings": configured,
        "body": body,
        "content_type": content_type,
        "content_types": CONTENT_TYPES,
        "answer": answer,
        "predictions": _predictions(answer),
        "answered_by": variant,
        "error": error,
        "note": note,
        "pictures": [drawn for row in _rows(body, content_type) if (drawn := picture(row))],
        "side": _side(configured),
        "has_sample": any(each["job"] is not None for each in configured),
        "sample": page_request.args.get("sample", 0, type=int),
        "arn": document["EndpointArn"],
    }
    data = {
        "Endpoint": dict(document),
        "EndpointConfig": None if config is None else dict(config),
        "Answer": answer,
        "Error": error,
    }
    script = _invocation(name, content_type, body)
    return Page("endpoint.html", context, data, script=script, status=400 if error else 200)


def settings(world: World, config: Mapping[str, Any] | None) -> list[dict[str, Any]]:
    """Return each variant of a configuration with its model and the training job of that."""
    if config is None:
        return []
    return [_traced(world, each) for each in lineage_graph.variants(config)]


def _traced(world: World, variant: Mapping[str, Any]) -> dict[str, Any]:
    model = world.models.get(variant.get("ModelName", ""))
    artifacts = [] if model is None else list(lineage_graph.artifacts_of_model(model))
    job = lineage_graph.job_of_artifact(world, artifacts[0]) if artifacts else None
    return {"variant": variant, "model": model, "artifacts": artifacts, "job": job}


def _side(configured: Sequence[Mapping[str, Any]]) -> int | None:
    """The width of the pictures on which the first model was trained, None if it was not."""
    for each in configured:
        columns = ((each["job"] or {}).get("HyperParameters") or {}).get("feature_dim", "")
        if columns.isdecimal() and int(columns) in SIDES:
            return SIDES[int(columns)]
    return None


def _invocation(name: str, content_type: str, body: str) -> code.Script:
    """The call that sends the request body of the form."""
    arguments = {"EndpointName": name, "ContentType": content_type, "Body": body or "..."}
    lines = [f"    {key}={json.dumps(value)}," for key, value in arguments.items()]
    read = 'print(answer["Body"].read().decode())'
    return code.Script(
        "\n".join(["answer = runtime.invoke_endpoint(", *lines, ")", read]), client="runtime"
    )


def invoke(page_request: PageRequest, name: str) -> Page:
    """Invoke the endpoint with the request body of the form, and show its answer."""
    document = _find(page_request, name)
    body = page_request.request.form.get("body", "").strip()
    content_type = page_request.request.form.get("content_type", CONTENT_TYPES[0])
    request = {"EndpointName": name, "ContentType": content_type, "Body": body.encode()}
    try:
        answer = page_request.call("InvokeEndpoint", request, RUNTIME)
    except ServiceError as error:
        return _page(page_request, document, body, content_type, error=error.message)
    text = bytes(answer["Body"]).decode("utf-8", "replace")
    variant = answer.get("InvokedProductionVariant", "")
    if (
        answer["Body"] == UNKNOWN_IMAGE
        and page_request.world.deployments[name].get(variant) is None
    ):
        return _page(page_request, document, body, content_type, error=NOT_RUN)
    return _page(page_request, document, body, content_type, answer=text, variant=variant)


def _predictions(answer: str | None) -> list[Mapping[str, Any]]:
    """The predictions of an answer in JSON; empty for another one."""
    try:
        predictions = json.loads(answer or "")["predictions"]
    except (ValueError, KeyError, TypeError):
        return []
    if not isinstance(predictions, list):
        return []
    return [each for each in predictions if isinstance(each, dict)]


MAX_PICTURES = 12


def _rows(body: str, content_type: str) -> list[list[float]]:
    """The first rows of features in a body; empty unless all of them are numbers."""
    try:
        if content_type == CSV:
            lines = [line for line in body.splitlines() if line.strip()]
            return [[float(part) for part in line.split(",")] for line in lines[:MAX_PICTURES]]
        if content_type == JSON:
            instances = json.loads(body)["instances"][:MAX_PICTURES]
            return [[float(value) for value in each["features"]] for each in instances]
    except (ValueError, KeyError, TypeError):
        pass
    return []


def endpoint_config(page_request: PageRequest, name: str) -> Page:
    """Show an endpoint configuration. Raises `NotFound`."""
    document = page_request.world.endpoint_configs.get(name)
    if document is None:
        raise MissingResource(page_request, types.ENDPOINT_CONFIG, name)
    request = code.request_of("CreateEndpointConfig", document)
    context = {
        "title": name,
        "config": document,
        "settings": settings(page_request.world, document),
        "endpoints": lineage_graph.endpoints_of_config(page_request.world, name),
        "arn": document["EndpointConfigArn"],
    }
    script = code.call("create_endpoint_config", request)
    data = {"EndpointConfig": dict(document)}
    return Page("endpoint_config.html", context, data, script=script)
