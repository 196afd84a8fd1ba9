"""The experiment that the service makes for a tuning job, with a trial of its training jobs."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from sagemock.accounts.world import World
from sagemock.api.experiment_entities import EXPERIMENTS, TRIALS, associate
from sagemock.documents import Document
from sagemock.errors import ResourceNotFound
from sagemock.resources import clock, component_of_job, experiment, types
from sagemock.store import DuplicateKey, Table

_TUNING = types.HYPER_PARAMETER_TUNING_JOB


def name_for(tuning_job: str) -> str:
    """The name of the experiment of a tuning job, and of its trial."""
    return f"{tuning_job}-aws-tuning-job"


def create(world: World, document: Document) -> None:
    """Create experiment and trial of a new tuning job, unless an earlier one has left them."""
    name, now = name_for(document[_TUNING.key]), clock.now()
    source = {
        "SourceArn": document[_TUNING.arn_member],
        "SourceType": f"SageMaker{_TUNING.noun}",
    }
    own = experiment.new_experiment({"ExperimentName": name}, EXPERIMENTS.arn(world, name), now)
    trial = experiment.new_trial(
        {"TrialName": name, "ExperimentName": name}, TRIALS.arn(world, name), now
    )
    tables: tuple[tuple[Table[Any], Document, str], ...] = (
        (world.experiments, own, "ExperimentSource"),
        (world.trials, trial, "TrialSource"),
    )
    for table, entity, in_lists in tables:
        with suppress(DuplicateKey):
            table.insert({**entity, "Source": source, in_lists: source})


def add(world: World, tuning_job: str, training_job: str) -> None:
    """Put the component of a training job into the trial, unless somebody has deleted either."""
    component = world.trial_components.get(
        component_of_job.name_for(types.TRAINING_JOB, training_job)
    )
    if component is None:
        return
    with suppress(ResourceNotFound):
        associate(world, TRIALS.find(world, name_for(tuning_job)), component)
