"""Documents of experiments and of their trials."""

from __future__ import annotations

from typing import TYPE_CHECKING, NotRequired, TypedDict, cast

from sagemock.resources.arn import Arn
from sagemock.resources.tag import merged

if TYPE_CHECKING:
    from mypy_boto3_sagemaker.type_defs import (
        CreateExperimentRequestTypeDef,
        CreateTrialRequestTypeDef,
        TrialComponentSourceTypeDef,
        UserContextTypeDef,
    )

    from sagemock.resources.trial_component import TrialComponent

    class _Created(TypedDict):
        CreationTime: float
        CreatedBy: UserContextTypeDef
        LastModifiedTime: float
        LastModifiedBy: UserContextTypeDef

    class Experiment(CreateExperimentRequestTypeDef, _Created):
        """The document: the request, and what the service adds."""

        ExperimentArn: str

    class ComponentSummary(TypedDict):
        """What a trial shows of a component."""

        TrialComponentName: str
        TrialComponentArn: str
        CreationTime: float
        CreatedBy: UserContextTypeDef
        TrialComponentSource: NotRequired[TrialComponentSourceTypeDef]

    class NewTrial(CreateTrialRequestTypeDef, _Created):
        """The request, and what the service adds."""

        TrialArn: str

    class Trial(NewTrial):
        """The document, with the components in the trial."""

        TrialComponentSummaries: NotRequired[list[ComponentSummary]]


def new_experiment(request: CreateExperimentRequestTypeDef, arn: Arn, now: float) -> Experiment:
    """The document of a new experiment: the request, and what the service adds."""
    return {
        "DisplayName": request["ExperimentName"],
        **request,
        **_created(now),
        "Tags": merged((), request.get("Tags", ())),
        "ExperimentArn": str(arn),
    }


def new_trial(request: CreateTrialRequestTypeDef, arn: Arn, now: float) -> Trial:
    """The document of a new trial, without components."""
    trial: NewTrial = {
        "DisplayName": request["TrialName"],
        **request,
        **_created(now),
        "Tags": merged((), request.get("Tags", ())),
        "TrialArn": str(arn),
    }
    return cast("Trial", trial)


def _created(now: float) -> _Created:
    return {"CreationTime": now, "CreatedBy": {}, "LastModifiedTime": now, "LastModifiedBy": {}}


def with_component(trial: Trial, component: TrialComponent) -> Trial:
    """The trial with a component added, of which Search shows a summary."""
    summary: ComponentSummary = {
        "TrialComponentName": component["TrialComponentName"],
        "TrialComponentArn": component["TrialComponentArn"],
        "CreationTime": component["CreationTime"],
        "CreatedBy": component["CreatedBy"],
    }
    if "Source" in component:
        summary["TrialComponentSource"] = component["Source"]
    others = _others(trial, component["TrialComponentName"])
    return {**trial, "TrialComponentSummaries": [*others, summary]}


def without_component(trial: Trial, component: str) -> Trial:
    """The trial without the component of that name."""
    return {**trial, "TrialComponentSummaries": _others(trial, component)}


def _others(trial: Trial, component: str) -> list[ComponentSummary]:
    summaries = trial.get("TrialComponentSummaries", ())
    return [each for each in summaries if each["TrialComponentName"] != component]
