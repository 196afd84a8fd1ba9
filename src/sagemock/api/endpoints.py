"""CreateEndpoint, DescribeEndpoint, ListEndpoints, UpdateEndpoint, DeleteEndpoint, and weights."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from sagemock.accounts.world import Response, World
from sagemock.api import endpoint_configs, models
from sagemock.api.listing import Listing
from sagemock.api.projection import arn_of, described, summary
from sagemock.documents import Document
from sagemock.errors import ValidationException
from sagemock.hosting import endpoint_workflow as workflow
from sagemock.resources import clock, endpoint, lifecycle, types
from sagemock.store import NoSuchKey

if TYPE_CHECKING:
    from mypy_boto3_sagemaker.type_defs import (
        CreateEndpointInputTypeDef,
        DeleteEndpointInputTypeDef,
        DescribeEndpointInputTypeDef,
        ListEndpointsInputTypeDef,
        UpdateEndpointInputTypeDef,
        UpdateEndpointWeightsAndCapacitiesInputTypeDef,
    )


def create_endpoint(world: World, request: CreateEndpointInputTypeDef) -> Response:
    """The endpoint serves at once, unless moto's state manager says otherwise.

    As `Failed`, with a reason, when a model cannot be loaded. Raises `ValidationException` when
    the name is taken (in whatever case), or when there is no such configuration, or not the
    models that it names.
    """
    config = endpoint_configs.find(world, request["EndpointConfigName"])
    name = request["EndpointName"]
    arn = arn_of(world, types.ENDPOINT, name)
    containers = _containers(world, config)
    document = endpoint.new(request, config, arn, clock.now())
    with world.endpoints.lock:
        for taken in world.endpoints.documents():
            if taken["EndpointName"].lower() == name.lower():
                raise ValidationException(
                    f'Cannot create already existing endpoint "{taken["EndpointArn"]}".'
                )
        world.endpoints.insert(document)
    workflow.create(world, document, config, containers)
    return {"EndpointArn": str(arn)}


def _containers(world: World, config: endpoint.EndpointConfig) -> endpoint.Containers:
    """What a configuration runs.

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


def describe_endpoint(world: World, request: DescribeEndpointInputTypeDef) -> Response:
    world.look(types.ENDPOINT, request["EndpointName"])
    return described("DescribeEndpoint", find(world, request["EndpointName"]))


def find(world: World, name: str) -> Document:
    """The endpoint of that name. Raises `ValidationException`."""
    document = world.endpoints.get(name)
    if document is None:
        raise _missing(world, name)
    return document


def _missing(world: World, name: str) -> ValidationException:
    return ValidationException(f'Could not find endpoint "{arn_of(world, types.ENDPOINT, name)}".')


_LISTING = Listing(
    key="EndpointName",
    sort_by={
        "CreationTime": "CreationTime",
        "Name": "EndpointName",
        "Status": "EndpointStatus",
    },
    descending=True,
    equal={"StatusEquals": "EndpointStatus"},
)


def list_endpoints(world: World, request: ListEndpointsInputTypeDef) -> Response:
    some, token = _LISTING.page(world.endpoints, request)
    return {"Endpoints": [summary("EndpointSummary", each) for each in some], **token}


def update_endpoint(world: World, request: UpdateEndpointInputTypeDef) -> Response:
    """Serve another configuration; the old one serves on when that cannot be done."""
    serving = _serving(world, request["EndpointName"])
    config = endpoint_configs.find(world, request["EndpointConfigName"])
    # AWS needs the old one as well, to roll back to.
    endpoint_configs.find(world, serving["EndpointConfigName"])
    containers = _containers(world, config)
    document = _begin(
        world,
        request["EndpointName"],
        lifecycle.UPDATING,
        PendingDeploymentSummary=endpoint.pending(config, clock.now()),
    )
    workflow.update(world, document, request, config, containers)
    return {"EndpointArn": document["EndpointArn"]}


def _begin(world: World, name: str, status: str, **changes: object) -> Document:
    """Take a settled endpoint into a busy status, as one step. Raises `ValidationException`."""

    def moved(document: Document) -> Document:
        _check_settled(document)
        if status == lifecycle.UPDATING:
            _check_serving(document)
        return lifecycle.moved_endpoint(document, status, clock.now(), **changes)

    try:
        return world.endpoints.update(name, moved)
    except NoSuchKey:
        raise _missing(world, name) from None


def _check_settled(document: Document) -> None:
    if document["EndpointStatus"] in lifecycle.ENDPOINT_BUSY:
        raise ValidationException(
            f'Cannot update in-progress endpoint "{document["EndpointArn"]}".'
        )


def _check_serving(document: Document) -> None:
    if document["EndpointStatus"] == lifecycle.FAILED:
        # DeleteEndpoint is all that AWS allows here, its API reference says.
        raise ValidationException(f'Cannot update failed endpoint "{document["EndpointArn"]}".')


def _serving(world: World, name: str) -> Document:
    """An endpoint that can be changed. Raises `ValidationException`."""
    document = find(world, name)
    _check_settled(document)
    _check_serving(document)
    return document


def update_endpoint_weights_and_capacities(
    world: World, request: UpdateEndpointWeightsAndCapacitiesInputTypeDef
) -> Response:
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
    document = _begin(world, request["EndpointName"], lifecycle.UPDATING)
    workflow.reweight(world, document, wanted)
    return {"EndpointArn": document["EndpointArn"]}


def _absent(names: Iterable[str], document: Document) -> list[str]:
    present = {each["VariantName"] for each in document.get("ProductionVariants", ())}
    return [name for name in names if name not in present]


def delete_endpoint(world: World, request: DeleteEndpointInputTypeDef) -> Response:
    document = _begin(world, request["EndpointName"], lifecycle.DELETING)
    workflow.delete(world, document)
    return {}
