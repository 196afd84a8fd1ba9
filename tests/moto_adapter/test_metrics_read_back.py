"""Metrics of jobs, read through every operation of CloudWatch.

Each answer is compared with that for the same data put by boto3.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from tests.moto_adapter.conftest import Client

from sagemock.accounts.services import MetricDatum, Services
from sagemock.testing import SageMock

START = datetime(2026, 3, 4, 5, 6, 0, 250_000, UTC)
DIMENSIONS = {"TrainingJobName": "j"}
NAMED = [{"Name": "TrainingJobName", "Value": "j"}]
WINDOW = {"StartTime": START - timedelta(minutes=1), "EndTime": START + timedelta(minutes=10)}
STATISTICS = ["Average", "Maximum", "Minimum", "SampleCount", "Sum"]
POINTS = [("loss", 0.5, 0), ("loss", 0.25, 30), ("loss", 0.125, 150), ("accuracy", 0.75, 150)]


@pytest.fixture
def cloudwatch(client: Client, services: Services) -> Any:
    """A client; the namespaces `ours` and `theirs` hold the same metrics."""
    cloudwatch = client("cloudwatch")
    services.metrics.put(
        "ours",
        DIMENSIONS,
        [MetricDatum(name, value, START.timestamp() + after) for name, value, after in POINTS],
    )
    data = [
        {
            "MetricName": name,
            "Dimensions": NAMED,
            "Value": value,
            "Timestamp": START + timedelta(seconds=after),
        }
        for name, value, after in POINTS
    ]
    cloudwatch.put_metric_data(Namespace="theirs", MetricData=data)
    return cloudwatch


def both(operation: Any, member: str, **request: Any) -> Any:
    """The answer for our namespace, which must be that for theirs."""
    ours, theirs = (
        operation(Namespace=namespace, **request)[member] for namespace in ("ours", "theirs")
    )
    assert str(ours).replace("'ours'", "'theirs'") == str(theirs)
    return ours


def test_list_metrics(cloudwatch: Any) -> None:
    everything = both(cloudwatch.list_metrics, "Metrics")
    assert sorted(each["MetricName"] for each in everything) == ["accuracy", "loss"]
    assert all(each["Dimensions"] == NAMED for each in everything)
    assert len(both(cloudwatch.list_metrics, "Metrics", MetricName="loss")) == 1
    assert len(both(cloudwatch.list_metrics, "Metrics", Dimensions=NAMED)) == 2
    (page,) = cloudwatch.get_paginator("list_metrics").paginate(Namespace="ours")
    assert len(page["Metrics"]) == 2


@pytest.mark.parametrize("period", [60, 300])
@pytest.mark.parametrize("dimensions", [[], NAMED])
def test_get_metric_statistics(
    cloudwatch: Any, period: int, dimensions: list[dict[str, str]]
) -> None:
    points = both(
        cloudwatch.get_metric_statistics,
        "Datapoints",
        MetricName="loss",
        Dimensions=dimensions,
        Period=period,
        Statistics=STATISTICS,
        **WINDOW,
    )
    assert sum(each["SampleCount"] for each in points) == 3
    assert min(each["Timestamp"] for each in points).tzinfo is not None


def metric_data(cloudwatch: Any, namespace: str, **options: Any) -> Any:
    def stat(name: str, **more: Any) -> dict[str, Any]:
        metric = {"Namespace": namespace, "MetricName": name, "Dimensions": NAMED}
        return {"MetricStat": {"Metric": metric, "Period": 60, "Stat": "Average"}, **more}

    queries = [
        {"Id": "loss", **stat("loss")},
        {"Id": "accuracy", **stat("accuracy", ReturnData=False)},
        {"Id": "same", "Expression": "accuracy"},
    ]
    (page,) = cloudwatch.get_paginator("get_metric_data").paginate(
        MetricDataQueries=queries, **WINDOW, **options
    )
    return page["MetricDataResults"]


@pytest.mark.parametrize("order", ["TimestampAscending", "TimestampDescending"])
def test_get_metric_data(cloudwatch: Any, order: str) -> None:
    ours = metric_data(cloudwatch, "ours", ScanBy=order)
    assert ours == metric_data(cloudwatch, "theirs", ScanBy=order)
    assert {each["Id"]: sorted(each["Values"]) for each in ours} == {
        "loss": [0.125, 0.375],
        "same": [0.75],
    }


def test_metrics_insights(cloudwatch: Any) -> None:
    # moto adds up all metrics that there are, whatever the query says.
    query = {"Id": "q", "Expression": "SELECT SUM(loss) FROM ours", "Period": 60}
    (answer,) = cloudwatch.get_metric_data(MetricDataQueries=[query], **WINDOW)["MetricDataResults"]
    assert sum(answer["Values"]) == 2 * sum(value for _, value, _ in POINTS)


def test_alarms_on_a_metric_of_ours(cloudwatch: Any) -> None:
    metric = {"Namespace": "ours", "MetricName": "loss", "Dimensions": NAMED}
    cloudwatch.put_metric_alarm(
        AlarmName="a",
        **metric,
        Statistic="Average",
        Period=60,
        EvaluationPeriods=1,
        Threshold=0.2,
        ComparisonOperator="LessThanThreshold",
    )
    described = cloudwatch.describe_alarms_for_metric(**metric)["MetricAlarms"]
    assert [each["AlarmName"] for each in described] == ["a"]


def test_the_resource_of_boto3(cloudwatch: Any, anywhere: SageMock) -> None:
    resource = boto3.resource("cloudwatch", endpoint_url=anywhere.url)
    (loss,) = resource.metrics.filter(Namespace="ours", MetricName="loss")
    points = loss.get_statistics(Period=600, Statistics=["Sum"], Dimensions=NAMED, **WINDOW)
    assert [each["Sum"] for each in points["Datapoints"]] == [0.875]


def test_a_namespace_of_the_users_is_read_as_before(cloudwatch: Any) -> None:
    cloudwatch.put_metric_data(
        Namespace="mine", MetricData=[{"MetricName": "m", "Value": 2.0, "Timestamp": START}]
    )
    points = cloudwatch.get_metric_statistics(
        Namespace="mine", MetricName="m", Period=60, Statistics=["Sum"], **WINDOW
    )["Datapoints"]
    assert [(each["Sum"], each["Timestamp"]) for each in points] == [(2.0, START)]


def test_the_metrics_of_a_job(client: Client, make_studio: Any) -> None:
    studio = make_studio(client)
    studio.create_job("j")
    studio.sagemaker.get_waiter("training_job_completed_or_stopped").wait(
        TrainingJobName="j", WaiterConfig={"Delay": 0.05, "MaxAttempts": 600}
    )
    job = studio.job("j")
    final = {each["MetricName"]: each["Value"] for each in job["FinalMetricDataList"]}
    cloudwatch = client("cloudwatch")
    window = {
        "StartTime": job["TrainingStartTime"] - timedelta(minutes=1),
        "EndTime": job["TrainingEndTime"] + timedelta(minutes=1),
    }
    for name in ("train:objective_loss:final", "train:binary_classification_accuracy"):
        points = cloudwatch.get_metric_statistics(
            Namespace="/aws/sagemaker/TrainingJobs",
            MetricName=name,
            Dimensions=NAMED,
            Period=3600,
            Statistics=["Average", "SampleCount"],
            **window,
        )["Datapoints"]
        assert [each["SampleCount"] for each in points] == [1.0]
        assert points[0]["Average"] == pytest.approx(final[name], rel=1e-6)
