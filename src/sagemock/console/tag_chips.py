"""The tags of a resource on its page, and which of them are links."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

from sagemock.console.search.form import is_searchable_tag

MAX_TAGS = 50
"""AWS's limit for a resource, which does not hold where requests are not validated."""

MAX_ADDRESS = 100
"""Characters that a tag may take in the URL of a search."""


def is_linked(tag: Mapping[str, str]) -> bool:
    """Return whether a tag can be searched for, with a URL of sensible length."""
    key, value = tag["Key"], tag["Value"]
    return (
        is_searchable_tag(key, value) and len(quote(key + value, errors="replace")) <= MAX_ADDRESS
    )
