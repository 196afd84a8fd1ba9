"""Asynchronous and streaming invocations: not built, and what moto still answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import boto3
import pytest
import requests
from tests.api.conftest import REGION, ErrorOf, config, model, variant

from sagemock import mock_sagemaker

ASYNC = {"EndpointName": "e", "InputLocation": "s3://bucket/key"}
STREAM = {"EndpointName": "e", "Body": b"1"}


@pytest.fixture
def deploy(sagemaker: Any) -> Callable[[str], None]:
    def deployed(name: str) -> None:
        sagemaker.create_endpoint_config(**config("c", variant("v", name)))
        sagemaker.create_endpoint(EndpointName="e", EndpointConfigName="c")

    return deployed


def test_an_endpoint_that_predicts_refuses_both_and_says_why(
    deploy: Any, linear_model: str, runtime: Any, error_of: ErrorOf
) -> None:
    deploy(linear_model)
    assert error_of(runtime.invoke_endpoint_async, **ASYNC) == (
        "ValidationError",
        "InvokeEndpointAsync is not built in sagemock yet: use InvokeEndpoint, or queue a result "
        "through moto's API.",
    )
    assert error_of(runtime.invoke_endpoint_with_response_stream, **STREAM) == (
        "ValidationError",
        "InvokeEndpointWithResponseStream is not built in sagemock yet: use InvokeEndpoint.",
    )


def test_an_endpoint_that_does_not_exist(runtime: Any, error_of: ErrorOf) -> None:
    missing = ("ValidationError", "Endpoint e of account 123456789012 not found.")
    assert error_of(runtime.invoke_endpoint_async, **ASYNC) == missing
    assert error_of(runtime.invoke_endpoint_with_response_stream, **STREAM) == missing


def test_an_image_that_nothing_runs_has_motos_answer(
    deploy: Any, sagemaker: Any, runtime: Any, s3: Any, error_of: ErrorOf
) -> None:
    sagemaker.create_model(**model())
    deploy("m")
    answer = runtime.invoke_endpoint_async(**ASYNC)
    bucket, key = answer["OutputLocation"].removeprefix("s3://").split("/", 1)
    assert s3.get_object(Bucket=bucket, Key=key)["Body"].read() == b'{"default": "response"}'
    assert "is not built" in error_of(runtime.invoke_endpoint_with_response_stream, **STREAM)[1]


@pytest.mark.parametrize("queue", ["async-endpoint-results", "endpoint-results"])
def test_queued_results_come_first(runtime: Any, s3: Any, queue: str, error_of: ErrorOf) -> None:
    result = {"data": "mine"} if queue.startswith("async") else {"Body": "mine"}
    url = f"http://motoapi.amazonaws.com/moto-api/static/sagemaker/{queue}"
    requests.post(url, json={"results": [result]}, timeout=60)
    answer = runtime.invoke_endpoint_async(**ASYNC)
    # The same request has the same result again, another one none.
    assert runtime.invoke_endpoint_async(**ASYNC)["OutputLocation"] == answer["OutputLocation"]
    bucket, key = answer["OutputLocation"].removeprefix("s3://").split("/", 1)
    assert b"mine" in s3.get_object(Bucket=bucket, Key=key)["Body"].read()
    other = {**ASYNC, "InputLocation": "s3://bucket/other"}
    assert "not found" in error_of(runtime.invoke_endpoint_async, **other)[1]


def test_without_validation_moto_answers() -> None:
    with mock_sagemaker(validation="off"):
        client = boto3.client("sagemaker-runtime", REGION)
        assert client.invoke_endpoint_async(**ASYNC)["OutputLocation"].startswith("s3://")


def test_requests_are_checked_first(runtime: Any, error_of: ErrorOf) -> None:
    code, text = error_of(runtime.invoke_endpoint_async, EndpointName="e", InputLocation="nowhere")
    assert code == "ValidationError"
    assert "at 'inputLocation' failed to satisfy constraint" in text
