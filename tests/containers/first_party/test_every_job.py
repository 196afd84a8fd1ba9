"""Every algorithm through boto3: train, look, search, deploy, ask, and what AWS says to errors."""

from __future__ import annotations

import json
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from tests.containers.account import metrics
from tests.containers.first_party.algorithm import Algorithm, each_of
from tests.containers.first_party.algorithm_account import AlgorithmAccount
from tests.containers.first_party.algorithms import ALGORITHMS, KMEANS, LINEAR_LEARNER
from tests.containers.first_party.test_every_serving import bodies, loaded
from tests.waiting import until

from sagemock import mock_sagemaker
from sagemock.containers.base import InferenceRequest

RANKED = [each for each in ALGORITHMS if each.better]


@pytest.fixture
def account(algorithm: Algorithm, sagemock: Any) -> AlgorithmAccount:
    return AlgorithmAccount(sagemock.client, algorithm)


@each_of(ALGORITHMS)
@pytest.mark.parametrize(("world", "hosts"), [("sagemock", 1), ("sagemock_server", 2)])
def test_the_story(
    request: pytest.FixtureRequest, algorithm: Algorithm, world: str, hosts: int
) -> None:
    account = AlgorithmAccount(request.getfixturevalue(world).client, algorithm)
    image, hyperparameters, channels = account.request(*algorithm.scored)
    job = account.train("j", image, hyperparameters, channels, hosts=hosts)
    assert job["TrainingJobStatus"] == job["SecondaryStatus"] == "Completed"
    assert [each["Status"] for each in job["SecondaryStatusTransitions"]] == [
        "Starting",
        "Downloading",
        "Training",
        "Uploading",
        "Completed",
    ]
    definitions = job["AlgorithmSpecification"]["MetricDefinitions"]
    assert definitions == list(algorithm.container.metrics(image))
    assert set(metrics(job)) == set(algorithm.metrics)

    if algorithm.toolkit:
        logs = [account.log("j", f"algo-{number + 1}") for number in range(hosts)]
        for lines in logs:
            assert lines[0] == "Docker entrypoint called with argument(s): train"
            assert any("completed 100" in line for line in lines)
            named = f"'TRAINING_JOB_NAME': 'j', 'TRAINING_JOB_ARN': '{job['TrainingJobArn']}'"
            assert all(named in line for line in lines if "TRAINING_JOB_NAME" in line)
            assert '"totaltime"' in lines[-1]

    assert account.deploy(job, image) == "InService"
    model = algorithm.model
    predictor = loaded(algorithm, account.files(job))
    rows = algorithm.table(3, seed=5).rows.tolist()
    for content_type in model.reads:
        body = bodies(rows)[content_type][0]
        for accept in model.writes:
            answer = predictor.invoke(InferenceRequest(body, content_type, accept)).body
            assert account.invoke(body, content_type, accept) == answer
    assert len(json.loads(account.invoke(body, content_type))[model.key]) == 3

    response = account.refusal(b"1,2,3,4,5", "text/csv")
    assert response["Error"]["Code"] == "ModelError"
    assert response["OriginalStatusCode"] == 400
    if algorithm.toolkit:
        text = "unable to evaluate payload provided"
        assert response["OriginalMessage"] == text
        assert response["Error"]["Message"].startswith(
            f'Received client error (400) from primary with message "{text}". See '
        )


@each_of(ALGORITHMS)
def test_images_of_other_regions_and_tags(account: AlgorithmAccount, algorithm: Algorithm) -> None:
    image, hyperparameters, channels = account.request()
    repository = image.partition("/")[2].partition(":")[0]
    for number, other in enumerate(
        (
            algorithm.container.uri("aws", "eu-west-1"),
            algorithm.container.uri("aws-cn", "cn-north-1"),
            f"{image.rpartition(':')[0]}:latest",
            f"{image.rpartition(':')[0]}@sha256:{'0' * 64}",
        )
    ):
        assert f"/{repository}" in other
        job = account.train(f"j{number}", other, hyperparameters, channels)
        assert job["TrainingJobStatus"] == "Completed"
        assert metrics(job), other
    job = account.train("o", image.replace("/", "/my-"), hyperparameters, channels)
    assert job["TrainingJobStatus"] == "Completed"
    assert not metrics(job)


@each_of(ALGORITHMS)
def test_metric_definitions_are_the_services(
    account: AlgorithmAccount, algorithm: Algorithm
) -> None:
    specification = {
        "TrainingImage": algorithm.image,
        "TrainingInputMode": "File",
        "MetricDefinitions": [{"Name": "a", "Regex": "(b)"}],
    }
    with pytest.raises(ClientError, match="override the metric definitions") as caught:
        account.start("j", *account.request(), AlgorithmSpecification=specification)
    assert caught.value.response["Error"]["Code"] == "ValidationException"


@each_of(ALGORITHMS)
def test_a_job_that_fails_says_why(account: AlgorithmAccount, algorithm: Algorithm) -> None:
    name, text, reason = algorithm.refused
    job = account.scored("j", **{name: text})
    assert job["TrainingJobStatus"] == job["SecondaryStatus"] == "Failed"
    last = account.log("j")[-1]
    assert reason in last
    if algorithm.toolkit:
        told = f"The value '{text}' is not valid for the '{name}' hyperparameter which {reason}"
        assert job["FailureReason"] == f"ClientError: {told} (caused by ValidationError)"
        assert f"Customer Error: {told} (caused by ValidationError)" in last
    else:
        assert job["FailureReason"].startswith("AlgorithmError: framework error: \nTraceback")
        assert len(job["FailureReason"]) <= 1024


@each_of(RANKED)
def test_search_ranks_jobs_by_their_metrics(
    account: AlgorithmAccount, algorithm: Algorithm
) -> None:
    assert algorithm.better is not None
    worse, better, metric, order = algorithm.better
    account.scored("worse", **worse)
    account.scored("better", **better)
    assert account.ranked(metric, order) == ["better", "worse"]
    other_order = {"Ascending": "Descending", "Descending": "Ascending"}[order]
    assert account.ranked(metric, other_order) == ["worse", "better"]


@each_of(ALGORITHMS)
def test_a_model_of_another_algorithm_is_not_served(
    account: AlgorithmAccount, algorithm: Algorithm
) -> None:
    other = LINEAR_LEARNER if algorithm is KMEANS else KMEANS
    assert account.deploy(account.train("j", *account.request()), other.image) == "Failed"


@each_of(ALGORITHMS)
def test_a_job_that_is_stopped_leaves_a_model_that_serves(algorithm: Algorithm) -> None:
    with mock_sagemaker(training="background"):
        account = AlgorithmAccount(lambda name: boto3.client(name, "us-east-1"), algorithm)
        account.start("j", *account.request(**algorithm.endless))
        begun = "#progress_metric" if algorithm.toolkit else "#011train-"
        until(lambda: any(begun in line for line in account.log("j")))
        assert account.job("j")["TrainingJobStatus"] == "InProgress"
        account.sagemaker.stop_training_job(TrainingJobName="j")
        until(lambda: account.job("j")["TrainingJobStatus"] == "Stopped")
        job = account.job("j")
        statuses = [each["Status"] for each in job["SecondaryStatusTransitions"]]
        assert statuses[-4:] == ["Training", "Stopping", "Uploading", "Stopped"]
        assert account.deploy(job, algorithm.image) == "InService"
        rows = algorithm.table(2).rows.tolist()
        content_type = algorithm.model.reads[0]
        answer = account.invoke(bodies(rows)[content_type][0], content_type)
        assert len(json.loads(answer)[algorithm.model.key]) == 2
