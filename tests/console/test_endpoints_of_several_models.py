"""The page of an endpoint with several containers or models: what it shows, and what it can ask."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from tests.api.conftest import ROLE, config, variant
from tests.console.test_endpoints import part
from tests.hosting.echo import EchoServing, artifact, echo

from sagemock.containers import register

PATH = "/endpoints/e"


@pytest.fixture
def deploy(mock: None) -> Iterator[Any]:
    """Makes an endpoint `e` of a model."""

    def deployed(**model: Any) -> None:
        client = boto3.client("sagemaker", "us-east-1")
        client.create_model(ModelName="m", ExecutionRoleArn=ROLE, **model)
        client.create_endpoint_config(**config("c", variant()))
        client.create_endpoint(EndpointName="e", EndpointConfigName="c")

    with register("echo-*", serve=EchoServing()):
        yield deployed


def ask(visitor: Any, status: int = 200, **fields: str) -> str:
    response = visitor.post(PATH, {"content_type": "text/csv", "body": "1", **fields})
    assert response.status_code == status, response.text
    text: str = response.text
    return text


def test_a_pipeline(visitor: Any, deploy: Any) -> None:
    deploy(Containers=[echo("first"), echo("last")])
    page = visitor.get(PATH)
    assert "echo-first echo-last" in part(page, "serving")
    assert "last What it was asked." in part(page, "try"), "answers are those of the last container"
    assert "5 columns in each row" in part(page, "try"), "requests are those of the first one"
    assert "target_" not in page
    assert "last<application/json|None>(first<text/csv|None>(1))" in part(ask(visitor), "try")


def test_a_container_by_its_host_name(visitor: Any, deploy: Any) -> None:
    deploy(
        Containers=[echo("a", "first"), echo("b", "second")],
        InferenceExecutionConfig={"Mode": "Direct"},
    )
    page = visitor.get(PATH)
    assert "<option>first</option><option>second</option>" in page
    answer = ask(visitor, target_container="second")
    assert "b<text/csv|None>(1)" in part(answer, "try")
    assert "<option selected>second</option>" in answer
    assert 'TargetContainerHostname="second"' in visitor.get(f"{PATH}?again=1").replace(
        "&#34;", '"'
    )
    (asked,) = visitor.json(f"{PATH}.json")["Invocations"]
    assert asked["TargetContainerHostname"] == "second"


def test_a_model_by_its_name(visitor: Any, deploy: Any) -> None:
    s3 = boto3.client("s3", "us-east-1")
    s3.create_bucket(Bucket="models")
    s3.put_object(Bucket="models", Key="many/a.tar.gz", Body=artifact("hello"))
    container = {**echo("many"), "Mode": "MultiModel", "ModelDataUrl": "s3://models/many/"}
    deploy(PrimaryContainer=container)
    assert 'name="target_model"' in visitor.get(PATH)
    assert "hello<text/csv|None>(1)" in part(ask(visitor, target_model="a.tar.gz"), "try")
    assert "is missing a target model header" in part(ask(visitor, 400), "try")
    assert [each["TargetModel"] for each in visitor.json(f"{PATH}.json")["Invocations"]] == [
        None,
        "a.tar.gz",
    ]
