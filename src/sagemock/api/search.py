"""The Search operation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from sagemock import query
from sagemock.accounts.world import Response, World
from sagemock.api.projection import summary
from sagemock.api.search_schema import dashboard_schema, schema
from sagemock.documents import Document
from sagemock.errors import ValidationException
from sagemock.query.page import Source
from sagemock.resources import types
from sagemock.resources.resource_type import ResourceType
from sagemock.resources.types import SEARCHABLE, of_search
from sagemock.wire import service_model

if TYPE_CHECKING:
    from mypy_boto3_sagemaker.type_defs import (
        SearchRequestTypeDef,
    )


def search(world: World, request: SearchRequestTypeDef) -> Response:
    """One page of the resources that match.

    Raises `ValidationException` for an expression that does not fit the resource.
    """
    resource = request["Resource"]
    if resource not in SEARCHABLE:
        # Image and ImageVersion, for which a SearchRecord has no member.
        return _response(query.SearchPage([], 0, None), ())
    try:
        if resource == "Model":
            return _search_models(world, request)
        page = query.search(source(world, of_search(resource)), schema(resource), request)
    except query.QueryError as error:
        raise ValidationException(str(error)) from error
    searchable = SEARCHABLE[resource]
    return _response(
        page,
        ({searchable.member: _shown(searchable.shape, each)} for each in page.documents),
    )


def _shown(shape: str, document: Document) -> dict[str, Any]:
    shown = summary(shape, document)
    if "SourceDetail" in shown:
        shown["SourceDetail"] = {
            noun: summary(noun, value) if noun != "SourceArn" else value
            for noun, value in shown["SourceDetail"].items()
        }
    return shown


def source(world: World, kind: ResourceType) -> Source:
    """Where to search for a kind: its table, or the documents of what moto keeps."""
    return world.table(kind) if kind.ours else world.services.inventory.documents(kind)


def _response(page: query.SearchPage, results: Iterable[dict[str, Any]]) -> Response:
    response: Response = {
        "Results": list(results),
        "TotalHits": {"Value": page.total, "Relation": "EqualTo"},
    }
    if page.next_token is not None:
        response["NextToken"] = page.next_token
    return response


def _search_models(world: World, request: SearchRequestTypeDef) -> Response:
    """Search models by their own properties, or by those of the model dashboard."""
    try:
        page = query.search(world.models, schema("Model"), request)
    except query.QueryError as error:
        shown = _dashboard(world, world.models.documents())
        try:
            page = query.search(shown, dashboard_schema(), request)
        except query.QueryError:
            raise error from None
        return _response(page, ({"Model": _without_key(each)} for each in page.documents))
    shown = _dashboard(world, page.documents)
    return _response(page, ({"Model": _without_key(each)} for each in shown))


def _without_key(shown: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in shown.items() if name != "ModelName"}


def _dashboard(world: World, models: Iterable[Document]) -> list[dict[str, Any]]:
    """Models as the model dashboard shows them: with endpoints, cards and last transform jobs.

    Each also has its ModelName, as a key.
    """
    endpoints = _endpoints_by_model(world)
    cards = {each.get("ModelId"): each for each in source(world, types.MODEL_CARD)}
    transforms: dict[str, Mapping[str, Any]] = {}
    for each in sorted(source(world, types.TRANSFORM_JOB), key=lambda each: each["CreationTime"]):
        transforms[each["ModelName"]] = each
    shown = []
    for model in models:
        name = model["ModelName"]
        entry: dict[str, Any] = {"ModelName": name, "Model": summary("Model", model)}
        if name in endpoints:
            entry["Endpoints"] = endpoints[name]
        if name in transforms:
            entry["LastBatchTransformJob"] = summary("TransformJob", transforms[name])
        if model["ModelArn"] in cards:
            card = cards[model["ModelArn"]]
            entry["ModelCard"] = summary("ModelDashboardModelCard", card)
        shown.append(entry)
    return shown


def _endpoints_by_model(world: World) -> dict[str, list[dict[str, Any]]]:
    members = service_model.structure_members("ModelDashboardEndpoint")
    by_model: dict[str, list[dict[str, Any]]] = {}
    for endpoint in world.endpoints.documents():
        config = world.endpoint_configs.get(endpoint["EndpointConfigName"])
        variants = config["ProductionVariants"] if config is not None else ()
        shown = {name: endpoint[name] for name in members if name in endpoint}
        for model in {each["ModelName"] for each in variants if "ModelName" in each}:
            by_model.setdefault(model, []).append(shown)
    return by_model
