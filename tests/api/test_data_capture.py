"""Data capture: what goes in and out of an endpoint is in S3."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from tests.api.conftest import config, variant

PLAIN = {"CsvContentTypes": ["text/csv"], "JsonContentTypes": ["application/json"]}


def capturing(**changes: Any) -> dict[str, Any]:
    return {
        "EnableCapture": True,
        "InitialSamplingPercentage": 100,
        "DestinationS3Uri": "s3://bucket/captured",
        "CaptureOptions": [{"CaptureMode": "Input"}, {"CaptureMode": "Output"}],
        "CaptureContentTypeHeader": PLAIN,
        **changes,
    }


@pytest.fixture
def captured(sagemaker: Any, runtime: Any, s3: Any, linear_model: str) -> Any:
    """Deploys with a configuration, asks the endpoint some times, and gives what was captured."""

    def run(capture: dict[str, Any], times: int = 1, **more: Any) -> list[tuple[str, Any]]:
        sagemaker.create_endpoint_config(
            **config("c", variant("v", linear_model), DataCaptureConfig=capture)
        )
        sagemaker.create_endpoint(EndpointName="e", EndpointConfigName="c")
        for _ in range(times):
            runtime.invoke_endpoint(EndpointName="e", ContentType="text/csv", Body="90,10", **more)
        objects = s3.list_objects_v2(Bucket="bucket", Prefix="captured").get("Contents", [])
        keys = [each["Key"] for each in objects]
        bodies = [s3.get_object(Bucket="bucket", Key=key)["Body"].read() for key in keys]
        return [(key, json.loads(body)) for key, body in zip(keys, bodies, strict=True)]

    return run


def test_both_sides(captured: Any) -> None:
    [(key, event)] = captured(capturing(), CustomAttributes="a=b", InferenceId="my-id")
    assert re.fullmatch(
        r"captured/e/v/\d{4}/\d\d/\d\d/\d\d/\d\d-\d\d-\d{3}-[0-9a-f-]{36}\.jsonl", key
    )
    data = event["captureData"]
    assert data["endpointInput"] == {
        "observedContentType": "text/csv",
        "mode": "INPUT",
        "data": "90,10",
        "encoding": "CSV",
    }
    assert data["endpointOutput"]["encoding"] == "JSON"
    answer = json.loads(data["endpointOutput"]["data"])
    assert answer["predictions"][0]["predicted_label"] == 1
    metadata = event["eventMetadata"]
    assert metadata["inferenceId"] == "my-id"
    assert metadata["customAttributes"] == ["a=b"]
    assert event["eventVersion"] == "0"


def test_one_side_and_unnamed_content_types(captured: Any) -> None:
    options = [{"CaptureMode": "Input"}]
    asked = capturing(CaptureOptions=options)
    del asked["CaptureContentTypeHeader"]
    [(_, event)] = captured(asked)
    assert event["captureData"].keys() == {"endpointInput"}
    assert event["captureData"]["endpointInput"]["data"] == "OTAsMTA="
    assert event["captureData"]["endpointInput"]["encoding"] == "BASE64"


def test_a_sample(captured: Any) -> None:
    assert 5 < len(captured(capturing(InitialSamplingPercentage=50), times=40)) < 35


@pytest.mark.parametrize(
    "change",
    [
        {"EnableCapture": False},
        {"InitialSamplingPercentage": 0},
        {"DestinationS3Uri": "s3://no-such-bucket/captured"},
    ],
)
def test_nothing(captured: Any, change: dict[str, Any]) -> None:
    assert captured(capturing(**change), times=3) == []
