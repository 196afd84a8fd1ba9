"""What a browser finds at the address of a server."""

from __future__ import annotations

import urllib.request
from collections.abc import Iterator
from typing import Any

import boto3
import pytest

from sagemock.server import SageMockServer


@pytest.fixture(scope="module")
def server() -> Iterator[SageMockServer]:
    with SageMockServer() as server:
        yield server


def get(url: str, **headers: str) -> Any:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return urllib.request.urlopen(urllib.request.Request(url, headers=named))


def test_a_browser_goes_to_the_console(server: SageMockServer) -> None:
    with get(server.url, Accept="text/html,*/*;q=0.8") as answer:
        assert answer.url == f"{server.url}/sagemock/"
        assert b"<!doctype html>" in answer.read()[:100].lower()


def test_there_is_an_icon(server: SageMockServer) -> None:
    with get(f"{server.url}/favicon.ico") as answer:
        assert answer.headers["Content-Type"].startswith("image/svg+xml")


def test_clients_of_aws_find_what_they_ask_for(server: SageMockServer) -> None:
    s3 = boto3.client("s3", "us-east-1", endpoint_url=server.url)
    s3.create_bucket(Bucket="data")
    assert [each["Name"] for each in s3.list_buckets()["Buckets"]] == ["data"]
    with get(s3.generate_presigned_url("list_buckets"), Accept="text/html") as answer:
        assert b"ListAllMyBucketsResult" in answer.read()


def test_curl_is_no_browser(server: SageMockServer) -> None:
    with get(server.url, Accept="*/*") as answer:
        assert b"ListAllMyBucketsResult" in answer.read()
