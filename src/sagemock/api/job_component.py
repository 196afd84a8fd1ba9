"""The trial component that every training job has: it follows the job from its creation on."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from sagemock.api.experiment_entities import associate, find_experiment, find_trial
from sagemock.api.projection import arn_of
from sagemock.errors import ResourceNotFound
from sagemock.resources import experiment, lifecycle, trial_component, types
from sagemock.resources.metric_series import MetricSeries
from sagemock.store import Document
from sagemock.world import Request, World


def follow(world: World, before: Document | None, after: Document | None) -> None:
    """Bring the component of a training job to where the job is.

    One that is deleted while its job exists does not come back. The one of a deleted job stays as
    it was, and a later job of the same name takes it over.
    """
    if after is None or after["TrainingJobStatus"] == lifecycle.DELETING:
        return
    # Who deletes a component holds the same lock.
    with world.trials.lock:
        if before is None:
            _create(world, after)
            return
        name = trial_component.name_for(after["TrainingJobName"])
        if name in world.trial_components:
            metrics = _final_metrics(world, before, after)
            world.trial_components.update(name, lambda old: _component(world, after, old, metrics))


def _create(world: World, job: Document) -> None:
    """Make the component of a new job, in the trial that its ExperimentConfig says."""
    name = trial_component.name_for(job["TrainingJobName"])
    arn = arn_of(world, types.TRIAL_COMPONENT, name)
    component = trial_component.new({"TrialComponentName": name}, arn, job["CreationTime"])
    metrics = _final_metrics(world, None, job)
    old = world.trial_components.get(name)
    if old is None:
        world.trial_components.insert(_component(world, job, component, metrics))
    else:
        component |= {member: old[member] for member in ("Parents", "Tags")}
        world.metric_series.pop(name, None)
        world.trial_components.replace(_component(world, job, component, metrics))
    config = job.get("ExperimentConfig", {})
    if "TrialName" in config or "ExperimentName" in config:
        _associate(world, job, component, config)


def _final_metrics(
    world: World, before: Document | None, after: Document
) -> Mapping[str, MetricSeries]:
    """The values of the metrics of a job that has just ended; none before and later on."""
    if not _has_ended(after) or (before is not None and _has_ended(before)):
        return {}
    return world.job_metrics.get(after["TrainingJobName"], {})


def _has_ended(job: Document) -> bool:
    return job["TrainingJobStatus"] in lifecycle.ENDED


def _component(
    world: World, job: Document, component: Document, metrics: Mapping[str, MetricSeries]
) -> dict[str, Any]:
    """The document of a job's component, as the job is now."""
    changed = {**component, **trial_component.of_training_job(job)}
    if not metrics:
        return changed
    # Copies: the component may get further values, which are none of the job's.
    series = {name: values.copy() for name, values in metrics.items()}
    world.metric_series[component["TrialComponentName"]] = series
    return trial_component.with_metrics(changed, series, job["TrainingJobArn"])


def _associate(world: World, job: Document, component: Document, config: Request) -> None:
    """Put the component into its trial, unless that has just been deleted."""
    with suppress(ResourceNotFound):
        if "TrialName" in config:
            trial = find_trial(world, config["TrialName"])
        else:
            trial = _own_trial(world, job, find_experiment(world, config["ExperimentName"]))
        associate(world, trial, component)


def _own_trial(world: World, job: Document, of: Document) -> Document:
    """The trial of a job that names none."""
    name = f"{job['TrainingJobName']}-aws-trial"
    trial = world.trials.get(name)
    if trial is not None:
        return trial
    request = {"TrialName": name, "ExperimentName": of["ExperimentName"]}
    arn = arn_of(world, types.TRIAL, name)
    new = experiment.new_trial(request, arn, job["CreationTime"])
    world.trials.insert(new)
    return new
