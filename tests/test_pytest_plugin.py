"""The fixtures, as a test suite of a user meets them."""

from __future__ import annotations

import pytest


def test_each_test_gets_a_fresh_world(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import boto3
        import pytest

        @pytest.mark.parametrize("attempt", [1, 2])
        def test_fixture(sagemock, attempt):
            sagemaker = sagemock.client("sagemaker")
            assert sagemaker.list_models()["Models"] == []
            role = "arn:aws:iam::123456789012:role/SageMaker"
            sagemaker.create_model(ModelName="m", ExecutionRoleArn=role)
            # Code under test makes its own clients, and meets the same world.
            assert len(boto3.client("sagemaker").list_models()["Models"]) == 1

        @pytest.mark.parametrize("attempt", [1, 2])
        def test_server(sagemock_server, attempt):
            assert sagemock_server.url.startswith("http://127.0.0.1:")
            sagemaker = boto3.client("sagemaker", endpoint_url=sagemock_server.url)
            assert sagemaker.list_models()["Models"] == []
            role = "arn:aws:iam::123456789012:role/SageMaker"
            sagemaker.create_model(ModelName="m", ExecutionRoleArn=role)
            mine = sagemock_server.client("sagemaker").list_models()["Models"]
            assert [model["ModelName"] for model in mine] == ["m"]
        """
    )
    result = pytester.runpytest_subprocess()
    result.assert_outcomes(passed=4)


def test_region_of_the_environment_is_kept(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    pytester.makepyfile(
        """
        def test_region(sagemock):
            assert sagemock.region == sagemock.client("sagemaker").meta.region_name
            assert sagemock.region == "eu-central-1"
        """
    )
    pytester.runpytest_subprocess().assert_outcomes(passed=1)


def test_region_has_a_default(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    pytester.makepyfile(
        """
        import boto3

        def test_region(sagemock):
            assert boto3.client("sagemaker").meta.region_name == sagemock.region == "us-east-1"
        """
    )
    pytester.runpytest_subprocess().assert_outcomes(passed=1)


def test_fixture_session_is_a_users_own(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        def test_session(sagemock):
            assert sagemock.session is sagemock.session
            answer = sagemock.session.client("sts").get_caller_identity()
            assert answer["Account"] == "123456789012"
        """
    )
    pytester.runpytest_subprocess().assert_outcomes(passed=1)
