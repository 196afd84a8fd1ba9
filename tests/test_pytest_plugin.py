"""The fixtures, as a test suite of a user meets them."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from moto.moto_api import state_manager

from sagemock.accounts import reports
from sagemock.testing import all_worlds


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


ASSERTIONS: list[tuple[str, list[str]]] = [
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
        ["*training job bad failed for another reason than 'AlgorithmError':"],
    ),
    ('ready.assert_stopped("good")', ["*training job good is Completed, not Stopped"]),
    (
        'ready.assert_metric("good", "gain")',
        ["*training job good has no metric 'gain'; it has: loss"],
    ),
    (
        'ready.assert_metric("good", "loss", at_most=0.4)',
        ["*loss of training job good is 0.5, not <= 0.4"],
    ),
    (
        'ready.assert_metric("good", "loss", at_least=0.6)',
        ["*loss of training job good is 0.5, not >= 0.6"],
    ),
    (
        'ready.assert_completed("god")',
        ["*AssertionError: no training job 'god' in us-east-1; there are: good, bad"],
    ),
    ('ready.assert_failed("bda")', ["*no training job 'bda' in us-east-1; there are: bad, *"]),
    ('ready.assert_stopped("nothing")', ["*no training job 'nothing' *: good, bad"]),
    (
        'ready.assert_stopped("good", "MaxRuntime")',
        ["*ValueError: secondary_status must be one of Stopped, MaxRuntimeExceeded, *"],
    ),
    ('ready.assert_metric("goood", "loss")', ["*no training job 'goood' *: good, bad"]),
    ('ready.training_job("goood")', ["*no training job 'goood' *: good, bad"]),
    ('ready.log("goood")', ["*no training job 'goood' *: good, bad"]),
    ('ready.log("not a name")', ["*no training job 'not a name' *: good, bad"]),
    ('ready.assert_in_service("good")', ["*no endpoint 'good' in us-east-1; there are: none"]),
    (
        'ready.assert_metric("bad", "loss")',
        [
            "*training job bad has no metric 'loss'; it has: none",
            "*  it is Failed",
            "*FailureReason: ClientError: no data",
        ],
    ),
]


def failures(pytester: pytest.Pytester, conftest: str, tests: str) -> dict[str, pytest.LineMatcher]:
    """What is shown of each failing test; all of them must fail.

    In a process of its own: in this one, what the tests import would be imported twice.
    """
    pytester.makeconftest(conftest)
    pytester.makepyfile(tests)
    result = pytester.runpytest_subprocess("-p", "no:randomly")
    result.assert_outcomes(failed=tests.count("def test_"))
    _, *parts = re.split(r"^_+ (test_\w+) _+$", result.stdout.str(), flags=re.MULTILINE)
    return {
        name: pytest.LineMatcher(shown.splitlines())
        for name, shown in zip(parts[::2], parts[1::2], strict=True)
    }


def test_assertions_say_what_is_there_instead(pytester: pytest.Pytester) -> None:
    calls = [call for call, _ in ASSERTIONS]
    tests = "\n".join(f"def test_{i}(ready):\n    {call}\n" for i, call in enumerate(calls))
    shown = failures(pytester, CONFTEST, tests)
    for number, (_, expected) in enumerate(ASSERTIONS):
        shown[f"test_{number}"].fnmatch_lines(expected)
        assert "testing.py" not in shown[f"test_{number}"].str()


STUDIO = (Path(__file__).parent / "conftest.py").read_text()
"""A conftest.py with the fixture `studio`."""

TESTS_OF_HELD_JOB = """
import pytest

@pytest.fixture
def held(sagemock, studio):
    sagemock.control.hold_training_job(at="Downloading", name="j*")
    studio.create_job("job")
    return sagemock

def test_completed(held):
    held.assert_completed("job")

def test_metric(held):
    held.assert_metric("job", "loss")

def test_waiter(held):
    waiter = held.client("sagemaker").get_waiter("training_job_completed_or_stopped")
    waiter.wait(TrainingJobName="job")
"""
LET_GO = (
    "*held by rule *, hold_training_job(at='Downloading', name='j[*]'); *.release('job') lets *"
)


def test_a_held_job_names_its_rule_and_the_way_out(pytester: pytest.Pytester) -> None:
    for shown in failures(pytester, STUDIO, TESTS_OF_HELD_JOB).values():
        shown.fnmatch_lines(
            [
                f"E  {LET_GO}",
                "*sagemock: jobs and endpoints*",
                f"training job job (us-east-1): InProgress, passed through *; {LET_GO}",
            ]
        )


def test_the_way_out_of_a_hold_is_one(sagemock: Any, studio: Any) -> None:
    sagemock.control.hold_training_job()
    studio.create_job("job")
    with pytest.raises(AssertionError) as caught:
        sagemock.assert_completed("job")
    (call,) = re.findall(r"sagemock\.control\.release\('job'\)", str(caught.value))
    assert eval(call) == ["job"]
    sagemock.assert_completed("job")


RULES = """
import pytest

def test_it(sagemock, studio):
    control = sagemock.control
    control.add_training_job("ready")
    studio.create_job("early")
    studio.create_config("c")
    studio.sagemaker.create_endpoint(EndpointName="e", EndpointConfigName="c")
    control.fail_training_job("ClientError: no", name="jbo", times=None)
    control.stop_training_job(at="Uploading", name="fails", tags={})
    control.hold_training_job(name="early")
    control.lose_spot_instance(recovers=False)
    control.exceed_max_runtime(tags={"Stage": "test"})
    control.fail_endpoint("No capacity.", name="f")
    control.fail_endpoint("No capacity.", name="e")
    control.fail_invocation(503, endpoint="ee")
    control.answer_invocations(print)
    control.deny("Delete*")
    control.deny("ListModels", times=2)
    with pytest.raises(Exception, match="AccessDenied"):
        studio.sagemaker.list_models()
    studio.create_job("job")
    studio.create_job("fails", HyperParameters={"epochs": "none"})
    assert False
"""


def test_rules_without_an_effect_are_in_the_report(pytester: pytest.Pytester) -> None:
    shown = failures(pytester, STUDIO, RULES)["test_it"]
    shown.fnmatch_lines(
        [
            "*sagemock: rules without an effect*",
            "rule *, fail_training_job('ClientError: no', name='jbo'): no training job matched; "
            "there are: job, *",
            "rule *, hold_training_job(name='early'): no training job that matched was created "
            "after it; early: created before, *",
            "rule *, lose_spot_instance(recovers=False): no training job matched; * "
            "(only jobs with EnableManagedSpotTraining can match)",
            "rule *, exceed_max_runtime(tags={'Stage': 'test'}): no training job matched; *",
            "rule *, fail_endpoint('No capacity.', name='f'): no endpoint matched; there are: e",
            "rule *, fail_endpoint('No capacity.', name='e'): no endpoint was created or updated "
            "after it, e before",
            "rule *, fail_invocation(503, endpoint='ee'): no endpoint matched; there are: e",
            "rule *, answer_invocations(print): no call of InvokeEndpoint reached e",
            "rule *, deny('Delete[*]'): no such call was made",
            "rule *, stop_training_job(at='Uploading', name='fails'): training job fails ended "
            "before it could apply",
        ],
        consecutive=True,
    )
    assert "deny('ListModels')" not in shown.str()


def test_long_lines_of_a_log_are_cut(sagemock: Any, studio: Any) -> None:
    studio.create_job("job")
    longest = max(len(line) for line in sagemock.log("job"))
    assert longest > 400
    with pytest.raises(AssertionError) as caught:
        sagemock.assert_failed("job")
    lines = str(caught.value).splitlines()
    cut = [line for line in lines if re.fullmatch(r" {4}.{200}\.\.\. \(\d+ characters\)", line)]
    assert cut
    assert max(map(len, lines)) < 240


def test_a_report_reads_the_end_of_a_log_alone(
    sagemock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from moto.logs.models import LogEvent

    from sagemock.moto_adapter.backend import world_of

    sagemock.control.add_training_job("job")
    put = world_of("123456789012", sagemock.region).services.logs.put
    now = int(time.time() * 1000)
    for host, count in ((1, 500), (2, 3)):
        lines = [(now, f"line {number} of host {host}") for number in range(count)]
        put("/aws/sagemaker/TrainingJobs", f"job/algo-{host}-1", lines)
    read = []
    to_answer = LogEvent.to_response_dict
    monkeypatch.setattr(
        LogEvent, "to_response_dict", lambda event: read.append(1) or to_answer(event)
    )
    with pytest.raises(AssertionError) as caught:
        sagemock.assert_failed("job")
    shown = [line.strip() for line in str(caught.value).splitlines()[-10:]]
    assert shown == [
        *(f"line {number} of host 1" for number in range(493, 500)),
        *(f"line {number} of host 2" for number in range(3)),
    ]
    assert len(read) == 10


def test_a_log_is_read_to_its_end(sagemock: Any) -> None:
    sagemock.control.add_training_job("job")
    logs = sagemock.client("logs")
    group = "/aws/sagemaker/TrainingJobs"
    logs.create_log_group(logGroupName=group)
    for number in range(60):
        stream = f"job/algo-{number:02}"
        logs.create_log_stream(logGroupName=group, logStreamName=stream)
        lines = 10_500 if number == 0 else 1
        now = int(time.time() * 1000)
        events = [{"timestamp": now, "message": f"{number}:{line}"} for line in range(lines)]
        logs.put_log_events(logGroupName=group, logStreamName=stream, logEvents=events)
    lines = sagemock.log("job")
    assert (len(lines), lines[0], lines[-1]) == (10_559, "0:0", "59:0")


def test_a_metric_that_no_training_made(sagemock: Any, studio: Any, make_studio: Any) -> None:
    algorithm = {"TrainingImage": "custom:1", "TrainingInputMode": "File"}
    studio.create_job("job", AlgorithmSpecification=algorithm)
    with pytest.raises(AssertionError) as caught:
        sagemock.assert_metric("job", "loss")
    assert str(caught.value).splitlines() == [
        "training job job has no metric 'loss'; it has: none",
        "  sagemock does not run its image, 'custom:1': no metrics",
    ]


@pytest.mark.sagemock(training="off")
def test_a_metric_while_training_is_off(sagemock: Any, studio: Any) -> None:
    studio.create_job("job")
    with pytest.raises(AssertionError, match="training is off: jobs complete without metrics"):
        sagemock.assert_metric("job", "loss")


@pytest.mark.sagemock(validation="off")
def test_a_metric_of_a_job_without_data(sagemock: Any, studio: Any) -> None:
    studio.s3.delete_object(Bucket="studio", Key="train/rows.csv")
    studio.create_job("job")
    with pytest.raises(AssertionError, match="jobs whose data is not in S3 complete without"):
        sagemock.assert_metric("job", "loss")


def test_close_names_of_metrics_come_first(sagemock: Any) -> None:
    metrics = {f"a{number}": 1.0 for number in range(20)}
    sagemock.control.add_training_job("job", metrics={**metrics, "train:objective_loss": 1.0})
    with pytest.raises(AssertionError, match=r"it has: train:objective_loss, a0, .* and 11 more"):
        sagemock.assert_metric("job", "train:objective-loss")


@pytest.mark.parametrize("value", ["nan", "inf", "-1e39"])
def test_a_metric_that_the_api_cannot_carry_is_refused(sagemock: Any, value: str) -> None:
    with pytest.raises(ValueError, match="the metric 'loss' must be a finite float32, not"):
        sagemock.control.add_training_job("job", metrics={"loss": float(value)})


def test_a_name_of_another_region(sagemock: Any) -> None:
    sagemock.control.add_training_job("job", region="eu-west-1")
    with pytest.raises(AssertionError, match="there is one of that name in eu-west-1"):
        sagemock.assert_completed("job")


def test_other_errors_of_a_lookup_are_not_hidden(sagemock: Any) -> None:
    sagemock.control.deny("DescribeTrainingJob")
    with pytest.raises(ClientError, match="AccessDeniedException"):
        sagemock.assert_completed("job")


def test_an_endpoint_on_its_way_is_waited_for(sagemock: Any, studio: Any) -> None:
    studio.create_config("c")
    state_manager.set_transition("sagemaker::endpoint", {"progression": "manual", "times": 3})
    try:
        studio.sagemaker.create_endpoint(EndpointName="e", EndpointConfigName="c")
        assert studio.endpoint()["EndpointStatus"] == "Creating"
        sagemock.assert_in_service("e")
    finally:
        state_manager.unset_transition("sagemaker::endpoint")


def test_a_report_of_many_jobs(sagemock: Any, studio: Any) -> None:
    studio.create_config("c")
    studio.sagemaker.create_endpoint(EndpointName="e", EndpointConfigName="c")
    sagemock.control.add_training_jobs({"name": f"job-{number}"} for number in range(60))
    sagemock.control.add_training_job("bad", status="Failed")
    lines = reports.resources(all_worlds()).splitlines()
    assert lines[0].startswith("training job bad (us-east-1): Failed")
    assert len(lines) == 50 + 4
    assert lines[50:] == [
        "... and 11 more training jobs (us-east-1)",
        "endpoint e (us-east-1): InService, variants v (model model-c)",
        "endpoint configurations (us-east-1): c",
        "models (us-east-1): model-c",
    ]


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
    with pytest.raises(
        AssertionError, match=r"endpoint bad is Failed, not InService: No capacity\."
    ):
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
        sagemock_validation = off
        sagemock_region = eu-west-1
        """
    )
    pytester.makepyfile(
        """
        import pytest
        from sagemock.moto_adapter.backend import workers

        def options():
            c = workers.config
            return c.training, c.seed, c.max_workers, c.waiting, c.validation

        def test_ini(sagemock):
            assert options() == ("off", 5, 3, "real", "off")
            assert sagemock.region == "eu-west-1"

        @pytest.mark.sagemock(seed=1, training="background", validation="strict")
        class TestMarked:
            def test_class(self, sagemock):
                assert options() == ("background", 1, 3, "real", "strict")

            @pytest.mark.sagemock(seed=2, region="us-west-2")
            def test_nearest(self, sagemock_server):
                assert options() == ("background", 2, 3, "real", "strict")
                assert sagemock_server.client("sagemaker").meta.region_name == "us-west-2"
        """
    )
    pytester.runpytest_subprocess("--strict-markers").assert_outcomes(passed=3)


def test_bad_markers_are_refused(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import pytest

        mark = pytest.mark.sagemock

        @pytest.mark.parametrize("number", [
            pytest.param(1, marks=mark(colour=1)),
            pytest.param(2, marks=mark("inline")),
            pytest.param(3, marks=mark(training="later")),
            pytest.param(4, marks=mark(max_workers=0)),
            pytest.param(5, marks=mark(validation="lax")),
        ])
        def test_it(sagemock, number):
            pass
        """
    )
    result = pytester.runpytest_subprocess("-p", "no:randomly")
    result.assert_outcomes(errors=5)
    result.stdout.fnmatch_lines(
        [
            "*the marker sagemock takes training, *; it does not take colour",
            "*the marker sagemock takes training, *; it does not take 'inline'",
            "*training must be 'inline', 'background' or 'off', not 'later'",
            "*max_workers must be at least 1, not 0",
            "*validation must be 'strict' or 'off', not 'lax'",
        ]
    )


@pytest.mark.full
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
