"""Jobs on a cluster: two worker processes of dask's, one of them killed in the middle."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from typing import Any

import boto3
import pytest

from sagemock import mock_sagemaker

distributed = pytest.importorskip("distributed", reason="the extra `cluster` is not installed")


@pytest.fixture
def client(tmp_path: Any) -> Iterator[Any]:
    with (
        distributed.LocalCluster(
            n_workers=2,
            threads_per_worker=1,
            dashboard_address=":0",  # Its default port may be taken by another run.
            local_directory=str(tmp_path),
            silence_logs=50,
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        yield client


def test_a_job_survives_the_death_of_its_worker(make_studio: Any, client: Any) -> None:
    with mock_sagemaker(training="background", executor=client.get_executor()):
        studio = make_studio(boto3.client)
        studio.create_job(
            "long",
            HyperParameters={
                "predictor_type": "binary_classifier",
                "mini_batch_size": "10",
                "epochs": "400",
                "early_stopping_patience": "1000000",
            },
        )
        studio.create_job("short")
        pid = busy_worker(client)
        os.kill(pid, signal.SIGKILL)
        for name in ("long", "short"):
            waiter = studio.sagemaker.get_waiter("training_job_completed_or_stopped")
            waiter.wait(TrainingJobName=name)
            job = studio.job(name)
            assert job["TrainingJobStatus"] == "Completed", job.get("FailureReason")
            assert len(job["FinalMetricDataList"]) > 3
        assert pid not in client.run(os.getpid).values()


def busy_worker(client: Any) -> int:
    """The process that has a job in its hands."""
    while True:
        for address, tasks in client.processing().items():
            if tasks:
                pid: int = client.run(os.getpid, workers=[address])[address]
                return pid
        threading.Event().wait(0.01)
