"""The URLs of the console: of the pages of each kind of resource, and how names are written."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from urllib.parse import quote, quote_plus, unquote, urlsplit, urlunsplit

from sagemock.resources import types
from sagemock.resources.resource_type import ResourceType

PREFIX = "/sagemock"
"""The path below which the console is."""

Arguments = Sequence[tuple[str, str]]
"""The arguments of a URL."""

FOLDERS: Mapping[str, ResourceType] = {
    **{f"{kind.arn_kind}s": kind for kind in types.LISTED},
    "experiments": types.EXPERIMENT,
    "trials": types.TRIAL,
    "trial-components": types.TRIAL_COMPONENT,
}
"""The kinds that have a list, by the folder of their pages."""


def folder_of(kind: ResourceType) -> str:
    """Return the folder of a kind's pages. Raises `KeyError` for a kind without a list."""
    return _FOLDER_OF[kind]


_FOLDER_OF = {kind: folder for folder, kind in FOLDERS.items()}


def resource_of(kind: ResourceType) -> str:
    """Return what URLs name a kind by: its name in Search, or its noun if Search lacks it."""
    return kind.search.resource if kind.search else kind.noun


KINDS: Mapping[str, ResourceType] = {resource_of(kind): kind for kind in types.TYPES}
"""All kinds by what URLs name them by."""


def heading(kind: ResourceType) -> str:
    """Return the plural of a kind for the start of a text, such as `Training jobs`."""
    return f"{kind.words[0].upper()}{kind.words[1:]}s"


def list_of(kind: ResourceType) -> str:
    """Return the path of the page that lists a kind; for training jobs that is the Search page."""
    return "/search" if kind is types.TRAINING_JOB else f"/{_FOLDER_OF[kind]}"


def page_of(kind: ResourceType, key: str) -> str:
    """Return the path of a resource's page, which for a kind without a list shows its document."""
    if kind in _FOLDER_OF:
        return f"/{_FOLDER_OF[kind]}/{part_of(key)}"
    return f"/documents/{resource_of(kind)}/{parts_of(key)}"


def home_of(resource: str, key: str) -> str:
    """Return the path of a resource's page, by what URLs name its kind by."""
    return page_of(KINDS[resource], key)


_ASCII = re.compile(r"[\x00-\x7f]+")
_SPECIAL = re.compile(r"[%/.]")
_RESERVED = frozenset({"new"})
"""What a path has in place of a name for a form."""

_EMPTY = "%"


def part_of(name: str) -> str:
    """Return a name as one segment of a path.

    Where requests are not validated a name may be anything. It may have slashes, which a server
    unescapes before it routes; or dots, which browsers resolve, and which begin the suffix of a
    page; or it may be empty. All of these are escaped here, and once more by `address`.

    >>> part_of("my-job"), part_of("a/b.json"), part_of("50%")
    ('my-job', 'a%2Fb%2Ejson', '50%25')
    """
    if not name:
        return _EMPTY
    if name in _RESERVED:
        return _escaped(name[0]) + name[1:]
    return _SPECIAL.sub(lambda match: _escaped(match[0]), name)


def _escaped(character: str) -> str:
    return f"%{ord(character):02X}"


def name_of(part: str) -> str:
    """Return the name in a segment of a path. Raises `ValueError` for invalid UTF-8.

    >>> name_of("a%2Fb%2Ejson")
    'a/b.json'
    """
    return "" if part == _EMPTY else unquote(part, errors="strict")


def parts_of(key: str) -> str:
    """Return a key as the rest of a path, with a segment for each part between its slashes."""
    return "/".join(map(part_of, key.split("/")))


def key_of(parts: str) -> str:
    """Return the key in the rest of a path. Raises `ValueError` for invalid UTF-8."""
    return "/".join(map(name_of, parts.split("/")))


def address(path: str, arguments: Arguments = (), suffix: str = "") -> str:
    """Return the URL of a page of the console, without scheme and host.

    Characters beyond ASCII are not escaped, which would triple their length; browsers do it.
    """
    query = "&".join(f"{_quoted(name)}={_quoted(value)}" for name, value in arguments)
    return f"{PREFIX}{quote(path, errors='replace')}{suffix}" + (f"?{query}" if query else "")


def in_format(location: str, suffix: str) -> str:
    """Return the URL of a page in the format of a suffix.

    >>> in_format("/sagemock/search?resource=Model", "csv")
    '/sagemock/search.csv?resource=Model'
    """
    parts = urlsplit(location)
    return urlunsplit(parts._replace(path=f"{parts.path}.{suffix}"))


def _quoted(text: str) -> str:
    return _ASCII.sub(lambda match: quote_plus(match[0], safe=":/"), text)
