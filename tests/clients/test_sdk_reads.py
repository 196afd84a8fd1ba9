"""What jobs write, read by the SageMaker SDK 1.72, 2.x and 3.x.

Its metrics as the table of `TrainingJobAnalytics`, its artifact, and its log.
"""

from __future__ import annotations

import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest

from sagemock import mock_sagemaker

try:
    from sagemaker.core import analytics
    from sagemaker.core import s3 as sdk_s3
    from sagemaker.core.helper.session_helper import Session
except ImportError:
    pytest.importorskip("sagemaker", reason="the SageMaker SDK is not installed")
    from sagemaker import Session, analytics
    from sagemaker import s3 as sdk_s3


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


def session() -> Any:
    return Session(boto3.Session(region_name="us-east-1"))


def table(job: str, **options: Any) -> Any:
    """The table as rows."""
    asked = analytics.TrainingJobAnalytics(job, sagemaker_session=session(), **options)
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


def test_the_artifact(job: str, tmp_path: Path) -> None:
    described = boto3.client("sagemaker").describe_training_job(TrainingJobName=job)
    artifact = described["ModelArtifacts"]["S3ModelArtifacts"]
    sdk_s3.S3Downloader.download(artifact, str(tmp_path), None, session())
    with tarfile.open(tmp_path / "model.tar.gz") as archive:
        assert archive.getnames() == ["model_algo-1"]
    folder = artifact.rpartition("/")[0]
    assert [each.rpartition("/")[2] for each in sdk_s3.S3Downloader.list(folder, session())] == [
        "model.tar.gz"
    ]


def test_the_log(job: str, capfd: pytest.CaptureFixture[str]) -> None:
    if not hasattr(Session, "logs_for_job"):
        pytest.skip("version 3 shows the log of a job that it waits for alone")
    session().logs_for_job(job, wait=False)
    assert "#quality_metric: host=algo-1, train binary_classification" in capfd.readouterr().out


def final(job: str) -> dict[str, float]:
    described = boto3.client("sagemaker").describe_training_job(TrainingJobName=job)
    return {each["MetricName"]: each["Value"] for each in described["FinalMetricDataList"]}
