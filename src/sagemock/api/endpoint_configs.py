"""CreateEndpointConfig, DescribeEndpointConfig, ListEndpointConfigs, DeleteEndpointConfig."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sagemock.accounts.world import Response, World
from sagemock.api.listing import Listing
from sagemock.api.models import MODELS
from sagemock.api.resource_family import ResourceFamily
from sagemock.errors import ValidationException, problem, problems_message
from sagemock.resources import clock, endpoint_config, types

if TYPE_CHECKING:
    from mypy_boto3_sagemaker.type_defs import (
        CreateEndpointConfigInputTypeDef,
        DeleteEndpointConfigInputTypeDef,
        DescribeEndpointConfigInputTypeDef,
        ListEndpointConfigsInputTypeDef,
        ProductionVariantUnionTypeDef,
    )

SERVERLESS_MEMORY = range(1024, 6144 + 1, 1024)
"""The values of MemorySizeInMB."""

ENDPOINT_CONFIGS: ResourceFamily[endpoint_config.EndpointConfig] = ResourceFamily(
    types.ENDPOINT_CONFIG,
    missing=lambda arn: ValidationException(f'Could not find endpoint configuration "{arn}".'),
    taken=lambda document: ValidationException(
        f'Cannot create already existing endpoint configuration "{document["EndpointConfigArn"]}".'
    ),
    listing=Listing(member="EndpointConfigs"),
)


def create_endpoint_config(world: World, request: CreateEndpointConfigInputTypeDef) -> Response:
    """Create an endpoint configuration.

    Raises `ValidationException` when the name is taken or a model does not exist.
    """
    for variant in _variants(request):
        if "ModelName" in variant:
            MODELS.find(world, variant["ModelName"])
    arn = ENDPOINT_CONFIGS.arn(world, request["EndpointConfigName"])
    document = endpoint_config.new(request, arn, clock.now(), fills_in=world.rules.fills_in)
    return ENDPOINT_CONFIGS.insert(world, document)


def _variants(request: CreateEndpointConfigInputTypeDef) -> list[ProductionVariantUnionTypeDef]:
    return [variant for kind in endpoint_config.VARIANTS for variant in request.get(kind, ())]


def check_create_endpoint_config(request: CreateEndpointConfigInputTypeDef) -> None:
    """Check the variants and their names. Raises `ValidationException`."""
    variants = _variants(request)
    names = [each["VariantName"] for each in variants]
    for variant in variants:
        _check_memory(variant)
    for name in names:
        if names.count(name) > 1:
            raise ValidationException(f'The variant name "{name}" was non-unique in the request.')


def _check_memory(variant: ProductionVariantUnionTypeDef) -> None:
    memory = variant.get("ServerlessConfig", {}).get("MemorySizeInMB")
    if memory is not None and memory not in SERVERLESS_MEMORY:
        values = ", ".join(map(str, SERVERLESS_MEMORY))
        constraint = f"Member must satisfy enum value set: [{values}]"
        raise ValidationException(problems_message([problem(memory, "MemorySizeInMB", constraint)]))


def describe_endpoint_config(world: World, request: DescribeEndpointConfigInputTypeDef) -> Response:
    """Describe a configuration. Raises `ValidationException` when it does not exist."""
    return ENDPOINT_CONFIGS.describe(world, request["EndpointConfigName"])


def list_endpoint_configs(world: World, request: ListEndpointConfigsInputTypeDef) -> Response:
    """One page of the configurations, the latest first by default."""
    return ENDPOINT_CONFIGS.summaries(world, request)


def delete_endpoint_config(world: World, request: DeleteEndpointConfigInputTypeDef) -> Response:
    """Remove a configuration, whether or not an endpoint uses it, as AWS does.

    Raises `ValidationException` when it does not exist.
    """
    ENDPOINT_CONFIGS.delete(world, request["EndpointConfigName"])
    return {}
