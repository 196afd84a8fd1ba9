"""`sagemock serve` as a process of its own."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
import requests

from sagemock.server import PortInUse, SageMockServer
from sagemock.web.ports import REFUSED_BY_BROWSERS

REGIONS = ("us-west-2", "eu-west-1")
ROLE = "arn:aws:iam::123456789012:role/SageMaker"


def test_it_tells_where_it_listens_and_how_to_reach_it(serving: Any) -> None:
    with serving() as (_, url, said):
        assert url.startswith("http://127.0.0.1:")
        assert f"export AWS_ENDPOINT_URL={url}" in said


@pytest.mark.slow
def test_it_listens_on_ipv6_when_told_to(serving: Any) -> None:
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        pytest.skip("this machine has no IPv6")
    with serving("--host", "::1") as (_, url, _):
        assert url.startswith("http://[::1]:")
        assert boto3.client("sagemaker", endpoint_url=url).list_models()["Models"] == []


@pytest.mark.slow
def test_it_says_when_it_is_open_to_all(serving: Any) -> None:
    with serving("--host", "0.0.0.0") as (_, url, said):
        assert url.startswith("http://127.0.0.1:")
        assert "every address of this machine" in said
        assert boto3.client("sagemaker", endpoint_url=url).list_models()["Models"] == []


@pytest.mark.slow
def test_it_reads_no_aws_configuration_of_its_user(serving: Any, tmp_path: Path) -> None:
    """Any one of them would keep a client of botocore from being made."""
    broken = tmp_path / "broken"
    broken.write_text("no such thing\n")
    profiles = dict.fromkeys(("AWS_PROFILE", "AWS_DEFAULT_PROFILE"), "no-such-profile")
    files = dict.fromkeys(("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"), str(broken))
    with serving(environ={**profiles, **files}) as (_, url, _):
        assert boto3.client("sagemaker", endpoint_url=url).list_models()["Models"] == []
        assert boto3.client("s3", endpoint_url=url).list_buckets()["Buckets"] == []


@pytest.mark.slow
def test_a_port_that_is_taken_is_said_plainly() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = subprocess.run(
            [sys.executable, "-m", "sagemock", "serve", "--port", str(port)],
            capture_output=True,
            text=True,
            timeout=60,
        )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        f"sagemock: port {port} on 127.0.0.1 is already in use; choose another with --port, or "
        "any with --port 0\n"
    )


@pytest.mark.slow
def test_a_port_that_browsers_refuse_is_warned_of(serving: Any) -> None:
    port = next(filter(is_free, sorted(REFUSED_BY_BROWSERS - set(range(1024)))))
    with serving("--port", str(port)) as (process, url, _):
        assert boto3.client("sagemaker", endpoint_url=url).list_models()["Models"] == []
        process.terminate()
        _, err = process.communicate(timeout=30)
    assert err == (
        f"sagemock: browsers refuse port {port}, and so cannot show the console; choose another\n"
    )


def is_free(port: int) -> bool:
    try:
        socket.create_server(("127.0.0.1", port)).close()
    except OSError:
        return False
    return True


@pytest.mark.slow
def test_an_address_that_is_not_ours_is_said_plainly() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "sagemock", "serve", "--host", "192.0.2.1", "--port", "0"],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 2
    assert "cannot listen on 192.0.2.1:0" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.slow
def test_others_run_code_only_where_that_is_allowed() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "sagemock", "serve", "-H", "0.0.0.0", "--containers", "local"],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "sagemock: with containers=local, every machine that reaches 0.0.0.0 could run code on "
        "this one: listen on 127.0.0.1, or allow it with --allow-remote-code\n"
    )


@pytest.mark.slow
def test_other_origins_run_no_code(serving: Any) -> None:
    with serving("--containers", "local", "--allow-origin", "*") as (process, url, _):
        answer = requests.get(url, headers={"Origin": "https://evil.example"}, timeout=30)
        assert answer.status_code == 403
        process.terminate()
        _, err = process.communicate(timeout=30)
    assert err.startswith("sagemock: with --containers local no other origin may call this server")


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_stops_cleanly(serving: Any, number: signal.Signals) -> None:
    with serving() as (process, url, _):
        boto3.client("sagemaker", endpoint_url=url).list_models()
        process.send_signal(number)
        out, err = process.communicate(timeout=30)
    assert process.returncode == 0
    assert out == "sagemock has stopped.\n"
    assert err == ""


@pytest.mark.slow
def test_a_job_that_waits_for_a_worker_is_in_the_log(serving: Any, make_studio: Any) -> None:
    endless = {
        "predictor_type": "binary_classifier",
        "mini_batch_size": "10",
        "epochs": "1000000",
        "early_stopping_patience": "1000000",
    }
    options = ("--workers", "1", "--log-level", "info", "--stop-timeout", "0", "--wait", "0")
    with serving(*options) as (process, url, _):
        studio = make_studio(lambda service: boto3.client(service, endpoint_url=url))
        for name in ("first", "second"):
            studio.create_job(name, HyperParameters=endless)
        with urllib.request.urlopen(f"{url}/sagemock/health", timeout=20) as answer:
            assert json.load(answer)["under_way"] == {"waiting for a worker": 1, "working": 1}
        process.terminate()
        _, err = process.communicate(timeout=60)
    assert (
        "INFO training job second waits for a worker: max_workers is 1, and as many jobs are "
        "running\n"
    ) in err


@pytest.mark.slow
@pytest.mark.parametrize("port", ["-1", "70000", "x"])
def test_a_bad_port_is_refused(port: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "sagemock", "serve", f"--port={port}"],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 2
    assert "a port must be a number from 0 to 65535" in done.stderr


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with SageMockServer() as server:
        yield server.url


def test_every_service_is_there(url: str) -> None:
    s3 = boto3.client("s3", endpoint_url=url)
    s3.create_bucket(Bucket="my-bucket")
    assert [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]] == ["my-bucket"]
    sqs = boto3.client("sqs", endpoint_url=url)
    assert "QueueUrl" in sqs.create_queue(QueueName="q")


def test_two_servers_cannot_share_a_port(url: str) -> None:
    port = int(url.rsplit(":", 1)[1])
    with pytest.raises(PortInUse):
        SageMockServer(port=port).start()


def test_a_server_that_does_not_run_has_no_url() -> None:
    with pytest.raises(RuntimeError, match="not running"):
        _ = SageMockServer().url


def test_reset_over_http(url: str) -> None:
    sagemaker = boto3.client("sagemaker", endpoint_url=url)
    sagemaker.create_model(ModelName="gone", ExecutionRoleArn=ROLE)
    request = urllib.request.Request(f"{url}/moto-api/reset", method="POST")
    assert urllib.request.urlopen(request, timeout=10).status == 200
    assert sagemaker.list_models()["Models"] == []


def ask(
    url: str, body: bytes | None, method: str = "POST", **headers: str
) -> tuple[int, str, bytes]:
    """An unsigned call, as curl would send it: status, content type, body."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    request = urllib.request.Request(url, data=body, headers=named, method=method)
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, answer.headers["Content-Type"], answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers["Content-Type"], error.read()


def post(url: str, body: bytes, **headers: str) -> tuple[int, dict[str, Any]]:
    status, _, answer = ask(url, body, **headers)
    return status, json.loads(answer)


def signed(service: str, region: str = "us-east-1") -> str:
    scope = f"key/20260101/{region}/{service}/aws4_request"
    return f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0"


CURL_CASES = [
    (b"{", "SageMaker.ListModels", "SerializationException"),
    (b"[]", "SageMaker.ListModels", "SerializationException"),
    (b'{"MaxResults": "x"}', "SageMaker.ListModels", "SerializationException"),
    (b"\xff\xfe", "SageMaker.ListModels", "SerializationException"),
    (b"[" * 100_000, "SageMaker.ListModels", "SerializationException"),
    (b"{}", "SageMaker.NoSuchThing", "UnknownOperationException"),
    (b"{}", "SageMaker.", "UnknownOperationException"),
    (b"{}", "SageMaker.CreateHub", "UnknownOperationException"),
    (b"{}", "SageMaker.DescribeModel", "ValidationException"),
    (b'{"MaxResults": 1000}', "SageMaker.ListModels", "ValidationException"),
    (b"{}", "SageMaker.CreatePipeline", "ValidationException"),
]


@pytest.mark.parametrize(("body", "target", "code"), CURL_CASES)
def test_bad_calls_get_awss_errors(url: str, body: bytes, target: str, code: str) -> None:
    status, answer = post(url, body, X_Amz_Target=target)
    assert (status, answer["__type"]) == (400, code)
    if code == "UnknownOperationException":
        name = target.removeprefix("SageMaker.")
        assert name in (answer.get("message") or answer.get("Message"))


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("/", {"Authorization": signed("sagemaker")}, 400),
        ("/", {"Authorization": "nonsense"}, 400),
        ("/", {"Authorization": signed("dynamodb")}, 501),
        ("/", {"X_Amz_Target": "Nothing"}, 501),
        ("/endpoints/e/nothing", {"Authorization": signed("sagemaker")}, 404),
        ("/endpoints//invocations", {"Authorization": signed("sagemaker")}, 404),
        ("/endpoints/%ff/invocations", {"Authorization": signed("sagemaker")}, 400),
        ("/endpoints/a%2Fb/invocations", {"Authorization": signed("sagemaker")}, 400),
        ("/endpoints/a_b/invocations/", {"Authorization": signed("sagemaker")}, 400),
        ("/BatchPutMetrics", {"Authorization": signed("sagemaker")}, 404),
    ],
)
def test_odd_requests_get_errors_and_no_pages(
    url: str, path: str, headers: dict[str, str], status: int
) -> None:
    answered, kind, body = ask(f"{url}{path}", b"\xff{}", **headers)
    assert answered == status
    assert kind.split(";")[0] in (
        "application/x-amz-json-1.1",
        "application/json",
        "text/xml",
        "application/x-www-form-urlencoded",
    )
    assert b"<html" not in body


def test_a_form_that_is_not_utf8_is_not_waited_for(url: str) -> None:
    status, _, _ = ask(f"{url}/", b"\xff\xfe", Content_Type="application/x-www-form-urlencoded")
    assert status < 500


def test_an_operation_of_another_service_that_moto_lacks_is_named(url: str) -> None:
    client = boto3.client("dynamodb", endpoint_url=url)
    with pytest.raises(client.exceptions.ClientError, match="list_imports") as caught:
        client.list_imports()
    answer = caught.value.response
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 501
    assert answer["ResponseMetadata"]["RetryAttempts"] == 0
    assert answer["Error"]["Code"] == "NotImplemented"


def test_another_region_is_another_world_and_an_unknown_one_an_error(url: str) -> None:
    here, there = (boto3.client("sagemaker", region, endpoint_url=url) for region in REGIONS)
    here.create_model(ModelName="here", ExecutionRoleArn=ROLE)
    assert there.list_models()["Models"] == []
    mars = {"Authorization": signed("sagemaker", "mars-1"), "X_Amz_Target": "SageMaker.ListModels"}
    status, answer = post(url, b"{}", **mars)
    assert (status, answer["__type"]) == (400, "ValidationException")
    assert "mars-1" in answer["message"]


def test_unsigned_calls_are_understood(url: str) -> None:
    status, answer = post(url, b"{}", X_Amz_Target="SageMaker.ListTrainingJobs")
    assert (status, answer["TrainingJobSummaries"]) == (200, [])


def test_a_streaming_invocation_is_refused_in_the_form_of_the_protocol(url: str) -> None:
    runtime = boto3.client("sagemaker-runtime", endpoint_url=url)
    with pytest.raises(runtime.exceptions.ValidationError, match="Endpoint e of account"):
        runtime.invoke_endpoint_with_response_stream(EndpointName="e", Body=b"1")


def test_a_stopped_server_listens_no_more() -> None:
    with SageMockServer() as server:
        address = ("127.0.0.1", int(server.url.rsplit(":", 1)[1]))
        socket.create_connection(address, timeout=10).close()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(address, timeout=10)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
def test_in_the_background_of_a_script_it_ends_by_sigterm_alone() -> None:
    script = f"{sys.executable} -m sagemock serve --port 0 & echo $!; wait $!; echo $?"
    with subprocess.Popen(["sh", "-c", script], stdout=subprocess.PIPE, text=True) as shell:
        assert shell.stdout is not None
        pid = int(shell.stdout.readline())
        url = shell.stdout.readline().split()[-1]
        line = ""
        while "Stop it with" not in line:
            line = shell.stdout.readline()
        assert line == f"Stop it with `kill {pid}`.\n"
        os.kill(pid, signal.SIGINT)
        with urllib.request.urlopen(f"{url}/sagemock/health", timeout=20) as answer:
            assert answer.status == 200
        os.kill(pid, signal.SIGTERM)
        assert shell.stdout.read() == "sagemock has stopped.\n0\n"


def test_validation_off(serving: Any) -> None:
    with serving("--validation", "off") as (_, url, _):
        client = boto3.client("sagemaker", "us-east-1", endpoint_url=url)
        client.create_experiment(ExperimentName="my_experiment")
        (listed,) = client.list_experiments()["ExperimentSummaries"]
        client.close()
        runtime = boto3.client("sagemaker-runtime", "us-east-1", endpoint_url=url)
        answer = runtime.invoke_endpoint(EndpointName="never_created", Body=b"1,2")
        assert answer["Body"].read() == b"body"
        runtime.close()
    assert listed["ExperimentName"] == "my_experiment"


def test_a_demo_server_begins_with_the_sample(serving: Any) -> None:
    with serving("--demo") as (_, url, said):
        session = boto3.Session("test", "test", region_name="us-east-1")
        s3 = session.client("s3", endpoint_url=url)
        bucket = "sagemaker-us-east-1-123456789012"
        keys = [each["Key"] for each in s3.list_objects_v2(Bucket=bucket)["Contents"]]
        assert len(keys) == 4
        for key in keys:
            assert f"s3://{bucket}/{key}\n" in said
