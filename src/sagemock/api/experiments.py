"""CreateExperiment, DescribeExperiment, ListExperiments, UpdateExperiment, DeleteExperiment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sagemock.accounts.world import Response, World
from sagemock.api.experiment_entities import find_experiment, insert, resolved
from sagemock.api.listing import Listing
from sagemock.api.projection import arn_of, described, summary
from sagemock.errors import ValidationException
from sagemock.resources import clock, experiment, types

if TYPE_CHECKING:
    from mypy_boto3_sagemaker.type_defs import (
        CreateExperimentRequestTypeDef,
        DeleteExperimentRequestTypeDef,
        DescribeExperimentRequestTypeDef,
        ListExperimentsRequestTypeDef,
        UpdateExperimentRequestTypeDef,
    )


def create_experiment(world: World, request: CreateExperimentRequestTypeDef) -> Response:
    """Raises `ValidationException` when the name is taken."""
    arn = arn_of(world, types.EXPERIMENT, request["ExperimentName"])
    insert(world, types.EXPERIMENT, experiment.new_experiment(request, arn, clock.now()))
    return {"ExperimentArn": str(arn)}


def describe_experiment(world: World, request: DescribeExperimentRequestTypeDef) -> Response:
    return described("DescribeExperiment", find_experiment(world, request["ExperimentName"]))


_LISTING = Listing(
    key="ExperimentName",
    sort_by={"CreationTime": "CreationTime", "Name": "ExperimentName"},
    descending=True,
)


def list_experiments(world: World, request: ListExperimentsRequestTypeDef) -> Response:
    some, token = _LISTING.page(world.experiments, request)
    return {"ExperimentSummaries": [summary("ExperimentSummary", each) for each in some], **token}


def update_experiment(world: World, request: UpdateExperimentRequestTypeDef) -> Response:
    """Raises `ResourceNotFound`."""
    with world.trials.lock:
        changes = resolved(world, request)
        changed = world.experiments.update(
            changes["ExperimentName"], {**changes, "LastModifiedTime": clock.now()}
        )
    return {"ExperimentArn": changed["ExperimentArn"]}


def delete_experiment(world: World, request: DeleteExperimentRequestTypeDef) -> Response:
    """Raises `ValidationException` while trials belong to it."""
    with world.trials.lock:
        found = find_experiment(world, request["ExperimentName"])
        name, arn = found["ExperimentName"], found["ExperimentArn"]
        if any(each["ExperimentName"] == name for each in world.trials.documents()):
            raise ValidationException(
                f"Experiment '{arn}' is linked to 1 or more trials and cannot be deleted."
            )
        world.experiments.delete(name)
    return {"ExperimentArn": arn}
