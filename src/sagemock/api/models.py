"""CreateModel, DescribeModel, ListModels, DeleteModel."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, cast

from sagemock.accounts.services import ObjectNotFound, OtherRegion, RegionalStorage
from sagemock.accounts.world import Response, World
from sagemock.api.listing import Listing
from sagemock.api.projection import arn_of, described, summary
from sagemock.containers import registry
from sagemock.errors import ValidationException
from sagemock.resources import clock, model, types
from sagemock.resources.s3_uri import parse_s3
from sagemock.store import DuplicateKey, NoSuchKey

if TYPE_CHECKING:
    from mypy_boto3_sagemaker.type_defs import (
        ContainerDefinitionUnionTypeDef,
        CreateModelInputTypeDef,
        DeleteModelInputTypeDef,
        DescribeModelInputTypeDef,
        ListModelsInputTypeDef,
    )


def create_model(world: World, request: CreateModelInputTypeDef) -> Response:
    """Raises `ValidationException` when the name is taken or a container cannot be served."""
    for container in model.containers(request):
        _check_package(world, container)
        if world.rules.needs_objects:
            _check_data(world, container, request.get("ExecutionRoleArn", ""))
    arn = arn_of(world, types.MODEL, request["ModelName"])
    try:
        world.models.insert(model.new(request, arn, clock.now(), fills_in=world.rules.fills_in))
    except DuplicateKey:
        raise ValidationException(f'Cannot create already existing model "{arn}".') from None
    return {"ModelArn": str(arn)}


def check_create_model(request: CreateModelInputTypeDef) -> None:
    """Members that exclude each other. Raises `ValidationException`."""
    if "PrimaryContainer" in request and "Containers" in request:
        raise ValidationException("Specify one of either PrimaryContainer or Containers.")
    for container in model.containers(request):
        own = "Image" in container or "ModelDataUrl" in container
        if own and "ModelPackageName" in container:
            raise ValidationException(
                "Specify one of either Image and Model Data URL or ModelPackageName "
                "in container definition."
            )


def _check_package(world: World, container: ContainerDefinitionUnionTypeDef) -> None:
    package = container.get("ModelPackageName")
    if package is not None and world.services.registry.containers(package) is None:
        raise ValidationException(f"ModelPackage {package} does not exist.")


def _check_data(world: World, container: ContainerDefinitionUnionTypeDef, role: str) -> None:
    location = model.data_location(container)
    # What other images make of their data is not known, so it is not asked for either.
    if location is None or not registry.serves(container.get("Image", "")):
        return
    try:
        bucket, key = parse_s3(location)
        keys = RegionalStorage(world.services.storage, world.region).keys(bucket, key)
        found = bool(keys) if model.is_uncompressed(container) else key in keys
    except OtherRegion:
        raise ValidationException(
            f'Could not access model data at {location}. Please ensure that the role "{role}" '
            'exists and that its trust relationship policy allows the action "sts:AssumeRole" for '
            'the service principal "sagemaker.amazonaws.com". Also ensure that the role has '
            f'"s3:GetObject" permissions and that the object is located in {world.region}.'
        ) from None
    except (ValueError, ObjectNotFound):
        found = False
    if not found:
        raise ValidationException(f"Could not find model data at {location}.")


def served_containers(
    world: World, document: model.Model
) -> Iterator[ContainerDefinitionUnionTypeDef]:
    """What a model runs: its containers, those of model packages in the place of their names."""
    for container in model.containers(document):
        package = container.get("ModelPackageName")
        if package is None:
            yield container
            continue
        for packaged in world.services.registry.containers(package) or ():
            environment = {**packaged.get("Environment", {}), **container.get("Environment", {})}
            yield cast("ContainerDefinitionUnionTypeDef", {**packaged, "Environment": environment})


def describe_model(world: World, request: DescribeModelInputTypeDef) -> Response:
    return described("DescribeModel", find(world, request["ModelName"]))


def find(world: World, name: str) -> model.Model:
    """The model of that name. Raises `ValidationException`."""
    document = world.models.get(name)
    if document is None:
        raise _missing(world, name)
    return document


def _missing(world: World, name: str) -> ValidationException:
    return ValidationException(f'Could not find model "{arn_of(world, types.MODEL, name)}".')


_LISTING = Listing(
    key="ModelName",
    sort_by={"CreationTime": "CreationTime", "Name": "ModelName"},
    descending=True,
)


def list_models(world: World, request: ListModelsInputTypeDef) -> Response:
    some, token = _LISTING.page(world.models, request)
    return {"Models": [summary("ModelSummary", each) for each in some], **token}


def delete_model(world: World, request: DeleteModelInputTypeDef) -> Response:
    try:
        world.models.delete(request["ModelName"])
    except NoSuchKey:
        raise _missing(world, request["ModelName"]) from None
    return {}
