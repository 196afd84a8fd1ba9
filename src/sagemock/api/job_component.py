"""The trial component that every training job has, from its creation to its end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sagemock.api.experiment_entities import associate, find_experiment, find_trial
from sagemock.api.projection import arn_of
from sagemock.resources import experiment, trial_component
from sagemock.resources.metric_series import MetricPoint, MetricSeries
from sagemock.store import Document, DuplicateKey
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
    new = trial_component.new({"TrialComponentName": name}, arn, job["CreationTime"])
    component = _following(new, job, metrics)
    try:
        world.trial_components.insert(component)
    except DuplicateKey:
        kept = ("Parents", "Tags")
        world.trial_components.update(
            name, lambda old: {**component, **{member: old[member] for member in kept}}
        )
    config = job.get("ExperimentConfig", {})
    if "TrialName" in config or "ExperimentName" in config:
        _associate(world, job, component, config)


def _associate(world: World, job: Document, component: Document, config: Request) -> None:
    """Without the name of a trial, the job gets one of its own."""
    with world.trials.lock:
        name = config.get("TrialName", f"{job['TrainingJobName']}-aws-trial")
        trial = world.trials.get(name)
        if trial is None:
            request = {"TrialName": name, "ExperimentName": config["ExperimentName"]}
            arn = arn_of(world, "experiment-trial", name)
            trial = experiment.new_trial(request, arn, job["CreationTime"])
            world.trials.insert(trial)
        associate(world, trial, component)


def follow(world: World, job: Document, metrics: Metrics | None = None) -> None:
    """Bring the component to where its job is; metrics: when the job has ended, its values."""
    name = trial_component.name_for(job["TrainingJobName"])
    # Who deletes a component holds the same lock.
    with world.trials.lock:
        if name in world.trial_components:
            world.trial_components.update(name, lambda old: _following(old, job, metrics))


def _following(component: Document, job: Document, metrics: Metrics | None) -> dict[str, Any]:
    changed = {**component, **trial_component.of_training_job(job)}
    if not metrics:
        return changed
    series = {name: MetricSeries().extended(points) for name, points in metrics.items()}
    return trial_component.with_metrics(changed, series, job["TrainingJobArn"])
