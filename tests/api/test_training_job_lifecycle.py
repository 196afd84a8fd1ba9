"""Jobs that stop, fail, hang, run out of time, lose their instances and are deleted."""

from __future__ import annotations

import json
import re
import threading
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from freezegun import freeze_time
from moto.moto_api import state_manager

from sagemock import control, mock_sagemaker

SPOT = {
    "EnableManagedSpotTraining": True,
    "StoppingCondition": {"MaxRuntimeInSeconds": 60, "MaxWaitTimeInSeconds": 60},
}
ENDLESS = {
    "predictor_type": "binary_classifier",
    "mini_batch_size": "10",
    "epochs": "1000000",
    "early_stopping_patience": "1000000",
}
WARM = {
    "InstanceType": "ml.m5.large",
    "InstanceCount": 1,
    "VolumeSizeInGB": 10,
    "KeepAlivePeriodInSeconds": 600,
}


def refused(call: Any, **request: Any) -> tuple[str, str]:
    with pytest.raises(ClientError) as caught:
        call(**request)
    error = caught.value.response["Error"]
    return error["Code"], error["Message"]


def check_history(job: dict[str, Any]) -> None:
    """The invariants of recorded jobs."""
    history = job["SecondaryStatusTransitions"]
    assert history[0]["StartTime"] == job["CreationTime"]
    assert all(one["EndTime"] == other["StartTime"] for one, other in pairwise(history))
    assert all(one["StartTime"] <= one["EndTime"] for one in history)
    last = history[-1]
    assert last["StartTime"] == last["EndTime"] == job["TrainingEndTime"]
    assert job["LastModifiedTime"] == job["TrainingEndTime"]
    downloads = [each["StartTime"] for each in history if each["Status"] == "Downloading"]
    if downloads:
        assert job["TrainingStartTime"] == downloads[0]
        assert job["BillableTimeInSeconds"] <= job["TrainingTimeInSeconds"]
    else:
        assert "TrainingStartTime" not in job
        assert "TrainingTimeInSeconds" not in job


def artifacts(studio: Any, name: str) -> list[str]:
    listed = studio.s3.list_objects_v2(Bucket="studio", Prefix=f"output/{name}/")
    return [each["Key"] for each in listed.get("Contents", ())]


@pytest.mark.parametrize("at", ["Starting", "Downloading", "Training", "Uploading"])
def test_a_job_fails_on_demand_at_a_status(studio: Any, at: str) -> None:
    control.fail_training_job("CapacityError: no instances.", at=at)
    studio.create_job("j")
    job = studio.job("j")
    assert (job["TrainingJobStatus"], job["SecondaryStatus"]) == ("Failed", "Failed")
    assert job["FailureReason"] == "CapacityError: no instances."
    assert studio.statuses("j")[-2:] == [at, "Failed"]
    check_history(job)
    assert artifacts(studio, "j") == []


@pytest.mark.parametrize(
    ("who", "shown"), [("ClientError", "Customer Error"), ("AlgorithmError", "Algorithm Error")]
)
def test_a_job_that_fails_on_demand_says_why_in_its_log(studio: Any, who: str, shown: str) -> None:
    """Where its container has started, and is to blame."""
    reason = f"{who}: bad weather (caused by RainError)\n\nCaused by: a cloud"
    control.fail_training_job(reason)
    studio.create_job("j")
    log = log_of(boto3.client, "j")
    assert log[0] == "Docker entrypoint called with argument(s): train"
    assert re.fullmatch(r"\[[0-9/]+ [0-9:]+ ERROR \d+\] (?s:.+)", log[-1])
    assert log[-1].endswith(f"] {reason.replace(who, shown)}")
    control.fail_training_job("InternalServerError: host lost")
    studio.create_job("lost")
    control.fail_training_job(reason, at="Downloading")
    studio.create_job("early")
    assert log_of(boto3.client, "lost") == log_of(boto3.client, "early") == []


@pytest.mark.parametrize("at", ["Starting", "Downloading", "Training", "Uploading"])
def test_stopping_a_held_job(studio: Any, at: str) -> None:
    control.hold_training_job(at=at)
    studio.create_job("j")
    assert studio.job("j")["TrainingJobStatus"] == "InProgress"
    assert studio.sagemaker.stop_training_job(TrainingJobName="j").keys() == {"ResponseMetadata"}
    job = studio.job("j")
    assert (job["TrainingJobStatus"], job["SecondaryStatus"]) == ("Stopped", "Stopped")
    assert studio.statuses("j")[-3:] == [at, "Stopping", "Stopped"]
    assert "FailureReason" not in job
    check_history(job)
    # What training has brought is uploaded, and before it there is nothing.
    trained = ["output/j/output/model.tar.gz"] if at == "Uploading" else []
    assert artifacts(studio, "j") == trained
    assert control.release() == []


def log_of(make_client: Any, name: str) -> list[str]:
    logs = make_client("logs")
    group = {"logGroupName": "/aws/sagemaker/TrainingJobs"}
    try:
        answer = logs.filter_log_events(**group, logStreamNamePrefix=f"{name}/", limit=10000)
    except logs.exceptions.ResourceNotFoundException:
        return []
    return [event["message"] for event in answer["events"]]


def train_an_epoch(studio: Any, name: str) -> None:
    """Let a job train that has no end, until its log tells of an epoch."""
    studio.create_job(name, HyperParameters=ENDLESS)
    while not any("Saving model for epoch: 0" in line for line in log_of(boto3.client, name)):
        assert studio.job(name)["TrainingJobStatus"] == "InProgress"


def check_it_serves(studio: Any, name: str) -> None:
    """The model of a job, which knows whether the first of two numbers is above 50."""
    studio.create_config(name, studio.job(name)["ModelArtifacts"]["S3ModelArtifacts"])
    studio.sagemaker.create_endpoint(EndpointName=name, EndpointConfigName=name)
    studio.sagemaker.get_waiter("endpoint_in_service").wait(EndpointName=name)
    answer = studio.runtime.invoke_endpoint(
        EndpointName=name, ContentType="text/csv", Body="95,5\n5,95"
    )
    predictions = json.loads(answer["Body"].read())["predictions"]
    assert [each["predicted_label"] for each in predictions] == [1, 0]


def test_stopping_leaves_the_best_model_so_far(make_studio: Any) -> None:
    with mock_sagemaker(training="background"):
        studio = make_studio(boto3.client)
        train_an_epoch(studio, "j")
        studio.sagemaker.stop_training_job(TrainingJobName="j")
        while studio.job("j")["TrainingJobStatus"] != "Stopped":
            assert studio.job("j")["TrainingJobStatus"] in ("Stopping", "Stopped")
        job = studio.job("j")
        assert studio.statuses("j")[-4:] == ["Training", "Stopping", "Uploading", "Stopped"]
        check_history(job)
        assert artifacts(studio, "j") == ["output/j/output/model.tar.gz"]
        assert "Received SIGTERM. Stopping training." in log_of(boto3.client, "j")[-3]
        # It was not scored: the metrics are those of the epochs.
        names = {each["MetricName"] for each in job["FinalMetricDataList"]}
        assert "train:objective_loss" in names
        assert not [name for name in names if name.endswith(":final")]
        check_it_serves(studio, "j")


def test_a_stopping_job_is_never_in_progress_again(studio: Any) -> None:
    control.hold_training_job(at="Uploading")
    studio.create_job("j")
    pace = {"progression": "manual", "times": 1}
    state_manager.set_transition("sagemaker::training-job", pace)
    try:
        studio.sagemaker.stop_training_job(TrainingJobName="j")
        studio.sagemaker.stop_training_job(TrainingJobName="j")
        seen = []
        while not seen or seen[-1][0] != "Stopped":
            job = studio.job("j")
            seen.append((job["TrainingJobStatus"], job["SecondaryStatus"]))
    finally:
        state_manager.unset_transition("sagemaker::training-job")
    assert {primary for primary, _ in seen} == {"Stopping", "Stopped"}
    check_history(studio.job("j"))


@pytest.mark.parametrize("status", ["Completed", "Failed", "Stopped"])
def test_an_ended_job_cannot_be_stopped(studio: Any, status: str) -> None:
    control.add_training_job("j", status=status)
    assert refused(studio.sagemaker.stop_training_job, TrainingJobName="j") == (
        "ValidationException",
        f"The request was rejected because the training job is in status {status}.",
    )


def test_a_missing_job_cannot_be_stopped_or_deleted(studio: Any) -> None:
    missing = ("ValidationException", "Requested resource not found.")
    assert refused(studio.sagemaker.stop_training_job, TrainingJobName="j") == missing
    assert refused(studio.sagemaker.delete_training_job, TrainingJobName="j") == missing


def test_a_deleted_job_is_gone_and_its_name_is_free(studio: Any) -> None:
    studio.create_job("j")
    studio.sagemaker.delete_training_job(TrainingJobName="j")
    assert studio.sagemaker.list_training_jobs()["TrainingJobSummaries"] == []
    assert studio.sagemaker.search(Resource="TrainingJob")["Results"] == []
    studio.create_job("j")
    assert studio.job("j")["TrainingJobStatus"] == "Completed"


def test_a_running_job_cannot_be_deleted(studio: Any) -> None:
    control.hold_training_job()
    studio.create_job("j")
    assert refused(studio.sagemaker.delete_training_job, TrainingJobName="j") == (
        "ResourceInUse",
        "The request was rejected because the training job is in status InProgress.",
    )


def test_max_runtime_is_honoured(sagemock: Any, studio: Any) -> None:
    studio.create_job("j", HyperParameters=ENDLESS, StoppingCondition={"MaxRuntimeInSeconds": 1})
    job = studio.job("j")
    assert (job["TrainingJobStatus"], job["SecondaryStatus"]) == ("Stopped", "MaxRuntimeExceeded")
    passed = ["Training", "Stopping", "Uploading", "MaxRuntimeExceeded"]
    assert studio.statuses("j")[-4:] == passed
    last = job["SecondaryStatusTransitions"][-1]
    assert last["StatusMessage"] == "Training job runtime exceeded MaxRuntimeInSeconds provided"
    assert job["TrainingTimeInSeconds"] >= 1
    check_history(job)
    check_it_serves(studio, "j")


def test_a_model_that_nobody_can_take_is_lost(studio: Any) -> None:
    studio.create_job(
        "j",
        HyperParameters=ENDLESS,
        StoppingCondition={"MaxRuntimeInSeconds": 1},
        OutputDataConfig={"S3OutputPath": "s3://no-such-bucket/output"},
    )
    job = studio.job("j")
    assert (job["TrainingJobStatus"], job["SecondaryStatus"]) == ("Stopped", "MaxRuntimeExceeded")
    assert "FailureReason" not in job
    check_history(job)


def test_max_runtime_on_demand(studio: Any) -> None:
    control.exceed_max_runtime()
    studio.create_job("j")
    assert studio.job("j")["SecondaryStatus"] == "MaxRuntimeExceeded"
    check_history(studio.job("j"))
    assert artifacts(studio, "j") == []
    control.exceed_max_runtime(at="Uploading")
    studio.create_job("late")
    assert studio.job("late")["SecondaryStatus"] == "MaxRuntimeExceeded"
    check_history(studio.job("late"))
    check_it_serves(studio, "late")


def test_a_lost_spot_instance_comes_back(studio: Any) -> None:
    control.lose_spot_instance()
    studio.create_job("plain")
    assert "Interrupted" not in studio.statuses("plain")
    studio.create_job("spot", **SPOT)
    assert studio.statuses("spot") == [
        *("Starting", "Downloading", "Training", "Interrupted"),
        *("Starting", "Downloading", "Training", "Uploading", "Completed"),
    ]
    check_history(studio.job("spot"))


def test_a_lost_spot_instance_that_does_not_come_back(studio: Any) -> None:
    control.lose_spot_instance(recovers=False)
    studio.create_job("spot", **SPOT)
    job = studio.job("spot")
    assert (job["TrainingJobStatus"], job["SecondaryStatus"]) == ("Stopped", "MaxWaitTimeExceeded")
    check_history(job)


@pytest.mark.parametrize("at", ["Starting", "Downloading", "Training", "Uploading"])
def test_a_spot_instance_is_lost_at_any_status(studio: Any, at: str) -> None:
    control.lose_spot_instance(at=at)
    studio.create_job("spot", **SPOT)
    whole = ["Starting", "Downloading", "Training", "Uploading"]
    before = whole[: whole.index(at) + 1]
    assert studio.statuses("spot") == [*before, "Interrupted", *whole, "Completed"]
    check_it_serves(studio, "spot")


def test_a_lost_spot_instance_takes_the_model_with_it(studio: Any) -> None:
    control.lose_spot_instance(at="Uploading", recovers=False)
    studio.create_job("spot", **SPOT)
    assert studio.statuses("spot")[-2:] == ["Stopping", "MaxWaitTimeExceeded"]
    assert artifacts(studio, "spot") == []


def test_spot_training_is_cheaper(studio: Any) -> None:
    control.add_training_job("spot", seconds=500, **SPOT)
    control.add_training_job("plain", seconds=500)
    spot, plain = studio.job("spot"), studio.job("plain")
    assert spot["TrainingTimeInSeconds"] == plain["TrainingTimeInSeconds"] == 500
    assert (spot["BillableTimeInSeconds"], plain["BillableTimeInSeconds"]) == (150, 500)


def test_max_wait_time_belongs_to_spot_training(studio: Any) -> None:
    for members, text in (
        (
            {"StoppingCondition": {"MaxRuntimeInSeconds": 1, "MaxWaitTimeInSeconds": 1}},
            "Invalid MaxWaitTimeInSeconds. It is only supported when EnableManagedSpotTraining "
            "is set to true",
        ),
        (
            {
                "EnableManagedSpotTraining": True,
                "StoppingCondition": {"MaxRuntimeInSeconds": 2, "MaxWaitTimeInSeconds": 1},
            },
            "Invalid MaxWaitTimeInSeconds. It must be present and be greater than or equal to "
            "MaxRuntimeInSeconds",
        ),
    ):
        assert refused(studio.create_job, name="j", **members) == ("ValidationException", text)


def test_the_retry_strategy_covers_internal_errors_only(studio: Any) -> None:
    retries = {"MaximumRetryAttempts": 2}
    control.fail_training_job("InternalServerError: host lost")
    studio.create_job("internal", RetryStrategy=retries)
    assert studio.statuses("internal") == [
        *("Starting", "Downloading", "Training"),
        *("Starting", "Downloading", "Training", "Uploading", "Completed"),
    ]
    control.fail_training_job("AlgorithmError: exit code: 1")
    studio.create_job("algorithm", RetryStrategy=retries)
    assert studio.job("algorithm")["TrainingJobStatus"] == "Failed"
    control.fail_training_job("InternalServerError: host lost")
    studio.create_job("untried")
    assert studio.job("untried")["FailureReason"] == "InternalServerError: host lost"


def test_retries_are_used_up(studio: Any) -> None:
    control.fail_training_job("InternalServerError: host lost", times=None)
    # A rule happens once to a job: the first attempt fails, and the second does not.
    studio.create_job("once", RetryStrategy={"MaximumRetryAttempts": 1})
    assert studio.statuses("once").count("Starting") == 2
    control.fail_training_job("InternalServerError: host lost", at="Downloading", times=None)
    control.fail_training_job("InternalServerError: disk lost", at="Uploading", times=None)
    studio.create_job("thrice", RetryStrategy={"MaximumRetryAttempts": 2})
    job = studio.job("thrice")
    assert job["FailureReason"] == "InternalServerError: disk lost"
    assert studio.statuses("thrice").count("Starting") == 3
    check_history(job)


def test_nothing_is_written_but_the_model(studio: Any) -> None:
    """Linear Learner has no tensors, no events for TensorBoard, and nothing to profile."""
    before = {each["Key"] for each in studio.s3.list_objects_v2(Bucket="studio")["Contents"]}
    studio.create_job(
        "j",
        CheckpointConfig={"S3Uri": "s3://studio/checkpoints"},
        DebugHookConfig={"S3OutputPath": "s3://studio/tensors"},
        ProfilerConfig={"S3OutputPath": "s3://studio/profiler"},
        TensorBoardOutputConfig={"S3OutputPath": "s3://studio/tensorboard"},
    )
    after = {each["Key"] for each in studio.s3.list_objects_v2(Bucket="studio")["Contents"]}
    assert after - before == {"output/j/output/model.tar.gz"}
    job = studio.job("j")
    assert job["ProfilingStatus"] == "Enabled"
    assert job["ProfilerConfig"]["ProfilingIntervalInMilliseconds"] == 500
    assert job["DebugHookConfig"]["CollectionConfigurations"] == []


def test_warm_pools(studio: Any) -> None:
    studio.create_job("cold")
    assert "WarmPoolStatus" not in studio.job("cold")
    studio.create_job("first", ResourceConfig=WARM)
    assert studio.job("first")["WarmPoolStatus"] == {"Status": "Available"}
    last = studio.job("first")["SecondaryStatusTransitions"][-1]
    assert last["StatusMessage"] == "Resource retained for reuse"
    code, text = refused(studio.sagemaker.delete_training_job, TrainingJobName="first")
    assert (code, "warm pool" in text) == ("ResourceInUse", True)
    other = {**WARM, "InstanceCount": 2}
    control.hold_training_job(name="other")
    studio.create_job("other", ResourceConfig=other)
    assert studio.job("other")["WarmPoolStatus"] == {"Status": "InUse"}
    studio.create_job("second", ResourceConfig=WARM)
    pool = studio.job("first")["WarmPoolStatus"]
    assert (pool["Status"], pool["ReusedByJob"]) == ("Reused", "second")
    listed = studio.sagemaker.list_training_jobs(WarmPoolStatusEquals="Available")
    assert [each["TrainingJobName"] for each in listed["TrainingJobSummaries"]] == ["second"]


def test_a_warm_pool_ends_in_time(studio: Any) -> None:
    studio.create_job("j", ResourceConfig=WARM)
    later = datetime.now(UTC) + timedelta(seconds=601)
    with freeze_time(later):
        pool = studio.job("j")["WarmPoolStatus"]
    assert pool == {"Status": "Terminated", "ResourceRetainedBillableTimeInSeconds": 600}
    studio.sagemaker.delete_training_job(TrainingJobName="j")


def test_debugger_and_profiler_rules_are_told_of(studio: Any) -> None:
    rule = {"RuleConfigurationName": "LossNotDecreasing", "RuleEvaluatorImage": "rules:1"}
    control.hold_training_job()
    studio.create_job("j", DebugRuleConfigurations=[rule], ProfilerRuleConfigurations=[rule])
    for member in ("DebugRuleEvaluationStatuses", "ProfilerRuleEvaluationStatuses"):
        (status,) = studio.job("j")[member]
        assert status["RuleConfigurationName"] == "LossNotDecreasing"
        assert status["RuleEvaluationStatus"] == "InProgress"
        assert ":processing-job/j-LossNotDecreasing-" in status["RuleEvaluationJobArn"]
    control.release()
    (status,) = studio.job("j")["DebugRuleEvaluationStatuses"]
    assert status["RuleEvaluationStatus"] == "NoIssuesFound"


KEPT: dict[str, Any] = {
    "CheckpointConfig": {"S3Uri": "s3://studio/checkpoints", "LocalPath": "/opt/ml/checkpoints"},
    "RetryStrategy": {"MaximumRetryAttempts": 3},
    "VpcConfig": {"SecurityGroupIds": ["sg-1"], "Subnets": ["subnet-1"]},
    "Environment": {"STAGE": "test"},
    "ExperimentConfig": {"ExperimentName": "e", "TrialName": "t"},
    "TensorBoardOutputConfig": {"S3OutputPath": "s3://studio/tensorboard"},
    "RemoteDebugConfig": {"EnableRemoteDebug": True},
    "InfraCheckConfig": {"EnableInfraCheck": True},
    "EnableNetworkIsolation": True,
    "EnableInterContainerTrafficEncryption": True,
}


def test_what_a_request_carries_is_shown(studio: Any) -> None:
    studio.sagemaker.create_experiment(ExperimentName="e")
    studio.sagemaker.create_trial(TrialName="t", ExperimentName="e")
    studio.create_job("j", **KEPT)
    job = studio.job("j")
    assert {name: job[name] for name in KEPT} == KEPT
    searched = studio.sagemaker.search(Resource="TrainingJob")["Results"][0]["TrainingJob"]
    shown = [name for name in KEPT if name in searched]
    assert {name: searched[name] for name in shown} == {name: KEPT[name] for name in shown}
    assert "CheckpointConfig" in shown


def test_concurrent_creation_of_one_name_has_one_winner(studio: Any) -> None:
    barrier = threading.Barrier(8)
    results: list[str] = []

    def create() -> None:
        barrier.wait()
        try:
            studio.create_job("one")
            results.append("created")
        except ClientError as error:
            results.append(error.response["Error"]["Code"])

    threads = [threading.Thread(target=create) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == ["ResourceInUse"] * 7 + ["created"]
    assert len(studio.sagemaker.list_training_jobs()["TrainingJobSummaries"]) == 1
