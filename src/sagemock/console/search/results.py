"""The results of a search: the documents of one page, and ways to look at all that match."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sagemock.console.search.form import SearchForm
from sagemock.console.search.resource_lookup import SearchTarget
from sagemock.documents import Document
from sagemock.query import QueryError, SearchPage
from sagemock.query.token import Tokens

SAMPLE = 500
"""Documents from which the page collects the names of tags, hyperparameters and metrics."""

SPREAD = 300
"""Documents from which the values of columns are compared."""


@dataclass(frozen=True, slots=True)
class SearchResults:
    """What a search form finds.

    Attributes
    ----------
    request
        The SearchRequest of the form.
    documents
        Those of the form's page.
    sample
        The first ones that match, from which tags, hyperparameters and metrics are collected.
    total
        How many match.
    """

    target: SearchTarget
    form: SearchForm
    request: Mapping[str, Any]
    documents: Sequence[Document]
    sample: Sequence[Document]
    total: int

    def ask(self, **changes: Any) -> SearchPage:
        """Run the request again with other members, such as `MaxResults`. Raises `QueryError`."""
        return self.target.search({**self.request, **changes})

    def spread(self) -> list[Document]:
        """Return at most `SPREAD` documents for statistics, from all parts of the order.

        A third is from its begin, where the page is, a third from the rest of the sample, and a
        third from four places beyond it, up to the end.
        """
        third = SPREAD // 3
        stride = max(1, -(-(len(self.sample) - third) // third))
        spread = [*self.sample[:third], *self.sample[third::stride]]
        tokens, start, size = Tokens(self.request), len(self.sample), third // 4
        for step in range(1, 5) if self.total > start else ():
            offset = max(start, start + (self.total - start) * step // 4 - size)
            spread += self.ask(MaxResults=size, NextToken=tokens.at(offset)).documents
        return spread


def run(target: SearchTarget | None, form: SearchForm, *, sample: int = SAMPLE) -> SearchResults:
    """Run the search of a form.

    Parameters
    ----------
    target
        None for a kind of resource that there is not.
    sample
        How many of the documents that match are sampled, whatever page is asked for.

    Raises
    ------
    QueryError
        There is no such kind of resource, or the request does not fit it.
    """
    if target is None:
        raise QueryError(f"There is no resource {form.resource} to search here.")
    request = form.request()
    end = form.page * form.size
    first = target.search({**request, "MaxResults": max(end, sample)})
    page = first.documents[end - form.size : end]
    return SearchResults(target, form, request, page, first.documents[:sample], first.total)
