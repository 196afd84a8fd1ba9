"""Experiments, trials and trial components by name, and how they belong together.

AWS treats names that differ only in case as the same. A component and its trials each know of
the other. Both change under the lock of the trials, which every operation that creates or deletes
one of the three also holds.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, cast

from sagemock.accounts.world import Response, World
from sagemock.api.listing import Listing
from sagemock.api.resource_family import ResourceFamily
from sagemock.documents import D
from sagemock.errors import ResourceNotFound, ValidationException
from sagemock.query import Query, answer
from sagemock.query.expression import Condition
from sagemock.query.operators import OPERATORS, Operand
from sagemock.query.property import Kind, Property
from sagemock.resources import experiment, trial_component, types
from sagemock.resources.resource_type import ResourceType
from sagemock.store import Table

if TYPE_CHECKING:
    from mypy_boto3_sagemaker.type_defs import ExperimentConfigTypeDef

    from sagemock.resources.experiment import Experiment, Trial
    from sagemock.resources.trial_component import TrialComponent


class _Entities(ResourceFamily[D]):
    """One of the three kinds, whose names are the same whatever their case."""

    __slots__ = ()

    def get(self, world: World, name: str) -> D | None:
        """The entity of that name in whatever case, or None."""
        return _named(world.table(self.kind), name)

    def insert(self, world: World, document: D) -> Response:
        """Keep a new document, and answer with its ARN. Raises `taken`."""
        with world.trials.lock:
            if self.get(world, document[self.kind.key]) is not None:
                raise self.taken(document)
            return ResourceFamily.insert(self, world, document)


def _entities(kind: ResourceType, **equal: str) -> _Entities[Any]:
    return _Entities(
        kind,
        missing=lambda arn: ResourceNotFound(f"{kind.noun} '{arn}' does not exist."),
        taken=lambda document: ValidationException(
            f"{kind.noun} with name ({document[kind.key]}) already exists."
        ),
        listing=Listing(equal=equal),
    )


EXPERIMENTS: _Entities[Experiment] = _entities(types.EXPERIMENT)

TRIALS: _Entities[Trial] = _entities(
    types.TRIAL,
    ExperimentName="ExperimentName",
    TrialComponentName="TrialComponentSummaries[].TrialComponentName",
)

COMPONENTS: _Entities[TrialComponent] = _entities(
    types.TRIAL_COMPONENT,
    ExperimentName="Parents[].ExperimentName",
    TrialName="Parents[].TrialName",
    SourceArn="Source.SourceArn",
)


def check_config(world: World, config: ExperimentConfigTypeDef) -> None:
    """Raises `ResourceNotFound` when ExperimentConfig names what does not exist."""
    if not world.rules.needs_named:
        return
    if "ExperimentName" in config:
        EXPERIMENTS.find(world, config["ExperimentName"])
    if "TrialName" in config:
        TRIALS.find(world, config["TrialName"])


_BY_NAME_MEMBER: dict[str, _Entities[Any]] = {
    each.kind.name_member: each for each in (EXPERIMENTS, TRIALS, COMPONENTS)
}


def resolved(world: World, request: D) -> D:
    """The request with the names of entities spelled as at their creation.

    Raises `ResourceNotFound` for an entity that does not exist.
    """
    names = {
        member: entities.find(world, request[member])[member]
        for member, entities in _BY_NAME_MEMBER.items()
        if member in request
    }
    return cast("D", {**request, **names})


def _named(table: Table[D], name: str) -> D | None:
    exact = table.get(name)
    if exact is not None:
        return exact
    same = Condition(_folded(table.key), OPERATORS["Equals"], Operand(name.lower()))
    query = Query(same, None, descending=False, start=0, end=1, key=table.key)
    documents = answer(table, query).documents
    return cast("D", documents[0]) if documents else None


@cache
def _folded(key: str) -> Property:
    """The lower-case name, as a property of its own that the store indexes."""
    return Property(f"{key} without case", Kind.TEXT, lambda document: document[key].lower())


def associate(world: World, trial: Trial, component: TrialComponent) -> None:
    """Put a component into a trial; nothing changes if it is in it already."""
    name, owner = trial["TrialName"], trial["ExperimentName"]
    with world.trials.lock:
        world.trial_components.update(
            component["TrialComponentName"],
            lambda old: trial_component.associated(old, name, owner),
        )
        world.trials.update(name, lambda old: experiment.with_component(old, component))


def disassociate(world: World, trial: Trial, component: TrialComponent) -> None:
    """Take a component out of a trial; nothing changes if it is not in it."""
    component_name, trial_name = component["TrialComponentName"], trial["TrialName"]
    with world.trials.lock:
        world.trial_components.update(
            component_name, lambda old: trial_component.disassociated(old, trial_name)
        )
        world.trials.update(
            trial_name, lambda old: experiment.without_component(old, component_name)
        )
