"""BatchPutMetrics and BatchGetMetrics, by a real client."""

from __future__ import annotations

from typing import Any

import boto3
import pytest
from tests.api.conftest import REGION, ErrorOf, arn


@pytest.fixture
def metrics(sagemaker: Any) -> Any:
    sagemaker.create_trial_component(TrialComponentName="c")
    return boto3.client("sagemaker-metrics", REGION)


def put(metrics: Any, component: str, *values: float, name: str = "loss") -> list[dict[str, Any]]:
    data = [
        {"MetricName": name, "Timestamp": 1.7e9 + 30 * step, "Step": step, "Value": value}
        for step, value in enumerate(values)
    ]
    errors: list[dict[str, Any]] = metrics.batch_put_metrics(
        TrialComponentName=component, MetricData=data
    )["Errors"]
    return errors


def query(resource: str, **changes: Any) -> dict[str, Any]:
    return {
        "MetricName": "loss",
        "ResourceArn": resource,
        "MetricStat": "Avg",
        "Period": "IterationNumber",
        "XAxisType": "IterationNumber",
        **changes,
    }


def test_values_show_in_the_component(metrics: Any, sagemaker: Any) -> None:
    assert put(metrics, "c", 4.0, 2.0) == []
    assert put(metrics, "c", 3.0, name="accuracy") == []
    assert put(metrics, "c", 6.0) == []
    shown = sagemaker.describe_trial_component(TrialComponentName="c")["Metrics"]
    loss, accuracy = shown
    assert (accuracy["MetricName"], accuracy["Count"], accuracy["StdDev"]) == ("accuracy", 1, 0.0)
    assert loss["SourceArn"] == arn("experiment-trial-component", "c")
    assert (loss["Min"], loss["Max"], loss["Avg"], loss["Count"]) == (2.0, 6.0, 4.0, 3)
    # The latest in time, not the one that came last.
    assert (loss["Last"], loss["TimeStamp"].timestamp()) == (2.0, 1.7e9 + 30)


def test_values_of_nothing_are_refused_one_by_one(metrics: Any) -> None:
    assert put(metrics, "x", 1.0, 2.0) == [
        {"Code": "VALIDATION_ERROR", "MetricIndex": 0},
        {"Code": "VALIDATION_ERROR", "MetricIndex": 1},
    ]


def test_a_request_is_checked(metrics: Any, error_of: ErrorOf) -> None:
    datum = {"MetricName": "loss", "Timestamp": 1.7e9, "Value": 1.0}
    code, text = error_of(
        metrics.batch_put_metrics, TrialComponentName="c", MetricData=[datum] * 11
    )
    assert code == "ValidationException"
    assert "at 'metricData' failed to satisfy constraint" in text
    code, text = error_of(
        metrics.batch_get_metrics,
        MetricQueries=[query(arn("experiment-trial-component", "c"), MetricStat="Median")],
    )
    assert "Member must satisfy enum value set: [Min, Max, Avg, Count, StdDev, Last]" in text


def test_statistics_by_step_and_by_minute(metrics: Any) -> None:
    put(metrics, "c", 4.0, 2.0, 9.0)
    component = arn("experiment-trial-component", "c")
    minutes = {"Period": "OneMinute", "XAxisType": "Timestamp", "MetricStat": "Count"}
    by_step, by_minute, other = metrics.batch_get_metrics(
        MetricQueries=[
            query(component, Start=1),
            query(component, **minutes),
            query(component, MetricName="unheard of"),
        ]
    )["MetricQueryResults"]
    assert by_step == {"Status": "Complete", "XAxisValues": [1, 2], "MetricValues": [2.0, 9.0]}
    assert (by_minute["XAxisValues"], by_minute["MetricValues"]) == (
        [1699999980, 1700000040],
        [2.0, 1.0],
    )
    assert other == {"Status": "Complete", "XAxisValues": [], "MetricValues": []}


def test_a_query_that_makes_no_sense(metrics: Any) -> None:
    component = arn("experiment-trial-component", "c")
    results = metrics.batch_get_metrics(
        MetricQueries=[
            query(arn("experiment-trial-component", "x")),
            query(arn("model", "c")),
            query(component.replace("us-east-1", "eu-west-1")),
            query(component, XAxisType="Timestamp"),
        ]
    )["MetricQueryResults"]
    assert [each["Status"] for each in results] == ["ValidationError"] * 4
    assert all(each["MetricValues"] == [] and each["Message"] for each in results)
