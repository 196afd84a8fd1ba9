"""What jobs and trial components were set to, and what came of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Literal

from sagemock.documents import Document

Goal = Literal["high", "low"]

MIN_METRICS = 2
_LOW = re.compile(r"loss|error|mse|mae|deviation|perplexity", re.IGNORECASE)
_HIGH = re.compile(r"accuracy|precision|recall|f_beta|f1|f_\d|auc|dcg|score", re.IGNORECASE)


def goal_of(metric: str) -> Goal | None:
    """Whether a metric is better high or low, as far as its name tells."""
    if _LOW.search(metric):
        return "low"
    return "high" if _HIGH.search(metric) else None


def settings(document: Document) -> dict[str, Any]:
    """Hyperparameters, or the parameters of a trial component, by the name of the property."""
    found = {
        f"HyperParameters.{name}": value
        for name, value in (document.get("HyperParameters") or {}).items()
    }
    parameters = document.get("Parameters")
    if isinstance(parameters, Mapping):
        for name, held in parameters.items():
            found[f"Parameters.{name}"] = held.get("NumberValue", held.get("StringValue"))
    return found


def differing(documents: Iterable[Document]) -> list[str]:
    """The settings that are not the same in all documents that have any.

    In the order first seen.
    """
    some = [held for held in map(settings, documents) if held]
    names = dict.fromkeys(name for held in some for name in held)
    return [name for name in names if len({held.get(name) for held in some}) > 1]


def metric_names(documents: Iterable[Document]) -> list[str]:
    """The names of all metrics that the documents hold, in the order first seen."""
    return list(
        dict.fromkeys(
            datum["MetricName"]
            for document in documents
            for datum in document.get("FinalMetricDataList") or document.get("Metrics") or ()
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
