"""A REST service that moto lacks is there as soon as the table has a row for it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import boto3
import pytest
import requests
from botocore.exceptions import ClientError
from moto import backend_index, backends, mock_aws

from sagemock import api, control, mock_sagemaker
from sagemock.api import operations
from sagemock.server import SageMockServer
from sagemock.wire import service_model

NAME = "sagemaker-featurestore-runtime"
ROW = service_model.Service(NAME, "rest-json", "featurestore-runtime.sagemaker")
GROUP = "arn:aws:sagemaker:us-east-1:123456789012:feature-group/f"

SIGNED = {
    "Authorization": "AWS4-HMAC-SHA256 "
    "Credential=key/20260101/us-east-1/sagemaker/aws4_request, SignedHeaders=host, Signature=0"
}


def get_record(world: Any, request: Any) -> dict[str, Any]:
    """Tells what it was asked, as a record."""
    asked = {
        "group": request["FeatureGroupName"],
        "record": request["RecordIdentifierValueAsString"],
        "features": ",".join(request.get("FeatureNames", ())),
        "region": world.region,
    }
    return {
        "Record": [{"FeatureName": name, "ValueAsString": text} for name, text in asked.items()]
    }


@pytest.fixture(params=["in process", "server"])
def records(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A client of the service, whose row is there when the mock or the server starts."""
    monkeypatch.setattr(service_model, "SERVICES", (*service_model.SERVICES, ROW))
    module = ModuleType("sagemock.api.records")
    module.__dict__["get_record"] = get_record
    monkeypatch.setitem(sys.modules, module.__name__, module)
    table = {**operations.OPERATIONS, NAME: api.Operations({"GetRecord": "records"})}
    monkeypatch.setattr(operations, "OPERATIONS", table)
    if request.param == "in process":
        with mock_sagemaker():
            yield boto3.client(NAME, "eu-west-1")
    else:
        with SageMockServer() as server:
            yield boto3.client(NAME, "eu-west-1", endpoint_url=server.url)


def asked(answer: Any) -> dict[str, str]:
    return {each["FeatureName"]: each["ValueAsString"] for each in answer["Record"]}


@pytest.mark.parametrize("group", ["f", GROUP])
def test_an_operation_is_called_with_label_and_query(records: Any, group: str) -> None:
    answer = records.get_record(
        FeatureGroupName=group,
        RecordIdentifierValueAsString="a/b &c",
        FeatureNames=["x", "y-z"],
    )
    assert asked(answer) == {
        "group": group,
        "record": "a/b &c",
        "features": "x,y-z",
        "region": "eu-west-1",
    }


def test_faults_and_validation_are_those_of_every_service(records: Any) -> None:
    control.deny("GetRecord")
    with pytest.raises(ClientError, match="not authorized to perform: sagemaker:GetRecord"):
        records.get_record(FeatureGroupName="f", RecordIdentifierValueAsString="1")
    with pytest.raises(records.exceptions.ValidationError, match="'a b' at 'featureGroupName'"):
        records.get_record(FeatureGroupName="a b", RecordIdentifierValueAsString="1")


def test_an_operation_without_a_function_is_named(records: Any) -> None:
    with pytest.raises(ClientError, match=r"\(UnknownOperationException\).*DeleteRecord"):
        records.delete_record(
            FeatureGroupName="f",
            RecordIdentifierValueAsString="1",
            EventTime="2026-01-01T00:00:00Z",
        )


@pytest.fixture(params=["in process", "server"])
def url(request: pytest.FixtureRequest) -> Iterator[str]:
    """Where SageMaker Runtime is."""
    if request.param == "in process":
        with mock_sagemaker():
            yield "https://runtime.sagemaker.us-east-1.amazonaws.com"
    else:
        with SageMockServer() as server:
            yield server.url


@pytest.mark.parametrize(
    ("method", "path", "text"),
    [
        ("POST", "/endpoints/a%2Fb/invocations", "Value 'a/b' at 'endpointName'"),
        ("POST", "/endpoints/a%20b/invocations/", "Value 'a b' at 'endpointName'"),
        ("GET", "/endpoints/e/invocations", "The operation at /endpoints/e/invocations is "),
        ("POST", "/endpoints/e/nothing", "The operation at /endpoints/e/nothing is "),
    ],
)
def test_paths_as_they_come(url: str, method: str, path: str, text: str) -> None:
    answer = requests.request(method, url + path, headers=SIGNED, data=b"", timeout=60)
    assert answer.status_code == (404 if text.startswith("The operation") else 400)
    assert text in answer.json()["Message"]


def test_moto_still_answers_its_own_operations(url: str) -> None:
    runtime = boto3.client("sagemaker-runtime", "us-east-1", endpoint_url=url)
    api = url if "127.0.0.1" in url or "localhost" in url else "http://motoapi.amazonaws.com"
    queue = f"{api}/moto-api/static/sagemaker/async-endpoint-results"
    requests.post(queue, json={"results": [{"data": "1"}]}, timeout=60)
    answer = runtime.invoke_endpoint_async(EndpointName="e", InputLocation="s3://b/k")
    assert answer["OutputLocation"].startswith("s3://")


def test_moto_is_put_back(monkeypatch: pytest.MonkeyPatch) -> None:
    patterns, get_backend = list(backend_index.backend_url_patterns), backends.get_backend
    monkeypatch.setattr(service_model, "SERVICES", (*service_model.SERVICES, ROW))
    with mock_sagemaker():
        assert backends.get_backend is not get_backend
    assert backend_index.backend_url_patterns == patterns
    assert backends.get_backend is get_backend
    with mock_aws(), pytest.raises(ClientError):
        boto3.client(NAME, "us-east-1").get_record(
            FeatureGroupName="f", RecordIdentifierValueAsString="1"
        )
