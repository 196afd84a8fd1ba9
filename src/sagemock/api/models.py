"""CreateModel, DescribeModel, ListModels, DeleteModel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sagemock.accounts.services import ObjectNotFound, OtherRegion, RegionalStorage
from sagemock.accounts.world import Response, World
from sagemock.api.listing import Listing
from sagemock.api.resource_family import ResourceFamily
from sagemock.containers import selection
from sagemock.errors import ValidationException
from sagemock.resources import clock, model, types
from sagemock.resources.s3_uri import parse_s3

if TYPE_CHECKING:
    from mypy_boto3_sagemaker.type_defs import (
        ContainerDefinitionUnionTypeDef,
        CreateModelInputTypeDef,
        DeleteModelInputTypeDef,
        DescribeModelInputTypeDef,
        ListModelsInputTypeDef,
    )

MODELS: ResourceFamily[model.Model] = ResourceFamily(
    types.MODEL,
    missing=lambda arn: ValidationException(f'Could not find model "{arn}".'),
    taken=lambda document: ValidationException(
        f'Cannot create already existing model "{document["ModelArn"]}".'
    ),
    listing=Listing(member="Models"),
)

MULTI_MODELS = "com.amazonaws.sagemaker.capabilities.multi-models"
"""The label of images whose containers may serve many models."""


def create_model(world: World, request: CreateModelInputTypeDef) -> Response:
    """Create a model.

    Raises `ValidationException` when the name is taken or a container cannot be served.
    """
    for container in model.containers(request):
        _check_package(world, container)
        if world.rules.needs_objects:
            _check_data(world, container, request.get("ExecutionRoleArn", ""))
    arn = MODELS.arn(world, request["ModelName"])
    document = model.new(request, arn, clock.now(), fills_in=world.rules.fills_in)
    return MODELS.insert(world, document)


def check_create_model(request: CreateModelInputTypeDef) -> None:
    """Raises `ValidationException` for members that exclude each other."""
    if "PrimaryContainer" in request and "Containers" in request:
        raise ValidationException("Specify one of either PrimaryContainer or Containers.")
    many = [each for each in model.containers(request) if model.is_multi_model(each)]
    if len(many) > 1:
        raise ValidationException(
            "Specify the mode MultiModel in no more than one container definition."
        )
    for container in many:
        _check_prefix(container)
    for container in model.containers(request):
        own = "Image" in container or "ModelDataUrl" in container
        if own and "ModelPackageName" in container:
            raise ValidationException(
                "Specify one of either Image and Model Data URL or ModelPackageName "
                "in container definition."
            )
    _check_hosts(request)


def _check_hosts(request: CreateModelInputTypeDef) -> None:
    """Refuse host names that do not tell the containers apart.

    The rules are those of the API reference and the developer guide, the words are not.
    """
    containers = request.get("Containers", ())
    hosts = [each["ContainerHostname"] for each in containers if "ContainerHostname" in each]
    if hosts and len(hosts) < len(containers):
        raise ValidationException(
            "Specify ContainerHostname in every container definition or in none of them."
        )
    if len(set(hosts)) < len(hosts):
        raise ValidationException("ContainerHostname must be unique within a model.")
    if request.get("InferenceExecutionConfig", {}).get("Mode") != "Direct":
        return
    if len(containers) < 2:
        raise ValidationException(
            "Specify more than one container definition in Containers for direct invocation."
        )
    if not hosts:
        raise ValidationException(
            "Specify ContainerHostname in every container definition for direct invocation."
        )


def _check_prefix(container: ContainerDefinitionUnionTypeDef) -> None:
    """Refuse a multi-model container without a prefix, or with a source of data instead."""
    if "ModelDataSource" in container:
        raise ValidationException("ModelDataSource is not supported for multi-model endpoints.")
    if "ModelDataUrl" not in container and "ModelPackageName" not in container:
        raise ValidationException("ModelDataUrl is required for multi-model endpoints.")


def _check_package(world: World, container: ContainerDefinitionUnionTypeDef) -> None:
    package = container.get("ModelPackageName")
    if package is not None and world.services.registry.containers(package) is None:
        raise ValidationException(f"ModelPackage {package} does not exist.")


def _check_data(world: World, container: ContainerDefinitionUnionTypeDef, role: str) -> None:
    location = model.data_location(container)
    served = selection.serving(container, world.config).container
    # It is not known what other images need.
    if served is None:
        return
    if model.is_multi_model(container) and not served.multi_model:
        raise ValidationException(
            f"Your Ecr Image {container['Image']} does not contain required "
            f"{MULTI_MODELS}=true Docker label(s)."
        )
    if location is None:
        return
    try:
        bucket, key = parse_s3(location)
        keys = RegionalStorage(world.services.storage, world.region).keys(bucket, key)
        # Models may be added below a prefix later.
        many = model.is_multi_model(container)
        exists = many or (bool(keys) if model.is_uncompressed(container) else key in keys)
    except OtherRegion:
        raise ValidationException(
            f'Could not access model data at {location}. Please ensure that the role "{role}" '
            'exists and that its trust relationship policy allows the action "sts:AssumeRole" for '
            'the service principal "sagemaker.amazonaws.com". Also ensure that the role has '
            f'"s3:GetObject" permissions and that the object is located in {world.region}.'
        ) from None
    except (ValueError, ObjectNotFound):
        exists = False
    if not exists:
        raise ValidationException(f"Could not find model data at {location}.")


def describe_model(world: World, request: DescribeModelInputTypeDef) -> Response:
    """Describe a model. Raises `ValidationException` when it does not exist."""
    return MODELS.describe(world, request["ModelName"])


def list_models(world: World, request: ListModelsInputTypeDef) -> Response:
    """One page of the models, the latest first by default."""
    return MODELS.summaries(world, request)


def delete_model(world: World, request: DeleteModelInputTypeDef) -> Response:
    """Remove a model; endpoints that serve it go on. Raises `ValidationException`."""
    MODELS.delete(world, request["ModelName"])
    return {}
