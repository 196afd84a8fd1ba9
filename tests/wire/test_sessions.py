"""Sessions share what is parsed, read times fast, and are botocore's otherwise."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
import botocore.loaders
import botocore.parsers
import botocore.session
import botocore.utils
import pytest
from dateutil.tz import tzlocal
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sagemock import mock_sagemaker
from sagemock.wire.sessions import new_session, parse_timestamp


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
    def now() -> list[Any]:
        return [botocore.session.create_loader, botocore.session.ResponseParserFactory]

    theirs = [botocore.loaders.create_loader, botocore.parsers.ResponseParserFactory]
    with mock_sagemaker():
        assert not any(mine is its for mine, its in zip(now(), theirs, strict=True))
    assert now() == theirs


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


@pytest.fixture(params=["UTC", "Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe"])
def zone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield request.param
    monkeypatch.undo()
    time.tzset()


AUTUMN = 1_761_440_400
"""An hour before Berlin's clocks went back, in October 2025."""


@pytest.mark.usefixtures("zone")
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    value=st.one_of(
        st.floats(-1e9, 4e9),
        st.integers(-(10**10), 10**10),
        st.floats(AUTUMN - 1e4, AUTUMN + 1e4),
        st.floats(),
        st.integers(),
        st.datetimes().map(datetime.isoformat),
        st.integers(0, 10**10).map(str),
        st.text(max_size=5),
        st.booleans(),
        st.none(),
    )
)
def test_times_are_those_of_botocore(value: Any) -> None:
    def outcome(parse: Callable[[Any], datetime]) -> tuple[Any, ...]:
        try:
            timestamp = parse(value)
        except Exception as error:
            return (type(error),)
        offset = timestamp.utcoffset() if timestamp.tzinfo else None
        return (
            timestamp.isoformat(),
            timestamp.fold,
            type(timestamp.tzinfo),
            timestamp.tzname(),
            offset,
        )

    assert outcome(parse_timestamp) == outcome(botocore.utils.parse_timestamp)


def test_clients_of_a_mock_answer_such_times() -> None:
    with mock_sagemaker():
        client = boto3.client("sagemaker", "us-east-1")
        client.create_model(ModelName="model", ExecutionRoleArn="arn:aws:iam::123456789012:role/r")
        created = client.describe_model(ModelName="model")["CreationTime"]
    assert abs(created - datetime.now(UTC)) < timedelta(minutes=5)
    assert created.tzinfo == tzlocal()
