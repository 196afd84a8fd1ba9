"""Search."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sagemock import query
from sagemock.api.projection import summary
from sagemock.api.search_schema import schema
from sagemock.errors import NotOurs, ValidationException
from sagemock.store import Document, Table
from sagemock.world import Request, Response, World


def search(world: World, request: Request) -> Response:
    """One page of what matches.

    Raises `ValidationException` for an expression that does not fit the resource, and `NotOurs`
    for a resource that moto keeps.
    """
    resource = request["Resource"]
    if resource not in _RESULTS:
        raise NotOurs(resource)
    table, result = _RESULTS[resource]
    try:
        page = query.search(table(world), schema(resource), request)
    except query.QueryError as error:
        raise ValidationException(str(error)) from error
    response: Response = {
        "Results": [result(document) for document in page.documents],
        "TotalHits": {"Value": page.total, "Relation": "EqualTo"},
    }
    if page.next_token is not None:
        response["NextToken"] = page.next_token
    return response


def _training_job(document: Document) -> dict[str, Any]:
    return {"TrainingJob": summary("TrainingJob", document)}


def _endpoint(document: Document) -> dict[str, Any]:
    return {"Endpoint": summary("Endpoint", document)}


def _model(document: Document) -> dict[str, Any]:
    """The shape of the model dashboard wraps the model."""
    return {"Model": {"Model": summary("Model", document)}}


_RESULTS: Mapping[str, tuple[Callable[[World], Table], Callable[[Document], dict[str, Any]]]] = {
    "TrainingJob": (lambda world: world.training_jobs, _training_job),
    "Endpoint": (lambda world: world.endpoints, _endpoint),
    "Model": (lambda world: world.models, _model),
}
