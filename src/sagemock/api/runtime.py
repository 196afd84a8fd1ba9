"""InvokeEndpoint, of SageMaker Runtime."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from typing import Any

from sagemock.accounts.services import CannedResult, ObjectNotFound
from sagemock.accounts.world import Request, Response, World
from sagemock.containers.base import InferenceError, InferenceRequest, InferenceResponse
from sagemock.documents import Document
from sagemock.errors import (
    ModelError,
    NoTargetModel,
    OversizeBody,
    ServiceError,
    ValidationError,
)
from sagemock.faults.rules import InvocationRule
from sagemock.formats.media_type import BINARY, JSON
from sagemock.hosting import capture, endpoint_history, endpoint_log, instance_log, targets
from sagemock.hosting.invocations import Timer
from sagemock.hosting.model_server import PRIMARY, ContainerError
from sagemock.resources import clock, endpoint, lifecycle
from sagemock.resources.endpoint_config import DEFAULT_WEIGHT
from sagemock.resources.partition import console_url
from sagemock.resources.s3_uri import parse_s3

log = logging.getLogger("sagemock")

UNKNOWN_IMAGE = b"body"
"""The answer of a variant whose image nothing here runs; moto gives it for every endpoint."""

ATTRIBUTES = "x-amzn-sagemaker-custom-attributes"
"""The header that client and container pass through to each other."""

SERVERLESS_BODY = 4 << 20
"""Limit of a request to a serverless endpoint, in bytes; for others the service model has it."""


def invoke_endpoint(world: World, request: Request) -> Response:
    """Invoke the variant that the request names, or one chosen by weight.

    Results that a test has queued through moto's API come first. A variant whose image nothing
    here runs answers `UNKNOWN_IMAGE`.

    Raises
    ------
    ValidationError
        There is no such endpoint, variant, container or model, the request names too much or too
        little of these, or the body is too large.
    ModelError
        The container refuses the request.
    """
    timer = Timer()
    history = endpoint_history.of_endpoint(world, request["EndpointName"])
    try:
        response = _invoke(world, request, timer)
    except ServiceError as error:
        if history is not None:
            history.note(request, timer, error=error.message)
        raise
    if history is not None:
        history.note(request, timer, response=response)
    return response


def _invoke(world: World, request: Request, timer: Timer) -> Response:
    name = request["EndpointName"]
    document = world.endpoints.get(name)
    canned = world.services.canned.take(request)
    if canned is not None:
        return _canned(world, document, canned, request)
    if document is None or document["EndpointStatus"] in lifecycle.ENDPOINT_ABSENT:
        raise ValidationError(f"Endpoint {name} of account {world.account_id} not found.")
    body = request.get("Body", b"")
    variant = _variant(world, document["ProductionVariants"], request.get("TargetVariant"))
    if world.rules.limits_bodies:
        _check_size(document, variant, body)
    rule = world.runtime.faults.for_invocation(name)
    if rule is not None:
        return {
            **_on_demand(world, document, variant, rule, request, timer),
            "InvokedProductionVariant": variant,
        }
    deployment = world.deployments.get(name, {})
    if variant not in deployment:
        raise ValidationError(
            "Inference Component Name header is required for endpoints to which you plan to "
            "deploy inference components. Please include Inference Component Name header or "
            "consider using SageMaker models.",
            ErrorCode="INFERENCE_COMPONENT_NAME_MISSING",
        )
    server = deployment[variant]
    if server is None:
        answer = InferenceResponse(UNKNOWN_IMAGE)
    else:
        targets.check(name, server.targets, request)
        try:
            with timer.in_container():
                answer = server.invoke(_inference_request(request))
        except ContainerError as error:
            raise _model_error(world, document, variant, error) from error
        except NoTargetModel:
            if world.rules.needs_objects:
                raise
            answer = InferenceResponse(UNKNOWN_IMAGE)
    response = {
        "Body": answer.body,
        "ContentType": answer.content_type or _content_type(request),
        "InvokedProductionVariant": variant,
    }
    if ATTRIBUTES in answer.headers:
        response["CustomAttributes"] = answer.headers[ATTRIBUTES]
    _capture(world, document, capture.Exchange(clock.now(), request, response))
    return response


def _inference_request(request: Request) -> InferenceRequest:
    headers = targets.headers(request)
    if "CustomAttributes" in request:
        headers[ATTRIBUTES] = request["CustomAttributes"]
    return InferenceRequest(
        request.get("Body", b""), request.get("ContentType"), request.get("Accept"), headers
    )


def _capture(world: World, document: Mapping[str, Any], exchange: capture.Exchange) -> None:
    """Write the exchange to S3, if the endpoint's DataCaptureConfig says so."""
    state = document.get("DataCaptureConfig", {})
    percentage = state.get("CurrentSamplingPercentage", 0)
    if not state.get("EnableCapture") or world.random.random() * 100 >= percentage:
        return
    destination = state["DestinationS3Uri"]
    try:
        bucket, prefix = parse_s3(destination)
        variant = exchange.answer["InvokedProductionVariant"]
        key = capture.key(prefix, document["EndpointName"], variant, exchange.when)
        line = capture.line(document[endpoint.CAPTURE], exchange)
        world.services.storage.write(bucket, key, line)
    except (ValueError, ObjectNotFound):
        log.warning("captured data cannot be written to %s", destination)


def _check_size(document: Mapping[str, Any], variant: str, body: bytes) -> None:
    """Raises `OversizeBody` for a body that is too large for a serverless variant."""
    if len(body) > SERVERLESS_BODY:
        for each in document["ProductionVariants"]:
            if each["VariantName"] == variant and "CurrentServerlessConfig" in each:
                raise OversizeBody


def _on_demand(
    world: World,
    document: Document,
    variant: str,
    rule: InvocationRule,
    request: Request,
    timer: Timer,
) -> Response:
    """The answer that a test has ordered from the container. Raises `ModelError`."""
    if rule.answer is None:
        error = _of_first(document, variant, InferenceError(rule.status, rule.message))
        raise _model_error(world, document, variant, error)
    accept = request.get("Accept")
    try:
        with timer.in_container():
            answer = rule.answer(request.get("Body", b""), request.get("ContentType"), accept)
    except Exception as raised:
        log.warning("the test's own model raised an exception", exc_info=raised)
        failure = InferenceError(500, f"{type(raised).__name__}: {raised}")
        error = _of_first(document, variant, failure)
        raise _model_error(world, document, variant, error) from raised
    body, content_type = answer if isinstance(answer, tuple) else (answer, None)
    if isinstance(body, str):
        body = body.encode()
    elif not isinstance(body, bytes):
        body, content_type = json.dumps(body).encode(), JSON
    return {"Body": body, "ContentType": content_type or _content_type(request)}


def _of_first(document: Document, variant: str, error: InferenceError) -> ContainerError:
    """An error that a test has ordered, as one of the variant's first container."""
    hosts = document[endpoint.DEPLOYMENT]["Containers"].get(variant) or [PRIMARY]
    return ContainerError(error, hosts[0], alone=len(hosts) == 1)


def _content_type(request: Request) -> str:
    """The type of an answer that does not state it: that which the client accepts, if it is one."""
    accept: str = request.get("Accept", "")
    return BINARY if not accept or "*" in accept or "," in accept else accept


def _canned(
    world: World, document: Document | None, canned: CannedResult, request: Request
) -> Response:
    """A queued result as an answer, with the variant that would have given it."""
    response = {
        "Body": canned.body,
        "ContentType": canned.content_type or _content_type(request),
        "InvokedProductionVariant": canned.variant,
        "CustomAttributes": canned.custom_attributes,
    }
    if canned.variant is None and document is not None:
        variants = document["ProductionVariants"]
        response["InvokedProductionVariant"] = _variant(
            world, variants, request.get("TargetVariant")
        )
    return {name: value for name, value in response.items() if value is not None}


def _variant(world: World, variants: Sequence[Mapping[str, Any]], target: str | None) -> str:
    names = [each["VariantName"] for each in variants]
    if target is not None:
        if target not in names:
            raise ValidationError(f"Variant {target} not found for this endpoint.")
        return target
    weights = [max(0, each.get("CurrentWeight", DEFAULT_WEIGHT)) for each in variants]
    if not any(weights):
        weights = [DEFAULT_WEIGHT] * len(names)
    chosen: str = world.random.choices(names, weights)[0]
    return chosen


def _model_error(
    world: World, document: Document, variant: str, error: ContainerError
) -> ModelError:
    """AWS's error around that of the container, which also goes to the endpoint's log."""
    endpoint_log.refused(world, document, variant, error)
    # A container that gives no answer in time has the status 0.
    side = "client" if 400 <= error.status < 500 else "server"
    group = instance_log.group(document["EndpointName"])
    console = (
        f"{console_url(world.partition, world.region)}/cloudwatch/home?"
        f"region={world.region}#logEventViewer:group={group}"
    )
    return ModelError(
        f"Received {side} error ({error.status}) from {error.container} with message "
        f'"{error.body}". See {console} in account {world.account_id} for more information.',
        OriginalStatusCode=error.status,
        OriginalMessage=error.body,
        LogStreamArn=f"arn:{world.partition}:logs:{world.region}:{world.account_id}:"
        f"log-group:{group}",
    )
