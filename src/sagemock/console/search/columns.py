"""The columns of a table: each is a property of the Search grammar, so each can be sorted by."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sagemock.console.search.form import Question, spaced
from sagemock.console.search.metrics import Goal, differing, goal_of, telling_metrics
from sagemock.documents import Document
from sagemock.query import Kind, Property, QueryError
from sagemock.query.schema import Schema
from sagemock.resources import lifecycle, types

Family = Literal["tag", "hyperparameter", "parameter", "metric", "property"]
SETTINGS: tuple[Family, ...] = ("hyperparameter", "parameter")
"""The families of what a job or a component was set to."""


MAX_METRICS = 3
ROOM = 132
"""Characters that a table may have across, so that it fits a window of 1280 pixels."""

LONGEST = 36
"""Characters of a value on one line."""
_FAMILIES: Mapping[str, Family] = {
    "tags": "tag",
    "hyperparameters": "hyperparameter",
    "parameters": "parameter",
    "metrics": "metric",
}


@dataclass(frozen=True, slots=True)
class Column:
    """A property as a column.

    goal: which end of it is the better one, where its name tells.
    """

    prop: Property
    family: Family
    label: str
    goal: Goal | None

    @property
    def name(self) -> str:
        return self.prop.name

    @property
    def numeric(self) -> bool:
        return self.prop.kind is Kind.NUMBER and not self.prop.many

    @property
    def first_descending(self) -> bool:
        """The order that a click on the header asks for first: best or newest on top."""
        if self.goal is not None:
            return self.goal == "high"
        return self.prop.kind is Kind.TIMESTAMP

    def value(self, document: Document) -> Any:
        """What a document holds there: None, one value, or several as a text."""
        value = self.prop.read(document)
        if value is None:
            return None
        if self.prop.kind is Kind.COLLECTION:
            return "yes"
        return ", ".join(map(str, value)) if self.prop.many else value


def column(schema: Schema, name: str) -> Column | None:
    """The column of a property; None when the resource has no such property."""
    try:
        prop = schema.property(name)
    except QueryError:
        return None
    first, _, rest = prop.name.partition(".")
    family = _FAMILIES.get(first.lower(), "property") if rest else "property"
    goal = goal_of(rest) if family == "metric" else None
    return Column(prop, family, rest if family != "property" else _label(schema, prop.name), goal)


def _label(schema: Schema, name: str) -> str:
    """A property's name without the resource's, as words: `TrainingJobStatus` is `Status`."""
    last = name.rsplit(".", 1)[-1]
    short = last.removeprefix(stem(schema)) if "." not in name else last
    return spaced(short or last)


def stem(schema: Schema) -> str:
    """What the names of a resource's own properties begin with, such as `TrainingJob`."""
    return schema.key.removesuffix("Name").removesuffix("Arn").removesuffix("Id")


def is_changing(status: object) -> bool:
    """Whether a status is one that leads to another by itself."""
    text = str(status)
    return text in (lifecycle.IN_PROGRESS, lifecycle.ROLLING_BACK) or text.endswith("ing")


def status_of(schema: Schema) -> str:
    """The name of the property that tells the status, where the resource has any."""
    return "Status.PrimaryStatus" if "Status" in schema.root.members else f"{stem(schema)}Status"


def chosen(schema: Schema, question: Question, documents: Sequence[Document]) -> list[Column]:
    """The columns that a question asks for, or those that suit the documents of its page."""
    if question.columns:
        return _columns(schema, (schema.key, *question.columns))
    needed = _columns(schema, (schema.key, *_needed(schema, question)))
    metrics = _columns(schema, [f"Metrics.{name}" for name in telling_metrics(documents)])
    settings = _columns(schema, differing(documents))
    wanted = [*needed, *metrics[:1], *settings[:2], *metrics[1:MAX_METRICS], *settings[2:]]
    fitting = _fitting(wanted, documents, len(needed))
    return sorted(fitting, key=lambda each: _place(each, schema))


def _columns(schema: Schema, names: Iterable[str]) -> list[Column]:
    """Those of the names that the resource has, each once."""
    found = [column(schema, name) for name in names]
    return list({each.name: each for each in found if each is not None}.values())


def _needed(schema: Schema, question: Question) -> Iterator[str]:
    """Status, what is asked for, what it is sorted by, and when it was made."""
    yield status_of(schema)
    yield from (each.name for each in question.conditions)
    if question.sort.lower().startswith(("metrics.", "hyperparameters.", "parameters.")):
        yield question.sort
    yield from _MORE.get(schema.key, ())
    yield "CreationTime"


def _fitting(columns: Sequence[Column], documents: Sequence[Document], needed: int) -> list[Column]:
    """The first columns that there is room for, of which so many are needed anyway."""
    kept: dict[str, Column] = {}
    room = ROOM
    for place, each in enumerate(columns):
        width = _width(each, documents)
        if each.name not in kept and (place < needed or width <= room):
            kept[each.name] = each
            room -= width
    return list(kept.values())


def _width(column: Column, documents: Sequence[Document]) -> int:
    """Roughly how many characters a column is wide, with the space around it."""
    words = re.split(r"(?<=[/:_. ])", column.label)
    if column.prop.kind is Kind.TIMESTAMP:
        longest = 10
    elif column.numeric:
        longest = 10 if column.family == "metric" else 8
    else:
        longest = max((len(str(column.value(each))) for each in documents), default=0)
    return max(min(longest, LONGEST), *map(len, words)) + 3


def _place(column: Column, schema: Schema) -> int:
    """The order in a table: what it is, then what it was given, what came of it, and when."""
    if column.name in (schema.key, status_of(schema)):
        return 0
    if column.name == "CreationTime":
        return 5
    if column.family in SETTINGS:
        return 2
    return {"tag": 1, "metric": 3, "property": 4}[column.family]


_MORE = {
    types.ENDPOINT.key: (types.ENDPOINT_CONFIG.key,),
    types.MODEL.key: ("PrimaryContainer.ModelDataUrl",),
    types.ENDPOINT_CONFIG.key: ("ProductionVariants.ModelName", "ProductionVariants.InstanceType"),
}
