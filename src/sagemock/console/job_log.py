"""What the console reads of a training job's log and metrics: lines and curves."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sagemock.accounts.world import World
from sagemock.console.charts.lines import LineChart, Series, line_chart
from sagemock.console.charts.options import AUTOMATIC, CurveOptions
from sagemock.resources.metric_series import MetricSeries
from sagemock.resources.types import TRAINING_JOB

Lines = Sequence[tuple[int, str]]
"""The time of each event in milliseconds of Unix time, and its message."""

CHANNELS = ("train", "validation", "test")
MODEL_METRICS = "#metrics "
OBJECTIVE = "_objective"
MAX_READ = 10_000
"""The first lines of a log, which are searched for the losses of candidate models."""


def read(world: World, job: str) -> Lines:
    """Return the events of all streams of a job, in order; they are read when they are used."""
    return world.services.logs.read(TRAINING_JOB.log_group, f"{job}/")


def curves(world: World, job: str) -> list[Series]:
    """Return the metrics that had more than one value while the job ran here."""
    return series_of(world.job_metrics.get(job, {}), job)


def series_of(metrics: Mapping[str, MetricSeries], job: str = "") -> list[Series]:
    """Return the metrics that have more than one value, of a training job or of no job."""
    kept = [
        (name, series.copy())
        for name, series in list(metrics.items())
        if len(series.values) > 1 and name != "train:progress"
    ]
    start = min((series.timestamps[0] for _, series in kept), default=0.0)
    return [
        Series(
            name,
            series.values,
            channel_of(name),
            times=[timestamp - start for timestamp in series.timestamps],
            job=job,
            metric=name if job else "",
        )
        for name, series in kept
    ]


def channel_of(name: str) -> str:
    """Return the channel that begins the name of a metric; `other` for none."""
    channel = name.partition(":")[0]
    return channel if channel in CHANNELS else "other"


def candidates(lines: Lines) -> list[Series]:
    """Return the losses of the models that a job trained in parallel, by channel and model.

    Those of the first epochs, if the log is longer than `MAX_READ`. The model with the lowest last
    loss of its channel has the kind `best`.
    """
    losses: dict[tuple[str, int], dict[int, float]] = {}
    for _, text in lines[:MAX_READ]:
        if text.startswith(MODEL_METRICS) and OBJECTIVE in text:
            for channel, model, epoch, value in _objectives(text):
                losses.setdefault((channel, model), {})[epoch] = value
    best: dict[str, float] = {}
    for (channel, _), values in losses.items():
        best[channel] = min(best.get(channel, math.inf), _last(values))
    return [
        Series(
            f"model {model}, {channel}",
            [values[epoch] for epoch in sorted(values)],
            "best" if _last(values) == best[channel] else "other",
        )
        for (channel, model), values in sorted(losses.items())
    ]


def _last(values: Mapping[int, float]) -> float:
    last = values[max(values)]
    return last if math.isfinite(last) else math.inf


def _objectives(text: str) -> Iterator[tuple[str, int, int, float]]:
    try:
        record: Any = json.loads(text.removeprefix(MODEL_METRICS))
        where = record["Dimensions"]
        for name, summary in record["Metrics"].items():
            if name.endswith(OBJECTIVE):
                channel = name.partition("_")[0]
                yield channel, int(where["model"]), int(where["epoch"]), float(summary["sum"])
    except (ValueError, KeyError, TypeError, AttributeError):
        return


def charts(series: Iterable[Series], options: CurveOptions = AUTOMATIC) -> list[LineChart]:
    """Return a chart for each metric, with its channels on the same axes."""
    groups: dict[str, list[Series]] = {}
    for each in series:
        channel, _, rest = each.name.partition(":")
        groups.setdefault(rest if channel in CHANNELS and rest else each.name, []).append(each)
    # Throughput says least about a model.
    ordered = sorted(groups.items(), key=lambda pair: "throughput" in pair[0])
    return [line_chart(title, group, options) for title, group in ordered]
