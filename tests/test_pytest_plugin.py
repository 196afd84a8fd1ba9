"""The fixtures, as a test suite of a user meets them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

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


CONFTEST = """
from pathlib import Path
from typing import Any

import pytest

@pytest.fixture
def ready(sagemock):
    sagemock.control.add_training_job("good", metrics={"loss": 0.5})
    sagemock.control.add_training_job(
        "bad", status="Failed", failure_reason="ClientError: no data"
    )
    return sagemock
"""


def test_a_failing_test_tells_of_its_jobs(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(CONFTEST)
    pytester.makepyfile(
        """
        def test_fails(ready):
            assert 1 == 2

        def test_passes(ready):
            pass

        def test_fails_without():
            assert 1 == 2

        def test_fails_with_nothing(sagemock):
            assert 1 == 2

        def test_fails_with_a_server(sagemock_server):
            sagemock_server.control.add_training_job("served")
            assert 1 == 2
        """
    )
    result = pytester.runpytest_subprocess("-p", "no:randomly")
    result.assert_outcomes(failed=4, passed=1)
    result.stdout.fnmatch_lines(
        [
            "*sagemock: jobs and endpoints*",
            "training job good (us-east-1): Completed, passed through Starting, Downloading, *",
            "training job bad (us-east-1): Failed, passed through *; ClientError: no data",
        ]
    )
    shown = result.stdout.str()
    assert shown.count("sagemock: jobs and endpoints") == 2
    assert "training job served (us-east-1): Completed" in shown


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (
            'ready.assert_completed("bad")',
            [
                "*AssertionError: training job bad is Failed, not Completed",
                "*FailureReason: ClientError: no data",
                "*passed through: Starting, Downloading, Training, Uploading, Failed",
            ],
        ),
        ('ready.assert_failed("good")', ["*training job good is Completed, not Failed"]),
        (
            'ready.assert_failed("bad", "AlgorithmError")',
            ["*training job bad has failed for another reason than 'AlgorithmError':"],
        ),
        ('ready.assert_stopped("good")', ["*training job good is Completed, not Stopped"]),
        (
            'ready.assert_metric("good", "gain")',
            ["*training job good has no metric gain; it has: loss"],
        ),
        (
            'ready.assert_metric("good", "loss", at_most=0.4)',
            ["*loss of training job good is 0.5 > 0.4"],
        ),
        (
            'ready.assert_metric("good", "loss", at_least=0.6)',
            ["*loss of training job good is 0.5 < 0.6"],
        ),
    ],
)
def test_assertions_say_what_they_found(
    pytester: pytest.Pytester, call: str, told: list[str]
) -> None:
    pytester.makeconftest(CONFTEST)
    pytester.makepyfile(f"def test_it(ready):\n    {call}\n")
    result = pytester.runpytest_inprocess("-p", "no:asyncio")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(told)
    assert "testing.py" not in result.stdout.str()


def test_assertions_hold(sagemock: Any, studio: Any) -> None:
    studio.create_job("j")
    assert sagemock.assert_completed("j")["TrainingJobName"] == "j"
    metric = "train:objective_loss:final"
    assert sagemock.assert_metric("j", metric, at_least=0, at_most=10) >= 0
    assert any("#quality_metric" in line for line in sagemock.log("j"))
    sagemock.control.stop_training_job()
    studio.create_job("stopped")
    sagemock.assert_stopped("stopped")
    sagemock.control.hold_training_job()
    studio.create_job("held")
    with pytest.raises(AssertionError, match="training job held is InProgress, not Completed"):
        sagemock.assert_completed("held")
    studio.create_config("c")
    sagemock.control.fail_endpoint("No capacity.")
    studio.sagemaker.create_endpoint(EndpointName="bad", EndpointConfigName="c")
    studio.sagemaker.create_endpoint(EndpointName="good", EndpointConfigName="c")
    sagemock.assert_in_service("good")
    with pytest.raises(AssertionError, match=r"endpoint bad is Failed: No capacity\."):
        sagemock.assert_in_service("bad")
    with pytest.raises(AssertionError, match="the end of its log"):
        sagemock.assert_failed("j")


def test_markers_and_ini_options(pytester: pytest.Pytester) -> None:
    pytester.makeini(
        """
        [pytest]
        sagemock_training = off
        sagemock_seed = 5
        sagemock_max_workers = 3
        sagemock_waiting = real
        sagemock_region = eu-west-1
        """
    )
    pytester.makepyfile(
        """
        import pytest
        from sagemock.gateway.workers import workers

        def options():
            c = workers.config
            return c.training, c.seed, c.max_workers, c.waiting

        def test_ini(sagemock):
            assert options() == ("off", 5, 3, "real")
            assert sagemock.region == "eu-west-1"

        @pytest.mark.sagemock(seed=1, training="background")
        class TestMarked:
            def test_class(self, sagemock):
                assert options() == ("background", 1, 3, "real")

            @pytest.mark.sagemock(seed=2, region="us-west-2")
            def test_nearest(self, sagemock_server):
                assert options() == ("background", 2, 3, "real")
                assert sagemock_server.client("sagemaker").meta.region_name == "us-west-2"
        """
    )
    pytester.runpytest_subprocess("--strict-markers").assert_outcomes(passed=3)


@pytest.mark.parametrize(
    ("marker", "told"),
    [
        ("(colour=1)", "*the marker sagemock takes training, *; not colour"),
        ("('inline')", "*the marker sagemock takes training, *; not 'inline'"),
        ("(training='later')", "*training must be 'inline', 'background' or 'off', not 'later'"),
        ("(max_workers=0)", "*max_workers must be at least 1, not 0"),
    ],
)
def test_bad_markers_are_told_so(pytester: pytest.Pytester, marker: str, told: str) -> None:
    pytester.makepyfile(
        f"""
        import pytest

        @pytest.mark.sagemock{marker}
        def test_it(sagemock):
            pass
        """
    )
    result = pytester.runpytest_inprocess("-p", "no:asyncio")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines([told])


def test_xdist_random_order_and_asyncio(pytester: pytest.Pytester) -> None:
    pytester.makeini("[pytest]\nasyncio_default_fixture_loop_scope = function\n")
    pytester.makepyfile(
        """
        import asyncio
        import boto3
        import pytest

        @pytest.mark.parametrize("number", range(6))
        def test_alone(sagemock, number):
            assert boto3.client("sagemaker").list_training_jobs()["TrainingJobSummaries"] == []
            sagemock.control.add_training_job("same-name")

        @pytest.mark.parametrize("number", range(4))
        def test_served(sagemock_server, number):
            client = sagemock_server.client("sagemaker")
            assert client.list_training_jobs()["TrainingJobSummaries"] == []
            sagemock_server.control.add_training_job("same-name")

        @pytest.mark.asyncio
        async def test_async(sagemock):
            sagemock.control.add_training_job("same-name")
            job = await asyncio.to_thread(sagemock.training_job, "same-name")
            assert job["TrainingJobStatus"] == "Completed"
        """
    )
    result = pytester.runpytest_subprocess("-n", "2", "-p", "randomly")
    result.assert_outcomes(passed=11)


def test_the_options_are_in_the_docs() -> None:
    from sagemock.pytest_plugin import _INI, OPTIONS

    page = (Path(__file__).parents[1] / "docs" / "pytest.md").read_text()
    for name in OPTIONS:
        assert f"| `{name}` |" in page
    for name in _INI:
        assert f"`sagemock_{name}`" in page
