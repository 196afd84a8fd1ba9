"""CreateTrial, DescribeTrial, ListTrials, UpdateTrial, DeleteTrial."""

from __future__ import annotations

from sagemock.api.experiment_entities import find_component, find_experiment, find_trial
from sagemock.api.listing import Listing
from sagemock.api.projection import arn_of, described, summary
from sagemock.api.tags import check as check_tags
from sagemock.errors import ValidationException
from sagemock.resources import clock, experiment
from sagemock.store import DuplicateKey
from sagemock.world import Request, Response, World


def create_trial(world: World, request: Request) -> Response:
    """Raises `ValidationException` when the name is taken, `ResourceNotFound`."""
    name = request["TrialName"]
    check_tags(request.get("Tags", ()))
    arn = arn_of(world, "experiment-trial", name)
    with world.trials.lock:
        find_experiment(world, request["ExperimentName"])
        try:
            world.trials.insert(experiment.new_trial(request, arn, clock.now()))
        except DuplicateKey:
            raise ValidationException(f"Trial with name ({name}) already exists.") from None
    return {"TrialArn": str(arn)}


def describe_trial(world: World, request: Request) -> Response:
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


def list_trials(world: World, request: Request) -> Response:
    """Raises `ResourceNotFound` for an experiment or a component that does not exist."""
    if "ExperimentName" in request:
        find_experiment(world, request["ExperimentName"])
    if "TrialComponentName" in request:
        find_component(world, request["TrialComponentName"])
    some, token = _LISTING.page(world.trials, request)
    return {"TrialSummaries": [summary("TrialSummary", each) for each in some], **token}


def update_trial(world: World, request: Request) -> Response:
    """Raises `ResourceNotFound`."""
    changes = {**request, "LastModifiedTime": clock.now()}
    with world.trials.lock:
        find_trial(world, request["TrialName"])
        changed = world.trials.update(request["TrialName"], changes)
    return {"TrialArn": changed["TrialArn"]}


def delete_trial(world: World, request: Request) -> Response:
    """Raises `ValidationException` while components are in it."""
    name = request["TrialName"]
    with world.trials.lock:
        trial = find_trial(world, name)
        if trial.get("TrialComponentSummaries"):
            raise ValidationException(
                f"Trial '{trial['TrialArn']}' is linked to 1 or more trial components and cannot "
                "be deleted."
            )
        world.trials.delete(name)
    return {"TrialArn": trial["TrialArn"]}
