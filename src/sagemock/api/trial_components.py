"""Operations on trial components: Create, Describe, List, Update, Delete, and their trials."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sagemock.accounts.world import Response, World
from sagemock.api.experiment_entities import COMPONENTS, TRIALS, associate, disassociate, resolved
from sagemock.api.projection import summary
from sagemock.errors import ValidationException
from sagemock.resources import clock, experiment, trial_component

if TYPE_CHECKING:
    from mypy_boto3_sagemaker.type_defs import (
        AssociateTrialComponentRequestTypeDef,
        CreateTrialComponentRequestTypeDef,
        DeleteTrialComponentRequestTypeDef,
        DescribeTrialComponentRequestTypeDef,
        DisassociateTrialComponentRequestTypeDef,
        ListTrialComponentsRequestTypeDef,
        UpdateTrialComponentRequestTypeDef,
    )


def create_trial_component(world: World, request: CreateTrialComponentRequestTypeDef) -> Response:
    """Create a component. Raises `ValidationException` when the name is taken."""
    arn = COMPONENTS.arn(world, request["TrialComponentName"])
    return COMPONENTS.insert(world, trial_component.new(request, arn, clock.now()))


def describe_trial_component(
    world: World, request: DescribeTrialComponentRequestTypeDef
) -> Response:
    """Describe a component. Raises `ResourceNotFound`."""
    shown = COMPONENTS.describe(world, request["TrialComponentName"])
    return {**shown, "Sources": [shown["Source"]] if "Source" in shown else []}


def check_list_trial_components(request: ListTrialComponentsRequestTypeDef) -> None:
    """Raises `ValidationException` for more than one filter."""
    if sum(name in request for name in ("ExperimentName", "TrialName", "SourceArn")) > 1:
        raise ValidationException(
            "Only one of ExperimentName, TrialName and SourceArn can be specified."
        )


def list_trial_components(world: World, request: ListTrialComponentsRequestTypeDef) -> Response:
    """One page of the components, the latest first by default.

    Raises `ResourceNotFound` for an experiment or a trial that does not exist.
    """
    components, token = COMPONENTS.page(world, resolved(world, request))
    summaries = [{**summary("TrialComponentSummary", each), **_source(each)} for each in components]
    return {"TrialComponentSummaries": summaries, **token}


def _source(component: trial_component.TrialComponent) -> Response:
    return {"TrialComponentSource": component["Source"]} if "Source" in component else {}


def update_trial_component(world: World, request: UpdateTrialComponentRequestTypeDef) -> Response:
    """Change members of a component. Raises `ResourceNotFound`."""
    with world.trials.lock:
        changes = resolved(world, request)
        changed = COMPONENTS.update(
            world,
            changes["TrialComponentName"],
            lambda old: trial_component.updated(old, changes, clock.now()),
        )
    return {"TrialComponentArn": changed["TrialComponentArn"]}


def delete_trial_component(world: World, request: DeleteTrialComponentRequestTypeDef) -> Response:
    """Delete a component. Raises `ValidationException` while it is in a trial."""
    with world.trials.lock:
        component = COMPONENTS.find(world, request["TrialComponentName"])
        name, arn = component["TrialComponentName"], component["TrialComponentArn"]
        if component["Parents"]:
            raise ValidationException(
                f"TrialComponent '{arn}' is linked to 1 or more trials and cannot be deleted."
            )
        COMPONENTS.delete(world, name)
    return {"TrialComponentArn": arn}


def associate_trial_component(
    world: World, request: AssociateTrialComponentRequestTypeDef
) -> Response:
    """Put a component into a trial. Raises `ResourceNotFound`."""
    with world.trials.lock:
        trial, component = _both(world, request)
        associate(world, trial, component)
    return _arns(trial, component)


def disassociate_trial_component(
    world: World, request: DisassociateTrialComponentRequestTypeDef
) -> Response:
    """Take a component out of a trial, if it is in it. Raises `ResourceNotFound`."""
    with world.trials.lock:
        trial, component = _both(world, request)
        disassociate(world, trial, component)
    return _arns(trial, component)


def _both(
    world: World,
    request: AssociateTrialComponentRequestTypeDef | DisassociateTrialComponentRequestTypeDef,
) -> tuple[experiment.Trial, trial_component.TrialComponent]:
    trial = TRIALS.find(world, request["TrialName"])
    return trial, COMPONENTS.find(world, request["TrialComponentName"])


def _arns(trial: experiment.Trial, component: trial_component.TrialComponent) -> Response:
    return {"TrialComponentArn": component["TrialComponentArn"], "TrialArn": trial["TrialArn"]}
