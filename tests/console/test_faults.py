"""The Faults page: rules made and taken back by form, what waits, and held jobs that say so."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from sagemock import control, mock_sagemaker
from sagemock.faults.job_controls import FAILURE
from sagemock.formats.recordio import encode

JOB = {
    "kind": "training-job",
    "action": "hold",
    "at": "",
    "name": "*",
    "tags": "",
    "reason": "",
    "times": "1",
}


def text_of(page: str) -> str:
    text = html.unescape(re.sub(r"<[^>]+>", " ", page.replace("<wbr>", "")))
    # The numbers of rules go on from test to test.
    return re.sub(r"\bby rule \d+", "by rule N", " ".join(text.split()))


def status(sagemaker: Any, job: str) -> str:
    answer: str = sagemaker.describe_training_job(TrainingJobName=job)["TrainingJobStatus"]
    return answer


def test_a_held_job_says_so_and_is_released_from_its_page(
    visitor: Any, seed: list[str], sagemaker: Any, create_job: Callable[..., None]
) -> None:
    visitor.follow("/faults/job", {**JOB, "name": "held-*"})
    create_job(sagemaker, "held-1", 100)
    page = visitor.get("/training-jobs/held-1")
    assert "Held by rule N, hold_training_job(name='held-*')" in text_of(page)
    assert "· Training for 1 s" in text_of(page)
    action, name, back = re.findall(
        r'action="([^"]+/release)"><input type="hidden" name="name" value="([^"]+)">'
        r'<input type="hidden" name="back" value="([^"]+)">',
        page,
    )[0]
    released = visitor.follow(action.removeprefix("/sagemock"), {"name": name, "back": back})
    assert "<h1>held-1</h1>" in released
    assert "Held" not in text_of(released)
    assert status(sagemaker, "held-1") == "Completed"


def test_a_held_processing_job_says_so(visitor: Any, sagemaker: Any) -> None:
    visitor.follow("/faults/job", {**JOB, "kind": "processing-job", "at": "Starting"})
    sagemaker.create_processing_job(
        ProcessingJobName="p",
        AppSpecification={"ImageUri": "mine:1"},
        RoleArn="arn:aws:iam::123456789012:role/SageMaker",
        ProcessingResources={
            "ClusterConfig": {
                "InstanceCount": 1,
                "InstanceType": "ml.m5.large",
                "VolumeSizeInGB": 1,
            }
        },
    )
    page = text_of(visitor.get("/processing-jobs/p"))
    assert "Held by rule N, hold_processing_job(at='Starting') · Starting for 1 s" in page
    (waiting,) = visitor.json("/faults.json")["waiting"]
    assert (waiting["kind"], waiting["name"], waiting["held"]) == ("processing-job", "p", True)


def test_released_by_pattern_from_the_faults_page(
    visitor: Any, seed: list[str], sagemaker: Any, create_job: Callable[..., None]
) -> None:
    control.hold_training_job(times=None)
    for name in ("a-1", "a-2", "b-1"):
        create_job(sagemaker, name, 100)
    assert text_of(visitor.get("/faults")).count("held by rule N") == 3
    left = visitor.follow("/faults/release", {"name": "a-*"})
    assert [status(sagemaker, name) for name in ("a-1", "a-2", "b-1")] == [
        "Completed",
        "Completed",
        "InProgress",
    ]
    assert text_of(left).count("held by rule N") == 1
    refused = visitor.post("/faults/release", {"name": ""})
    assert refused.status_code == 400
    assert "name must be a pattern of names" in html.unescape(refused.text)


def test_a_job_that_waits_for_a_worker_is_listed(
    new_visitor: Callable[[], Any], create_job: Callable[..., None], digits: Any
) -> None:
    with mock_sagemaker(training="background", max_workers=1):
        s3 = boto3.client("s3", "us-east-1")
        s3.create_bucket(Bucket="digits")
        body = encode(digits.images, digits.zero)
        s3.put_object(Bucket="digits", Key="train/digits.pbr", Body=body)
        endless = {"epochs": "1000000", "early_stopping_patience": "1000000"}
        for name in ("first", "second"):
            create_job(boto3.client("sagemaker", "us-east-1"), name, 10, **endless)
        visitor = new_visitor()
        (waiting,) = visitor.json("/faults.json")["waiting"]
        assert (waiting["name"], waiting["held"]) == ("second", False)
        page = text_of(visitor.get("/faults"))
        assert "second training job us-east-1 Starting" in page
        assert "waits for a worker: max_workers is 1" in page
        assert 'aria-label="Release second' not in visitor.get("/faults")
        assert "Waits for a worker" in text_of(visitor.get("/training-jobs/second"))


def test_each_form_makes_its_rule(visitor: Any) -> None:
    visitor.follow(
        "/faults/job",
        {**JOB, "action": "fail", "name": "n-*", "tags": "Project=a=b\nTeam=", "times": "2"},
    )
    visitor.follow("/faults/job", {**JOB, "action": "lose_spot_instance_for_good", "times": ""})
    visitor.follow("/faults/job", {**JOB, "kind": "transform-job", "action": "stop"})
    visitor.follow("/faults/endpoint", {"name": "e-*", "reason": "no room", "times": "1"})
    visitor.follow(
        "/faults/invocation", {"endpoint": "e", "status": "503", "message": "busy", "times": "3"}
    )
    visitor.follow("/faults/operation", {"kind": "deny", "operation": "List*", "times": ""})
    assert [(str(rule), times) for rule, times in control.rules().values()] == [
        (
            f"fail_training_job('{FAILURE}', name='n-*', tags={{'Project': 'a=b', 'Team': ''}})",
            2,
        ),
        ("lose_spot_instance(recovers=False)", None),
        ("stop_transform_job()", 1),
        ("fail_endpoint('no room', name='e-*')", 1),
        ("fail_invocation(503, endpoint='e')", 3),
        ("deny('List*')", None),
    ]
    page = text_of(visitor.get("/faults"))
    assert "Training jobs fail in Training AlgorithmError: failed on demand" in page
    assert "name n-* tag Project=a=b tag Team= 0 2 Remove" in page
    assert (
        "Training jobs lose their spot instance in Training and get no other all 0 always" in page
    )
    assert "InvokeEndpoint fails with ModelError, status 503 busy endpoint e 0 3" in page
    assert "Calls fail with AccessDeniedException operation List* 0 always" in page


@pytest.mark.parametrize(
    ("form", "change", "field", "error"),
    [
        ("job", {"kind": "model"}, "kind", "kind must be one of training-job, processing-job"),
        (
            "job",
            {"kind": "transform-job", "action": "exceed_max_runtime"},
            "action",
            "action must be one of fail, stop, hold, not 'exceed_max_runtime'",
        ),
        ("job", {"at": "Processing"}, "at", "at must be one of Starting, Downloading"),
        ("job", {"name": ""}, "name", "name must be a pattern of names, not ''"),
        ("job", {"tags": "Project"}, "tags", "tags must be lines such as Key=Value"),
        ("job", {"times": "0"}, "times", "times must be at least 1, not 0"),
        ("job", {"times": "often"}, "times", "times must be a whole number, not 'often'"),
        ("endpoint", {"name": ""}, "name", "name must be a pattern of names, not ''"),
        ("invocation", {"status": "200"}, "status", "status must be from 400 to 599, not 200"),
        ("invocation", {"status": "bad"}, "status", "status must be a whole number"),
        ("operation", {"kind": "break"}, "kind", "kind must be one of throttle, deny"),
        (
            "operation",
            {"operation": "CreateTrainingJbo"},
            "operation",
            "SageMaker has no operation 'CreateTrainingJbo'; did you mean CreateTrainingJob",
        ),
    ],
)
def test_what_a_control_refuses_is_said_beside_its_field(
    visitor: Any, form: str, change: dict[str, str], field: str, error: str
) -> None:
    fields = {
        "job": JOB,
        "endpoint": {"name": "*", "reason": "", "times": "1"},
        "invocation": {"endpoint": "*", "status": "500", "message": "", "times": "1"},
        "operation": {"kind": "throttle", "operation": "*", "times": "1"},
    }[form]
    response = visitor.post(f"/faults/{form}", {**fields, **change})
    assert response.status_code == 400
    said = re.findall(r'class="problem" id="([\w-]+)-problem">([^<]+)<', response.text)
    assert [name for name, _ in said] == [f"{form}-{field}"]
    assert html.unescape(said[0][1]).startswith(error)
    assert response.text.count(f'aria-describedby="{form}-{field}-problem"') == 1
    assert control.rules() == {}
    typed = change.get(field, "")
    if field not in ("kind", "action", "at") and typed:
        assert html.escape(typed) in response.text


def test_counts_of_what_applied_and_what_is_left(visitor: Any, sagemaker: Any) -> None:
    control.throttle("ListModels", times=20)
    control.deny("ListEndpoints")
    for call in (sagemaker.list_models, sagemaker.list_endpoints):
        with pytest.raises(ClientError):
            call()
    listed = visitor.json("/faults.json")
    (rule,) = listed["rules"]
    tries = rule["applied"]
    assert tries >= 1
    assert rule["left"] == 20 - tries
    assert [(each["rule"], each["applied"]) for each in listed["spent"]] == [
        ("deny('ListEndpoints')", 1)
    ]
    page = text_of(visitor.get("/faults"))
    assert f"operation ListModels {tries} {20 - tries} Remove" in page
    assert "Calls fail with AccessDeniedException, operation ListEndpoints · once" in page
    rows = visitor.raw("/faults.csv").text.splitlines()
    assert rows[0] == "number,rule,effect,detail,applied,left"
    assert rows[1].partition(",")[2] == (
        f"throttle('ListModels'),Calls fail with ThrottlingException,,{tries},{20 - tries}"
    )


def test_a_rule_is_removed_and_all_are_cleared(
    visitor: Any, seed: list[str], sagemaker: Any, create_job: Callable[..., None]
) -> None:
    first, second = control.deny("ListModels"), control.deny("ListEndpoints")
    control.hold_training_job()
    create_job(sagemaker, "held", 100)
    visitor.follow("/faults/remove", {"number": str(first)})
    assert list(control.rules()) == [second]
    visitor.follow("/faults/remove", {"number": str(first)})
    page = visitor.follow("/faults/clear", {})
    assert control.rules() == {}
    assert status(sagemaker, "held") == "Completed"
    assert "None: nothing is made to fail." in page
    assert "None is held" in page


def message_of(page: str) -> str:
    messages = re.findall(r'<p class="message">(.*?)</p>', page)
    assert len(messages) == 1
    return text_of(messages[0])


def test_each_change_is_confirmed_on_the_next_page(
    visitor: Any, seed: list[str], sagemaker: Any, create_job: Callable[..., None]
) -> None:
    page = visitor.follow("/faults/job", {**JOB, "times": ""})
    (number,) = control.rules()
    assert message_of(page) == f"Added rule {number}."
    for name in ("a-1", "a-2", "b-1"):
        create_job(sagemaker, name, 100)
    page = visitor.follow("/faults/release", {"name": "a-*"})
    assert message_of(page) == "Released 2 jobs."
    form = {"name": "b-1", "back": "/sagemock/training-jobs/b-1"}
    assert message_of(visitor.follow("/faults/release", form)) == "Released the job b-1."
    page = visitor.follow("/faults/release", {"name": "c-*"})
    assert message_of(page) == "No job is held whose name matches 'c-*'."
    page = visitor.follow("/faults/remove", {"number": str(number)})
    assert message_of(page) == f"Removed rule {number}."
    page = visitor.follow("/faults/clear", {})
    assert message_of(page) == "Removed all rules and released all held jobs."
    assert 'class="message"' not in visitor.get("/faults")


@pytest.mark.parametrize("number", ["777777", "abc", "", "9" * 5_000])
def test_a_rule_that_is_not_in_force_cannot_be_removed(visitor: Any, number: str) -> None:
    rule = control.deny("ListModels")
    page = visitor.follow("/faults/remove", {"number": number})
    assert re.fullmatch(rf"There is no rule '{number[:39]}.*' in force\.", message_of(page))
    assert list(control.rules()) == [rule]


def test_jobs_of_other_regions_lead_to_their_pages(visitor: Any) -> None:
    control.hold_training_job()
    boto3.client("sagemaker", "eu-west-1").create_training_job(
        TrainingJobName="far",
        AlgorithmSpecification={"TrainingImage": "mine:1", "TrainingInputMode": "File"},
        RoleArn="arn:aws:iam::123456789012:role/SageMaker",
        OutputDataConfig={"S3OutputPath": "s3://far/output"},
        ResourceConfig={"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 1},
        StoppingCondition={"MaxRuntimeInSeconds": 60},
    )
    page = visitor.get("/faults")
    link = re.search(r'href="/sagemock(/training-jobs/far[^"]*)"', page)
    assert link is not None
    assert "Held by" in text_of(visitor.get(html.unescape(link[1])))


def test_only_the_consoles_own_pages_add_rules(visitor: Any) -> None:
    response = visitor.post("/faults/operation", {"kind": "deny"}, {"Origin": "http://else"})
    assert response.status_code == 403
    assert control.rules() == {}


def test_many_rules_with_long_texts_are_cut(visitor: Any) -> None:
    for number in range(100):
        tags = {f"<key {number} {each}>" * 5: "&value" * 40 for each in range(20)}
        control.fail_training_job("<reason>" * 120, name=f"<name-{number}>" * 40, tags=tags)
    page = visitor.get("/faults")
    assert "and 40 more" in page
    assert len(visitor.json("/faults.json")["rules"]) == 100
