"""`TrainingJobAnalytics` of the SageMaker SDK 1.72, 2.x and 3.x: a job's metrics as a table."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import Any

import boto3
import pytest

from sagemock import mock_sagemaker

with warnings.catch_warnings():
    # Importing the older versions tells of much that Python and they themselves will drop.
    warnings.simplefilter("ignore")
    try:
        from sagemaker.core import analytics
        from sagemaker.core.helper.session_helper import Session
    except ImportError:
        pytest.importorskip("sagemaker", reason="the SageMaker SDK is not installed")
        from sagemaker import Session, analytics

pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture
def mocked() -> Iterator[None]:
    with mock_sagemaker():
        yield


@pytest.fixture(params=["mocked", "server"])
def job(request: pytest.FixtureRequest, make_studio: Any) -> str:
    """The name of a job that has ended, in process and on a server."""
    request.getfixturevalue(request.param)
    studio = make_studio(boto3.client)
    studio.create_job("job")
    studio.sagemaker.get_waiter("training_job_completed_or_stopped").wait(
        TrainingJobName="job", WaiterConfig={"Delay": 0.05, "MaxAttempts": 600}
    )
    return "job"


def table(job: str, **options: Any) -> Any:
    """The table as rows."""
    session = Session(boto3.Session(region_name="us-east-1"))
    asked = analytics.TrainingJobAnalytics(job, sagemaker_session=session, **options)
    return asked.dataframe().to_dict("records")


def test_the_metrics_that_are_named(job: str) -> None:
    name = "train:binary_classification_accuracy"
    (row,) = table(job, metric_names=[name])
    assert (row["timestamp"], row["metric_name"]) == (0.0, name)
    assert row["value"] == pytest.approx(final(job)[name], rel=1e-6)


def test_all_metrics(job: str) -> None:
    rows = table(job)
    assert {row["metric_name"] for row in rows} == set(final(job))


def test_a_finer_period(job: str) -> None:
    (row,) = table(job, metric_names=["train:objective_loss:final"], period=1)
    assert row["value"] == pytest.approx(final(job)["train:objective_loss:final"], rel=1e-6)


def final(job: str) -> dict[str, float]:
    described = boto3.client("sagemaker").describe_training_job(TrainingJobName=job)
    return {each["MetricName"]: each["Value"] for each in described["FinalMetricDataList"]}
