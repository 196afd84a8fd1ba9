"""The lineage of resources, from processing jobs and data sets to endpoints."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sagemock.accounts.world import World
from sagemock.console.links import kind_of_node
from sagemock.console.search.resource_lookup import find
from sagemock.documents import Document
from sagemock.resources import types
from sagemock.resources.model import containers, data_location
from sagemock.resources.resource_type import ResourceType

if TYPE_CHECKING:
    from sagemock.resources.model import Model

MAX_DESCENDANTS = 50
"""The descendants of one kind that a node of the graph may have."""

DATA_SET, ARTIFACT = "data set", "artifact"
"""The kinds of nodes that are no resources of SageMaker's but objects in S3."""

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
"""The kinds of nodes, each before those that descend from it."""

Node = tuple[str, str]
"""The words for a kind, and a name."""

Edge = tuple[Node, Node]


def job_of_artifact(world: World, location: str | None) -> Document | None:
    """Return the training job that wrote a model artifact, None if there is none."""
    if location is None:
        return None
    jobs = _find(world, "TrainingJob", {"ModelArtifacts.S3ModelArtifacts": location})
    return jobs[0] if jobs else None


def models_of_artifact(world: World, location: str) -> list[Document]:
    """Return the models with a container that has an artifact."""
    members = ("PrimaryContainer", "Containers")
    return _find(
        world,
        "Model",
        {
            f"{member}.{url}": location
            for member in members
            for url in ("ModelDataUrl", "ModelDataSource.S3DataSource.S3Uri")
        },
    )


def configs_of_model(world: World, name: str) -> list[Document]:
    """Return the endpoint configurations that have a variant with a model."""
    configs = (
        config
        for config in world.endpoint_configs.documents()
        if any(each.get("ModelName") == name for each in variants(config))
    )
    return [config for _, config in zip(range(MAX_DESCENDANTS), configs, strict=False)]


def endpoints_of_config(world: World, name: str) -> list[Document]:
    """Return the endpoints that have a configuration."""
    return _find(world, "Endpoint", {"EndpointConfigName": name})


def _find(world: World, resource: str, alternatives: Mapping[str, str]) -> list[Document]:
    """The documents that have one of these values of properties."""
    filters = [{"Name": name, "Value": value} for name, value in alternatives.items()]
    request = {
        "SearchExpression": {"Filters": filters, "Operator": "Or"},
        "MaxResults": MAX_DESCENDANTS,
    }
    return list(find(world, resource).search(request).documents)


def variants(config: Document) -> Iterator[Document]:
    """Yield the production variants and then the shadow variants of a configuration."""
    yield from config.get("ProductionVariants", ())
    yield from config.get("ShadowProductionVariants", ())


def artifacts_of_model(model: Model) -> Iterator[str]:
    """Yield the locations of the data of a model's containers."""
    for container in containers(model):
        location = data_location(container)
        if location is not None:
            yield location


def channels(job: Document) -> Iterator[tuple[str, str]]:
    """Yield the name and the location of each channel of a training job."""
    for channel in job.get("InputDataConfig", ()):
        source = channel.get("DataSource", {})
        location = source.get("S3DataSource", {}).get("S3Uri") or source.get(
            "FileSystemDataSource", {}
        ).get("DirectoryPath")
        if location:
            yield channel["ChannelName"], location


def deployments_of_job(world: World, job: Document) -> Iterator[tuple[Document, Document | None]]:
    """Yield each model with a job's artifact, and each endpoint that serves it or else None."""
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
    """Nodes, in the order in which they were reached, and edges between them.

    Attributes
    ----------
    complete
        Whether these are all ancestors and descendants, and not only as many as were looked for.
    """

    nodes: dict[Node, None] = field(default_factory=dict)
    edges: dict[Edge, None] = field(default_factory=dict)
    complete: bool = True


def trace(world: World, starts: Iterable[Node], limit: int) -> Graph:
    """Return all ancestors and descendants of some nodes, up to `limit` nodes."""
    graph = Graph()
    waiting = deque(start for start in starts if _exists(world, start))
    while waiting:
        node = waiting.popleft()
        if node in graph.nodes:
            continue
        if len(graph.nodes) >= limit:
            graph.complete = False
            break
        graph.nodes[node] = None
        edges = list(_edges(world, node))
        # Each kind of descendant is looked up, and that no further than to its limit.
        descendants = Counter(end[0] for start, end in edges if start == node)
        if max(descendants.values(), default=0) >= MAX_DESCENDANTS:
            graph.complete = False
        for edge in edges:
            graph.edges[edge] = None
            waiting.extend(end for end in edge if end not in graph.nodes)
    _drop_loose_edges(graph)
    return graph


def fold(graph: Graph, kinds: Container[str]) -> Graph:
    """Return a graph without the nodes of some kinds; what they connected is connected still.

    >>> path = [("job", "a"), ("artifact", "b"), ("model", "c")]
    >>> edges = dict.fromkeys(zip(path, path[1:]))
    >>> list(fold(Graph(dict.fromkeys(path), edges), {"artifact"}).edges)
    [(('job', 'a'), ('model', 'c'))]
    """
    edges = dict(graph.edges)
    for node in graph.nodes:
        if node[0] in kinds:
            before = [start for start, end in edges if end == node]
            after = [end for start, end in edges if start == node]
            for edge in [edge for edge in edges if node in edge]:
                del edges[edge]
            edges |= dict.fromkeys((start, end) for start in before for end in after)
    nodes = {node: None for node in graph.nodes if node[0] not in kinds}
    return Graph(nodes, edges, graph.complete)


def first(graph: Graph, limit: int) -> Graph:
    """Return the part of a graph that was reached first."""
    part = Graph(dict.fromkeys(list(graph.nodes)[:limit]), dict(graph.edges), graph.complete)
    _drop_loose_edges(part)
    return part


def _drop_loose_edges(graph: Graph) -> None:
    graph.edges = {
        edge: None for edge in graph.edges if edge[0] in graph.nodes and edge[1] in graph.nodes
    }


def _exists(world: World, node: Node) -> bool:
    words, name = node
    kind = kind_of_node(words)
    return kind is not None and name in world.table(kind)


def _edges(world: World, node: Node) -> Iterator[Edge]:
    """The edges at a node, in both directions; data sets have none, or they would tie all jobs."""
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
    for _, location in channels(job):
        yield (DATA_SET, location), node
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
    """The edges to what it wrote; its inputs would have to be left of it, where nothing is."""
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
"""The edges at a resource, by its kind."""


def _node(kind: ResourceType, document: Document) -> Node:
    return kind.words, document[kind.key]
