"""CreateEndpoint, DescribeEndpoint, ListEndpoints, UpdateEndpoint, DeleteEndpoint, and weights."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sagemock.api import endpoint_configs, models
from sagemock.api.listing import named, page, select
from sagemock.api.projection import arn_of, described, summary
from sagemock.api.tags import check as check_tags
from sagemock.errors import ValidationException
from sagemock.inference.deployment import Deployment, DeploymentFailure, deploy
from sagemock.resources import clock, endpoint
from sagemock.store import Document
from sagemock.world import Request, Response, World


def create_endpoint(world: World, request: Request) -> Response:
    """The endpoint serves at once; as `Failed`, with a reason, when a model cannot be loaded.

    Raises `ValidationException` when the name is taken (in whatever case), or when there is no
    such configuration, or not the models that it names.
    """
    check_tags(request.get("Tags", ()))
    config = endpoint_configs.find(world, request["EndpointConfigName"])
    name = request["EndpointName"]
    arn = arn_of(world, "endpoint", name)
    containers = _containers(world, config)
    document = endpoint.new(request, arn, config, _images(containers), clock.now())
    deployment: Deployment = {}
    try:
        deployment = deploy(containers, world.services.storage)
    except DeploymentFailure as failure:
        document |= {"EndpointStatus": endpoint.FAILED, "FailureReason": str(failure)}
    with world.endpoints.lock:
        for taken in world.endpoints.documents():
            if taken["EndpointName"].lower() == name.lower():
                raise ValidationException(
                    f'Cannot create already existing endpoint "{taken["EndpointArn"]}".'
                )
        world.endpoints.insert(document)
        world.deployments[name] = deployment
    return {"EndpointArn": str(arn)}


def _containers(world: World, config: Document) -> dict[str, list[Mapping[str, Any]]]:
    """By variant, what its model runs; variants for inference components have no model.

    Raises `ValidationException` when a model has gone since the configuration was made.
    """
    variants = [
        *config["ProductionVariants"],
        *config.get("ShadowProductionVariants", ()),
    ]
    return {
        each["VariantName"]: list(
            models.served_containers(world, models.find(world, each["ModelName"]))
        )
        for each in variants
        if "ModelName" in each
    }


def _images(containers: Mapping[str, Sequence[Mapping[str, Any]]]) -> dict[str, list[str]]:
    return {
        variant: [each["Image"] for each in found if "Image" in each]
        for variant, found in containers.items()
    }


def describe_endpoint(world: World, request: Request) -> Response:
    return described("DescribeEndpoint", find(world, request["EndpointName"]))


def find(world: World, name: str) -> Document:
    """The endpoint of that name. Raises `ValidationException`."""
    document = world.endpoints.get(name)
    if document is None:
        raise _missing(world, name)
    return document


def _missing(world: World, name: str) -> ValidationException:
    return ValidationException(f'Could not find endpoint "{arn_of(world, "endpoint", name)}".')


def list_endpoints(world: World, request: Request) -> Response:
    found = select(
        world.endpoints,
        request,
        sort_keys={
            "CreationTime": lambda each: each["CreationTime"],
            "Name": lambda each: each["EndpointName"],
            "Status": lambda each: each["EndpointStatus"],
        },
        descending=True,
        status="EndpointStatus",
    )
    some, token = page(named(found, "EndpointName", request), request)
    return {"Endpoints": [summary("EndpointSummary", each) for each in some], **token}


def update_endpoint(world: World, request: Request) -> Response:
    """Serve another configuration; the old one serves on when that cannot be done."""
    document = _serving(world, request["EndpointName"])
    config = endpoint_configs.find(world, request["EndpointConfigName"])
    # AWS needs the old one as well, to roll back to.
    endpoint_configs.find(world, document["EndpointConfigName"])
    now = clock.now()
    containers = _containers(world, config)
    try:
        deployment = deploy(containers, world.services.storage)
    except DeploymentFailure as failure:
        failed = {"FailureReason": str(failure), "LastModifiedTime": now}
        _replace(world, {**document, **failed})
    else:
        images = _images(containers)
        _replace(world, endpoint.updated(document, request, config, images, now))
        world.deployments[document["EndpointName"]] = deployment
    return {"EndpointArn": document["EndpointArn"]}


def _settled(world: World, name: str) -> Document:
    """An endpoint that nothing happens to. Raises `ValidationException`."""
    document = find(world, name)
    if document["EndpointStatus"] in endpoint.BUSY:
        raise ValidationException(
            f'Cannot update in-progress endpoint "{document["EndpointArn"]}".'
        )
    return document


def _serving(world: World, name: str) -> Document:
    """An endpoint that can be changed. Raises `ValidationException`."""
    document = _settled(world, name)
    if document["EndpointStatus"] == endpoint.FAILED:
        # DeleteEndpoint is all that AWS allows here, its API reference says.
        raise ValidationException(f'Cannot update failed endpoint "{document["EndpointArn"]}".')
    return document


def _replace(world: World, document: Document) -> None:
    try:
        world.endpoints.replace(document)
    except KeyError:
        raise _missing(world, document["EndpointName"]) from None


def update_endpoint_weights_and_capacities(world: World, request: Request) -> Response:
    """Raises `ValidationException` for variants that are named twice or do not exist."""
    document = _serving(world, request["EndpointName"])
    wanted = request["DesiredWeightsAndCapacities"]
    names = [each["VariantName"] for each in wanted]
    for name in names:
        if names.count(name) > 1:
            raise ValidationException(
                f'The variant name "{name}" was non-unique within the request.'
            )
    unknown = _absent(names, document)
    if unknown:
        raise ValidationException(
            f'The variant name(s) "{", ".join(unknown)}" is/are not present within '
            f'endpoint configuration "{document["EndpointConfigName"]}".'
        )
    _replace(world, endpoint.reweighted(document, wanted, clock.now()))
    return {"EndpointArn": document["EndpointArn"]}


def _absent(names: Iterable[str], document: Document) -> list[str]:
    present = {each["VariantName"] for each in document.get("ProductionVariants", ())}
    return [name for name in names if name not in present]


def delete_endpoint(world: World, request: Request) -> Response:
    document = _settled(world, request["EndpointName"])
    with world.endpoints.lock:
        try:
            world.endpoints.delete(document["EndpointName"])
        except KeyError:
            raise _missing(world, request["EndpointName"]) from None
        world.deployments.pop(document["EndpointName"], None)
    return {}
