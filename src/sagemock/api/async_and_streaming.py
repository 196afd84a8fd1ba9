"""InvokeEndpointAsync and InvokeEndpointWithResponseStream, which are refused: not built yet.

moto has canned answers for the first one. They stay where InvokeEndpoint has canned ones: results
that a test has queued, and images that nothing here runs.
"""

from __future__ import annotations

from sagemock.accounts.world import Request, Response, World
from sagemock.errors import NotOurs, ValidationError
from sagemock.resources import lifecycle


def invoke_endpoint_async(world: World, request: Request) -> Response:
    """Leave the request to moto, or refuse it.

    Raises
    ------
    NotOurs
        A test has queued a result for it, or nothing here runs the models of the endpoint.
    ValidationError
        There is no such endpoint, or one of its models runs here.
    """
    if world.services.canned.has_async(request) or not _runs_here(world, request["EndpointName"]):
        raise NotOurs(request["EndpointName"])
    raise _not_built("InvokeEndpointAsync", "InvokeEndpoint, or queue a result through moto's API")


def invoke_endpoint_with_response_stream(world: World, request: Request) -> Response:
    """Refuse the request. Raises `ValidationError`; moto lacks the operation."""
    _runs_here(world, request["EndpointName"])
    raise _not_built("InvokeEndpointWithResponseStream", "InvokeEndpoint")


def _runs_here(world: World, name: str) -> bool:
    """Whether a model of an endpoint runs here. Raises `ValidationError` if it does not serve."""
    document = world.endpoints.get(name)
    if document is None or document["EndpointStatus"] in lifecycle.ENDPOINT_ABSENT:
        raise ValidationError(f"Endpoint {name} of account {world.account_id} not found.")
    return any(server is not None for server in world.deployments.get(name, {}).values())


def _not_built(operation: str, instead: str) -> ValidationError:
    return ValidationError(f"{operation} is not built in sagemock yet: use {instead}.")
