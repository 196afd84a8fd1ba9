"""What leads to what: from processing jobs and data sets over models to what predicts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sagemock.accounts.world import World
from sagemock.console.links import kind_of_node
from sagemock.console.search.resource_lookup import find
from sagemock.documents import Document
from sagemock.resources import types
from sagemock.resources.model import containers, data_location
from sagemock.resources.types import ResourceType

if TYPE_CHECKING:
    from sagemock.resources.model import Model

MAX_FOUND = 50
"""How many descendants of one thing are looked for."""

DATA_SET, ARTIFACT = "data set", "artifact"
"""What is in S3, and no resource of SageMaker's."""

COLUMNS = (
    types.PROCESSING_JOB.words,
    DATA_SET,
    types.TRAINING_JOB.words,
    ARTIFACT,
    types.MODEL.words,
    types.ENDPOINT_CONFIG.words,
    types.ENDPOINT.words,
    types.TRANSFORM_JOB.words,
)
"""The kinds of things, in the order in which they come from each other."""

Node = tuple[str, str]
"""A kind and a name."""

Edge = tuple[Node, Node]


def job_of_artifact(world: World, location: str | None) -> Document | None:
    """The training job that has written a model artifact."""
    if location is None:
        return None
    found = _find(world, "TrainingJob", {"ModelArtifacts.S3ModelArtifacts": location})
    return found[0] if found else None


def models_of_artifact(world: World, location: str) -> list[Document]:
    """The models made of an artifact."""
    places = ("PrimaryContainer", "Containers")
    return _find(
        world,
        "Model",
        {
            f"{place}.{member}": location
            for place in places
            for member in ("ModelDataUrl", "ModelDataSource.S3DataSource.S3Uri")
        },
    )


def configs_of_model(world: World, name: str) -> list[Document]:
    """The endpoint configurations that have a variant with a model."""
    found = (
        config
        for config in world.endpoint_configs.documents()
        if any(each.get("ModelName") == name for each in variants(config))
    )
    return [config for _, config in zip(range(MAX_FOUND), found, strict=False)]


def endpoints_of_config(world: World, name: str) -> list[Document]:
    """The endpoints that serve a configuration."""
    return _find(world, "Endpoint", {"EndpointConfigName": name})


def _find(world: World, resource: str, alternatives: Mapping[str, str]) -> list[Document]:
    """Documents that have one of the values."""
    filters = [{"Name": name, "Value": value} for name, value in alternatives.items()]
    request = {
        "SearchExpression": {"Filters": filters, "Operator": "Or"},
        "MaxResults": MAX_FOUND,
    }
    return list(find(world, resource).search(request).documents)


def variants(config: Document) -> Iterator[Document]:
    """The production and shadow variants of a configuration."""
    yield from config.get("ProductionVariants", ())
    yield from config.get("ShadowProductionVariants", ())


def artifacts_of_model(model: Model) -> Iterator[str]:
    for container in containers(model):
        location = data_location(container)
        if location is not None:
            yield location


def channels(job: Document) -> Iterator[tuple[str, str]]:
    """Name and place of each channel of a job."""
    for channel in job.get("InputDataConfig", ()):
        source = channel.get("DataSource", {})
        place = source.get("S3DataSource", {}).get("S3Uri") or source.get(
            "FileSystemDataSource", {}
        ).get("DirectoryPath")
        if place:
            yield channel["ChannelName"], place


def deployments_of_job(world: World, job: Document) -> Iterator[tuple[Document, Document | None]]:
    """Each model made of a job's artifact, with each endpoint that serves it, or None."""
    artifact = job.get("ModelArtifacts", {}).get("S3ModelArtifacts")
    if artifact is None:
        return
    for model in models_of_artifact(world, artifact):
        served = [
            endpoint
            for config in configs_of_model(world, model["ModelName"])
            for endpoint in endpoints_of_config(world, config["EndpointConfigName"])
        ]
        if not served:
            yield model, None
        for endpoint in served:
            yield model, endpoint


@dataclass
class Graph:
    """Nodes, and edges between them; cut: whether more would have belonged to it."""

    nodes: dict[Node, None] = field(default_factory=dict)
    edges: dict[Edge, None] = field(default_factory=dict)
    cut: bool = False


def graph(world: World, starts: Iterable[Node], limit: int) -> Graph:
    """Everything that `starts` come from or lead to, up to `limit` nodes."""
    made = Graph()
    waiting = [start for start in starts if _exists(world, start)]
    while waiting:
        node = waiting.pop(0)
        if node in made.nodes:
            continue
        if len(made.nodes) >= limit:
            made.cut = True
            break
        made.nodes[node] = None
        for edge in _edges(world, node):
            made.edges[edge] = None
            waiting.extend(end for end in edge if end not in made.nodes)
    made.edges = {
        edge: None for edge in made.edges if edge[0] in made.nodes and edge[1] in made.nodes
    }
    return made


def _exists(world: World, node: Node) -> bool:
    words, name = node
    kind = kind_of_node(words)
    return kind is not None and name in world.table(kind)


def _edges(world: World, node: Node) -> Iterator[Edge]:
    """The edges at a node, in both directions; data sets are ends, or all jobs would hang on."""
    words, name = node
    kind = kind_of_node(words)
    if words == ARTIFACT:
        yield from _edges_of_artifact(world, name)
    elif kind is not None and (document := world.table(kind).get(name)) is not None:
        yield from _EDGES[kind](world, node, document)


def _edges_of_artifact(world: World, location: str) -> Iterator[Edge]:
    node = (ARTIFACT, location)
    job = job_of_artifact(world, location)
    if job is not None:
        yield _node(types.TRAINING_JOB, job), node
    for model in models_of_artifact(world, location):
        yield node, _node(types.MODEL, model)


def _edges_of_job(_world: World, node: Node, job: Document) -> Iterator[Edge]:
    for _, place in channels(job):
        yield (DATA_SET, place), node
    artifact = job.get("ModelArtifacts", {}).get("S3ModelArtifacts")
    if artifact:
        yield node, (ARTIFACT, artifact)


def _edges_of_model(world: World, node: Node, model: Model) -> Iterator[Edge]:
    for artifact in artifacts_of_model(model):
        yield (ARTIFACT, artifact), node
    for config in configs_of_model(world, model["ModelName"]):
        yield node, _node(types.ENDPOINT_CONFIG, config)
    for job in _find(world, "TransformJob", {"ModelName": model["ModelName"]}):
        yield node, _node(types.TRANSFORM_JOB, job)


def _edges_of_config(world: World, node: Node, config: Document) -> Iterator[Edge]:
    for variant in variants(config):
        model = world.models.get(variant.get("ModelName", ""))
        if model is not None:
            yield _node(types.MODEL, model), node
    for endpoint in endpoints_of_config(world, config["EndpointConfigName"]):
        yield node, _node(types.ENDPOINT, endpoint)


def _edges_of_endpoint(world: World, node: Node, endpoint: Document) -> Iterator[Edge]:
    config = world.endpoint_configs.get(endpoint["EndpointConfigName"])
    if config is not None:
        yield _node(types.ENDPOINT_CONFIG, config), node


def _edges_of_processing_job(_world: World, node: Node, job: Document) -> Iterator[Edge]:
    """What it has written; what it has read would stand to the right of it."""
    for output in job.get("ProcessingOutputConfig", {}).get("Outputs", ()):
        if "S3Output" in output:
            yield node, (DATA_SET, output["S3Output"]["S3Uri"])


def _edges_of_transform_job(world: World, node: Node, job: Document) -> Iterator[Edge]:
    yield (DATA_SET, job["TransformInput"]["DataSource"]["S3DataSource"]["S3Uri"]), node
    model = world.models.get(job["ModelName"])
    if model is not None:
        yield _node(types.MODEL, model), node


_EDGES: Mapping[ResourceType, Callable[[World, Node, Any], Iterator[Edge]]] = {
    types.PROCESSING_JOB: _edges_of_processing_job,
    types.TRAINING_JOB: _edges_of_job,
    types.MODEL: _edges_of_model,
    types.ENDPOINT_CONFIG: _edges_of_config,
    types.ENDPOINT: _edges_of_endpoint,
    types.TRANSFORM_JOB: _edges_of_transform_job,
}
"""The edges at a resource that is there."""


def _node(kind: ResourceType, document: Document) -> Node:
    return kind.words, document[kind.key]
