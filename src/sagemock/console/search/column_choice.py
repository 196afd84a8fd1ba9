"""Which columns a table has when the form names none: those that tell what matches apart."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import compress
from typing import Any

from sagemock.console.search.column_worth import is_constant, ranks, worth
from sagemock.console.search.columns import (
    TableColumn,
    column,
    is_changing,
    status_of,
)
from sagemock.console.search.facets import status_counts
from sagemock.console.search.metrics import leading_metrics, settings
from sagemock.console.search.results import SearchResults
from sagemock.query.schema import Schema
from sagemock.resources import types

CREATED = "CreationTime"
MAX_METRICS = 3
_MORE = {
    types.ENDPOINT.key: (types.ENDPOINT_CONFIG.key,),
    types.MODEL.key: ("PrimaryContainer.ModelDataUrl",),
    types.ENDPOINT_CONFIG.key: ("ProductionVariants.ModelName", "ProductionVariants.InstanceType"),
}
"""What is worth a column for some kinds of resources, by their keys."""


@dataclass(frozen=True, slots=True)
class ColumnChoice:
    """The columns of a table.

    Attributes
    ----------
    columns
        From left to right: the name of the resource, then the others, those that tell most first.
    by_hand
        Whether the form names them.
    same
        The columns that a table would have if their value were not the same in all that matches,
        and that value.
    """

    columns: Sequence[TableColumn]
    by_hand: bool = False
    same: Sequence[tuple[TableColumn, Any]] = ()


def choose(results: SearchResults, *, keep: bool = False) -> ColumnChoice:
    """Return the columns that the form names, or else those that tell documents apart.

    Parameters
    ----------
    keep
        Whether the status and the time of creation are shown even where they are constant, as in
        the lists of few things.

    Notes
    -----
    No column is constant in the sample of what matches, and so in all of it. Settings are ranked
    by `column_worth.worth`, with the metric by which the table is sorted, or else the leading one.
    Of a single match all columns are constant, and shown.
    """
    schema, form = results.target.schema, results.form
    if form.columns:
        return ColumnChoice(_unique(schema, (schema.key, *form.columns)), by_hand=True)
    values = _Values(results)
    kept = (status_of(schema), *_MORE.get(schema.key, ()), CREATED) if keep else ()
    name, *others = _unique(schema, (schema.key, *_ranked(results, values), *kept))
    varying = [
        each for each in others if each.name in kept or values.varies(each) or results.total == 1
    ]
    if not varying:
        varying = _unique(schema, (status_of(schema), CREATED))
    same = [each for each in others if each not in varying and _is_worth_saying(results, each)]
    return ColumnChoice([name, *varying], same=[(each, values.any_of(each)) for each in same])


def _is_worth_saying(results: SearchResults, column: TableColumn) -> bool:
    """Whether the page says that a column is constant: where a filter does not say it already."""
    filtered = {each.name for each in results.form.filters}
    is_own = column.family == "property" and column.name != status_of(results.target.schema)
    return column.name not in filtered and not is_own


class _Values:
    """The values of columns in the sample of a search.

    Of settings, those of documents that have any: one job of another image must not make a column
    of all that the others share.
    """

    def __init__(self, results: SearchResults) -> None:
        self.sample = results.spread()
        self._results = results
        self._status = status_of(results.target.schema)
        rows = [settings(each) for each in self.sample]
        self._has_settings = list(map(bool, rows))
        self._settings = _columns_of([each for each in rows if each])
        self._tags = _columns_of(
            [
                {f"Tags.{tag['Key']}": tag["Value"] for tag in each.get("Tags") or ()}
                for each in self.sample
            ]
        )
        self._values: dict[str, list[Any]] = {**self._tags, **self._settings}

    def of(self, column: TableColumn) -> list[Any]:
        """The values that decide whether a column is constant."""
        if column.name not in self._values:
            self._values[column.name] = [column.value(each) for each in self.sample]
        return self._values[column.name]

    def any_of(self, column: TableColumn) -> Any:
        """A value of the column, None if there is none."""
        return next((value for value in self.of(column) if value is not None), None)

    def varies(self, column: TableColumn) -> bool:
        """Whether the column tells documents apart, or is about to: a status that changes."""
        values = self.of(column)
        if column.family == "metric":
            # That a failed job has none, its status says.
            values = [value for value in values if value is not None]
        if column.name == self._status and (self._has_rare_status() or self._changes(values)):
            return True
        return not is_constant(values)

    def _changes(self, statuses: Sequence[Any]) -> bool:
        return any(map(is_changing, set(statuses)))

    def _has_rare_status(self) -> bool:
        """Whether there are several statuses where the sample is not all: a few may have failed."""
        results = self._results
        is_sampled = len(self.sample) < results.total
        return is_sampled and len(status_counts(results.target, results.request)) > 1

    def by_worth(self, target: TableColumn | None) -> tuple[list[str], list[str]]:
        """The names of all settings and of all tags, first those that tell most."""
        metric_ranks = ranks([None] * len(self.sample) if target is None else self.of(target))
        of_settings = list(compress(metric_ranks, self._has_settings))
        return _by_worth(self._settings, of_settings), _by_worth(self._tags, metric_ranks)


def _columns_of(rows: Sequence[Mapping[str, Any]]) -> dict[str, list[Any]]:
    """The values of all rows by their keys, None where a row lacks one."""
    names = dict.fromkeys(name for row in rows for name in row)
    return {name: [row.get(name) for row in rows] for name in names}


def _by_worth(
    columns: Mapping[str, Sequence[Any]], metric_ranks: Sequence[float | None]
) -> list[str]:
    """The names of columns, first those that tell most; constant ones last."""
    worths = {
        name: -1.0 if is_constant(values) else worth(values, metric_ranks)
        for name, values in columns.items()
    }
    return sorted(worths, key=lambda name: -worths[name])


def _ranked(results: SearchResults, values: _Values) -> Iterator[str]:
    """The names of all columns that may be worth showing, first those that tell most."""
    schema, form = results.target.schema, results.form
    leading = [f"Metrics.{name}" for name in leading_metrics(values.sample)]
    ranked, tags = values.by_worth(_target(results, leading))
    yield form.sort
    yield status_of(schema)
    yield from (each.name for each in form.filters)
    yield from leading[:1]
    yield from ranked[:2]
    yield from _MORE.get(schema.key, ())
    yield from leading[1:2]
    yield from ranked[2:4]
    if not form.sort.endswith("Time"):
        yield CREATED
    yield from leading[2:MAX_METRICS]
    yield from tags[:1]
    yield from ranked[4:]
    yield from tags[1:]


def _target(results: SearchResults, leading: Sequence[str]) -> TableColumn | None:
    """The number whose differences settings are to explain: what is sorted by, if it is one."""
    schema = results.target.schema
    for name in (results.form.sort, *leading):
        target = column(schema, name)
        if target is not None and target.numeric:
            return target
    return None


def _unique(schema: Schema, names: Iterable[str]) -> list[TableColumn]:
    """The columns of those properties that the resource has, each once."""
    columns = [column(schema, name) for name in names]
    return list({each.name: each for each in columns if each is not None}.values())
