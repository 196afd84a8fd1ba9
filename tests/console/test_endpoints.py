"""The page of an endpoint: what was asked, how long it took, what an answer means, its log."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable
from typing import Any

import boto3
import pytest

from sagemock import control
from sagemock.hosting.invocations import MAX_BODY, MAX_INVOCATIONS

ROLE = "arn:aws:iam::123456789012:role/SageMaker"
PATH = "/endpoints/digits-endpoint"


def text_of(page: str) -> str:
    text = html.unescape(re.sub(r"<[^>]+>", " ", page.replace("<wbr>", "")))
    return " ".join(text.split())


def part(page: str, identity: str) -> str:
    """The text of a section of a page."""
    after = page.partition(f'id="{identity}"')[2].partition("</section>")[0]
    return text_of(after.partition(">")[2])


@pytest.fixture
def runtime(mock: None) -> Any:
    return boto3.client("sagemaker-runtime", "us-east-1")


def ask(visitor: Any, status: int = 200, **fields: str) -> str:
    response = visitor.post(PATH, {"content_type": "text/csv", **fields})
    assert response.status_code == status, response.text
    text: str = response.text
    return text


def test_the_latency_of_an_invocation(visitor: Any, seed: list[str], zero: str) -> None:
    page = ask(visitor, body=zero)
    assert re.search(r"Model latency \d[\d.]* (µs|ms|s), overhead latency \d", part(page, "try"))
    (asked,) = visitor.json(f"{PATH}.json")["Invocations"]
    assert asked["ModelLatency"] >= 1
    assert asked["OverheadLatency"] >= 1
    control.deny("InvokeEndpoint")
    assert "atency" not in part(ask(visitor, 400, body=zero), "try")
    assert len(visitor.json(f"{PATH}.json")["Invocations"]) == 1, "the call was not let through"


def test_latency_is_that_of_the_container(
    visitor: Any, seed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    times = iter([100.0, 102.0, 102.5, 103.0])
    monkeypatch.setattr("sagemock.hosting.invocations.time.perf_counter", lambda: next(times))
    control.answer_invocations(lambda *_: {"a": 1})
    page = ask(visitor, body="x")
    assert "Model latency 500.0 ms, overhead latency 2.50 s" in part(page, "try")
    (asked,) = visitor.json(f"{PATH}.json")["Invocations"]
    assert (asked["ModelLatency"], asked["OverheadLatency"]) == (500_000, 2_500_000)


def test_clients_are_in_the_history_and_can_be_repeated(
    visitor: Any, seed: list[str], runtime: Any, zero: str
) -> None:
    runtime.invoke_endpoint(
        EndpointName="digits-endpoint",
        Body=zero,
        ContentType="text/csv",
        Accept="application/jsonlines",
        TargetVariant="AllTraffic",
    )
    history = part(visitor.get(PATH), "asked")
    assert history.startswith("Last invocations 1")
    assert "1 row of 784 columns text/csv" in history
    assert '{"score": ' in history
    page = visitor.get(f"{PATH}?again=1")
    assert f"{zero}</textarea>" in page
    assert 'value="application/jsonlines" list="accepts"' in page
    assert "<option selected>AllTraffic</option>" in page
    again = visitor.post(PATH, {"again": "1"})
    assert again.status_code == 200
    assert '"predicted_label": 1}\n' in html.unescape(again.text)
    first, second = visitor.json(f"{PATH}.json")["Invocations"][::-1]
    for member in ("Body", "Accept", "TargetVariant", "Answer"):
        assert first[member] == second[member]
    rows = visitor.raw(f"{PATH}.csv").text.splitlines()
    assert rows[0].startswith("Number,Time,ContentType,Accept,TargetVariant,Body")
    assert rows[1].startswith("2,")


def test_the_history_is_bounded_and_ends_with_the_endpoint(
    visitor: Any, seed: list[str], sagemaker: Any, runtime: Any
) -> None:
    control.answer_invocations(lambda body, *_: "y" * len(body))
    for size in range(1, MAX_INVOCATIONS + 4):
        runtime.invoke_endpoint(EndpointName="digits-endpoint", Body=b"x" * size)
    runtime.invoke_endpoint(EndpointName="digits-endpoint", Body=b"x" * (MAX_BODY + 1))
    history = visitor.json(f"{PATH}.json")["Invocations"]
    assert len(history) == MAX_INVOCATIONS
    assert history[0]["Number"] == MAX_INVOCATIONS + 4
    assert history[0]["BodyIsWhole"] is False
    assert len(history[0]["Body"]) == len(history[0]["Answer"]) == MAX_BODY
    assert "too long to ask again" in part(visitor.get(PATH), "asked")
    for number in ("1", str(MAX_INVOCATIONS + 4), "x"):
        assert "no longer kept" in visitor.get(f"{PATH}?again={number}", status=404)
        assert visitor.post(PATH, {"again": number}).status_code == 404
    sagemaker.delete_endpoint(EndpointName="digits-endpoint")
    sagemaker.create_endpoint(EndpointName="digits-endpoint", EndpointConfigName="digits-config")
    assert visitor.json(f"{PATH}.json")["Invocations"] == []


def test_a_refused_invocation_is_in_the_history(visitor: Any, seed: list[str]) -> None:
    page = ask(visitor, 400, body="1,2")
    assert "Received client error (400)" in part(page, "asked")
    (asked,) = visitor.json(f"{PATH}.json")["Invocations"]
    assert asked["Answer"] is None
    assert asked["Error"].startswith("Received client error (400) from primary")


def test_the_variant_is_chosen(visitor: Any, seed: list[str], sagemaker: Any, zero: str) -> None:
    variants = [
        {
            "VariantName": name,
            "ModelName": "digits-model",
            "InitialInstanceCount": 1,
            "InstanceType": "ml.m5.large",
            "InitialVariantWeight": weight,
        }
        for name, weight in (("always", 1.0), ("never", 0.0))
    ]
    sagemaker.create_endpoint_config(EndpointConfigName="two", ProductionVariants=variants)
    sagemaker.update_endpoint(EndpointName="digits-endpoint", EndpointConfigName="two")
    assert '<select name="target">' in visitor.get(PATH)
    assert "Answer from always" in part(ask(visitor, body=zero), "try")
    page = ask(visitor, body=zero, target="never")
    assert "Answer from never" in part(page, "try")
    assert "<option selected>never</option>" in page
    assert "Variant gone not found" in ask(visitor, 400, body=zero, target="gone")


def test_the_answer_has_the_type_that_is_accepted(visitor: Any, seed: list[str], zero: str) -> None:
    lines = ask(visitor, body=f"{zero}\n{zero}", accept="application/jsonlines")
    answer = re.findall(r"<pre[^>]*>([^<]*)</pre>", lines)[0]
    assert html.unescape(answer).count('"predicted_label": 1}\n') == 2
    assert lines.count('<tr><th scope="row">') >= 2
    records = part(ask(visitor, body=zero, accept="application/x-recordio-protobuf"), "try")
    assert re.search(r"\d+ bytes that are no text, from 0a 23 d7 ce", records)
    refused = ask(visitor, 400, body=zero, accept="image/png")
    assert "Accept type image/png is not supported" in html.unescape(refused)
    assert 'value="image/png"' in refused
    script = visitor.post(f"{PATH}.py", {"body": "1", "accept": "a/b", "target": "v"}).text
    assert '    Accept="a/b",\n    TargetVariant="v",\n' in script


def test_what_a_score_means(visitor: Any, seed: list[str], zero: str) -> None:
    meaning = part(visitor.get(PATH), "try")
    threshold = re.search(
        r"score The probability of class 1, from 0 to 1\. predicted_label 1 if the score is at "
        r"least this model's threshold of ([\d.]+), else 0\.",
        meaning,
    )
    assert threshold is not None
    answer = json.loads(
        html.unescape(re.findall(r"<pre[^>]*>(\{.*)</pre>", ask(visitor, body=zero))[0])
    )
    (prediction,) = answer["predictions"]
    assert (prediction["score"] >= float(threshold[1])) == bool(prediction["predicted_label"])


@pytest.mark.parametrize(
    ("body", "content_type", "hint"),
    [
        ("1,2", "text/csv", "The model expects 784 columns in each row; row 1 has 2."),
        ("{zero}\n1,2,3", "text/csv", "784 columns in each row; row 2 has 3."),
        (
            '{"instances": [{"features": [1]}]}',
            "application/json",
            "784 columns in each row; row 1 has 1.",
        ),
        ("{zero},9", "text/csv", "row 1 has 785."),
        ("{letters}", "text/csv", "784 columns in each row, as numbers; row 1 has something else."),
        ("{", "application/json", "The model expects 784 columns in each row, as numbers."),
        (
            '{"data": {"features": {"keys": [3], "shape": [780], "values": [1]}}}',
            "application/jsonlines",
            "784 columns in each row; row 1 has 780.",
        ),
        (
            '{"data": {"features": {"keys": [784], "shape": [784], "values": [1]}}}',
            "application/jsonlines",
            "The model expects 784 columns in each row, as numbers.",
        ),
        ('{"data": {"features": {"values": [1]}}}', "application/jsonlines", "row 1 has 1."),
        ("5", "application/jsonlines", "The model expects 784 columns in each row, as numbers."),
    ],
)
def test_the_expected_columns_are_said_beside_the_error(
    visitor: Any, seed: list[str], zero: str, body: str, content_type: str, hint: str
) -> None:
    filled = body.replace("{zero}", zero).replace("{letters}", ",".join(["x"] * 784))
    page = ask(visitor, 400, body=filled, content_type=content_type)
    assert "Received client error (400)" in part(page, "try")
    said = re.findall(r'id="body-problem">([^<]+)<', page)
    assert len(said) == 1
    assert html.unescape(said[0]).endswith(hint)
    assert 'aria-invalid="true" aria-describedby="body-problem"' in page


def test_an_error_that_is_not_about_the_body_has_no_hint(
    visitor: Any, seed: list[str], zero: str
) -> None:
    control.fail_invocation(503, "busy")
    page = ask(visitor, 400, body=zero)
    assert "body-problem" not in page
    assert "784 columns in each row" in page


def test_the_log_of_an_endpoint(visitor: Any, seed: list[str], zero: str) -> None:
    assert part(visitor.get(PATH), "log").startswith("Log 1 line The log as text")
    for number in range(15):
        ask(visitor, 400, body=f"{number},2")
    page = part(visitor.get(PATH), "log")
    assert page.startswith("Log 31 lines The last 20 lines. The whole log as text")
    assert page.count("Customer Error: unable to evaluate payload provided") == 10
    whole = visitor.raw(f"{PATH}/log")
    assert whole.mimetype == "text/plain"
    lines = whole.text.splitlines()
    assert len(lines) == 31
    assert "GET /ping" in lines[0]
    assert visitor.get("/endpoints/none/log", status=404)


def test_a_failed_endpoint_offers_no_trial(visitor: Any, seed: list[str], sagemaker: Any) -> None:
    control.fail_endpoint("The disk is full.", name="failed")
    sagemaker.create_endpoint(EndpointName="failed", EndpointConfigName="digits-config")
    page = visitor.get("/endpoints/failed")
    assert "<textarea" not in page
    assert "Invoke<" not in page
    assert "The disk is full." in part(page, "failure")
    assert "The disk is full." in part(page, "log")
    response = visitor.post("/endpoints/failed", {"body": "1"})
    assert response.status_code == 400
    assert "Endpoint failed of account 123456789012 not found." in response.text


def test_a_deleted_job_is_called_deleted(visitor: Any, seed: list[str], sagemaker: Any) -> None:
    sagemaker.delete_training_job(TrainingJobName="digits-batch-100")
    for path in (PATH, "/endpoint-configs/digits-config"):
        page = visitor.get(path)
        assert "digits-batch-100 (deleted)" in text_of(page)
        assert "/training-jobs/digits-batch-100" not in page


def test_a_model_of_another_job_of_that_name_is_not_its(
    visitor: Any, seed: list[str], sagemaker: Any, create_job: Callable[..., None]
) -> None:
    """The model data is at the location of a job's, but the job wrote elsewhere."""
    sagemaker.create_model(
        ModelName="other",
        ExecutionRoleArn=ROLE,
        PrimaryContainer={
            "Image": "mine:1",
            "ModelDataUrl": "s3://digits/elsewhere/digits-batch-100/output/model.tar.gz",
        },
    )
    sagemaker.create_endpoint_config(
        EndpointConfigName="other",
        ProductionVariants=[
            {
                "VariantName": "v",
                "ModelName": "other",
                "InitialInstanceCount": 1,
                "InstanceType": "ml.m5.large",
            }
        ],
    )
    sagemaker.delete_training_job(TrainingJobName="digits-batch-100")
    assert "not trained here" in visitor.get("/endpoint-configs/other")
