"""SageMaker Metrics: BatchPutMetrics and BatchGetMetrics."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from sagemock.accounts.world import Request, Response, World
from sagemock.resources import clock, component_of_job, trial_component, types
from sagemock.resources.arn import Arn
from sagemock.resources.metric_series import MetricPoint, MetricSeries


def batch_put_metrics(world: World, request: Request) -> Response:
    """Add values to a component's metrics; its summaries show them at once."""
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
        component = world.trial_components.get(name)
        if component is None:
            refused = list(range(len(request["MetricData"])))
        else:
            _extend(world, component, points)
    return {"Errors": [{"Code": "VALIDATION_ERROR", "MetricIndex": each} for each in refused]}


def _extend(
    world: World,
    component: trial_component.TrialComponent,
    points: Mapping[str, Sequence[MetricPoint]],
) -> None:
    name, arn = component["TrialComponentName"], component["TrialComponentArn"]
    known = world.metric_series.setdefault(name, {})
    for metric, further in points.items():
        known.setdefault(metric, MetricSeries()).extend(further)
    changed = trial_component.with_metrics(
        component, {metric: known[metric] for metric in points}, arn
    )
    world.trial_components.replace({**changed, "LastModifiedTime": clock.now()})


def batch_get_metrics(world: World, request: Request) -> Response:
    """Statistics of metrics by period, or by step.

    A resource is a trial component, or the training job of one.
    """
    return {"MetricQueryResults": [_result(world, query) for query in request["MetricQueries"]]}


def _result(world: World, query: Mapping[str, Any]) -> dict[str, Any]:
    by_step = query["XAxisType"] == "IterationNumber"
    if by_step != (query["Period"] == "IterationNumber"):
        return _invalid("Period and XAxisType do not go together.")
    component = _component(world, query["ResourceArn"])
    if component is None:
        return _invalid(f"Resource '{query['ResourceArn']}' does not exist.")
    with world.trials.lock:
        of_component = world.metric_series.get(component, {})
        series = of_component.get(query["MetricName"], MetricSeries()).copy()
    groups = list(
        series.grouped(query["MetricStat"], query["Period"], query.get("Start"), query.get("End"))
    )
    return {
        "Status": "Complete",
        "XAxisValues": [x for x, _ in groups],
        "MetricValues": [value for _, value in groups],
    }


def _invalid(message: str) -> dict[str, Any]:
    return {
        "Status": "ValidationError",
        "Message": message,
        "XAxisValues": [],
        "MetricValues": [],
    }


def _component(world: World, text: str) -> str | None:
    """The name of the component that an ARN, or that of its job, belongs to; None without one."""
    arn = Arn.parse(text)
    if arn is None or (arn.account_id, arn.region) != (world.account_id, world.region):
        return None
    name = arn.name
    if arn.kind == types.TRAINING_JOB.arn_kind:
        name = component_of_job.name_for(types.TRAINING_JOB, name)
    elif arn.kind != types.TRIAL_COMPONENT.arn_kind:
        return None
    return name if name in world.trial_components else None
