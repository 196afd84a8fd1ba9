"""Sessions share what is parsed, and nothing else."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import boto3
import botocore.loaders
import botocore.session
import pytest

from sagemock import mock_sagemaker
from sagemock.sessions import new_session


def parsed(session: Any) -> Any:
    return session._session.get_component("data_loader").load_service_model(
        "sagemaker", "service-2"
    )


def test_sessions_of_a_mock_share_the_parsed_models() -> None:
    with mock_sagemaker():
        first = parsed(boto3.Session())
    with mock_sagemaker():
        assert parsed(boto3.Session()) is first
    assert parsed(new_session("us-east-1")) is first
    assert parsed(boto3.Session()) is not first


def test_botocore_is_put_back() -> None:
    with mock_sagemaker():
        assert botocore.session.create_loader is not botocore.loaders.create_loader
    assert botocore.session.create_loader is botocore.loaders.create_loader


def test_sessions_share_no_events_credentials_or_paths() -> None:
    with mock_sagemaker():
        one, other = boto3.Session("a", "b"), boto3.Session("c", "d")
        assert one.get_credentials().access_key == "a"
        assert other.get_credentials().access_key == "c"
        assert one.events is not other.events
        loaders = [each._session.get_component("data_loader") for each in (one, other)]
        assert loaders[0].search_paths == loaders[1].search_paths
        assert loaders[0].search_paths is not loaders[1].search_paths


def test_models_of_a_users_own_are_read_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_DATA_PATH", str(tmp_path))
    folder = tmp_path / "mine" / "2026-01-01"
    folder.mkdir(parents=True)
    with mock_sagemaker():
        for name in ("first", "second"):
            (folder / "service-2.json").write_text(json.dumps({"metadata": {"serviceId": name}}))
            loader = boto3.Session()._session.get_component("data_loader")
            assert "mine" in loader.list_available_services("service-2")
            model = loader.load_service_model("mine", "service-2")
            assert model["metadata"]["serviceId"] == name
    monkeypatch.delenv("AWS_DATA_PATH")
    with mock_sagemaker():
        assert "mine" not in boto3.Session().get_available_services()


def test_resources_still_work() -> None:
    with mock_sagemaker():
        boto3.resource("s3", "us-east-1").create_bucket(Bucket="bucket")
        buckets = boto3.resource("s3", "us-east-1").buckets.all()
        assert [bucket.name for bucket in buckets] == ["bucket"]
        assert "s3" in boto3.Session().get_available_resources()
