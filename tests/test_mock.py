"""`mock_sagemaker` has moto's shape, and leaves moto as it found it."""

from __future__ import annotations

import asyncio
import re
import unittest
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws
from moto.core import patch_client
from moto.sagemaker import urls as control_plane_urls
from moto.sagemakermetrics import urls as metrics_urls
from moto.sagemakerruntime import urls as runtime_urls

from sagemock import Config, mock_sagemaker
from sagemock.moto_adapter.patch import moto_patch

ROLE = "arn:aws:iam::123456789012:role/SageMaker"


@pytest.fixture(autouse=True)
def _moto_is_left_as_found() -> Any:
    tables = (
        control_plane_urls.url_paths,
        runtime_urls.url_paths,
        metrics_urls.url_paths,
    )
    before = [dict(table) for table in tables]
    yield
    assert [dict(table) for table in tables] == before
    assert not moto_patch.on


def sagemaker(region: str = "us-east-1") -> Any:
    return boto3.client("sagemaker", region)


def make_model(name: str = "m", region: str = "us-east-1") -> None:
    sagemaker(region).create_model(ModelName=name, ExecutionRoleArn=ROLE)


def models(region: str = "us-east-1") -> list[str]:
    return [model["ModelName"] for model in sagemaker(region).list_models()["Models"]]


def is_ours() -> bool:
    """Whether sagemock answers, which quotes names as AWS does, and not as moto does."""
    with pytest.raises(ClientError) as caught:
        sagemaker().describe_model(ModelName="absent")
    return '"arn:' in caught.value.response["Error"]["Message"]


def test_bare_decorator() -> None:
    @mock_sagemaker
    def test() -> bool:
        return is_ours()

    assert test()


def test_decorator_with_options() -> None:
    @mock_sagemaker(seed=3)
    def test() -> bool:
        return is_ours()

    assert test()


def test_decorated_coroutine_function_is_mocked_while_it_runs() -> None:
    @mock_sagemaker
    async def test() -> bool:
        await asyncio.sleep(0)
        return is_ours()

    assert asyncio.run(test())


def test_start_and_stop() -> None:
    mock = mock_sagemaker()
    mock.start()
    try:
        assert is_ours()
    finally:
        mock.stop()


def test_moto_is_put_back_after_an_exception() -> None:
    with pytest.raises(KeyError), mock_sagemaker():
        raise KeyError("a test fails")
    with mock_aws():
        assert not is_ours()


def test_state_is_gone_at_the_end() -> None:
    with mock_sagemaker():
        make_model()
        assert models() == ["m"]
    with mock_sagemaker():
        assert models() == []


def test_state_is_kept_apart_by_region() -> None:
    with mock_sagemaker():
        make_model("here", "us-east-1")
        make_model("there", "eu-west-1")
        assert models("us-east-1") == ["here"]
        assert models("eu-west-1") == ["there"]


def test_state_is_kept_apart_by_account(monkeypatch: pytest.MonkeyPatch) -> None:
    with mock_sagemaker():
        make_model("mine")
        monkeypatch.setenv("MOTO_ACCOUNT_ID", "111122223333")
        assert models() == []
        make_model("theirs")
        monkeypatch.delenv("MOTO_ACCOUNT_ID")
        assert models() == ["mine"]


def test_nested_mocks_share_their_state_until_the_outer_ends() -> None:
    with mock_sagemaker():
        make_model()
        with mock_sagemaker():
            assert models() == ["m"]
        assert models() == ["m"]
        assert is_ours()


def test_mock_aws_inside() -> None:
    with mock_sagemaker():
        make_model()
        with mock_aws():
            assert models() == ["m"]
            assert is_ours()
        assert is_ours()


def test_mock_aws_around() -> None:
    with mock_aws():
        assert not is_ours()
        with mock_sagemaker():
            make_model()
            assert is_ours()
        assert not is_ours()


def test_client_made_before_the_mock() -> None:
    session = boto3.Session(
        aws_access_key_id="a", aws_secret_access_key="b", region_name="us-east-1"
    )
    client = session.client("sagemaker")
    with mock_sagemaker():
        patch_client(client)
        assert client.list_models()["Models"] == []
        client.create_model(ModelName="early", ExecutionRoleArn=ROLE)
        assert models() == ["early"]


def test_operations_of_others_answer_through_moto() -> None:
    with mock_sagemaker():
        sagemaker().create_experiment(ExperimentName="e")
        summaries = sagemaker().list_experiments()["ExperimentSummaries"]
        assert [summary["ExperimentName"] for summary in summaries] == ["e"]


def test_an_operation_that_nobody_has_is_named() -> None:
    with mock_sagemaker(), pytest.raises(ClientError, match="CreateHub") as caught:
        sagemaker().create_hub(HubName="h", HubDescription="d")
    assert caught.value.response["Error"]["Code"] == "UnknownOperationException"
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400


def test_moto_reset_forgets_everything() -> None:
    import requests

    with mock_sagemaker():
        make_model()
        requests.post("http://motoapi.amazonaws.com/moto-api/reset", timeout=5)
        assert models() == []


@mock_sagemaker
class TestDecoratedClass:
    def test_first(self) -> None:
        assert models() == []
        make_model()

    def test_second(self) -> None:
        assert models() == []
        make_model()


@mock_sagemaker
class TestDecoratedClassWithSetup:
    def setup_method(self) -> None:
        make_model("made-in-setup")

    def test_first(self) -> None:
        assert models() == ["made-in-setup"]
        make_model("mine")

    def test_second(self) -> None:
        assert models() == ["made-in-setup"]


@mock_sagemaker
class TestDecoratedClassWhoseSetupTakesTheMethod:
    def setup_method(self, method: Any) -> None:
        make_model(method.__name__.replace("_", "-"))

    def teardown_method(self, method: Any) -> None:
        assert method.__name__.replace("_", "-") in models()

    def test_first(self) -> None:
        assert models() == ["test-first"]


@mock_sagemaker
class TestDecoratedTestCase(unittest.TestCase):
    def setUp(self) -> None:
        make_model("made-in-setup")

    def test_setup_is_kept(self) -> None:
        assert models() == ["made-in-setup"]


def test_iam_allows_what_is_simulated() -> None:
    with mock_sagemaker():
        answer = boto3.client("iam", "us-east-1").simulate_principal_policy(
            PolicySourceArn=ROLE, ActionNames=["s3:GetObject", "iam:PassRole"]
        )
        decisions = [
            (result["EvalActionName"], result["EvalDecision"])
            for result in answer["EvaluationResults"]
        ]
        assert decisions == [("s3:GetObject", "allowed"), ("iam:PassRole", "allowed")]


def test_a_bad_option_is_refused_at_once() -> None:
    with pytest.raises(ValueError, match="training"):
        mock_sagemaker(training="later")  # type: ignore[call-overload]


@pytest.mark.parametrize(
    ("arguments", "options", "text"),
    [
        ((Config(),), {}, "decorates functions and classes, not Config("),
        (("inline",), {}, "decorates functions and classes, not 'inline'"),
        ((), {"config": Config()}, "config takes moto's options; pass sagemock's as arguments"),
        ((), {"seed": "7"}, "seed must be a whole number, not '7'"),
        ((), {"max_workers": 1.5}, "max_workers must be a whole number, not 1.5"),
    ],
)
def test_arguments_that_are_mistaken(arguments: Any, options: Any, text: str) -> None:
    with pytest.raises(TypeError, match=re.escape(text)):
        mock_sagemaker(*arguments, **options)
