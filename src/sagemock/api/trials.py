"""CreateTrial, DescribeTrial, ListTrials, UpdateTrial, DeleteTrial."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sagemock.accounts.world import Response, World
from sagemock.api.experiment_entities import find_experiment, find_trial, insert, resolved
from sagemock.api.listing import Listing
from sagemock.api.projection import arn_of, described, summary
from sagemock.errors import ValidationException
from sagemock.resources import clock, experiment, types

if TYPE_CHECKING:
    from mypy_boto3_sagemaker.type_defs import (
        CreateTrialRequestTypeDef,
        DeleteTrialRequestTypeDef,
        DescribeTrialRequestTypeDef,
        ListTrialsRequestTypeDef,
        UpdateTrialRequestTypeDef,
    )


def create_trial(world: World, request: CreateTrialRequestTypeDef) -> Response:
    """Raises `ValidationException` when the name is taken, `ResourceNotFound`."""
    arn = arn_of(world, types.TRIAL, request["TrialName"])
    with world.trials.lock:
        name = find_experiment(world, request["ExperimentName"])["ExperimentName"]
        request = {**request, "ExperimentName": name}
        insert(world, types.TRIAL, experiment.new_trial(request, arn, clock.now()))
    return {"TrialArn": str(arn)}


def describe_trial(world: World, request: DescribeTrialRequestTypeDef) -> Response:
    return described("DescribeTrial", find_trial(world, request["TrialName"]))


_LISTING = Listing(
    key="TrialName",
    sort_by={"CreationTime": "CreationTime", "Name": "TrialName"},
    descending=True,
    equal={
        "ExperimentName": "ExperimentName",
        "TrialComponentName": "TrialComponentSummaries[].TrialComponentName",
    },
)


def list_trials(world: World, request: ListTrialsRequestTypeDef) -> Response:
    """Raises `ResourceNotFound` for an experiment or a component that does not exist."""
    some, token = _LISTING.page(world.trials, resolved(world, request))
    return {"TrialSummaries": [summary("TrialSummary", each) for each in some], **token}


def update_trial(world: World, request: UpdateTrialRequestTypeDef) -> Response:
    """Raises `ResourceNotFound`."""
    with world.trials.lock:
        changes = resolved(world, request)
        changed = world.trials.update(
            changes["TrialName"], {**changes, "LastModifiedTime": clock.now()}
        )
    return {"TrialArn": changed["TrialArn"]}


def delete_trial(world: World, request: DeleteTrialRequestTypeDef) -> Response:
    """Raises `ValidationException` while components are in it."""
    with world.trials.lock:
        trial = find_trial(world, request["TrialName"])
        if trial.get("TrialComponentSummaries"):
            raise ValidationException(
                f"Trial '{trial['TrialArn']}' is linked to 1 or more trial components and cannot "
                "be deleted."
            )
        world.trials.delete(trial["TrialName"])
    return {"TrialArn": trial["TrialArn"]}
