"""The columns of a table: each is a property of the Search grammar, so each can be sorted by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from sagemock.console.naming import spaced
from sagemock.console.search.metrics import Goal, goal_of
from sagemock.documents import Document
from sagemock.query import Kind, Property, QueryError
from sagemock.query.schema import Schema
from sagemock.resources import lifecycle

Family = Literal["tag", "hyperparameter", "parameter", "metric", "property"]
SETTINGS: tuple[Family, ...] = ("hyperparameter", "parameter")
"""The families of what a job or a trial component was configured with."""

ONE_LINE = 36
"""Characters of a value that a cell shows without a line break."""

_FAMILIES: Mapping[str, Family] = {
    "tags": "tag",
    "hyperparameters": "hyperparameter",
    "parameters": "parameter",
    "metrics": "metric",
}


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
