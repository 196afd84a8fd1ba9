"""What surrounds the content of every page: navigation, regions in use, message, colour scheme."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sagemock.accounts.world import World
from sagemock.console.links import FOLDERS, folder_of, heading, list_of, resource_of
from sagemock.console.page_request import PageRequest
from sagemock.resources import types
from sagemock.resources.resource_type import ResourceType

SCHEMES = ("light", "dark")
SCHEME_COOKIE = "sagemock-scheme"
"""Holds one of `SCHEMES`; without it, the scheme is the browser's."""

PAGES = (("Lineage", "/lineage"), ("Faults", "/faults"))
"""The pages in the navigation that are no lists."""

_WIDE, _MEDIUM = "wide", "medium"
_IN_BAR: Mapping[ResourceType, str] = {
    types.TRAINING_JOB: _MEDIUM,
    types.EXPERIMENT: _MEDIUM,
    types.MODEL: _WIDE,
    types.ENDPOINT: _WIDE,
}
"""The kinds that are in the bar, and the window that it takes; the others are in the menu."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A page in the navigation.

    Attributes
    ----------
    section
        What templates name the entry by, as the section that a page belongs to.
    bar
        From which width of the window on it is in the bar rather than in the menu; empty if it is
        always in the menu.
    """

    text: str
    section: str
    url: str
    count: str = ""
    bar: str = ""


@dataclass(frozen=True, slots=True)
class Region:
    """An account and region that has resources, and the URL of this page there."""

    name: str
    url: str
    count: int
    current: bool


def variables(page_request: PageRequest) -> dict[str, Any]:
    """Return the variables that `base.html` needs of each page."""
    return {
        "navigation": list(_navigation(page_request)),
        "regions": list(_regions(page_request)),
        "scheme": scheme(page_request),
        "message": page_request.message,
    }


def scheme(page_request: PageRequest) -> str:
    """Return the colour scheme that has been chosen by hand; empty for that of the browser."""
    chosen = page_request.request.cookies.get(SCHEME_COOKIE, "")
    return chosen if chosen in SCHEMES else ""


def _navigation(page_request: PageRequest) -> Iterator[Entry]:
    yield Entry("Search", "/search", page_request.url("/search"), bar=_MEDIUM)
    for kind in sorted(FOLDERS.values(), key=_position):
        path = list_of(kind)
        arguments = [("resource", resource_of(kind))] if path == "/search" else []
        yield Entry(
            heading(kind),
            f"/{folder_of(kind)}",
            page_request.url(path, arguments),
            in_brief(len(page_request.world.table(kind))),
            _IN_BAR.get(kind, ""),
        )
    for text, path in PAGES:
        yield Entry(text, path, page_request.url(path))


def _position(kind: ResourceType) -> int:
    """Those in the bar come first, in its order."""
    in_bar = list(_IN_BAR)
    return in_bar.index(kind) if kind in in_bar else len(in_bar)


def in_brief(count: int) -> str:
    """Return a count in at most four characters.

    >>> in_brief(0), in_brief(9_999), in_brief(123_456)
    ('0', '9999', '123k')
    """
    if count < 10_000:
        return str(count)
    return f"{count // 1000}k" if count < 1_000_000 else f"{count // 1_000_000}M"


def _regions(page_request: PageRequest) -> Iterator[Region]:
    here = (page_request.account, page_request.region)
    worlds = list(page_request.worlds.used())
    worlds.sort(key=lambda world: (world.account_id != here[0], world.account_id, world.region))
    for world in worlds:
        count = _size(world)
        if count:
            name = world.region
            if world.account_id != here[0]:
                name = f"{world.region} · {world.account_id}"
            url = page_request.elsewhere(world.account_id, world.region)
            yield Region(name, url, count, (world.account_id, world.region) == here)


def _size(world: World) -> int:
    return sum(len(world.table(kind)) for kind in FOLDERS.values())
