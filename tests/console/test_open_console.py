"""The console over HTTP: of the mock in this process, and of the server."""

from __future__ import annotations

import urllib.error
import urllib.request
from typing import Any

import boto3
import pytest

import sagemock
from sagemock import mock_sagemaker, open_console
from sagemock.server import PortInUse

ROLE = "arn:aws:iam::123456789012:role/SageMaker"


def read(url: str) -> str:
    with urllib.request.urlopen(url, timeout=10) as answer:
        return str(answer.read().decode())


def test_the_mock_can_be_looked_at() -> None:
    with mock_sagemaker():
        boto3.client("sagemaker", "us-east-1").create_model(ModelName="mine", ExecutionRoleArn=ROLE)
        with open_console() as console:
            assert console.url.startswith("http://127.0.0.1:")
            assert "mine" in read(f"{console.url}models")
            assert console.url in repr(console)
            assert console.url in console._repr_html_()
            with pytest.raises(PortInUse):
                open_console(port=int(console.url.split(":")[2].split("/")[0]))
        with pytest.raises(urllib.error.URLError):
            read(console.url)


def test_without_a_mock_there_is_nothing_to_see() -> None:
    with pytest.raises(RuntimeError, match="no mock is on"):
        sagemock.open_console()


def test_the_server_has_it(sagemock_server: Any) -> None:
    sagemock_server.client("sagemaker").create_model(ModelName="served", ExecutionRoleArn=ROLE)
    assert "served" in read(f"{sagemock_server.url}/sagemock/models")
    assert "A SageMaker that works" in read(f"{sagemock_server.url}/sagemock")


def test_a_bucket_of_the_same_name_stays_a_bucket(sagemock_server: Any) -> None:
    s3 = sagemock_server.client("s3")
    s3.create_bucket(Bucket="sagemock")
    s3.put_object(Bucket="sagemock", Key="search", Body=b"mine")
    assert s3.get_object(Bucket="sagemock", Key="search")["Body"].read() == b"mine"
    location = {"Bucket": "sagemock", "Key": "search"}
    assert read(s3.generate_presigned_url("get_object", Params=location)) == "mine"
