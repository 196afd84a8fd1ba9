"""CreateEndpoint, DescribeEndpoint, ListEndpoints, UpdateEndpoint, DeleteEndpoint, and weights."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from sagemock.accounts.world import Response, World
from sagemock.api.endpoint_configs import ENDPOINT_CONFIGS
from sagemock.api.listing import Listing
from sagemock.api.models import MODELS
from sagemock.api.resource_family import ResourceFamily
from sagemock.documents import Document
from sagemock.errors import ValidationException
from sagemock.hosting import endpoint_workflow as workflow
from sagemock.hosting import model_definition
from sagemock.resources import clock, endpoint, lifecycle, types

if TYPE_CHECKING:
    from mypy_boto3_sagemaker.type_defs import (
        CreateEndpointInputTypeDef,
        DeleteEndpointInputTypeDef,
        DescribeEndpointInputTypeDef,
        ListEndpointsInputTypeDef,
        UpdateEndpointInputTypeDef,
        UpdateEndpointWeightsAndCapacitiesInputTypeDef,
    )

    from sagemock.resources.endpoint_config import EndpointConfig

ENDPOINTS: ResourceFamily[Document] = ResourceFamily(
    types.ENDPOINT,
    missing=lambda arn: ValidationException(f'Could not find endpoint "{arn}".'),
    taken=lambda document: ValidationException(
        f'Cannot create already existing endpoint "{document["EndpointArn"]}".'
    ),
    listing=Listing(
        sort_by={"Status": "EndpointStatus"},
        equal={"StatusEquals": "EndpointStatus"},
        member="Endpoints",
    ),
)


def create_endpoint(world: World, request: CreateEndpointInputTypeDef) -> Response:
    """Create an endpoint, which serves at once unless moto's state manager says otherwise.

    It is `Failed`, with a reason, when a model cannot be loaded. Raises `ValidationException` when
    the name is taken, in whatever case, or when the configuration or one of its models does not
    exist.
    """
    config = ENDPOINT_CONFIGS.find(world, request["EndpointConfigName"])
    name = request["EndpointName"]
    models = _models(world, config)
    document = endpoint.new(request, config, ENDPOINTS.arn(world, name), clock.now())
    with world.endpoints.lock:
        for existing in world.endpoints.documents():
            if existing["EndpointName"].lower() == name.lower():
                raise ENDPOINTS.taken(existing)
        answer = ENDPOINTS.insert(world, document)
    workflow.create(world, document, config, models)
    return answer


def _models(world: World, config: EndpointConfig) -> endpoint.Models:
    """What a configuration runs. Raises `ValidationException` when a model has been deleted."""
    variants = [
        *config["ProductionVariants"],
        *config.get("ShadowProductionVariants", ()),
    ]
    return {
        each["VariantName"]: model_definition.of_model(
            MODELS.find(world, each["ModelName"]), world.services.registry
        )
        for each in variants
        if "ModelName" in each
    }


def describe_endpoint(world: World, request: DescribeEndpointInputTypeDef) -> Response:
    """Describe an endpoint. Raises `ValidationException` when it does not exist."""
    return ENDPOINTS.describe(world, request["EndpointName"])


def list_endpoints(world: World, request: ListEndpointsInputTypeDef) -> Response:
    """One page of the endpoints, the latest first by default."""
    return ENDPOINTS.summaries(world, request)


def update_endpoint(world: World, request: UpdateEndpointInputTypeDef) -> Response:
    """Serve another configuration; when that fails, the old one stays in service.

    Raises `ValidationException` unless the endpoint is settled and serves, and when either
    configuration does not exist.
    """
    serving = _serving(world, request["EndpointName"])
    config = ENDPOINT_CONFIGS.find(world, request["EndpointConfigName"])
    # AWS needs the old one as well, to roll back to.
    ENDPOINT_CONFIGS.find(world, serving["EndpointConfigName"])
    models = _models(world, config)
    document = _begin(
        world,
        request["EndpointName"],
        lifecycle.UPDATING,
        PendingDeploymentSummary=endpoint.pending(config, clock.now()),
    )
    workflow.update(world, document, request, config, models)
    return {"EndpointArn": document["EndpointArn"]}


def _begin(world: World, name: str, status: str, **changes: object) -> Document:
    """Move a settled endpoint into a busy status, in one step. Raises `ValidationException`."""

    def moved(document: Document) -> Document:
        _check_settled(document)
        if status == lifecycle.UPDATING:
            _check_serving(document)
        return lifecycle.moved_endpoint(document, status, clock.now(), **changes)

    return ENDPOINTS.update(world, name, moved)


def _check_settled(document: Document) -> None:
    if document["EndpointStatus"] in lifecycle.ENDPOINT_BUSY:
        raise ValidationException(
            f'Cannot update in-progress endpoint "{document["EndpointArn"]}".'
        )


def _check_serving(document: Document) -> None:
    if document["EndpointStatus"] == lifecycle.FAILED:
        # By the API reference, only DeleteEndpoint is allowed here.
        raise ValidationException(f'Cannot update failed endpoint "{document["EndpointArn"]}".')


def _serving(world: World, name: str) -> Document:
    """An endpoint that can be updated. Raises `ValidationException`."""
    document = ENDPOINTS.find(world, name)
    _check_settled(document)
    _check_serving(document)
    return document


def update_endpoint_weights_and_capacities(
    world: World, request: UpdateEndpointWeightsAndCapacitiesInputTypeDef
) -> Response:
    """Change weights and instance counts of variants.

    Raises `ValidationException` for variants that are named twice or do not exist.
    """
    document = _serving(world, request["EndpointName"])
    desired = request["DesiredWeightsAndCapacities"]
    names = [each["VariantName"] for each in desired]
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
    workflow.reweight(world, document, desired)
    return {"EndpointArn": document["EndpointArn"]}


def _absent(names: Iterable[str], document: Document) -> list[str]:
    present = {each["VariantName"] for each in document.get("ProductionVariants", ())}
    return [name for name in names if name not in present]


def delete_endpoint(world: World, request: DeleteEndpointInputTypeDef) -> Response:
    """Delete an endpoint. Raises `ValidationException` while its status is changing."""
    document = _begin(world, request["EndpointName"], lifecycle.DELETING)
    workflow.delete(world, document)
    return {}
