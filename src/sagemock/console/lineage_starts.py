"""The lineage entities from which the graph of the Lineage page starts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from sagemock.accounts.world import World
from sagemock.console import related
from sagemock.console.links import resource_of
from sagemock.console.search.form import is_searchable_value
from sagemock.console.search.resource_lookup import find
from sagemock.lineage.jobs import component_arn, served
from sagemock.lineage.of_jobs import JOBS
from sagemock.resources import types
from sagemock.resources.model import data_location
from sagemock.resources.resource_type import ResourceType

ENTITIES = (
    types.ARTIFACT,
    types.ACTION,
    types.CONTEXT,
    types.TRIAL_COMPONENT,
    types.EXPERIMENT,
)
"""The kinds of lineage entities."""

RESOURCES = (types.ENDPOINT, *JOBS)
"""The kinds of resources that one entity stands for."""

KINDS: Mapping[str, ResourceType] = {
    kind.words: kind
    for kind in (
        *RESOURCES,
        types.ENDPOINT_CONFIG,
        types.MODEL,
        types.HYPER_PARAMETER_TUNING_JOB,
        *ENTITIES,
    )
}
"""What a graph can be drawn around, by the words that URLs have."""


@dataclass
class Starts:
    """Where to start.

    Attributes
    ----------
    arns
        Those of entities.
    totals
        Of how many resources these are a part, by the words for their kind.
    """

    arns: list[str] = field(default_factory=list)
    totals: dict[str, int] = field(default_factory=dict)


def around(world: World, kind: ResourceType, key: str) -> Starts:
    """Return what stands for a resource, or an entity itself; nothing for what does not exist."""
    document = world.table(kind).get(key)
    if document is None:
        return Starts()
    if kind in ENTITIES:
        return Starts([document[kind.arn_member]])
    if kind is types.HYPER_PARAMETER_TUNING_JOB:
        # No entity stands for a tuning job: its training jobs do.
        launched = {"Name": "TuningJobArn", "Value": document[kind.arn_member]}
        return _search(world, types.TRAINING_JOB, launched, MAX_OF_TUNING_JOB)
    return Starts(list(dict.fromkeys(_entities(world, kind, key))))


def _entities(world: World, kind: ResourceType, key: str) -> Iterator[str]:
    if kind in JOBS:
        yield component_arn(world, kind, key)
    elif kind is types.ENDPOINT:
        lineage = world.endpoint_lineage.get(key)
        if lineage is not None:
            yield lineage.context
    elif kind is types.MODEL:
        yield from _of_model(world, key)
    else:
        config = world.endpoint_configs.get(key)
        for variant in related.variants(config) if config is not None else ():
            yield from _of_model(world, variant.get("ModelName", ""))


def _of_model(world: World, name: str) -> Iterator[str]:
    """No entity stands for a model: its data, its deployments and its transform jobs do."""
    for container in served(world, name):
        artifact = world.lineage.artifact_of(data_location(container) or "")
        if artifact is not None:
            yield artifact
    model = world.models.get(name)
    if model is not None:
        about = {"Name": "Source.SourceUri", "Value": model["ModelArn"]}
        yield from _search(world, types.ACTION, about, MAX_OF_MODEL).arns
        run = {"Name": types.MODEL.name_member, "Value": name}
        yield from _search(world, types.TRANSFORM_JOB, run, MAX_OF_MODEL).arns


MAX_OF_MODEL = 20
"""The deployments of a model, and its transform jobs, from which a graph starts."""


MAX_OF_TUNING_JOB = 20
"""The training jobs of a tuning job, the newest, from which a graph starts."""


def newest(world: World, limit: int) -> Starts:
    """Return the newest resources of each kind; artifacts that users created if there are none."""
    starts = Starts()
    for kind in RESOURCES:
        documents = world.table(kind).documents()
        starts.totals[kind.words] = len(documents)
        for document in documents[: -limit - 1 : -1]:
            starts.arns += _entities(world, kind, document[kind.key])
    for kinds in ((types.CONTEXT, types.ACTION), (types.ARTIFACT,)):
        if not starts.arns or types.ARTIFACT not in kinds:
            for kind in kinds:
                documents = world.table(kind).documents()[: -limit - 1 : -1]
                starts.arns += [each[kind.arn_member] for each in documents]
    return starts


def named(world: World, part: str, limit: int) -> Starts:
    """Return what has a text in its name, or an artifact in its URI, the newest first."""
    starts = Starts()
    if not is_searchable_value(part):
        return starts
    for kind in KINDS.values():
        if kind in (types.TRIAL_COMPONENT, types.HYPER_PARAMETER_TUNING_JOB):
            continue  # Components are named after jobs, and training jobs after tuning jobs.
        # Search takes one Contains.
        for name in (kind.name_member, *_ALSO.get(kind, ())):
            contains = {"Name": name, "Operator": "Contains", "Value": part}
            matches = _search(world, kind, contains, limit)
            starts.arns += matches.arns
            if kind in RESOURCES:
                starts.totals |= matches.totals
    starts.arns = list(dict.fromkeys(starts.arns))
    return starts


_ALSO = {types.ARTIFACT: ("Source.SourceUri",)}
"""What people take for a name as well."""


def _search(world: World, kind: ResourceType, condition: Mapping[str, str], limit: int) -> Starts:
    request = {
        "SearchExpression": {"Filters": [condition]},
        "SortBy": "CreationTime",
        "SortOrder": "Descending",
        "MaxResults": limit,
    }
    page = find(world, resource_of(kind)).search(request)
    arns = [
        arn
        for document in page.documents
        for arn in (
            [document[kind.arn_member]]
            if kind in ENTITIES
            else _entities(world, kind, document[kind.key])
        )
    ]
    return Starts(arns, {kind.words: page.total})
