"""The error for a resource that does not exist, with those that may have been meant."""

from __future__ import annotations

from collections.abc import Sequence

from werkzeug.exceptions import NotFound

from sagemock.console import name_search
from sagemock.console.links import page_of
from sagemock.console.page_request import PageRequest
from sagemock.resources.resource_type import ResourceType

Suggestion = tuple[str, str]
"""A text, and the URL of a page."""


MAX_ELSEWHERE = 5


class MissingResource(NotFound):
    """There is no resource with that name here.

    Attributes
    ----------
    suggestions
        Resources with similar names, and those with this name in other accounts and regions.
    """

    def __init__(self, page_request: PageRequest, kind: ResourceType, name: str) -> None:
        super().__init__(f"There is no {kind.words} {name!r} in {page_request.region}.")
        self.suggestions: Sequence[Suggestion] = [
            *_elsewhere(page_request, kind, name),
            *(
                (each.name, page_request.url(each.path))
                for each in name_search.similar(page_request.world, kind, name)
            ),
        ]


def _elsewhere(page_request: PageRequest, kind: ResourceType, name: str) -> list[Suggestion]:
    """The resources with this name in other accounts and regions."""
    if not kind.ours:
        return []
    return [
        (
            f"{name} in {world.region}"
            + (f" of {world.account_id}" if world.account_id != page_request.account else ""),
            page_request.url_in(world.account_id, world.region, page_of(kind, name)),
        )
        for world in page_request.worlds.used()
        if world is not page_request.world and name in world.table(kind)
    ][:MAX_ELSEWHERE]
