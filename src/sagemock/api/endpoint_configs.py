"""CreateEndpointConfig, DescribeEndpointConfig, ListEndpointConfigs, DeleteEndpointConfig."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sagemock.accounts.world import Response, World
from sagemock.api import models
from sagemock.api.listing import Listing
from sagemock.api.projection import arn_of, described, summary
from sagemock.errors import ValidationException, problem, problems_message
from sagemock.resources import clock, endpoint, types
from sagemock.store import DuplicateKey, NoSuchKey

if TYPE_CHECKING:
    from mypy_boto3_sagemaker.type_defs import (
        CreateEndpointConfigInputTypeDef,
        DeleteEndpointConfigInputTypeDef,
        DescribeEndpointConfigInputTypeDef,
        ListEndpointConfigsInputTypeDef,
        ProductionVariantUnionTypeDef,
    )

SERVERLESS_MEMORY = range(1024, 6144 + 1, 1024)


def create_endpoint_config(world: World, request: CreateEndpointConfigInputTypeDef) -> Response:
    """Raises `ValidationException` when the name is taken or a model does not exist."""
    for variant in _variants(request):
        if "ModelName" in variant:
            models.find(world, variant["ModelName"])
    arn = arn_of(world, types.ENDPOINT_CONFIG, request["EndpointConfigName"])
    fills_in = world.rules.fills_in
    try:
        world.endpoint_configs.insert(
            endpoint.new_config(request, arn, clock.now(), fills_in=fills_in)
        )
    except DuplicateKey:
        raise ValidationException(
            f'Cannot create already existing endpoint configuration "{arn}".'
        ) from None
    return {"EndpointConfigArn": str(arn)}


def _variants(request: CreateEndpointConfigInputTypeDef) -> list[ProductionVariantUnionTypeDef]:
    return [variant for kind in endpoint.VARIANTS for variant in request.get(kind, ())]


def check_create_endpoint_config(request: CreateEndpointConfigInputTypeDef) -> None:
    """Each variant by itself, and their names. Raises `ValidationException`."""
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
    return described("DescribeEndpointConfig", find(world, request["EndpointConfigName"]))


def find(world: World, name: str) -> endpoint.EndpointConfig:
    """The endpoint configuration of that name. Raises `ValidationException`."""
    document = world.endpoint_configs.get(name)
    if document is None:
        raise _missing(world, name)
    return document


def _missing(world: World, name: str) -> ValidationException:
    arn = arn_of(world, types.ENDPOINT_CONFIG, name)
    return ValidationException(f'Could not find endpoint configuration "{arn}".')


_LISTING = Listing(
    key="EndpointConfigName",
    sort_by={"CreationTime": "CreationTime", "Name": "EndpointConfigName"},
    descending=True,
)


def list_endpoint_configs(world: World, request: ListEndpointConfigsInputTypeDef) -> Response:
    some, token = _LISTING.page(world.endpoint_configs, request)
    summaries = [summary("EndpointConfigSummary", each) for each in some]
    return {"EndpointConfigs": summaries, **token}


def delete_endpoint_config(world: World, request: DeleteEndpointConfigInputTypeDef) -> Response:
    """Whether an endpoint uses it is not asked, as on AWS."""
    try:
        world.endpoint_configs.delete(request["EndpointConfigName"])
    except NoSuchKey:
        raise _missing(world, request["EndpointConfigName"]) from None
    return {}
