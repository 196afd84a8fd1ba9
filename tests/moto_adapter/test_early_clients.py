"""Clients that existed before anything loaded moto."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import boto3
import botocore.session
import pytest
from moto.core.models import botocore_stubber
from tests.api.conftest import model

from sagemock import mock_sagemaker
from sagemock.moto_adapter import early_clients

SCRIPT = """
import boto3

client = boto3.client("sagemaker", "us-east-1")
bucket = boto3.resource("s3", "us-east-1").Bucket("bucket")
session = boto3.Session(region_name="us-east-1")

from sagemock import mock_sagemaker

for _ in range(2):
    with mock_sagemaker():
        bucket.create()
        assert client.list_models()["Models"] == []
        assert session.client("sagemaker").list_models()["Models"] == []
        (only,) = session.client("s3").list_buckets()["Buckets"]
        assert only["Name"] == "bucket"
"""


def test_a_client_that_is_older_than_the_import() -> None:
    """Neither credentials nor a network are there, as in CI."""
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("AWS_")
    } | {"AWS_EC2_METADATA_DISABLED": "true", "HTTPS_PROXY": "http://127.0.0.1:9"}
    subprocess.run([sys.executable, "-c", SCRIPT], env=environment, check=True, timeout=60)


@pytest.fixture
def early(monkeypatch: pytest.MonkeyPatch) -> Callable[[], boto3.Session]:
    """Sessions without moto's handler, before the first mock."""
    monkeypatch.setattr(early_clients, "_adopted", False)

    def session() -> boto3.Session:
        core = botocore.session.get_session()
        core.unregister("before-send", botocore_stubber)
        return boto3.Session("a", "b", region_name="us-east-1", botocore_session=core)

    return session


def handlers(client: Any) -> int:
    emitter = client.meta.events._emitter
    return list(emitter._handlers.prefix_search("before-send")).count(botocore_stubber)


def test_each_call_is_answered_once(early: Callable[[], boto3.Session]) -> None:
    """A second handler would create everything twice."""
    without = early().client("sagemaker")
    usual = boto3.Session("a", "b", region_name="us-east-1").client("sagemaker")
    assert (handlers(without), handlers(usual)) == (0, 1)
    with mock_sagemaker():
        without.create_model(**model("one"))
        usual.create_model(**model("two"))
    assert (handlers(without), handlers(usual)) == (1, 1)


def test_credentials_of_a_client_stay(early: Callable[[], boto3.Session]) -> None:
    client = early().client("sts")
    with mock_sagemaker():
        client.get_caller_identity()
    assert client._request_signer._credentials.access_key == "a"
