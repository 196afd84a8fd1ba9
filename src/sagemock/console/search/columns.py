"""The columns of a table: each is a property of the Search grammar, so each can be sorted by."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sagemock.console.naming import spaced
from sagemock.console.search.form import SearchForm
from sagemock.console.search.metrics import Goal, differing, goal_of, leading_metrics
from sagemock.console.search.results import SearchResults
from sagemock.documents import Document
from sagemock.query import Kind, Property, QueryError
from sagemock.query.schema import Schema
from sagemock.resources import lifecycle, types

Family = Literal["tag", "hyperparameter", "parameter", "metric", "property"]
SETTINGS: tuple[Family, ...] = ("hyperparameter", "parameter")
"""The families of what a job or a trial component was configured with."""

MAX_METRICS = 3
MAX_WIDTH = 132
"""Characters across all columns that are chosen automatically: what a window of 1280 pixels
shows."""

ONE_LINE = 36
"""Characters of a value that a cell shows without a line break."""

_FAMILIES: Mapping[str, Family] = {
    "tags": "tag",
    "hyperparameters": "hyperparameter",
    "parameters": "parameter",
    "metrics": "metric",
}
_MORE = {
    types.ENDPOINT.key: (types.ENDPOINT_CONFIG.key,),
    types.MODEL.key: ("PrimaryContainer.ModelDataUrl",),
    types.ENDPOINT_CONFIG.key: ("ProductionVariants.ModelName", "ProductionVariants.InstanceType"),
}
"""What is worth a column for some kinds of resources, by their keys."""


@dataclass(frozen=True, slots=True)
class TableColumn:
    """A property as a column.

    Attributes
    ----------
    goal
        Which end of the values is the better one, if the property's name says so.
    """

    prop: Property
    family: Family
    label: str
    goal: Goal | None

    @property
    def name(self) -> str:
        """The name of the property."""
        return self.prop.name

    @property
    def numeric(self) -> bool:
        """Whether a document has one number there."""
        return self.prop.kind is Kind.NUMBER and not self.prop.many

    @property
    def first_descending(self) -> bool:
        """Whether a click on the header sorts descending at first: the best or newest on top."""
        if self.goal is not None:
            return self.goal == "high"
        return self.prop.kind is Kind.TIMESTAMP

    def value(self, document: Document) -> Any:
        """Return a document's value, None for no value; several values as one text."""
        value = self.prop.read(document)
        if value is None:
            return None
        if self.prop.kind is Kind.COLLECTION:
            return "yes"
        return ", ".join(map(str, value)) if self.prop.many else value


def column(schema: Schema, name: str) -> TableColumn | None:
    """Return the column of a property, None if the kind of resource has no such property."""
    try:
        prop = schema.property(name)
    except QueryError:
        return None
    first, _, rest = prop.name.partition(".")
    family = _FAMILIES.get(first.lower(), "property") if rest else "property"
    goal = goal_of(rest) if family == "metric" else None
    label = rest if family != "property" else _label(schema, prop.name)
    return TableColumn(prop, family, label, goal)


def _label(schema: Schema, name: str) -> str:
    """A property's name as words, without the resource's: `TrainingJobStatus` is `Status`."""
    last = name.rsplit(".", 1)[-1]
    short = last.removeprefix(_stem(schema)) if "." not in name else last
    return spaced(short or last)


def _stem(schema: Schema) -> str:
    """The prefix of the names of a resource's own properties, such as `TrainingJob`."""
    return schema.key.removesuffix("Name").removesuffix("Arn").removesuffix("Id")


def is_changing(status: object) -> bool:
    """Return whether a resource in this status is on its way to another one."""
    text = str(status)
    return text in (lifecycle.IN_PROGRESS, lifecycle.ROLLING_BACK) or text.endswith("ing")


def status_of(schema: Schema) -> str:
    """Return the name of the status property, whether or not the kind of resource has one."""
    return "Status.PrimaryStatus" if "Status" in schema.root.members else f"{_stem(schema)}Status"


def choose(results: SearchResults) -> list[TableColumn]:
    """Return the columns that the form names, or else those that suit the documents shown."""
    schema, form, documents = results.target.schema, results.form, results.documents
    if form.columns:
        return _columns(schema, (schema.key, *form.columns))
    required = _columns(schema, (schema.key, *_required(schema, form)))
    metrics = _columns(schema, [f"Metrics.{name}" for name in leading_metrics(documents)])
    settings = _columns(schema, differing(documents))
    wanted = [*required, *metrics[:1], *settings[:2], *metrics[1:MAX_METRICS], *settings[2:]]
    shown = _narrow_enough(wanted, documents, len(required))
    return sorted(shown, key=lambda each: _position(each, schema))


def _columns(schema: Schema, names: Iterable[str]) -> list[TableColumn]:
    """The columns of those properties that the resource has, each once."""
    columns = [column(schema, name) for name in names]
    return list({each.name: each for each in columns if each is not None}.values())


def _required(schema: Schema, form: SearchForm) -> Iterator[str]:
    """The properties that are shown however wide they are."""
    yield status_of(schema)
    yield from (each.name for each in form.filters)
    if form.sort.lower().startswith(("metrics.", "hyperparameters.", "parameters.")):
        yield form.sort
    yield from _MORE.get(schema.key, ())
    yield "CreationTime"


def _narrow_enough(
    columns: Sequence[TableColumn], documents: Sequence[Document], required: int
) -> list[TableColumn]:
    """The first `required` columns, and of the others those that fit beside them."""
    shown: dict[str, TableColumn] = {}
    space = MAX_WIDTH
    for index, each in enumerate(columns):
        width = _width(each, documents)
        if each.name not in shown and (index < required or width <= space):
            shown[each.name] = each
            space -= width
    return list(shown.values())


def _width(column: TableColumn, documents: Sequence[Document]) -> int:
    """Roughly how many characters wide a column is, with the space around it."""
    words = re.split(r"(?<=[/:_. ])", column.label)
    if column.prop.kind is Kind.TIMESTAMP:
        longest = 10
    elif column.numeric:
        longest = 10 if column.family == "metric" else 8
    else:
        longest = max((len(str(column.value(each))) for each in documents), default=0)
    return max(min(longest, ONE_LINE), *map(len, words)) + 3


def _position(column: TableColumn, schema: Schema) -> int:
    """From left to right: identity and status, tags, settings, metrics, other properties, time."""
    if column.name in (schema.key, status_of(schema)):
        return 0
    if column.name == "CreationTime":
        return 5
    if column.family in SETTINGS:
        return 2
    return {"tag": 1, "metric": 3, "property": 4}[column.family]
