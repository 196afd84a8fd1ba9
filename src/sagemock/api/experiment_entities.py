"""Experiments, trials and trial components by name, and what ties them.

AWS takes names that differ only in case for the same. A component and its trials each know of
the other. Both change under the lock of the trials, which is also held by whoever creates or
deletes one of the three.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, cast

from sagemock import query
from sagemock.accounts.world import World
from sagemock.api.projection import arn_of
from sagemock.documents import D, Document
from sagemock.errors import ResourceNotFound, ValidationException
from sagemock.query.expression import Condition
from sagemock.query.operators import OPERATORS, Wanted
from sagemock.query.property import Kind, Property
from sagemock.query.question import Question
from sagemock.resources import experiment, trial_component, types
from sagemock.resources.types import ResourceType
from sagemock.store import Table

if TYPE_CHECKING:
    from mypy_boto3_sagemaker.type_defs import ExperimentConfigTypeDef


def find_experiment(world: World, name: str) -> experiment.Experiment:
    """Raises `ResourceNotFound`."""
    return _find(world, types.EXPERIMENT, world.experiments, name)


def find_trial(world: World, name: str) -> experiment.Trial:
    """Raises `ResourceNotFound`."""
    return _find(world, types.TRIAL, world.trials, name)


def find_component(world: World, name: str) -> trial_component.TrialComponent:
    """Raises `ResourceNotFound`."""
    return _find(world, types.TRIAL_COMPONENT, world.trial_components, name)


def _find(world: World, kind: ResourceType, table: Table[D], name: str) -> D:
    document = _named(table, name)
    if document is None:
        raise ResourceNotFound(f"{kind.noun} '{arn_of(world, kind, name)}' does not exist.")
    return document


def check_config(world: World, config: ExperimentConfigTypeDef) -> None:
    """Raises `ResourceNotFound` when ExperimentConfig names what does not exist."""
    if not world.rules.needs_named:
        return
    if "ExperimentName" in config:
        find_experiment(world, config["ExperimentName"])
    if "TrialName" in config:
        find_trial(world, config["TrialName"])


_BY_NAME_MEMBER = {
    kind.name_member: kind for kind in (types.EXPERIMENT, types.TRIAL, types.TRIAL_COMPONENT)
}


def resolved(world: World, request: D) -> D:
    """The request with the names of what is there, as they were given first.

    Raises `ResourceNotFound` for one that is not there.
    """
    named = {member: kind for member, kind in _BY_NAME_MEMBER.items() if member in request}
    known = {
        each: _find(world, kind, world.table(kind), request[each])[each]
        for each, kind in named.items()
    }
    return cast("D", {**request, **known})


def insert(world: World, kind: ResourceType, document: Document) -> None:
    """Add one of the three. Raises `ValidationException` when its name is taken."""
    table, name = world.table(kind), document[kind.key]
    with world.trials.lock:
        if _named(table, name) is not None:
            raise ValidationException(f"{kind.noun} with name ({name}) already exists.")
        table.insert(document)


def _named(table: Table[D], name: str) -> D | None:
    exact = table.get(name)
    if exact is not None:
        return exact
    same = Condition(_folded(table.key), OPERATORS["Equals"], Wanted(name.lower()))
    question = Question(same, None, descending=False, start=0, end=1, key=table.key)
    found = query.answer(table, question).documents
    return cast("D", found[0]) if found else None


@cache
def _folded(key: str) -> Property:
    """The name without case, as a property of its own that the store indexes."""
    return Property(f"{key} without case", Kind.TEXT, lambda document: document[key].lower())


def associate(
    world: World, trial: experiment.Trial, component: trial_component.TrialComponent
) -> None:
    """Put a component into a trial, in which it may be already."""
    with world.trials.lock:
        world.trial_components.update(
            component["TrialComponentName"], lambda old: trial_component.associated(old, trial)
        )
        world.trials.update(
            trial["TrialName"], lambda old: experiment.with_component(old, component)
        )
