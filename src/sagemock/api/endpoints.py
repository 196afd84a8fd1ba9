"""CreateEndpoint, DescribeEndpoint, ListEndpoints, UpdateEndpoint, DeleteEndpoint, and weights."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from sagemock.api import endpoint_configs
from sagemock.api.listing import named, page, select
from sagemock.api.projection import arn_of, described, summary
from sagemock.errors import ValidationException
from sagemock.inference.deployment import Deployment, DeploymentFailure, deploy
from sagemock.resources import clock, endpoint, model
from sagemock.store import Document
from sagemock.world import Request, Response, World


def create_endpoint(world: World, request: Request) -> Response:
    """The endpoint serves at once; as `Failed`, with a reason, when a model cannot be loaded.

    Raises `ValidationException` when the name is taken (in whatever case) or there is no such
    configuration.
    """
    config = endpoint_configs.find(world, request["EndpointConfigName"])
    name = request["EndpointName"]
    arn = arn_of(world, "endpoint", name)
    document = endpoint.new(request, arn, config, _images(world, config), clock.now())
    deployment: Deployment = {}
    try:
        deployment = _deploy(world, config)
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


def _models(world: World, config: Document) -> dict[str, Document]:
    """The models behind a configuration, as far as they still exist."""
    names = {each["ModelName"] for each in config["ProductionVariants"] if "ModelName" in each}
    found = {name: world.models.get(name) for name in names}
    return {name: document for name, document in found.items() if document is not None}


def _images(world: World, config: Document) -> Mapping[str, Sequence[str]]:
    return {
        name: [each["Image"] for each in model.containers(document) if "Image" in each]
        for name, document in _models(world, config).items()
    }


def _deploy(world: World, config: Document) -> Deployment:
    found = _models(world, config)
    containers = {}
    for variant in config["ProductionVariants"]:
        name = variant.get("ModelName")
        if name is not None and name not in found:
            raise DeploymentFailure(f'Could not find model "{arn_of(world, "model", name)}".')
        containers[variant["VariantName"]] = (
            list(model.containers(found[name])) if name is not None else []
        )
    return deploy(containers, world.services.storage)


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
    document = _settled(world, request["EndpointName"])
    config = endpoint_configs.find(world, request["EndpointConfigName"])
    # AWS needs the old one as well, to roll back to.
    endpoint_configs.find(world, document["EndpointConfigName"])
    now = clock.now()
    try:
        deployment = _deploy(world, config)
    except DeploymentFailure as failure:
        failed = {"FailureReason": str(failure), "LastModifiedTime": now}
        _replace(world, {**document, **failed})
    else:
        images = _images(world, config)
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


def _replace(world: World, document: Document) -> None:
    try:
        world.endpoints.replace(document)
    except KeyError:
        raise _missing(world, document["EndpointName"]) from None


def update_endpoint_weights_and_capacities(world: World, request: Request) -> Response:
    """Raises `ValidationException` for variants that are named twice or do not exist."""
    document = _settled(world, request["EndpointName"])
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
