"""Faults on demand of processing and transform jobs, and rules that keep to their kind of job."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import boto3
import pytest
import requests
from botocore.exceptions import WaiterError
from freezegun import freeze_time
from moto.moto_api import state_manager
from tests.job_requests import processing_job, transform_job

from sagemock import control, mock_sagemaker
from sagemock.accounts.reports import ineffective_rules, resources
from sagemock.faults.rules import JobRule
from sagemock.moto_adapter import backend
from sagemock.wire.sessions import new_session

REGION = "us-east-1"
ROLE = "arn:aws:iam::123456789012:role/SageMaker"


class Kind(NamedTuple):
    """How a test speaks of a kind of job."""

    word: str
    works: str
    create: Callable[..., Any]

    def describe(self, client: Any, name: str) -> dict[str, Any]:
        operation = getattr(client, f"describe_{self.word.lower()}_job")
        answer: dict[str, Any] = operation(**{f"{self.word}JobName": name})
        return answer

    def status(self, client: Any, name: str) -> str:
        return str(self.describe(client, name)[f"{self.word}JobStatus"])

    def stop(self, client: Any, name: str) -> None:
        getattr(client, f"stop_{self.word.lower()}_job")(**{f"{self.word}JobName": name})

    def rule(self, action: str) -> Callable[..., int]:
        control_function: Callable[..., int] = getattr(control, f"{action}_{self.word.lower()}_job")
        return control_function

    def waiter(self, client: Any) -> Any:
        return client.get_waiter(f"{self.word.lower()}_job_completed_or_stopped")


def process(client: Any, name: str, **members: Any) -> None:
    client.create_processing_job(**processing_job(name, **members))


def train(client: Any, name: str, **members: Any) -> None:
    """Create a training job whose image runs nothing here, limited to 60 seconds."""
    boto3.client("s3", REGION).create_bucket(Bucket="bucket")
    client.create_training_job(
        TrainingJobName=name,
        RoleArn=ROLE,
        AlgorithmSpecification={"TrainingImage": "mine:1", "TrainingInputMode": "File"},
        OutputDataConfig={"S3OutputPath": "s3://bucket/out"},
        ResourceConfig={"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 1},
        **{"StoppingCondition": {"MaxRuntimeInSeconds": 60}, **members},
    )


def transform(client: Any, name: str, **members: Any) -> None:
    client.create_transform_job(**transform_job(name, **members))


KINDS = [
    Kind("Processing", "Processing", process),
    Kind("Transform", "Transforming", transform),
]


@pytest.fixture(params=KINDS, ids=lambda kind: kind.word)
def kind(request: Any) -> Kind:
    chosen: Kind = request.param
    return chosen


@pytest.fixture
def client(request: Any) -> Any:
    """Of a mock in which there is a model."""
    with mock_sagemaker():
        sagemaker = new_session(REGION).client("sagemaker")
        sagemaker.create_model(
            ModelName="m", ExecutionRoleArn=ROLE, PrimaryContainer={"Image": "i"}
        )
        yield sagemaker


def test_a_job_fails_with_a_reason(client: Any, kind: Kind) -> None:
    kind.rule("fail")("InternalServerError: try again", at="Starting")
    kind.create(client, "j")
    job = kind.describe(client, "j")
    assert job[f"{kind.word}JobStatus"] == "Failed"
    assert job["FailureReason"] == "InternalServerError: try again"
    assert f"{kind.word}StartTime" not in job
    kind.create(client, "k")
    assert kind.status(client, "k") == "Completed"


def test_a_rule_chooses_by_name_and_tags(client: Any, kind: Kind) -> None:
    kind.rule("stop")(name="a-*", tags={"Stage": "test"}, times=None)
    tags = [{"Key": "Stage", "Value": "test"}]
    for name, more in (("a-1", {"Tags": tags}), ("a-2", {}), ("b-1", {"Tags": tags})):
        kind.create(client, name, **more)
    seen = [kind.status(client, name) for name in ("a-1", "a-2", "b-1")]
    assert seen == ["Stopped", "Completed", "Completed"]


def test_a_job_is_held_until_it_is_released(client: Any, kind: Kind) -> None:
    kind.rule("hold")()
    kind.create(client, "j")
    assert kind.status(client, "j") == "InProgress"
    assert f"{kind.word}StartTime" in kind.describe(client, "j")
    assert control.release("j") == ["j"]
    assert kind.status(client, "j") == "Completed"


def test_rules_keep_to_their_kind(client: Any) -> None:
    control.fail_training_job(times=None)
    control.fail_processing_job(times=None)
    process(client, "p")
    transform(client, "t")
    assert client.describe_processing_job(ProcessingJobName="p")["ProcessingJobStatus"] == "Failed"
    shown = client.describe_transform_job(TransformJobName="t")
    assert shown["TransformJobStatus"] == "Completed"
    assert [str(rule) for rule in control.unused_rules().values()] == [
        "fail_training_job('AlgorithmError: failed on demand, exit code: 1')"
    ]


def test_a_processing_job_exceeds_its_time(client: Any) -> None:
    control.exceed_max_runtime(kind="processing-job")
    process(client, "p")
    assert client.describe_processing_job(ProcessingJobName="p")["ProcessingJobStatus"] == "Stopped"


@pytest.fixture
def slow(request: Any) -> Iterator[None]:
    """Processing and training jobs are 100 seconds in each status."""
    kinds = ("sagemaker::processing-job", "sagemaker::training-job")
    for each in kinds:
        state_manager.set_transition(each, {"progression": "time", "seconds": 100})
    yield
    for each in kinds:
        state_manager.unset_transition(each)


def processing_after(client: Any, name: str, *seconds: int) -> list[str]:
    """The statuses of a job that comes to work now, after so many seconds each."""
    start = datetime.now(UTC)
    seen = []
    for each in seconds:
        with freeze_time(start + timedelta(seconds=each)):
            shown = client.describe_processing_job(ProcessingJobName=name)
            seen.append(shown["ProcessingJobStatus"])
    return seen


def test_a_processing_job_exceeds_its_time_by_the_clock(slow: None, client: Any) -> None:
    process(client, "p", StoppingCondition={"MaxRuntimeInSeconds": 60})
    # 101 seconds of `Starting` do not count.
    assert processing_after(client, "p", 99, 101, 150, 165, 202) == [
        *("InProgress", "InProgress", "InProgress", "Stopping", "Stopped"),
    ]
    job = client.describe_processing_job(ProcessingJobName="p")
    assert "FailureReason" not in job
    assert "ExitMessage" not in job
    assert job["ProcessingEndTime"] > job["ProcessingStartTime"]


def test_a_processing_job_that_keeps_to_its_time_completes(slow: None, client: Any) -> None:
    process(client, "p", StoppingCondition={"MaxRuntimeInSeconds": 100})
    # That nobody looks for an hour makes no job longer.
    assert processing_after(client, "p", 101, 3600) == ["InProgress", "Completed"]


def test_a_waiter_lets_a_processing_job_exceed_its_time(slow: None, client: Any) -> None:
    process(client, "p", StoppingCondition={"MaxRuntimeInSeconds": 60})
    client.get_waiter("processing_job_completed_or_stopped").wait(ProcessingJobName="p")
    assert client.describe_processing_job(ProcessingJobName="p")["ProcessingJobStatus"] == "Stopped"


@pytest.mark.parametrize(("limit", "last"), [(60, "MaxRuntimeExceeded"), (100, "Completed")])
def test_a_training_job_of_any_image_exceeds_its_time(
    slow: None, client: Any, limit: int, last: str
) -> None:
    train(client, "t", StoppingCondition={"MaxRuntimeInSeconds": limit})
    client.get_waiter("training_job_completed_or_stopped").wait(TrainingJobName="t")
    assert client.describe_training_job(TrainingJobName="t")["SecondaryStatus"] == last


def test_a_processing_job_that_was_held_too_long_is_stopped_on_release(client: Any) -> None:
    control.hold_processing_job()
    process(client, "p", StoppingCondition={"MaxRuntimeInSeconds": 60})
    with freeze_time(datetime.now(UTC) + timedelta(seconds=90)):
        shown = client.describe_processing_job(ProcessingJobName="p")
        assert shown["ProcessingJobStatus"] == "InProgress"
        assert control.release("p") == ["p"]
        shown = client.describe_processing_job(ProcessingJobName="p")
    assert shown["ProcessingJobStatus"] == "Stopped"
    assert "FailureReason" not in shown


def test_a_training_job_that_was_held_too_long_exceeds_its_time_on_release(client: Any) -> None:
    control.hold_training_job()
    train(client, "t")
    with freeze_time(datetime.now(UTC) + timedelta(seconds=90)):
        assert control.release("t") == ["t"]
        job = client.describe_training_job(TrainingJobName="t")
    assert (job["TrainingJobStatus"], job["SecondaryStatus"]) == ("Stopped", "MaxRuntimeExceeded")


@pytest.mark.parametrize("seconds", [0, 59, 61, 150])
def test_a_slow_processing_job_keeps_its_limit_after_a_hold(
    slow: None, client: Any, seconds: int
) -> None:
    control.hold_processing_job()
    process(client, "p", StoppingCondition={"MaxRuntimeInSeconds": 60})
    start = datetime.now(UTC) + timedelta(seconds=101)
    with freeze_time(start):
        client.describe_processing_job(ProcessingJobName="p")
    with freeze_time(start + timedelta(seconds=seconds)):
        control.release("p")
    with freeze_time(start + timedelta(seconds=300)):
        shown = client.describe_processing_job(ProcessingJobName="p")
    assert shown["ProcessingJobStatus"] == "Stopped"


def test_a_job_that_is_released_within_its_limit_completes(client: Any) -> None:
    control.hold_processing_job()
    process(client, "p", StoppingCondition={"MaxRuntimeInSeconds": 60})
    with freeze_time(datetime.now(UTC) + timedelta(seconds=50)):
        control.release("p")
        shown = client.describe_processing_job(ProcessingJobName="p")
    assert shown["ProcessingJobStatus"] == "Completed"


def test_a_failure_on_demand_comes_before_a_later_limit(slow: None, client: Any) -> None:
    control.fail_processing_job("AlgorithmError: early")
    process(client, "p", StoppingCondition={"MaxRuntimeInSeconds": 60})
    with pytest.raises(WaiterError):
        client.get_waiter("processing_job_completed_or_stopped").wait(ProcessingJobName="p")
    job = client.describe_processing_job(ProcessingJobName="p")
    assert (job["ProcessingJobStatus"], job["FailureReason"]) == ("Failed", "AlgorithmError: early")
    control.fail_training_job("AlgorithmError: early", at="Downloading")
    train(client, "t")
    with pytest.raises(WaiterError):
        client.get_waiter("training_job_completed_or_stopped").wait(TrainingJobName="t")
    job = client.describe_training_job(TrainingJobName="t")
    assert (job["SecondaryStatus"], job["FailureReason"]) == ("Failed", "AlgorithmError: early")


def test_a_lost_spot_instance_comes_before_a_later_limit(slow: None, client: Any) -> None:
    control.lose_spot_instance(at="Downloading", recovers=False)
    train(
        client,
        "t",
        EnableManagedSpotTraining=True,
        StoppingCondition={"MaxRuntimeInSeconds": 60, "MaxWaitTimeInSeconds": 1000},
    )
    client.get_waiter("training_job_completed_or_stopped").wait(TrainingJobName="t")
    job = client.describe_training_job(TrainingJobName="t")
    assert job["SecondaryStatus"] == "MaxWaitTimeExceeded"


@pytest.mark.parametrize("by", ["operation", "control"])
def test_a_stop_comes_before_a_later_limit(slow: None, client: Any, by: str) -> None:
    if by == "control":
        control.stop_training_job(at="Downloading")
    train(client, "t")
    if by == "operation":
        with freeze_time(datetime.now(UTC) + timedelta(seconds=101)):
            assert client.describe_training_job(TrainingJobName="t")["SecondaryStatus"] == (
                "Downloading"
            )
        with freeze_time(datetime.now(UTC) + timedelta(seconds=131)):
            client.stop_training_job(TrainingJobName="t")
    for seconds in range(101, 1000, 50):
        with freeze_time(datetime.now(UTC) + timedelta(seconds=seconds)):
            job = client.describe_training_job(TrainingJobName="t")
    assert job["SecondaryStatus"] == "Stopped"
    statuses = [each["Status"] for each in job["SecondaryStatusTransitions"]]
    assert statuses == ["Starting", "Downloading", "Stopping", "Stopped"]


def test_a_limit_comes_before_a_later_stop(slow: None, client: Any) -> None:
    train(client, "t")
    start = datetime.now(UTC)
    with freeze_time(start + timedelta(seconds=101)):
        client.describe_training_job(TrainingJobName="t")
    with freeze_time(start + timedelta(seconds=101 + 80)):
        client.stop_training_job(TrainingJobName="t")
    for seconds in range(200, 1000, 50):
        with freeze_time(start + timedelta(seconds=seconds)):
            job = client.describe_training_job(TrainingJobName="t")
    assert job["SecondaryStatus"] == "MaxRuntimeExceeded"


def test_what_cannot_happen_to_a_kind_is_refused(client: Any) -> None:
    with pytest.raises(ValueError, match="at must be one of Starting, Processing, not 'Training'"):
        control.hold_processing_job(at="Training")
    with pytest.raises(ValueError, match="action must be one of fail, stop, hold"):
        control.exceed_max_runtime(kind="transform-job")
    with pytest.raises(ValueError, match="kind must be one of training-job, processing-job"):
        control.exceed_max_runtime(kind="endpoint")
    assert control.rules() == {}


@pytest.mark.parametrize("pattern", ["", None])
def test_a_pattern_that_matches_no_name_is_refused(client: Any, kind: Kind, pattern: Any) -> None:
    calls: list[tuple[Callable[..., Any], str]] = [
        *((kind.rule(action), "name") for action in ("fail", "stop", "hold")),
        (control.exceed_max_runtime, "name"),
        (control.lose_spot_instance, "name"),
        (control.fail_endpoint, "name"),
        (control.fail_invocation, "endpoint"),
        (control.release, "name"),
    ]
    for call, member in calls:
        text = re.escape(f"{member} must be a pattern of names, not {pattern!r}")
        with pytest.raises(ValueError, match=text):
            call(**{member: pattern})
    assert control.rules() == {}


def test_an_empty_pattern_is_refused_over_http(client: Any, kind: Kind) -> None:
    for action in (f"hold-{kind.word.lower()}-job", "release"):
        url = f"http://motoapi.amazonaws.com/moto-api/sagemock/{action}"
        answer = requests.post(url, json={"name": ""}, timeout=5)
        assert answer.status_code == 400
        assert "name must be a pattern of names, not ''" in answer.text


def test_a_rule_reads_as_the_call_that_makes_it() -> None:
    assert str(JobRule("hold", "Starting", "p-*", job_kind="processing-job")) == (
        "hold_processing_job(at='Starting', name='p-*')"
    )
    assert str(JobRule("fail", reason="r", job_kind="transform-job")) == "fail_transform_job('r')"
    assert str(JobRule("exceed_max_runtime", job_kind="processing-job")) == (
        "exceed_max_runtime(kind='processing-job')"
    )


def test_over_http(client: Any, kind: Kind) -> None:
    url = f"http://motoapi.amazonaws.com/moto-api/sagemock/hold-{kind.word.lower()}-job"
    number = requests.post(url, json={"name": "j"}, timeout=5).json()["number"]
    listed = requests.get("http://motoapi.amazonaws.com/moto-api/sagemock/rules", timeout=5).json()
    (rule,) = listed["rules"]
    assert (rule["kind"], rule["job_kind"]) == ("JobRule", f"{kind.word.lower()}-job")
    assert rule["at"] == kind.works
    kind.create(client, "j")
    assert kind.status(client, "j") == "InProgress"
    assert number not in control.rules()


def test_every_status_is_seen_at_the_pace_of_moto(client: Any, kind: Kind) -> None:
    model = f"sagemaker::{kind.word.lower()}-job"
    state_manager.set_transition(model, {"progression": "manual", "times": 1})
    try:
        kind.create(client, "j")
        assert kind.status(client, "j") == "InProgress"
        assert kind.status(client, "j") == "Completed"
        kind.create(client, "k")
        kind.stop(client, "k")
        (world,) = backend.worlds()
        (progression,) = world.progressions.active()
        assert progression.workflow.name == "k"
        assert kind.status(client, "k") == "Stopped"
    finally:
        state_manager.unset_transition(model)


def test_waiters_do_not_sleep(client: Any, kind: Kind) -> None:
    kind.create(client, "j")
    kind.waiter(client).wait(**{f"{kind.word}JobName": "j"})
    kind.rule("hold")()
    kind.create(client, "stuck")
    with pytest.raises(WaiterError, match=f"{kind.word.lower()} job stuck is {kind.works}"):
        kind.waiter(client).wait(**{f"{kind.word}JobName": "stuck"})
    kind.rule("fail")("ClientError: bad")
    kind.create(client, "bad")
    with pytest.raises(WaiterError, match="job bad is Failed: ClientError: bad"):
        kind.waiter(client).wait(**{f"{kind.word}JobName": "bad"})


def test_the_report_of_a_failing_test_tells_of_them(client: Any, kind: Kind) -> None:
    words = f"{kind.word.lower()} job"
    kind.rule("fail")("ClientError: bad", name="a")
    kind.create(client, "a")
    kind.rule("stop")(name="never")
    assert f"{words} a ({REGION}): Failed; ClientError: bad" in resources(backend.worlds())
    assert f"no {words} matched; there are: a" in ineffective_rules(backend.worlds())


def test_tags(client: Any, kind: Kind) -> None:
    kind.create(client, "j", Tags=[{"Key": "Stage", "Value": "test"}])
    arn = kind.describe(client, "j")[f"{kind.word}JobArn"]
    client.add_tags(ResourceArn=arn, Tags=[{"Key": "Owner", "Value": "me"}])
    client.delete_tags(ResourceArn=arn, TagKeys=["Stage"])
    assert client.list_tags(ResourceArn=arn)["Tags"] == [{"Key": "Owner", "Value": "me"}]
    tagging = boto3.client("resourcegroupstaggingapi", REGION)
    (mapping,) = tagging.get_resources(TagFilters=[{"Key": "Owner", "Values": ["me"]}])[
        "ResourceTagMappingList"
    ]
    assert mapping["ResourceARN"] == arn


def test_in_the_background(kind: Kind) -> None:
    with mock_sagemaker(training="background"):
        client = new_session(REGION).client("sagemaker")
        client.create_model(ModelName="m", ExecutionRoleArn=ROLE, PrimaryContainer={"Image": "i"})
        kind.rule("hold")()
        kind.create(client, "j")
        while kind.status(client, "j") != "InProgress" or not control.release("j"):
            pass
        kind.waiter(client).wait(**{f"{kind.word}JobName": "j"})
        assert kind.status(client, "j") == "Completed"
