"""UpdateTrainingJob: what may be changed of a job, and when."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from freezegun import freeze_time

from sagemock import control

WARM = {
    "InstanceType": "ml.m5.large",
    "InstanceCount": 1,
    "VolumeSizeInGB": 10,
    "KeepAlivePeriodInSeconds": 600,
}
PROFILER = {"S3OutputPath": "s3://studio/profiler", "ProfilingParameters": {"a": "1"}}
REPORT = {"RuleConfigurationName": "ProfilerReport", "RuleEvaluatorImage": "rules:1"}


def update(studio: Any, name: str = "j", **members: Any) -> Any:
    return studio.sagemaker.update_training_job(TrainingJobName=name, **members)


@pytest.fixture
def busy_studio(studio: Any) -> Any:
    """A studio with a job `j` that hangs in `Training`."""
    control.hold_training_job()
    studio.create_job(
        "j", ProfilerConfig=PROFILER, ProfilerRuleConfigurations=[REPORT], ResourceConfig=WARM
    )
    return studio


def test_the_answer_is_the_arn(busy_studio: Any) -> None:
    answer = update(busy_studio, ProfilerConfig={"ProfilingIntervalInMilliseconds": 1000})
    assert answer["TrainingJobArn"] == busy_studio.job("j")["TrainingJobArn"]


def test_members_of_the_profiler_are_laid_over(busy_studio: Any) -> None:
    update(busy_studio, ProfilerConfig={"ProfilingIntervalInMilliseconds": 1000})
    assert busy_studio.job("j")["ProfilerConfig"] == {
        **PROFILER,
        "ProfilingIntervalInMilliseconds": 1000,
        "DisableProfiler": False,
    }
    update(busy_studio, ProfilerConfig={"ProfilingParameters": {}})
    profiler = busy_studio.job("j")["ProfilerConfig"]
    assert profiler["ProfilingParameters"] == {}
    assert profiler["ProfilingIntervalInMilliseconds"] == 1000


def test_profiling_is_switched_off_and_on(busy_studio: Any) -> None:
    assert busy_studio.job("j")["ProfilingStatus"] == "Enabled"
    update(busy_studio, ProfilerConfig={"DisableProfiler": True})
    job = busy_studio.job("j")
    assert (job["ProfilingStatus"], job["ProfilerConfig"]["DisableProfiler"]) == ("Disabled", True)
    (status,) = job["ProfilerRuleEvaluationStatuses"]
    assert status["RuleEvaluationStatus"] == "Stopped"
    other = {**REPORT, "RuleConfigurationName": "LowGPUUtilization"}
    update(
        busy_studio,
        ProfilerConfig={"S3OutputPath": "s3://studio/other"},
        ProfilerRuleConfigurations=[other],
    )
    job = busy_studio.job("j")
    assert job["ProfilingStatus"] == "Enabled"
    assert job["ProfilerConfig"]["S3OutputPath"] == "s3://studio/other"
    rules = [{**each, "VolumeSizeInGB": 0} for each in (REPORT, other)]
    assert job["ProfilerRuleConfigurations"] == rules
    control.release()
    statuses = busy_studio.job("j")["ProfilerRuleEvaluationStatuses"]
    assert [each["RuleEvaluationStatus"] for each in statuses] == ["Stopped", "NoIssuesFound"]


def test_profiling_is_switched_on_for_a_job_without(studio: Any) -> None:
    control.hold_training_job()
    studio.create_job("j")
    assert studio.job("j")["ProfilingStatus"] == "Disabled"
    update(
        studio,
        ProfilerConfig={"S3OutputPath": "s3://studio/p"},
        ProfilerRuleConfigurations=[REPORT],
    )
    job = studio.job("j")
    assert job["ProfilingStatus"] == "Enabled"
    assert job["ProfilerConfig"]["ProfilingIntervalInMilliseconds"] == 500
    (status,) = job["ProfilerRuleEvaluationStatuses"]
    assert status["RuleEvaluationStatus"] == "InProgress"


def test_rules_can_only_be_added(busy_studio: Any, error_of: Any) -> None:
    before = busy_studio.job("j")
    code, text = error_of(
        busy_studio.sagemaker.update_training_job,
        TrainingJobName="j",
        ProfilerConfig={"DisableProfiler": True},
        ProfilerRuleConfigurations=[REPORT],
    )
    assert (code, "two named ProfilerReport" in text) == ("ValidationException", True)
    # All of it or nothing.
    assert busy_studio.job("j")["ProfilerConfig"] == before["ProfilerConfig"]


@pytest.mark.parametrize("status", ["Completed", "Failed", "Stopped"])
def test_an_ended_job_has_no_profiler(studio: Any, error_of: Any, status: str) -> None:
    control.add_training_job("j", status=status)
    for members in (
        {"ProfilerConfig": {"DisableProfiler": True}},
        {"ProfilerRuleConfigurations": [REPORT]},
    ):
        assert error_of(studio.sagemaker.update_training_job, TrainingJobName="j", **members) == (
            "ValidationException",
            f"The request was rejected because the training job is in status {status}.",
        )


def test_intervals_are_those_of_the_service(busy_studio: Any, error_of: Any) -> None:
    profiler = {"S3OutputPath": "s3://studio/p", "ProfilingIntervalInMilliseconds": 300}
    expected = (
        "ValidationException",
        "Invalid ProfilingIntervalInMilliseconds 300. Available values are "
        "100, 200, 500, 1000, 5000, 60000",
    )
    update_job = busy_studio.sagemaker.update_training_job
    assert error_of(update_job, TrainingJobName="j", ProfilerConfig=profiler) == expected
    assert error_of(busy_studio.create_job, name="other", ProfilerConfig=profiler) == expected


def test_two_rules_of_one_name_are_refused_at_creation(studio: Any, error_of: Any) -> None:
    for member in ("DebugRuleConfigurations", "ProfilerRuleConfigurations"):
        code, text = error_of(studio.create_job, name="j", **{member: [REPORT, REPORT]})
        assert (code, "two named ProfilerReport" in text) == ("ValidationException", True)
    assert studio.sagemaker.list_training_jobs()["TrainingJobSummaries"] == []


@pytest.mark.parametrize("at", ["Starting", "Downloading", "Training", "Uploading"])
def test_remote_debugging_is_switched_while_data_or_training(
    studio: Any, error_of: Any, at: str
) -> None:
    control.hold_training_job(at=at)
    studio.create_job("j", RemoteDebugConfig={"EnableRemoteDebug": False})
    wanted = {"EnableRemoteDebug": True}
    if at in ("Downloading", "Training"):
        update(studio, RemoteDebugConfig=wanted)
        assert studio.job("j")["RemoteDebugConfig"] == wanted
        return
    code, text = error_of(
        studio.sagemaker.update_training_job, TrainingJobName="j", RemoteDebugConfig=wanted
    )
    assert (code, at in text) == ("ValidationException", True)
    assert studio.job("j")["RemoteDebugConfig"] == {"EnableRemoteDebug": False}


def test_a_warm_pool_is_kept_longer(studio: Any) -> None:
    studio.create_job("j", ResourceConfig=WARM)
    update(studio, ResourceConfig={"KeepAlivePeriodInSeconds": 3600})
    job = studio.job("j")
    assert job["ResourceConfig"] == {**WARM, "KeepAlivePeriodInSeconds": 3600}
    with freeze_time(datetime.now(UTC) + timedelta(seconds=601)):
        assert studio.job("j")["WarmPoolStatus"] == {"Status": "Available"}
    with freeze_time(datetime.now(UTC) + timedelta(seconds=3601)):
        pool = studio.job("j")["WarmPoolStatus"]
    assert pool == {"Status": "Terminated", "ResourceRetainedBillableTimeInSeconds": 3600}


def test_a_warm_pool_is_terminated(studio: Any, error_of: Any) -> None:
    studio.create_job("j", ResourceConfig=WARM)
    end = studio.job("j")["TrainingEndTime"]
    with freeze_time(end + timedelta(seconds=20)):
        update(studio, ResourceConfig={"KeepAlivePeriodInSeconds": 0})
        pool = studio.job("j")["WarmPoolStatus"]
    assert pool == {"Status": "Terminated", "ResourceRetainedBillableTimeInSeconds": 20}
    # Nobody runs on it any more, and it can be deleted.
    studio.create_job("next", ResourceConfig=WARM)
    assert studio.job("j")["WarmPoolStatus"]["Status"] == "Terminated"
    code, text = error_of(
        studio.sagemaker.update_training_job,
        TrainingJobName="j",
        ResourceConfig={"KeepAlivePeriodInSeconds": 60},
    )
    assert (code, "not Terminated" in text) == ("ValidationException", True)
    studio.sagemaker.delete_training_job(TrainingJobName="j")


def test_a_warm_pool_in_use_or_absent_is_not_updated(busy_studio: Any, error_of: Any) -> None:
    longer = {"KeepAlivePeriodInSeconds": 3600}
    update_job = busy_studio.sagemaker.update_training_job
    code, text = error_of(update_job, TrainingJobName="j", ResourceConfig=longer)
    assert (code, "not InUse" in text) == ("ValidationException", True)
    busy_studio.create_job("cold")
    code, text = error_of(update_job, TrainingJobName="cold", ResourceConfig=longer)
    assert (code, "without a warm pool" in text) == ("ValidationException", True)


def test_a_missing_job(studio: Any, error_of: Any) -> None:
    assert error_of(studio.sagemaker.update_training_job, TrainingJobName="j") == (
        "ValidationException",
        "Requested resource not found.",
    )


def test_what_is_updated_is_found(busy_studio: Any) -> None:
    update(busy_studio, ProfilerConfig={"S3OutputPath": "s3://studio/found"})
    response = busy_studio.sagemaker.search(
        Resource="TrainingJob",
        SearchExpression={
            "Filters": [
                {
                    "Name": "ProfilerConfig.S3OutputPath",
                    "Operator": "Equals",
                    "Value": "s3://studio/found",
                }
            ]
        },
    )
    assert [each["TrainingJob"]["TrainingJobName"] for each in response["Results"]] == ["j"]
