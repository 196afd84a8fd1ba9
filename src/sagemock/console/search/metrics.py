"""The settings and the metrics of jobs and trial components."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Literal

from sagemock.documents import Document

Goal = Literal["high", "low"]
"""Which end of a metric's values is the better one."""

MIN_METRICS = 2
_LOW = re.compile(
    r"loss|error|entropy|mse|mae|\b[ms]sd\b|mape|mphe|rmsle|nloglik|devia(?:tion|nce)|perplexity",
    re.IGNORECASE,
)
_HIGH = re.compile(
    r"accuracy|precision|recall|f_beta|f1|f_\d|auc|dcg|score|\bmap\b|\br2\b", re.IGNORECASE
)
_LEADING = re.compile(r"accuracy|objective_loss:final")
_CHANNELS = ("validation", "test", "train")


def goal_of(metric: str) -> Goal | None:
    """Return whether a metric is better high or low, None if its name does not say.

    >>> goal_of("test:msd"), goal_of("train:throughput")
    ('low', None)
    """
    if _LOW.search(metric):
        return "low"
    return "high" if _HIGH.search(metric) else None


def settings(document: Document) -> dict[str, Any]:
    """Return hyperparameters, or a trial component's parameters, by the names of properties.

    >>> settings({"HyperParameters": {"epochs": "3"}})
    {'HyperParameters.epochs': '3'}
    """
    by_name = {
        f"HyperParameters.{name}": value
        for name, value in (document.get("HyperParameters") or {}).items()
    }
    parameters = document.get("Parameters")
    if isinstance(parameters, Mapping):
        for name, value in parameters.items():
            by_name[f"Parameters.{name}"] = value.get("NumberValue", value.get("StringValue"))
    return by_name


def differing(documents: Iterable[Document]) -> list[str]:
    """Return the settings that differ between documents, in the order in which they occur.

    Documents without any settings do not count.
    """
    configured = [each for each in map(settings, documents) if each]
    names = dict.fromkeys(name for each in configured for name in each)
    return [name for name in names if len({each.get(name) for each in configured}) > 1]


def metric_names(documents: Iterable[Document]) -> list[str]:
    """Return the names of all metrics of the documents, in the order in which they occur."""
    return list(
        dict.fromkeys(
            datum["MetricName"]
            for document in documents
            for datum in document.get("FinalMetricDataList") or document.get("Metrics") or ()
        )
    )


def leading_metrics(documents: Iterable[Document]) -> list[str]:
    """Return the metrics to show first: accuracy and final loss, of held-out data before others.

    Further metrics follow where there are hardly any of these. A metric without a goal is never
    among them.
    """
    names = [name for name in metric_names(documents) if goal_of(name) is not None]
    # The loss of the last epoch is that of the final model, which is not always the last one.
    names = [name for name in names if f"{name}:final" not in names]
    names.sort(key=_channel_rank)
    leading = [name for name in names if _LEADING.search(name)]
    others = [name for name in names if name not in leading]
    return leading + others[: max(0, MIN_METRICS - len(leading))]


def _channel_rank(name: str) -> int:
    channel = name.partition(":")[0]
    return _CHANNELS.index(channel) if channel in _CHANNELS else 0
