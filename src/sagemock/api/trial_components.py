"""CreateTrialComponent, DescribeTrialComponent, ListTrialComponents, UpdateTrialComponent,
DeleteTrialComponent, AssociateTrialComponent, DisassociateTrialComponent.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sagemock.accounts.world import Response, World
from sagemock.api.experiment_entities import (
    associate,
    find_component,
    find_trial,
    insert,
    resolved,
)
from sagemock.api.listing import Listing
from sagemock.api.projection import arn_of, described, summary
from sagemock.errors import ValidationException
from sagemock.resources import clock, experiment, trial_component, types

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
    """Raises `ValidationException` when the name is taken."""
    arn = arn_of(world, types.TRIAL_COMPONENT, request["TrialComponentName"])
    insert(world, types.TRIAL_COMPONENT, trial_component.new(request, arn, clock.now()))
    return {"TrialComponentArn": str(arn)}


def describe_trial_component(
    world: World, request: DescribeTrialComponentRequestTypeDef
) -> Response:
    document = find_component(world, request["TrialComponentName"])
    shown = described("DescribeTrialComponent", document)
    return {**shown, "Sources": [document["Source"]] if "Source" in document else []}


_LISTING = Listing(
    key="TrialComponentName",
    sort_by={"CreationTime": "CreationTime", "Name": "TrialComponentName"},
    descending=True,
    equal={
        "ExperimentName": "Parents[].ExperimentName",
        "TrialName": "Parents[].TrialName",
        "SourceArn": "Source.SourceArn",
    },
)


def check_list_trial_components(request: ListTrialComponentsRequestTypeDef) -> None:
    """What ListTrialComponents lists by is one thing. Raises `ValidationException`."""
    if sum(name in request for name in ("ExperimentName", "TrialName", "SourceArn")) > 1:
        raise ValidationException(
            "Only one of ExperimentName, TrialName and SourceArn can be specified."
        )


def list_trial_components(world: World, request: ListTrialComponentsRequestTypeDef) -> Response:
    """Raises `ResourceNotFound` for an experiment or a trial that does not exist."""
    some, token = _LISTING.page(world.trial_components, resolved(world, request))
    shown = [{**summary("TrialComponentSummary", each), **_source(each)} for each in some]
    return {"TrialComponentSummaries": shown, **token}


def _source(document: trial_component.TrialComponent) -> Response:
    return {"TrialComponentSource": document["Source"]} if "Source" in document else {}


def update_trial_component(world: World, request: UpdateTrialComponentRequestTypeDef) -> Response:
    """Raises `ResourceNotFound`."""
    with world.trials.lock:
        changes = resolved(world, request)
        changed = world.trial_components.update(
            changes["TrialComponentName"],
            lambda old: trial_component.updated(old, changes, clock.now()),
        )
    return {"TrialComponentArn": changed["TrialComponentArn"]}


def delete_trial_component(world: World, request: DeleteTrialComponentRequestTypeDef) -> Response:
    """Raises `ValidationException` while the component is in a trial."""
    with world.trials.lock:
        component = find_component(world, request["TrialComponentName"])
        name, arn = component["TrialComponentName"], component["TrialComponentArn"]
        if component["Parents"]:
            raise ValidationException(
                f"TrialComponent '{arn}' is linked to 1 or more trials and cannot be deleted."
            )
        world.trial_components.delete(name)
    return {"TrialComponentArn": arn}


def associate_trial_component(
    world: World, request: AssociateTrialComponentRequestTypeDef
) -> Response:
    """Raises `ResourceNotFound`."""
    with world.trials.lock:
        trial = find_trial(world, request["TrialName"])
        component = find_component(world, request["TrialComponentName"])
        associate(world, trial, component)
    return _both(trial, component)


def disassociate_trial_component(
    world: World, request: DisassociateTrialComponentRequestTypeDef
) -> Response:
    """Raises `ResourceNotFound`; a component that is not in the trial is left as it is."""
    with world.trials.lock:
        trial = find_trial(world, request["TrialName"])
        component = find_component(world, request["TrialComponentName"])
        name = component["TrialComponentName"]
        world.trial_components.update(
            name, lambda old: trial_component.disassociated(old, trial["TrialName"])
        )
        world.trials.update(trial["TrialName"], lambda old: experiment.without_component(old, name))
    return _both(trial, component)


def _both(trial: experiment.Trial, component: trial_component.TrialComponent) -> Response:
    return {"TrialComponentArn": component["TrialComponentArn"], "TrialArn": trial["TrialArn"]}
