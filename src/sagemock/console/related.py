"""Which resources of SageMaker's refer to another one: what its page shows beside it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, cast

from sagemock.accounts.world import World
from sagemock.console.search.resource_lookup import find
from sagemock.documents import Document
from sagemock.resources.model import containers, data_location

if TYPE_CHECKING:
    from mypy_boto3_sagemaker.type_defs import ContainerDefinitionUnionTypeDef

    from sagemock.resources.model import Model

MAX_RELATED = 50
"""The resources of one kind that are looked for."""
MAX_PACKAGES = 20
"""The model packages of an artifact whose models are looked for, within the limits of Search."""


def job_of_artifact(world: World, location: str | None) -> Document | None:
    """Return the training job that wrote a model artifact, None if there is none.

    A model names the prefix of files with a slash at the end, and a job without.
    """
    if location is None:
        return None
    written = location.removesuffix("/")
    jobs = _find(world, "TrainingJob", [("ModelArtifacts.S3ModelArtifacts", written)])
    return jobs[0] if jobs else None


_DATA = ("ModelDataUrl", "ModelDataSource.S3DataSource.S3Uri")
_CONTAINERS = ("PrimaryContainer", "Containers")


def models_of_artifact(world: World, location: str) -> list[Document]:
    """Return the models with a container that has an artifact, and those of its model packages."""
    data = [(url, uri) for url in _DATA for uri in (location, f"{location}/")]
    own = [(f"{member}.{url}", uri) for member in _CONTAINERS for url, uri in data]
    packages = _find(
        world,
        "ModelPackage",
        [(f"InferenceSpecification.Containers.{url}", uri) for url, uri in data],
    )
    return _find(
        world,
        "Model",
        own
        + [
            (f"{member}.ModelPackageName", package["ModelPackageArn"])
            for member in _CONTAINERS
            for package in packages[:MAX_PACKAGES]
        ],
    )


def configs_of_model(world: World, name: str) -> list[Document]:
    """Return the endpoint configurations that have a variant with a model."""
    configs = (
        config
        for config in world.endpoint_configs.documents()
        if any(each.get("ModelName") == name for each in variants(config))
    )
    return [config for _, config in zip(range(MAX_RELATED), configs, strict=False)]


def endpoints_of_config(world: World, name: str) -> list[Document]:
    """Return the endpoints that have a configuration."""
    return _find(world, "Endpoint", [("EndpointConfigName", name)])


def _find(world: World, resource: str, alternatives: Iterable[tuple[str, str]]) -> list[Document]:
    """The documents that have one of these values of properties."""
    filters = [{"Name": name, "Value": value} for name, value in alternatives]
    request = {
        "SearchExpression": {"Filters": filters, "Operator": "Or"},
        "MaxResults": MAX_RELATED,
    }
    return list(find(world, resource).search(request).documents)


def variants(config: Document) -> Iterator[Document]:
    """Yield the production variants and then the shadow variants of a configuration."""
    yield from config.get("ProductionVariants", ())
    yield from config.get("ShadowProductionVariants", ())


def containers_of_model(world: World, model: Model) -> Iterator[ContainerDefinitionUnionTypeDef]:
    """Yield the containers of a model; those of a model package have its name, too."""
    for container in containers(model):
        package = container.get("ModelPackageName")
        packaged = world.services.registry.containers(package) if package is not None else None
        if not packaged:
            yield container
        for each in packaged or ():
            environment = {**each.get("Environment", {}), **container.get("Environment", {})}
            merged = {**each, **container, "Environment": environment}
            yield cast("ContainerDefinitionUnionTypeDef", merged)


def artifacts_of_model(world: World, model: Model) -> Iterator[str]:
    """Yield the locations of the data of a model's containers."""
    for container in containers_of_model(world, model):
        location = data_location(container)
        if location is not None:
            yield location


def deployments_of_job(world: World, job: Document) -> Iterator[tuple[Document, Document | None]]:
    """Yield each model with a job's artifact, and each endpoint that serves it or else None."""
    artifact = job.get("ModelArtifacts", {}).get("S3ModelArtifacts")
    if artifact is None:
        return
    for model in models_of_artifact(world, artifact):
        served = [
            endpoint
            for config in configs_of_model(world, model["ModelName"])
            for endpoint in endpoints_of_config(world, config["EndpointConfigName"])
        ]
        if not served:
            yield model, None
        for endpoint in served:
            yield model, endpoint
