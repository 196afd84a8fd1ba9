"""Where in the console each kind of resource has its pages, and how it is called there."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import unquote

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
        return f"/{_FOLDER_OF[kind]}/{part_of(key)}"
    return f"/documents/{resource_of(kind)}/{parts_of(key)}"


def home_of(resource: str, key: str) -> str:
    """The same, by what addresses name the kind by."""
    return page_of(KINDS[resource], key)


_SPECIAL = re.compile(r"[%/.]")
_RESERVED = frozenset({"new"})
"""What stands for a form where others have a name."""

_EMPTY = "%"


def part_of(name: str) -> str:
    """A name as one part of a path.

    Where requests are not checked it may hold anything: a slash, which a server makes of its
    escape before it looks for the page; dots, which browsers resolve and which begin the suffix of
    a page; or nothing. These are escaped here, and once more by `page_request.address`.

    >>> part_of("my-job"), part_of("a/b.json"), part_of("50%")
    ('my-job', 'a%2Fb%2Ejson', '50%25')
    """
    if not name:
        return _EMPTY
    if name in _RESERVED:
        return _escaped(name[0]) + name[1:]
    return _SPECIAL.sub(lambda found: _escaped(found[0]), name)


def _escaped(character: str) -> str:
    return f"%{ord(character):02X}"


def name_of(part: str) -> str:
    """The name that a part of a path stands for. Raises ValueError for bytes that are no text.

    >>> name_of("a%2Fb%2Ejson")
    'a/b.json'
    """
    return "" if part == _EMPTY else unquote(part, errors="strict")


def parts_of(key: str) -> str:
    """A key as the rest of a path; its slashes part it."""
    return "/".join(map(part_of, key.split("/")))


def key_of(parts: str) -> str:
    """The key that the rest of a path stands for. Raises ValueError for bytes that are no text."""
    return "/".join(map(name_of, parts.split("/")))


def kind_of_node(words: str) -> ResourceType | None:
    """The kind of a node of the lineage; None for data sets and artifacts."""
    return _OF_WORDS.get(words)
