"""InvokeEndpoint, of SageMaker Runtime."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sagemock.errors import ModelError, NotOurs, ValidationError
from sagemock.inference.errors import InferenceError
from sagemock.resources import endpoint
from sagemock.world import Request, Response, World

MAX_BODY = 6_291_456
"""Bytes, as the API reference says."""

CONTAINER = "primary"


def invoke_endpoint(world: World, request: Request) -> Response:
    """The prediction of the variant that is named, or chosen by weight.

    Raises `ValidationError` when there is no such endpoint or variant, `ModelError` when the
    container refuses the request, and `NotOurs` when its image is not known.
    """
    name = request["EndpointName"]
    document = world.endpoints.get(name)
    if document is None:
        raise ValidationError(f"Endpoint {name} of account {world.account_id} not found.")
    if document["EndpointStatus"] == endpoint.FAILED:
        raise ValidationError(f"Endpoint {name} of account {world.account_id} is not in service.")
    body = request.get("Body", b"")
    if len(body) > MAX_BODY:
        raise ValidationError(
            f"Request {len(body)} bytes is too large; the limit is {MAX_BODY} bytes."
        )
    variant = _variant(world, document["ProductionVariants"], request.get("TargetVariant"))
    predictor = world.deployments.get(name, {}).get(variant)
    if predictor is None:
        raise NotOurs(name)
    try:
        answer, content_type = predictor.invoke(
            body, request.get("ContentType"), request.get("Accept")
        )
    except InferenceError as error:
        raise _model_error(world, name, error) from error
    return {"Body": answer, "ContentType": content_type, "InvokedProductionVariant": variant}


def _variant(world: World, variants: Sequence[Mapping[str, Any]], target: str | None) -> str:
    names = [each["VariantName"] for each in variants]
    if target is not None:
        if target not in names:
            raise ValidationError(f"Variant {target} not found for this endpoint.")
        return target
    weights = [each.get("CurrentWeight", endpoint.DEFAULT_WEIGHT) for each in variants]
    if not any(weights):
        weights = [endpoint.DEFAULT_WEIGHT] * len(names)
    chosen: str = world.random.choices(names, weights)[0]
    return chosen


def _model_error(world: World, name: str, error: InferenceError) -> ModelError:
    """AWS's text around the container's, with the place where its log would be."""
    side = "client" if error.status < 500 else "server"
    group = f"/aws/sagemaker/Endpoints/{name}"
    console = (
        f"https://{world.region}.console.aws.amazon.com/cloudwatch/home?"
        f"region={world.region}#logEventViewer:group={group}"
    )
    return ModelError(
        f"Received {side} error ({error.status}) from {CONTAINER} with message "
        f'"{error.body}". See {console} in account {world.account_id} for more information.',
        OriginalStatusCode=error.status,
        OriginalMessage=error.body,
        LogStreamArn=f"arn:{world.partition}:logs:{world.region}:{world.account_id}:"
        f"log-group:{group}",
    )
