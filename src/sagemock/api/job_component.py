"""The trial component that every training job has, from its creation on.

`World.change_training_job` brings it to where its job is.
"""

from __future__ import annotations

from contextlib import suppress

from sagemock.api.experiment_entities import associate, find_experiment, find_trial
from sagemock.api.projection import arn_of
from sagemock.errors import ResourceNotFound
from sagemock.resources import experiment, trial_component
from sagemock.store import Document
from sagemock.world import Metrics, Request, World


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
            world.trial_components.insert(world.component_of(job, component, metrics))
        else:
            component |= {member: old[member] for member in ("Parents", "Tags")}
            world.metric_series.pop(name, None)
            world.trial_components.replace(world.component_of(job, component, metrics))
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
