"""CreateTrial, DescribeTrial, ListTrials, UpdateTrial, DeleteTrial."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sagemock.accounts.world import Response, World
from sagemock.api.experiment_entities import EXPERIMENTS, TRIALS, resolved
from sagemock.errors import ValidationException
from sagemock.resources import clock, experiment

if TYPE_CHECKING:
    from mypy_boto3_sagemaker.type_defs import (
        CreateTrialRequestTypeDef,
        DeleteTrialRequestTypeDef,
        DescribeTrialRequestTypeDef,
        ListTrialsRequestTypeDef,
        UpdateTrialRequestTypeDef,
    )


def create_trial(world: World, request: CreateTrialRequestTypeDef) -> Response:
    """Create a trial of an experiment.

    Raises `ValidationException` when the name is taken, and `ResourceNotFound` when the experiment
    does not exist.
    """
    arn = TRIALS.arn(world, request["TrialName"])
    with world.trials.lock:
        name = EXPERIMENTS.find(world, request["ExperimentName"])["ExperimentName"]
        request = {**request, "ExperimentName": name}
        return TRIALS.insert(world, experiment.new_trial(request, arn, clock.now()))


def describe_trial(world: World, request: DescribeTrialRequestTypeDef) -> Response:
    """Describe a trial. Raises `ResourceNotFound`."""
    return TRIALS.describe(world, request["TrialName"])


def list_trials(world: World, request: ListTrialsRequestTypeDef) -> Response:
    """One page of the trials, the latest first by default.

    Raises `ResourceNotFound` for an experiment or a component that does not exist.
    """
    return TRIALS.summaries(world, resolved(world, request))


def update_trial(world: World, request: UpdateTrialRequestTypeDef) -> Response:
    """Overwrite members of a trial. Raises `ResourceNotFound`."""
    with world.trials.lock:
        changes = resolved(world, request)
        changed = TRIALS.update(
            world, changes["TrialName"], {**changes, "LastModifiedTime": clock.now()}
        )
    return {"TrialArn": changed["TrialArn"]}


def delete_trial(world: World, request: DeleteTrialRequestTypeDef) -> Response:
    """Delete a trial. Raises `ValidationException` while components are in it."""
    with world.trials.lock:
        trial = TRIALS.find(world, request["TrialName"])
        if trial.get("TrialComponentSummaries"):
            raise ValidationException(
                f"Trial '{trial['TrialArn']}' is linked to 1 or more trial components and cannot "
                "be deleted."
            )
        TRIALS.delete(world, trial["TrialName"])
    return {"TrialArn": trial["TrialArn"]}
