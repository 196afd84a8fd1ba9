"""What leads to what: from data sets to training jobs, models, configurations and endpoints."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sagemock import query
from sagemock.console.sources import schema, source
from sagemock.resources.model import containers, data_location
from sagemock.world import World

Document = Mapping[str, Any]

MAX_FOUND = 50
"""How many descendants of one thing are looked for."""

COLUMNS = ("data set", "training job", "artifact", "model", "endpoint configuration", "endpoint")
"""The kinds of things, in the order in which they come from each other."""

Node = tuple[str, str]
"""A kind and a name."""


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
    return list(query.search(source(world, resource), schema(resource), request).documents)


def variants(config: Document) -> Iterator[Document]:
    """The production and shadow variants of a configuration."""
    yield from config.get("ProductionVariants", ())
    yield from config.get("ShadowProductionVariants", ())


def artifacts_of_model(model: Document) -> Iterator[str]:
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
    edges: dict[tuple[Node, Node], None] = field(default_factory=dict)
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
    kind, name = node
    tables = {
        "training job": world.training_jobs,
        "model": world.models,
        "endpoint configuration": world.endpoint_configs,
        "endpoint": world.endpoints,
    }
    return kind in tables and name in tables[kind]


def _edges(world: World, node: Node) -> Iterator[tuple[Node, Node]]:
    """The edges at a node, in both directions; data sets are ends, or all jobs would hang on."""
    kind, name = node
    if kind == "training job":
        job = world.training_jobs.get(name) or {}
        for _, place in channels(job):
            yield ("data set", place), node
        artifact = job.get("ModelArtifacts", {}).get("S3ModelArtifacts")
        if artifact:
            yield node, ("artifact", artifact)
    elif kind == "artifact":
        job = job_of_artifact(world, name) or {}
        if job:
            yield ("training job", job["TrainingJobName"]), node
        for model in models_of_artifact(world, name):
            yield node, ("model", model["ModelName"])
    elif kind == "model":
        for artifact in artifacts_of_model(world.models.get(name) or {}):
            yield ("artifact", artifact), node
        for config in configs_of_model(world, name):
            yield node, ("endpoint configuration", config["EndpointConfigName"])
    elif kind == "endpoint configuration":
        for variant in variants(world.endpoint_configs.get(name) or {}):
            if variant.get("ModelName") in world.models:
                yield ("model", variant["ModelName"]), node
        for endpoint in endpoints_of_config(world, name):
            yield node, ("endpoint", endpoint["EndpointName"])
    elif kind == "endpoint":
        config_name = (world.endpoints.get(name) or {}).get("EndpointConfigName", "")
        if config_name in world.endpoint_configs:
            yield ("endpoint configuration", config_name), node
