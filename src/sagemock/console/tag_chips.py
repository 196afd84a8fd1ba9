"""The tags of a resource on its page: which of them are links, and how many fit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import quote

from sagemock.console.room import fitting, middle, written
from sagemock.console.search.form import is_searchable_tag

Tag = Mapping[str, str]

ROOM = 14_000
"""Bytes of the tags of a page that has room for them."""

LONGEST_KEY, LONGEST_VALUE = 40, 80
"""Characters that are shown."""


def is_linked(tag: Tag) -> bool:
    """Whether there is a search for a tag, with an address of sensible length."""
    return (
        is_searchable_tag(tag["Key"], tag["Value"])
        and len(quote(tag["Key"] + tag["Value"], errors="replace")) <= 100
    )


def size(tag: Tag) -> int:
    """Bytes of a tag on the page."""
    key, value = tag["Key"], tag["Value"]
    shown = middle(key, LONGEST_KEY)
    address = 60 + written(key, value) if is_linked(tag) else 0
    return 115 + written(key, shown, shown, value[:LONGEST_VALUE]) + address


def shown(tags: Sequence[Tag], room: int = ROOM) -> list[Tag]:
    """The first tags that there is room for."""
    return fitting(tags, room, size)
