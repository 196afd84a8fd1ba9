"""Where in the console each thing has its page."""

from __future__ import annotations

from collections.abc import Mapping

FOLDERS: Mapping[str, str] = {
    "training-jobs": "TrainingJob",
    "models": "Model",
    "endpoint-configs": "EndpointConfig",
    "endpoints": "Endpoint",
}
"""The resources that have pages of their own, by the folder of these."""

HOMES = {resource: f"/{folder}/" for folder, resource in FOLDERS.items()}

_KINDS = {
    "training job": "TrainingJob",
    "model": "Model",
    "endpoint configuration": "EndpointConfig",
    "endpoint": "Endpoint",
}


def home_of(resource: str, key: str) -> str:
    """The page of a resource; others have their document shown."""
    return f"{HOMES[resource]}{key}" if resource in HOMES else f"/documents/{resource}/{key}"


def home_of_node(kind: str, name: str) -> str | None:
    """The page of a node of the lineage; data sets and artifacts lead to a search."""
    return home_of(_KINDS[kind], name) if kind in _KINDS else None
