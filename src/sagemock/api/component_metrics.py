"""SageMaker Metrics: BatchPutMetrics and BatchGetMetrics."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from sagemock.resources import clock, trial_component
from sagemock.resources.arn import Arn
from sagemock.resources.metric_series import MetricPoint, MetricSeries
from sagemock.store import Document
from sagemock.world import Request, Response, World


def batch_put_metrics(world: World, request: Request) -> Response:
    """Values of a component's metrics, which its summaries show at once."""
    name = request["TrialComponentName"]
    points: dict[str, list[MetricPoint]] = defaultdict(list)
    refused = []
    for index, datum in enumerate(request["MetricData"]):
        if math.isfinite(datum["Value"]):
            point = MetricPoint(datum["Timestamp"], datum["Value"], datum.get("Step"))
            points[datum["MetricName"]].append(point)
        else:
            refused.append(index)
    with world.trials.lock:
        if name not in world.trial_components:
            refused, points = list(range(len(request["MetricData"]))), defaultdict(list)
        else:
            world.trial_components.update(name, lambda old: _extended(old, points))
    return {"Errors": [{"Code": "VALIDATION_ERROR", "MetricIndex": each} for each in refused]}


def _extended(component: Document, points: Mapping[str, list[MetricPoint]]) -> Document:
    known = trial_component.series(component)
    more = {name: known.get(name, MetricSeries()).extended(each) for name, each in points.items()}
    changed = trial_component.with_metrics(component, more, component["TrialComponentArn"])
    return {**changed, "LastModifiedTime": clock.now()}


def batch_get_metrics(world: World, request: Request) -> Response:
    """Statistics of a metric by period, or by step.

    The resource is a trial component, or the training job that one was made for.
    """
    return {"MetricQueryResults": [_result(world, query) for query in request["MetricQueries"]]}


def _result(world: World, query: Mapping[str, Any]) -> dict[str, Any]:
    by_step = query["XAxisType"] == "IterationNumber"
    if by_step != (query["Period"] == "IterationNumber"):
        return _invalid("Period and XAxisType do not go together.")
    component = _component(world, query["ResourceArn"])
    if component is None:
        return _invalid(f"Resource '{query['ResourceArn']}' does not exist.")
    series = trial_component.series(component).get(query["MetricName"], MetricSeries())
    found = list(
        series.grouped(query["MetricStat"], query["Period"], query.get("Start"), query.get("End"))
    )
    return {
        "Status": "Complete",
        "XAxisValues": [place for place, _ in found],
        "MetricValues": [value for _, value in found],
    }


def _invalid(message: str) -> dict[str, Any]:
    return {
        "Status": "ValidationError",
        "Message": message,
        "XAxisValues": [],
        "MetricValues": [],
    }


def _component(world: World, text: str) -> Document | None:
    arn = Arn.parse(text)
    if arn is None or (arn.account_id, arn.region) != (world.account_id, world.region):
        return None
    name = arn.name
    if arn.kind == "training-job":
        name = trial_component.name_for(name)
    elif arn.kind != "experiment-trial-component":
        return None
    return world.trial_components.get(name)
