"""What the charts of the Search page are drawn from: documents, a metric, and settings."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

from sagemock.accounts.world import World
from sagemock.console.search.column_worth import ranks, worth
from sagemock.console.search.columns import SETTINGS, TableColumn, column
from sagemock.console.search.metrics import leading_metrics, metric_names, settings
from sagemock.console.search.results import SearchResults
from sagemock.documents import Document
from sagemock.query import Kind, Scalar
from sagemock.query.property import decimal

T = TypeVar("T")
MAX_READ = 50_000
"""Documents of which charts are drawn."""

SAMPLE = 1_000
"""Documents from which the properties are collected, and by which they are ranked."""

MAX_OFFERED = 16
"""Properties offered for an axis, beside the chosen one."""


@dataclass(frozen=True)
class PlotData:
    """What a search form finds, for a chart.

    Attributes
    ----------
    documents
        The first ones that match.
    """

    results: SearchResults
    documents: Sequence[Document]
    world: World

    @cached_property
    def sample(self) -> Sequence[Document]:
        """Some of the documents."""
        return list(spread(self.documents, SAMPLE))

    @cached_property
    def metrics(self) -> Sequence[TableColumn]:
        """The metrics whose finite values differ, the leading ones first."""
        leading = leading_metrics(self.sample)
        names = dict.fromkeys([*leading, *metric_names(self.sample)])
        return self._varying(f"Metrics.{name}" for name in names)

    @cached_property
    def metric(self) -> TableColumn | None:
        """The metric that the form names or sorts by, or else the leading one."""
        form = self.results.form
        names = [form.metric, form.sort, f"Metrics.{form.metric}"]
        return next(
            (each for name in names for each in self.metrics if each.name == name),
            next(iter(self.metrics), None),
        )

    @cached_property
    def settings(self) -> Sequence[TableColumn]:
        """The hyperparameters and parameters that differ, those that tell most first."""
        names = dict.fromkeys(name for each in self.sample for name in settings(each))
        varying = self._varying(names)
        metric = ranks([self.measured(each) for each in self.sample])
        worths = {
            each.name: worth([each.value(document) for document in self.sample], metric)
            for each in varying
        }
        return sorted(varying, key=lambda each: -worths[each.name])

    @cached_property
    def numbers(self) -> Sequence[TableColumn]:
        """Other numbers that differ, such as the training time."""
        members = self.results.target.schema.root.members.items()
        return self._varying(
            name for name, node in members if isinstance(node, Scalar) and node.kind is Kind.NUMBER
        )

    def _varying(self, names: Any) -> list[TableColumn]:
        schema = self.results.target.schema
        columns = (column(schema, name) for name in names)
        return [each for each in columns if each is not None and varies(each, self.sample)]

    @property
    def high_is_good(self) -> bool:
        """Whether the highest value of the metric is the best: by its name, or else the order."""
        goal = None if self.metric is None else self.metric.goal
        return self.results.form.descending if goal is None else goal == "high"

    def key(self, document: Document) -> str:
        """Return the key of a document, by which it has its page."""
        return str(document[self.results.target.schema.key])

    def measured(self, document: Document) -> float | None:
        """Return the finite value of the metric, None where there is none."""
        value = None if self.metric is None else plain(self.metric.value(document))
        return None if isinstance(value, str) else value

    @cached_property
    def _values(self) -> Sequence[Any]:
        """The metric of each document, read once: there may be many."""
        if self.metric is None:
            return [None] * len(self.documents)
        return [self.metric.value(each) for each in self.documents]

    @cached_property
    def measured_documents(self) -> Sequence[Document]:
        """The documents that have a finite value of the metric."""
        numbers = map(plain, self._values)
        pairs = zip(self.documents, numbers, strict=True)
        return [each for each, number in pairs if isinstance(number, float)]

    @property
    def left_out(self) -> str:
        """In words, how many documents have no finite value of the metric; empty for none."""
        if self.metric is None:
            return ""
        missing = sum(value is None for value in self._values)
        not_finite = sum(
            isinstance(value, float) and not math.isfinite(value) for value in self._values
        )
        parts = []
        if not_finite:
            parts.append(f"{not_finite:,} with a value that is not finite")
        if missing:
            parts.append(f"{missing:,} without a value")
        return "Left out: " + " and ".join(parts) + "." if parts else ""

    @property
    def bounded(self) -> str:
        """In words, that only the first documents are read; empty where all are."""
        total = self.results.total
        read = len(self.documents)
        return f"Of the first {read:,} of {total:,}." if read < total else ""


def read(results: SearchResults, world: World) -> PlotData:
    """Read the documents that match, up to `MAX_READ`."""
    return PlotData(results, results.ask(MaxResults=MAX_READ).documents, world)


def varies(column: TableColumn, documents: Sequence[Document]) -> bool:
    """Return whether a column has two different values that a chart can show."""
    if column.prop.kind in (Kind.TIMESTAMP, Kind.COLLECTION):
        return False
    values = (plain(column.value(each)) for each in documents)
    return len({value for value in values if value is not None}) > 1


def is_setting(column: TableColumn) -> bool:
    """Return whether a column is one of what a run was configured with."""
    return column.family in SETTINGS


def plain(value: Any) -> str | float | None:
    """Return a value for a chart: a number where a text is one, None where it is not finite."""
    if isinstance(value, str):
        number = decimal(value)
        return value if number is None else number
    return float(value) if isinstance(value, int | float) and math.isfinite(value) else None


def uniform(values: Sequence[str | float]) -> list[str | float]:
    """Return values that are all numbers, or else all texts."""
    if all(isinstance(value, int | float) for value in values):
        return list(values)
    return [value if isinstance(value, str) else f"{value:.6g}" for value in values]


def spread(items: Sequence[T], limit: int) -> Iterator[T]:
    """Yield the first items, and others at equal distances in the rest of the order."""
    if len(items) <= limit:
        yield from items
        return
    head = limit // 4
    yield from items[:head]
    rest = limit - head
    stride = (len(items) - head) / rest
    yield from (items[head + int(step * stride)] for step in range(rest))


def offered(
    columns: Sequence[TableColumn], chosen: TableColumn | None
) -> Sequence[Mapping[str, str]]:
    """The properties to choose an axis from."""
    shown = list(columns[:MAX_OFFERED])
    if chosen is not None and chosen.name not in [each.name for each in shown]:
        shown.insert(0, chosen)
    return [{"name": each.name, "label": each.label} for each in shown]
