"""ActiveRules on demand: what rules apply to, how often, and that they are gone with the mock."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
import requests
from botocore.exceptions import ClientError

from sagemock import control, mock_sagemaker
from sagemock.faults.controls import NotMocked


def ends(studio: Any, name: str, **members: Any) -> str:
    studio.create_job(name, **members)
    return str(studio.job(name)["SecondaryStatus"])


def test_there_is_nothing_to_control_outside() -> None:
    for call in (control.fail_training_job, control.release, control.rules, control.clear):
        with pytest.raises(NotMocked, match="sagemock is not on"):
            call()
    with pytest.raises(NotMocked):
        control.add_training_job("j")


def test_rules_are_gone_with_the_mock() -> None:
    with mock_sagemaker() as mock:
        assert mock.control is control
        control.deny(times=None)
    with mock_sagemaker():
        assert control.rules() == {}
        assert boto3.client("sagemaker").list_models()["Models"] == []


def test_rules_are_gone_with_moto_s_reset(studio: Any) -> None:
    control.deny(times=None)
    requests.post("http://motoapi.amazonaws.com/moto-api/reset", timeout=5)
    assert studio.sagemaker.list_models()["Models"] == []


def test_a_rule_applies_once_unless_told(studio: Any) -> None:
    control.stop_training_job()
    assert [ends(studio, "a"), ends(studio, "b")] == ["Stopped", "Completed"]
    control.stop_training_job(times=2)
    assert [ends(studio, name) for name in "cde"] == ["Stopped", "Stopped", "Completed"]
    control.stop_training_job(times=None)
    assert [ends(studio, name) for name in "fg"] == ["Stopped", "Stopped"]


def test_a_rule_applies_to_a_pattern_of_names_and_to_tags(studio: Any) -> None:
    control.fail_training_job(name="team-?-*")
    assert ends(studio, "team-ab-1") == "Completed"
    assert ends(studio, "team-a-1") == "Failed"
    control.fail_training_job(tags={"Project": "p", "Stage": "test"})
    tags = [{"Key": "Project", "Value": "p"}]
    assert ends(studio, "some-tags", Tags=tags) == "Completed"
    tags.append({"Key": "Stage", "Value": "test"})
    assert ends(studio, "all-tags", Tags=tags) == "Failed"


def test_equal_rules_wait_for_each_other(studio: Any) -> None:
    control.fail_training_job("AlgorithmError: first")
    control.fail_training_job("AlgorithmError: second")
    for name in ("first", "second"):
        studio.create_job(name)
        assert studio.job(name)["FailureReason"] == f"AlgorithmError: {name}"


def test_rules_combine(studio: Any) -> None:
    control.hold_training_job(at="Training")
    control.fail_training_job("AlgorithmError: after all", at="Training")
    assert ends(studio, "j") == "Training"
    control.release("j")
    assert studio.job("j")["FailureReason"] == "AlgorithmError: after all"


def test_rules_can_be_taken_back(studio: Any) -> None:
    number = control.fail_training_job()
    assert list(control.rules()) == [number]
    assert control.remove(number)
    assert not control.remove(number)
    control.hold_training_job()
    assert ends(studio, "j") == "Training"
    control.clear()
    assert studio.job("j")["SecondaryStatus"] == "Completed"


def test_bad_rules_are_refused_at_once(studio: Any) -> None:
    with pytest.raises(ValueError, match="at must be one of Starting, Downloading"):
        control.fail_training_job(at="Lunch")
    with pytest.raises(ValueError, match="times must be at least 1"):
        control.throttle(times=0)
    with pytest.raises(ValueError, match="status must be from 400 to 599"):
        control.fail_invocation(200)
    with pytest.raises(ValueError, match="tags must be a mapping"):
        control.hold_training_job(tags=[{"Key": "Project", "Value": "p"}])  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="tags must be a mapping"):
        control.hold_training_job(tags=[])  # type: ignore[arg-type]
    assert control.rules() == {}


@pytest.mark.parametrize(
    ("pattern", "hint"),
    [
        ("CreateTrainingJbo", "; did you mean CreateTrainingJob"),
        ("create_training_job", "; did you mean CreateTrainingJob"),
        ("sagemaker:CreateTrainingJob", "; did you mean CreateTrainingJob"),
        ("InvokeEndpiont", "; did you mean InvokeEndpoint"),
        ("BatchGetMetric", "; did you mean BatchGetMetrics"),
        ("create*", ""),
        ("", "$"),
    ],
)
@pytest.mark.parametrize("refuse", [control.deny, control.throttle])
def test_operations_that_do_not_exist_are_refused(
    studio: Any, refuse: Any, pattern: str, hint: str
) -> None:
    with pytest.raises(
        ValueError, match=f"SageMaker has no operation '{re.escape(pattern)}'{hint}"
    ):
        refuse(pattern)
    assert control.rules() == {}


def test_rules_that_have_matched_nothing(studio: Any) -> None:
    twice = control.stop_training_job(times=2)
    always = control.throttle("ListModels", times=None)
    never = control.fail_endpoint()
    assert list(control.unused_rules()) == [twice, always, never]
    ends(studio, "j")
    with pytest.raises(ClientError, match="ThrottlingException"):
        studio.sagemaker.list_models()
    assert list(control.unused_rules()) == [never]
    assert list(control.rules()) == [twice, always, never]
    control.remove(never)
    assert control.unused_rules() == {}


def test_how_often_rules_have_applied(studio: Any) -> None:
    twice = control.stop_training_job(times=2)
    always = control.hold_training_job(name="held-*", times=None)
    never = control.fail_endpoint()
    ends(studio, "j")
    studio.create_job("held-1")
    assert control.applied_rules() == {always: 1, never: 0}
    assert [(number, applied) for number, _, applied in control.spent_rules()] == [(twice, 2)]
    control.clear()
    assert control.applied_rules() == {}
    assert control.spent_rules() == []


def test_calls_are_throttled_and_denied_by_operation(studio: Any) -> None:
    control.throttle("Describe*", times=100)
    assert studio.sagemaker.list_models()["Models"] == []
    with pytest.raises(ClientError, match=r"\(ThrottlingException\).*Rate exceeded"):
        studio.sagemaker.describe_model(ModelName="m")
    control.clear()
    control.deny("InvokeEndpoint")
    with pytest.raises(ClientError, match="is not authorized to perform: sagemaker:InvokeEndpoint"):
        studio.runtime.invoke_endpoint(EndpointName="e", Body=b"")
    # Operations that are moto's as well.
    control.deny("CreateExperiment")
    with pytest.raises(ClientError, match="AccessDeniedException"):
        studio.sagemaker.create_experiment(ExperimentName="e")
    studio.sagemaker.create_experiment(ExperimentName="e")


def test_ready_made_jobs(studio: Any) -> None:
    arn = control.add_training_job(
        "j",
        metrics={"validation:objective_loss": 0.25},
        tags={"Project": "p"},
        hyperparameters={"mini_batch_size": "100"},
        created=datetime(2026, 1, 1, tzinfo=UTC),
        seconds=100,
        Environment={"A": "b"},
    )
    job = studio.job("j")
    assert job["TrainingJobArn"] == arn
    assert job["CreationTime"] == datetime(2026, 1, 1, tzinfo=UTC)
    assert job["TrainingTimeInSeconds"] == 100
    assert job["Environment"] == {"A": "b"}
    assert [metric["Value"] for metric in job["FinalMetricDataList"]] == [0.25]
    assert studio.statuses("j")[-1] == "Completed"
    tags = studio.sagemaker.list_tags(ResourceArn=arn)["Tags"]
    assert tags == [{"Key": "Project", "Value": "p"}]


@pytest.mark.parametrize(
    ("status", "primary"),
    [("Failed", "Failed"), ("Stopped", "Stopped"), ("MaxRuntimeExceeded", "Stopped")],
)
def test_ready_made_jobs_of_other_ends(studio: Any, status: str, primary: str) -> None:
    control.add_training_job("j", status=status)
    job = studio.job("j")
    assert (job["TrainingJobStatus"], job["SecondaryStatus"]) == (primary, status)
    assert ("FailureReason" in job) == (status == "Failed")


def test_a_leaderboard_of_many(studio: Any) -> None:
    control.add_training_jobs(
        {"name": f"j-{i:04}", "metrics": {"loss": (i * 7919) % 2000}} for i in range(2000)
    )
    response = studio.sagemaker.search(
        Resource="TrainingJob", SortBy="Metrics.loss", SortOrder="Ascending", MaxResults=3
    )
    values = [
        each["TrainingJob"]["FinalMetricDataList"][0]["Value"] for each in response["Results"]
    ]
    assert (response["TotalHits"]["Value"], values) == (2000, [0.0, 1.0, 2.0])


def test_bad_ready_made_jobs_are_refused(studio: Any) -> None:
    control.add_training_job("j")
    for arguments, text in (
        ({"name": "j"}, "a training job named 'j' exists"),
        ({"name": "a_b"}, "Member must satisfy regular expression pattern"),
        ({"name": "k", "status": "Training"}, "status must be one of"),
        ({"name": "k", "seconds": -1}, "seconds must not be negative"),
        ({"name": "k", "seconds": 1e12}, "end before the year 10000"),
        ({"name": "k", "seconds": float("nan")}, "end before the year 10000"),
        ({"name": "k", "created": float("inf")}, "end before the year 10000"),
        ({"name": "k", "created": 10**400}, "end before the year 10000"),
        ({"name": "k", "seconds": 10**400}, "end before the year 10000"),
        ({"name": "k", "metrics": {"a": 10**400}}, "must be a finite float32"),
        ({"name": "k", "tags": ""}, "tags must be a mapping"),
        ({"name": "k", "metrcis": {"a": 1}}, "no member 'metrcis'; did you mean metrics"),
        ({"name": "k", "Enviroment": {}}, "no member 'Enviroment'; did you mean Environment"),
        ({"name": "k", "tags": [{"Key": "a", "Value": "b"}]}, "tags must be a mapping"),
        ({"name": "k", "hyperparameters": "k=3"}, "hyperparameters must be a mapping"),
        ({"name": "k", "region": "mars-1"}, "not available in the region"),
    ):
        with pytest.raises(ValueError, match=text):
            control.add_training_job(**arguments)


def test_other_regions(sagemock: Any) -> None:
    control.add_training_job("j", region="eu-west-1")
    assert sagemock.client("sagemaker").list_training_jobs()["TrainingJobSummaries"] == []
    there = boto3.client("sagemaker", "eu-west-1").list_training_jobs()
    assert len(there["TrainingJobSummaries"]) == 1


def test_training_can_be_switched_off(make_studio: Any) -> None:
    with mock_sagemaker(training="off"):
        studio = make_studio(boto3.client)
        studio.create_job("j", HyperParameters={"nonsense": "1"})
        job = studio.job("j")
        assert job["TrainingJobStatus"] == "Completed"
        assert "FinalMetricDataList" not in job
        studio.create_config("c", job["ModelArtifacts"]["S3ModelArtifacts"])
        studio.sagemaker.create_endpoint(EndpointName="e", EndpointConfigName="c")
        assert studio.endpoint()["EndpointStatus"] == "InService"
        control.answer_invocations(lambda *_: {"predictions": []})
        answer = studio.runtime.invoke_endpoint(EndpointName="e", Body=b"1")
        assert answer["Body"].read() == b'{"predictions": []}'
