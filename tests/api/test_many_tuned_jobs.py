"""A thousand training jobs of one tuning job: all agree, and nothing piles up."""

from __future__ import annotations

import threading
import tracemalloc
from typing import Any

import boto3
import pytest
from tests.api.conftest import IMAGE, REGION, arn, tuning_job
from tests.api.test_tuning_jobs import described, listed, x_of

from sagemock import containers, mock_sagemaker


def quick(job: Any) -> None:
    job.log(f"loss={abs(float(job.hyperparameters['x']) - 0.3)};")


@pytest.mark.parametrize("training", ["inline", "background"])
@pytest.mark.parametrize("jobs", [100, pytest.param(1000, marks=pytest.mark.full)])
def test_counters_lists_and_search_agree(jobs: int, training: Any) -> None:
    with mock_sagemaker(training=training):
        containers.register(IMAGE, train=quick)
        boto3.client("s3", REGION).create_bucket(Bucket="bucket")
        sagemaker = boto3.client("sagemaker", REGION)
        sagemaker.create_hyper_parameter_tuning_job(**tuning_job(jobs=jobs, parallel=10))
        threads = []
        while described(sagemaker)["HyperParameterTuningJobStatus"] == "InProgress":
            threads.append(threading.active_count())
            running = listed(sagemaker, StatusEquals="InProgress")
            assert len(running) <= 10
            for each in running[:1]:
                sagemaker.get_waiter("training_job_completed_or_stopped").wait(
                    TrainingJobName=each["TrainingJobName"]
                )
        answer, summaries = (
            described(sagemaker),
            listed(sagemaker, PaginationConfig={"PageSize": 100}),
        )
        assert answer["TrainingJobStatusCounters"]["Completed"] == jobs
        assert answer["ObjectiveStatusCounters"] == {"Succeeded": jobs, "Pending": 0, "Failed": 0}
        assert len({x_of(each) for each in summaries}) == jobs
        best = min(summaries, key=lambda each: abs(x_of(each) - 0.3))
        assert answer["BestTrainingJob"]["TrainingJobName"] == best["TrainingJobName"]
        tuned_by = {
            "Name": "TuningJobArn",
            "Operator": "Equals",
            "Value": arn("hyper-parameter-tuning-job", "hunt"),
        }
        pages = sagemaker.get_paginator("search").paginate(
            Resource="TrainingJob",
            SearchExpression={"Filters": [tuned_by]},
            PaginationConfig={"PageSize": 100},
        )
        found = {
            each["TrainingJob"]["TrainingJobName"] for page in pages for each in page["Results"]
        }
        assert found == {each["TrainingJobName"] for each in summaries}
        assert not threads or max(threads) - min(threads) <= 8


@pytest.mark.full
def test_memory_grows_with_the_jobs_alone() -> None:
    def bytes_per_job(jobs: int) -> float:
        with mock_sagemaker():
            containers.register(IMAGE, train=quick)
            boto3.client("s3", REGION).create_bucket(Bucket="bucket")
            sagemaker = boto3.client("sagemaker", REGION)
            tracemalloc.start()
            try:
                sagemaker.create_hyper_parameter_tuning_job(**tuning_job(jobs=jobs, parallel=1))
                return tracemalloc.get_traced_memory()[0] / jobs
            finally:
                tracemalloc.stop()

    bytes_per_job(20)  # What is imported and cached at the first use.
    assert bytes_per_job(400) < 1.5 * bytes_per_job(100)
