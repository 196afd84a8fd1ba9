"""Endpoint URLs of the environment lead no client of an in-process mock past it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import EndpointConnectionError
from moto import mock_aws

from sagemock import mock_sagemaker
from sagemock.server import SageMockServer

NOWHERE = "http://127.0.0.1:9"
"""Where no one listens: whoever is led there fails at once."""

CONFIG_FILES = {
    "global": f"[default]\nendpoint_url = {NOWHERE}\n",
    "services": (
        "[default]\nservices = mine\n\n[services mine]\n"
        f"sagemaker =\n  endpoint_url = {NOWHERE}\ns3 =\n  endpoint_url = {NOWHERE}\n"
    ),
    "missing-services": "[default]\nservices = absent\n",
}


@pytest.fixture(
    params=["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_SAGEMAKER+AWS_ENDPOINT_URL_S3", *CONFIG_FILES]
)
def _misled(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    if request.param in CONFIG_FILES:
        path = tmp_path / "config"
        path.write_text(CONFIG_FILES[request.param])
        monkeypatch.setenv("AWS_CONFIG_FILE", str(path))
        return
    for name in request.param.split("+"):
        monkeypatch.setenv(name, NOWHERE)


def works(client: Callable[..., Any]) -> bool:
    """Whether clients of two services are answered."""
    client("s3").create_bucket(Bucket="bucket")
    return client("sagemaker").list_models()["Models"] == []


@pytest.mark.usefixtures("_misled")
def test_a_mock_ignores_them() -> None:
    with mock_sagemaker():
        assert works(boto3.client)
        bucket = boto3.resource("s3").Bucket("bucket")
        assert list(bucket.objects.all()) == []


@pytest.mark.usefixtures("_misled")
def test_the_decorator_ignores_them() -> None:
    @mock_sagemaker
    def test() -> bool:
        return works(boto3.client)

    assert test()


@pytest.mark.usefixtures("_misled")
def test_sessions_that_are_older_than_the_mock_ignore_them() -> None:
    session = boto3.Session()
    with mock_sagemaker():
        assert works(session.client)


@pytest.mark.usefixtures("_misled")
def test_a_default_session_that_the_mock_keeps_ignores_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    boto3.setup_default_session(region_name="eu-west-1")
    with mock_sagemaker(config={"core": {"reset_boto3_session": False}}):
        assert works(lambda service: boto3.client(service, "us-east-1"))
        assert boto3.client("sagemaker").meta.region_name == "eu-west-1"


@pytest.mark.usefixtures("_misled")
def test_the_fixture_ignores_them(sagemock: Any) -> None:
    assert works(sagemock.client)
    assert boto3.client("s3").list_buckets()["Buckets"][0]["Name"] == "bucket"


def test_an_argument_is_obeyed() -> None:
    with mock_sagemaker(), pytest.raises(EndpointConnectionError, match=NOWHERE):
        boto3.client("sagemaker", endpoint_url=NOWHERE).list_models()


@pytest.mark.parametrize("mock", [mock_aws, mock_sagemaker])
def test_a_client_that_is_older_than_the_mock_goes_where_it_went(
    mock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", NOWHERE)
    client = boto3.client("sagemaker")
    with mock(), pytest.raises(EndpointConnectionError, match=NOWHERE):
        client.list_models()


def test_they_count_again_after_the_mock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", NOWHERE)
    with mock_sagemaker(), mock_sagemaker():
        pass
    assert boto3.client("sagemaker").meta.endpoint_url == NOWHERE


def test_a_server_of_this_process_is_no_mock(
    sagemock_server: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", sagemock_server.url)
    sagemaker = boto3.client("sagemaker")
    assert sagemaker.meta.endpoint_url == sagemock_server.url
    assert works(boto3.client)
    assert works(lambda service: boto3.client(service, endpoint_url=sagemock_server.url))


def test_a_mock_beside_a_server_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    with SageMockServer() as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL", server.url)
        with mock_sagemaker():
            assert "amazonaws.com" in boto3.client("sagemaker").meta.endpoint_url
            assert works(boto3.client)
        assert boto3.client("sagemaker").meta.endpoint_url == server.url
        assert works(boto3.client)


def test_a_shell_that_exports_one(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", NOWHERE)
    pytester.makepyfile(
        """
        import boto3
        from sagemock import mock_sagemaker

        def test_fixture(sagemock):
            assert sagemock.client("sagemaker").list_models()["Models"] == []
            assert boto3.client("sagemaker").list_models()["Models"] == []

        @mock_sagemaker
        def test_decorator():
            assert boto3.client("sagemaker", "us-east-1").list_models()["Models"] == []

        def test_server(sagemock_server):
            assert sagemock_server.client("sagemaker").list_models()["Models"] == []
        """
    )
    pytester.runpytest_subprocess("-p", "no:cacheprovider").assert_outcomes(passed=3)


def test_children_see_what_the_shell_exports(monkeypatch: pytest.MonkeyPatch) -> None:
    """As programs that are pointed at a server; only clients of this process are led here."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", NOWHERE)
    with mock_sagemaker():
        done = subprocess.run(
            [sys.executable, "-c", "import os; print(os.environ['AWS_ENDPOINT_URL'])"],
            capture_output=True,
            text=True,
            check=True,
        )
    assert done.stdout.strip() == NOWHERE
