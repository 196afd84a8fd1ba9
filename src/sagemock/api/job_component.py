"""The trial component that every training job has, from its creation to its end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from sagemock.api.experiment_entities import associate, find_experiment, find_trial
from sagemock.api.projection import arn_of
from sagemock.errors import ResourceNotFound
from sagemock.resources import experiment, trial_component
from sagemock.resources.metric_series import MetricPoint, MetricSeries
from sagemock.store import Document
from sagemock.world import Request, World

Metrics = Mapping[str, Sequence[MetricPoint]]
"""The values that a job's metrics have taken, by name."""


def check(world: World, request: Request) -> None:
    """Raises `ResourceNotFound` when ExperimentConfig names what does not exist."""
    config = request.get("ExperimentConfig", {})
    if "ExperimentName" in config:
        find_experiment(world, config["ExperimentName"])
    if "TrialName" in config:
        find_trial(world, config["TrialName"])


def create(world: World, job: Document, metrics: Metrics | None = None) -> None:
    """Make the component of a new job, in the trial that its ExperimentConfig says.

    A job of the same name as one that was deleted takes its component over.
    """
    name = trial_component.name_for(job["TrainingJobName"])
    arn = arn_of(world, "experiment-trial-component", name)
    component = trial_component.new({"TrialComponentName": name}, arn, job["CreationTime"])
    with world.trials.lock:
        old = world.trial_components.get(name)
        if old is None:
            world.trial_components.insert(_following(world, component, job, metrics))
        else:
            component |= {member: old[member] for member in ("Parents", "Tags")}
            world.metric_series.pop(name, None)
            world.trial_components.replace(_following(world, component, job, metrics))
    config = job.get("ExperimentConfig", {})
    if "TrialName" in config or "ExperimentName" in config:
        _associate(world, job, component, config)


def _associate(world: World, job: Document, component: Document, config: Request) -> None:
    """Put the component into its trial, unless that has just been deleted."""
    with world.trials.lock, suppress(ResourceNotFound):
        if "TrialName" in config:
            trial = find_trial(world, config["TrialName"])
        else:
            trial = _own_trial(world, job, find_experiment(world, config["ExperimentName"]))
        associate(world, trial, component)


def _own_trial(world: World, job: Document, of: Document) -> Document:
    """The trial of a job that names none."""
    name = f"{job['TrainingJobName']}-aws-trial"
    found = world.trials.get(name)
    if found is not None:
        return found
    request = {"TrialName": name, "ExperimentName": of["ExperimentName"]}
    arn = arn_of(world, "experiment-trial", name)
    trial = experiment.new_trial(request, arn, job["CreationTime"])
    world.trials.insert(trial)
    return trial


def follow(world: World, job: Document, metrics: Metrics | None = None) -> None:
    """Bring the component to where its job is; metrics: when the job has ended, its values."""
    name = trial_component.name_for(job["TrainingJobName"])
    # Who deletes a component holds the same lock.
    with world.trials.lock:
        # Somebody else, as one who stops the job, may have been quicker to tell of a later state.
        job = world.training_jobs.get(job["TrainingJobName"]) or job
        if name in world.trial_components:
            world.trial_components.update(name, lambda old: _following(world, old, job, metrics))


def _following(
    world: World, component: Document, job: Document, metrics: Metrics | None
) -> dict[str, Any]:
    changed = {**component, **trial_component.of_training_job(job)}
    if not metrics:
        return changed
    series = {name: MetricSeries().extended(points) for name, points in metrics.items()}
    world.metric_series[component["TrialComponentName"]] = series
    return trial_component.with_metrics(changed, series, job["TrainingJobArn"])
