"""CreateExperiment, DescribeExperiment, ListExperiments, UpdateExperiment, DeleteExperiment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sagemock.accounts.world import Response, World
from sagemock.api.experiment_entities import EXPERIMENTS, resolved
from sagemock.errors import ValidationException
from sagemock.resources import clock, experiment

if TYPE_CHECKING:
    from mypy_boto3_sagemaker.type_defs import (
        CreateExperimentRequestTypeDef,
        DeleteExperimentRequestTypeDef,
        DescribeExperimentRequestTypeDef,
        ListExperimentsRequestTypeDef,
        UpdateExperimentRequestTypeDef,
    )


def create_experiment(world: World, request: CreateExperimentRequestTypeDef) -> Response:
    """Create an experiment. Raises `ValidationException` when the name is taken."""
    arn = EXPERIMENTS.arn(world, request["ExperimentName"])
    return EXPERIMENTS.insert(world, experiment.new_experiment(request, arn, clock.now()))


def describe_experiment(world: World, request: DescribeExperimentRequestTypeDef) -> Response:
    """Describe an experiment. Raises `ResourceNotFound`."""
    return EXPERIMENTS.describe(world, request["ExperimentName"])


def list_experiments(world: World, request: ListExperimentsRequestTypeDef) -> Response:
    """One page of the experiments, the latest first by default."""
    return EXPERIMENTS.summaries(world, request)


def update_experiment(world: World, request: UpdateExperimentRequestTypeDef) -> Response:
    """Overwrite members of an experiment. Raises `ResourceNotFound`."""
    with world.trials.lock:
        changes = resolved(world, request)
        changed = EXPERIMENTS.update(
            world, changes["ExperimentName"], {**changes, "LastModifiedTime": clock.now()}
        )
    return {"ExperimentArn": changed["ExperimentArn"]}


def delete_experiment(world: World, request: DeleteExperimentRequestTypeDef) -> Response:
    """Delete an experiment. Raises `ValidationException` while trials belong to it."""
    with world.trials.lock:
        document = EXPERIMENTS.find(world, request["ExperimentName"])
        name, arn = document["ExperimentName"], document["ExperimentArn"]
        if any(each["ExperimentName"] == name for each in world.trials.documents()):
            raise ValidationException(
                f"Experiment '{arn}' is linked to 1 or more trials and cannot be deleted."
            )
        EXPERIMENTS.delete(world, name)
    return {"ExperimentArn": arn}
