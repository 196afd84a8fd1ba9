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

MAX_HYPERPARAMETERS = 6
MIN_METRICS, MAX_METRICS = 2, 3
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
    names = question.columns or tuple(dict.fromkeys(_automatic(schema, question, documents)))
    found = [column(schema, name) for name in (schema.key, *names)]
    return list({each.name: each for each in found if each is not None}.values())


def _automatic(schema: Schema, question: Question, documents: Sequence[Document]) -> Iterator[str]:
    """Status, what is asked for, what differs, the metrics that matter, and when."""
    yield f"{stem(schema)}Status"
    asked = [each.name for each in question.conditions]
    yield from (name for name in asked if name.lower().startswith("tags."))
    yield from (f"HyperParameters.{key}" for key in differing(documents)[:MAX_HYPERPARAMETERS])
    if question.sort.lower().startswith(("metrics.", "hyperparameters.")):
        yield question.sort
    yield from (f"Metrics.{name}" for name in telling_metrics(documents)[:MAX_METRICS])
    yield from (name for name in asked if not name.lower().startswith("tags."))
    yield from _MORE.get(schema.key, ())
    yield "CreationTime"


_MORE = {
    "EndpointName": ("EndpointConfigName",),
    "ModelName": ("PrimaryContainer.ModelDataUrl",),
    "EndpointConfigName": ("ProductionVariants.ModelName", "ProductionVariants.InstanceType"),
}


def differing(documents: Iterable[Document]) -> list[str]:
    """The hyperparameters that are not the same in all documents; in the order first seen."""
    seen: dict[str, set[str | None]] = {}
    some = [each.get("HyperParameters") or {} for each in documents]
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
