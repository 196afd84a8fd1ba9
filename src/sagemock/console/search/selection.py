"""The ticked rows of a table, which its form carries from page to page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, Self

from werkzeug.datastructures import MultiDict

from sagemock.console.links import FOLDERS, KINDS
from sagemock.console.search.form import SearchForm
from sagemock.console.search.resource_lookup import SearchTarget

Action = Literal["compare", "tag", "stop", "delete"]

MAX_TICKS = 100
"""Names in a URL; more are selected as all that match."""

MAX_SELECTED = 5_000
"""Resources that one form changes."""


@dataclass(frozen=True, slots=True)
class Selection:
    """What is ticked.

    Attributes
    ----------
    names
        The keys of the ticked documents, on whatever page of the table; none with `everything`.
    everything
        Whether all that matches is selected.
    """

    names: tuple[str, ...] = ()
    everything: bool = False

    @classmethod
    def read(cls, args: MultiDict[str, str]) -> Self:
        """Read the selection from the arguments `tick` and `all` of a URL or a form."""
        if args.get("all"):
            return cls(everything=True)
        return cls(tuple(dict.fromkeys(filter(None, args.getlist("tick"))))[:MAX_TICKS])

    def arguments(self) -> Iterator[tuple[str, str]]:
        """Yield the arguments of a URL or a form that say the same."""
        if self.everything:
            yield "all", "1"
        for name in self.names:
            yield "tick", name

    def includes(self, name: str) -> bool:
        """Return whether a row is ticked."""
        return self.everything or name in self.names

    def keys(self, target: SearchTarget, form: SearchForm) -> Sequence[str]:
        """Return the keys of what is selected, at most `MAX_SELECTED`.

        Raises
        ------
        QueryError
            All that matches is selected, and Search refuses the form.
        """
        if not self.everything:
            return self.names
        page = target.search(form.request(MAX_SELECTED))
        return [str(each[target.key]) for each in page.documents]


def actions_of(resource: str) -> Sequence[Action]:
    """Return what can be done with the ticked resources of a kind, named as URLs name it."""
    kind = KINDS.get(resource)
    if kind is None or kind not in FOLDERS.values():
        return ()
    actions: list[Action] = ["compare"] if resource == "TrainingJob" else []
    actions.append("tag")
    if "Stop" in kind.verbs:
        actions.append("stop")
    if "Delete" in kind.verbs:
        actions.append("delete")
    return actions
