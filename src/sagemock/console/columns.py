"""The columns of a table: each is a property of the Search grammar, so each can be sorted by."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sagemock.console.question import Question, spaced
from sagemock.query import Kind, Property, QueryError
from sagemock.query.schema import Schema

Document = Mapping[str, Any]
Family = Literal["tag", "hyperparameter", "metric", "property"]
Goal = Literal["high", "low"]

MIN_METRICS, MAX_METRICS = 2, 3
ROOM = 132
"""Characters that a table may have across, so that it fits a window of 1280 pixels."""

LONGEST = 36
"""Characters of a value on one line."""
_FAMILIES: Mapping[str, Family] = {
    "tags": "tag",
    "hyperparameters": "hyperparameter",
    "metrics": "metric",
}
_LOW = re.compile(r"loss|error|mse|mae|deviation|perplexity", re.IGNORECASE)
_HIGH = re.compile(r"accuracy|precision|recall|f_beta|f1|f_\d|auc|dcg|score", re.IGNORECASE)


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


def goal_of(metric: str) -> Goal | None:
    """Whether a metric is better high or low, as far as its name tells."""
    if _LOW.search(metric):
        return "low"
    return "high" if _HIGH.search(metric) else None


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


def chosen(schema: Schema, question: Question, documents: Sequence[Document]) -> list[Column]:
    """The columns that a question asks for, or those that suit the documents of its page."""
    if question.columns:
        return _columns(schema, (schema.key, *question.columns))
    needed = _columns(schema, (schema.key, *_needed(schema, question)))
    metrics = _columns(schema, [f"Metrics.{name}" for name in telling_metrics(documents)])
    settings = _columns(schema, [f"HyperParameters.{name}" for name in differing(documents)])
    wanted = [*needed, *metrics[:1], *settings[:2], *metrics[1:MAX_METRICS], *settings[2:]]
    fitting = _fitting(wanted, documents, len(needed))
    return sorted(fitting, key=lambda each: _place(each, schema))


def _columns(schema: Schema, names: Iterable[str]) -> list[Column]:
    """Those of the names that the resource has, each once."""
    found = [column(schema, name) for name in names]
    return list({each.name: each for each in found if each is not None}.values())


def _needed(schema: Schema, question: Question) -> Iterator[str]:
    """Status, what is asked for, what it is sorted by, and when it was made."""
    yield f"{stem(schema)}Status"
    yield from (each.name for each in question.conditions)
    if question.sort.lower().startswith(("metrics.", "hyperparameters.")):
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
    if column.name in (schema.key, f"{stem(schema)}Status"):
        return 0
    if column.name == "CreationTime":
        return 5
    return {"tag": 1, "hyperparameter": 2, "metric": 3, "property": 4}[column.family]


_MORE = {
    "EndpointName": ("EndpointConfigName",),
    "ModelName": ("PrimaryContainer.ModelDataUrl",),
    "EndpointConfigName": ("ProductionVariants.ModelName", "ProductionVariants.InstanceType"),
}


def differing(documents: Iterable[Document]) -> list[str]:
    """The hyperparameters that are not the same in all documents that have any.

    In the order first seen.
    """
    seen: dict[str, set[str | None]] = {}
    some = [each["HyperParameters"] for each in documents if each.get("HyperParameters")]
    for key in dict.fromkeys(key for held in some for key in held):
        seen[key] = {held.get(key) for held in some}
    return [key for key, values in seen.items() if len(values) > 1]


def metric_names(documents: Iterable[Document]) -> list[str]:
    """The names of all metrics that the documents hold, in the order first seen."""
    return list(
        dict.fromkeys(
            datum["MetricName"]
            for document in documents
            for datum in document.get("FinalMetricDataList") or ()
        )
    )


_CHANNELS = ("validation", "test", "train")
_LEADING = re.compile(r"accuracy|objective_loss:final")


def telling_metrics(documents: Iterable[Document]) -> list[str]:
    """The metrics to show first: accuracy and final loss, those on held-out data before others.

    Others follow where there are hardly any of these; those without a direction never.
    """
    names = [name for name in metric_names(documents) if goal_of(name) is not None]
    names = [name for name in names if not name.endswith(":objective_loss")]
    names.sort(key=_channel_rank)
    leading = [name for name in names if _LEADING.search(name)]
    others = [name for name in names if name not in leading]
    return leading + others[: max(0, MIN_METRICS - len(leading))]


def _channel_rank(name: str) -> int:
    channel = name.partition(":")[0]
    return _CHANNELS.index(channel) if channel in _CHANNELS else 0
