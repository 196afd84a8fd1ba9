"""What runs for a model, with the containers of the model packages that it names."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, cast

from sagemock.accounts.services import ModelRegistry
from sagemock.resources import model
from sagemock.resources.model import ModelDefinition

if TYPE_CHECKING:
    from mypy_boto3_sagemaker.type_defs import ContainerDefinitionUnionTypeDef


def of_model(document: model.Model, packages: ModelRegistry) -> ModelDefinition:
    """What runs for a model, by its document.

    Parameters
    ----------
    document
        As CreateModel has stored it.
    packages
        The model packages that its containers may name.
    """
    config = document.get("InferenceExecutionConfig", {})
    return ModelDefinition(
        tuple(_containers(document, packages)),
        config.get("Mode", "Serial"),
        document.get("ExecutionRoleArn", ""),
    )


def _containers(
    document: model.Model, packages: ModelRegistry
) -> Iterator[ContainerDefinitionUnionTypeDef]:
    """The containers, with those of a model package instead of its name."""
    for container in model.containers(document):
        package = container.get("ModelPackageName")
        if package is None:
            yield container
            continue
        for packaged in packages.containers(package) or ():
            environment = {**packaged.get("Environment", {}), **container.get("Environment", {})}
            yield cast("ContainerDefinitionUnionTypeDef", {**packaged, "Environment": environment})
