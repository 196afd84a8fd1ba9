"""Experiments, trials and trial components by name, and what ties them.

A component and its trials each know of the other. Both change under the lock of the trials,
which is also held by whoever deletes one of the three.
"""

from __future__ import annotations

from sagemock.api.projection import arn_of
from sagemock.errors import ResourceNotFound
from sagemock.resources import experiment, trial_component
from sagemock.store import Document, Table
from sagemock.world import World


def find_experiment(world: World, name: str) -> Document:
    """Raises `ResourceNotFound`."""
    return _find(world, world.experiments, "experiment", name)


def find_trial(world: World, name: str) -> Document:
    """Raises `ResourceNotFound`."""
    return _find(world, world.trials, "experiment-trial", name)


def find_component(world: World, name: str) -> Document:
    """Raises `ResourceNotFound`."""
    return _find(world, world.trial_components, "experiment-trial-component", name)


def _find(world: World, table: Table, kind: str, name: str) -> Document:
    document = table.get(name)
    if document is None:
        noun = table.key.removesuffix("Name")
        raise ResourceNotFound(f"{noun} '{arn_of(world, kind, name)}' does not exist.")
    return document


def associate(world: World, trial: Document, component: Document) -> None:
    """Put a component into a trial, in which it may be already."""
    with world.trials.lock:
        world.trial_components.update(
            component["TrialComponentName"], lambda old: trial_component.associated(old, trial)
        )
        world.trials.update(
            trial["TrialName"], lambda old: experiment.with_component(old, component)
        )
