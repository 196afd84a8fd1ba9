"""Experiments, trials and trial components by name, and what ties them.

AWS takes names that differ only in case for the same. A component and its trials each know of
the other. Both change under the lock of the trials, which is also held by whoever creates or
deletes one of the three.
"""

from __future__ import annotations

from functools import cache

from sagemock import query
from sagemock.api.projection import arn_of
from sagemock.errors import ResourceNotFound, ValidationException
from sagemock.query.expression import Condition
from sagemock.query.operators import OPERATORS, Wanted
from sagemock.query.property import Kind, Property
from sagemock.query.question import Question
from sagemock.resources import experiment, trial_component
from sagemock.store import Document, Table
from sagemock.world import Request, World


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
    document = _named(table, name)
    if document is None:
        arn = arn_of(world, kind, name)
        raise ResourceNotFound(f"{_noun(table)} '{arn}' does not exist.")
    return document


def check_config(world: World, request: Request) -> None:
    """Raises `ResourceNotFound` when ExperimentConfig names what does not exist."""
    config = request.get("ExperimentConfig", {})
    if "ExperimentName" in config:
        find_experiment(world, config["ExperimentName"])
    if "TrialName" in config:
        find_trial(world, config["TrialName"])


_FINDERS = {
    "ExperimentName": find_experiment,
    "TrialName": find_trial,
    "TrialComponentName": find_component,
}


def resolved(world: World, request: Request) -> Request:
    """The request with the names of what is there, as they were given first.

    Raises `ResourceNotFound` for one that is not there.
    """
    named = (member for member in _FINDERS if member in request)
    return {**request, **{each: _FINDERS[each](world, request[each])[each] for each in named}}


def insert(world: World, table: Table, document: Document) -> None:
    """Add one of the three. Raises `ValidationException` when its name is taken."""
    name = document[table.key]
    with world.trials.lock:
        if _named(table, name) is not None:
            raise ValidationException(f"{_noun(table)} with name ({name}) already exists.")
        table.insert(document)


def _noun(table: Table) -> str:
    return table.key.removesuffix("Name")


def _named(table: Table, name: str) -> Document | None:
    exact = table.get(name)
    if exact is not None:
        return exact
    same = Condition(_folded(table.key), OPERATORS["Equals"], Wanted(name.lower()))
    question = Question(same, None, descending=False, start=0, end=1, key=table.key)
    found = query.answer(table, question).documents
    return found[0] if found else None


@cache
def _folded(key: str) -> Property:
    """The name without case, as a property of its own that the store indexes."""
    return Property(f"{key} without case", Kind.TEXT, lambda document: document[key].lower())


def associate(world: World, trial: Document, component: Document) -> None:
    """Put a component into a trial, in which it may be already."""
    with world.trials.lock:
        world.trial_components.update(
            component["TrialComponentName"], lambda old: trial_component.associated(old, trial)
        )
        world.trials.update(
            trial["TrialName"], lambda old: experiment.with_component(old, component)
        )
