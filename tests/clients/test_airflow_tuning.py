"""A tuning job as a task of Airflow: `SageMakerTuningOperator` and its sensor.

In process and against the server. Airflow is in no group: its operators run where it is installed.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from tests.api.conftest import IMAGE, REGION, tuning_job
from tests.api.test_tuning_jobs import epochs

from sagemock import containers, control, mock_sagemaker


@pytest.fixture(autouse=True, scope="module")
def _airflow(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Airflow with a home of its own, and a connection from the environment."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("AIRFLOW_HOME", str(tmp_path_factory.mktemp("airflow")))
        environment.setenv("AIRFLOW_CONN_AWS_DEFAULT", f"aws://?region_name={REGION}")
        pytest.importorskip("airflow.providers.amazon", reason="Airflow is not installed")
        yield


def create_data() -> None:
    s3 = boto3.client("s3", REGION)
    s3.create_bucket(Bucket="bucket")
    s3.put_object(Bucket="bucket", Key="train/rows.csv", Body=b"1")


@pytest.fixture(params=["in process", "server"], autouse=True)
def _world(request: pytest.FixtureRequest) -> Iterator[None]:
    if request.param == "server":
        request.getfixturevalue("server")
        containers.register(IMAGE, train=epochs)
        create_data()
        yield
        return
    with mock_sagemaker():
        containers.register(IMAGE, train=epochs)
        create_data()
        yield


CHANNEL = {
    "ChannelName": "train",
    "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": "s3://bucket/train/"}},
}


def run(**changes: Any) -> Any:
    from airflow.providers.amazon.aws.operators.sagemaker import SageMakerTuningOperator

    operator = SageMakerTuningOperator(
        task_id="tune",
        config=tuning_job(jobs=3, definition={"InputDataConfig": [CHANNEL]}),
        wait_for_completion=True,
        check_interval=1,
        **changes,
    )
    return operator.execute({})


def test_the_task() -> None:
    from airflow.providers.amazon.aws.sensors.sagemaker import SageMakerTuningSensor

    described = run()["Tuning"]
    assert described["HyperParameterTuningJobStatus"] == "Completed"
    assert described["TrainingJobStatusCounters"]["Completed"] == 3
    assert "BestTrainingJob" in described
    sensor = SageMakerTuningSensor(task_id="sense", job_name="hunt")
    assert sensor.poke({})


def test_a_tuning_job_that_fails_fails_the_task() -> None:
    control.fail_training_job("AlgorithmError: boom", times=None)
    with pytest.raises(Exception, match="All training jobs failed"):
        run()
