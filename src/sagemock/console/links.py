"""Where in the console each kind of resource has its pages, and how it is called there."""

from __future__ import annotations

from collections.abc import Mapping

from sagemock.resources import types
from sagemock.resources.types import ResourceType

FOLDERS: Mapping[str, ResourceType] = {f"{kind.arn_kind}s": kind for kind in types.LISTED}
"""The kinds that have a list, by the folder of their pages."""


def folder_of(kind: ResourceType) -> str:
    """The folder of its pages. Raises KeyError for a kind that has no list."""
    return _FOLDER_OF[kind]


_FOLDER_OF = {kind: folder for folder, kind in FOLDERS.items()}


def resource_of(kind: ResourceType) -> str:
    """What addresses name a kind by: as Search does, or its noun where Search lacks it."""
    return kind.search.resource if kind.search else kind.noun


KINDS: Mapping[str, ResourceType] = {resource_of(kind): kind for kind in types.TYPES}
"""By what addresses name them."""

_OF_WORDS = {kind.words: kind for kind in types.LISTED}


def heading(kind: ResourceType) -> str:
    """Several of a kind, where a text begins: `Training jobs`."""
    return f"{kind.words[0].upper()}{kind.words[1:]}s"


def list_of(kind: ResourceType) -> str:
    """The page that lists a kind; training jobs have the Search page for it."""
    return "/search" if kind is types.TRAINING_JOB else f"/{_FOLDER_OF[kind]}"


def page_of(kind: ResourceType, key: str) -> str:
    """The page of a resource; others than those with a list have their document shown."""
    if kind in _FOLDER_OF:
        return f"/{_FOLDER_OF[kind]}/{key}"
    return f"/documents/{resource_of(kind)}/{key}"


def home_of(resource: str, key: str) -> str:
    """The same, by what addresses name the kind by."""
    return page_of(KINDS[resource], key)


def kind_of_node(words: str) -> ResourceType | None:
    """The kind of a node of the lineage; None for data sets and artifacts."""
    return _OF_WORDS.get(words)
