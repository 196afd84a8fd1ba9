"""The trial component of each job, which follows the job from its creation on."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, cast

from sagemock.accounts.world import World
from sagemock.api.experiment_entities import COMPONENTS, EXPERIMENTS, TRIALS, associate
from sagemock.documents import Document
from sagemock.errors import ResourceNotFound
from sagemock.resources import component_of_job, experiment, lifecycle, trial_component
from sagemock.resources.metric_series import MetricSeries
from sagemock.resources.resource_type import ResourceType
from sagemock.resources.types import TRAINING_JOB

if TYPE_CHECKING:
    from sagemock.resources.experiment import Experiment, Trial
    from sagemock.resources.trial_component import TrialComponent


def follow(
    world: World, kind: ResourceType, before: Document | None, after: Document | None
) -> None:
    """Update the component of a job after a change of the job.

    A component that is deleted while its job exists does not come back. The component of a deleted
    job stays as it was, until a later job of the same name takes it over.

    Parameters
    ----------
    world : World
        Where the job is.
    kind : ResourceType
        The kind of job.
    before, after : Document or None
        The job before and after the change; None before its creation and after its deletion.
    """
    if after is None or after[kind.status_member] == lifecycle.DELETING:
        return
    # Deleting a component takes the same lock.
    with world.trials.lock:
        if before is None:
            _create(world, kind, after)
            return
        name = component_of_job.name_for(kind, after[kind.key])
        if name in world.trial_components:
            metrics = _final_metrics(world, kind, before, after)
            world.trial_components.update(
                name, lambda old: _component(world, kind, after, old, metrics)
            )


def _create(world: World, kind: ResourceType, job: Document) -> None:
    """Create the component of a new job, in the trial that its ExperimentConfig names."""
    name = component_of_job.name_for(kind, job[kind.key])
    arn = COMPONENTS.arn(world, name)
    model = world.models.get(job.get("ModelName", ""))
    component = cast(
        "TrialComponent",
        {
            **trial_component.new({"TrialComponentName": name}, arn, job["CreationTime"]),
            **component_of_job.from_the_start(kind, job, model),
        },
    )
    metrics = _final_metrics(world, kind, None, job)
    old = world.trial_components.get(name)
    if old is None:
        world.trial_components.insert(_component(world, kind, job, component, metrics))
    else:
        component |= {"Parents": old["Parents"], "Tags": old["Tags"]}
        world.metric_series.pop(name, None)
        world.trial_components.replace(_component(world, kind, job, component, metrics))
    config = job.get("ExperimentConfig", {})
    if "TrialName" in config or "ExperimentName" in config:
        _associate(world, f"{job[kind.key]}-aws-trial", component, config)


def _final_metrics(
    world: World, kind: ResourceType, before: Document | None, after: Document
) -> Mapping[str, MetricSeries]:
    """The values of the metrics of a job that ends with this change; else none."""
    status = kind.status_member
    if kind is not TRAINING_JOB or after[status] not in lifecycle.ENDED:
        return {}
    if before is not None and before[status] in lifecycle.ENDED:
        return {}
    return world.job_metrics.get(after[kind.key], {})


def _component(
    world: World,
    kind: ResourceType,
    job: Document,
    component: TrialComponent,
    metrics: Mapping[str, MetricSeries],
) -> TrialComponent:
    """The document of a job's component, by the job as it is now."""
    changed = cast("TrialComponent", {**component, **component_of_job.by_now(kind, job)})
    if not metrics:
        return changed
    # Copies, as the component may get further values, which are not the job's.
    series = {name: values.copy() for name, values in metrics.items()}
    world.metric_series[component["TrialComponentName"]] = series
    return trial_component.with_metrics(changed, series, job[kind.arn_member])


def _associate(world: World, own_trial: str, component: TrialComponent, config: Document) -> None:
    """Put the component into its trial, unless that has just been deleted.

    A job that names only an experiment gets a trial called `own_trial`.
    """
    with suppress(ResourceNotFound):
        if "TrialName" in config:
            trial = TRIALS.find(world, config["TrialName"])
        else:
            owner = EXPERIMENTS.find(world, config["ExperimentName"])
            trial = _own_trial(world, own_trial, owner, component["CreationTime"])
        associate(world, trial, component)


def _own_trial(world: World, name: str, owner: Experiment, now: float) -> Trial:
    trial = world.trials.get(name)
    if trial is not None:
        return trial
    arn = TRIALS.arn(world, name)
    new = experiment.new_trial(
        {"TrialName": name, "ExperimentName": owner["ExperimentName"]}, arn, now
    )
    world.trials.insert(new)
    return new
