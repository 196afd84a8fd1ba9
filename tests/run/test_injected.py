"""What happens inside a Python process that `sagemock run` has started."""

from __future__ import annotations

import http.server
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest

from sagemock.run.environment import INJECTED
from sagemock.run.injected import sitecustomize
from sagemock.server import SageMockServer
from sagemock.wire.sessions import loader

IMAGE = "382416733822.dkr.ecr.us-east-1.amazonaws.com/linear-learner:1"
ROLE = "arn:aws:iam::123456789012:role/service-role/SageMaker"
WHO = "arn:aws:sts::123456789012:assumed-role/SageMaker/SageMaker"
NO_LONG_SLEEP = """
import time
_sleep = time.sleep
def sleep(seconds):
    assert seconds <= 1, f"slept {seconds} s"
    _sleep(seconds)
time.sleep = sleep
"""


def said(done: subprocess.CompletedProcess[str]) -> Any:
    """The JSON that a child printed."""
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return json.loads(done.stdout)


@pytest.mark.parametrize(
    "url",
    [
        "https://sts.us-east-1.amazonaws.com",
        "https://sts-fips.us-east-1.amazonaws.com",
        "https://sts.cn-north-1.amazonaws.com.cn",
        "https://sts.us-gov-west-1.amazonaws.com",
        "https://sts.us-east-1.api.aws",
        "https://vpce-0a1b2c3d-4e5f.sts.us-east-1.vpce.amazonaws.com",
    ],
)
def test_a_url_of_aws_that_the_code_names_leads_to_the_server(child: Any, url: str) -> None:
    done = child(
        "import boto3, json\n"
        f"sts = boto3.client('sts', endpoint_url={url!r})\n"
        "print(json.dumps([sts.meta.endpoint_url, sts.get_caller_identity()['Arn']]))"
    )
    endpoint, arn = said(done)
    assert endpoint.startswith("http://127.0.0.1:")
    assert arn == WHO


@pytest.mark.parametrize(
    "options",
    [
        {"use_fips_endpoint": True},
        {"use_dualstack_endpoint": True},
        {"use_fips_endpoint": True, "use_dualstack_endpoint": True},
        {"s3": {"use_accelerate_endpoint": True}},
        {"ignore_configured_endpoint_urls": True},
    ],
)
def test_clients_with_hosts_of_their_own_reach_the_server(
    child: Any, server: SageMockServer, options: dict[str, Any]
) -> None:
    done = child(
        "import boto3\n"
        "from botocore.config import Config\n"
        f"s3 = boto3.client('s3', config=Config(**{options!r}))\n"
        "boto3.client('s3').create_bucket(Bucket='bucket')\n"
        "s3.put_object(Bucket='bucket', Key='a b/c', Body=b'body')\n"
        "print(s3.list_objects_v2(Bucket='bucket')['KeyCount'])"
    )
    assert said(done) == 1
    s3 = boto3.client("s3", endpoint_url=server.url)
    assert s3.get_object(Bucket="bucket", Key="a b/c")["Body"].read() == b"body"


def test_presigned_urls_name_the_server(child: Any, server: SageMockServer) -> None:
    done = child(
        "import boto3, json\n"
        "s3 = boto3.client('s3')\n"
        "print(json.dumps(s3.generate_presigned_url('get_object', "
        "Params={'Bucket': 'b', 'Key': 'k'})))"
    )
    assert said(done).startswith(f"{server.url}/b/k?")


@pytest.fixture
def elsewhere() -> Iterator[tuple[str, list[str]]]:
    """Another server of the user's: its URL, and the paths that it was asked for."""
    asked: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(404)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as other:
        thread = threading.Thread(target=other.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{other.server_port}", asked
        other.shutdown()
        thread.join()


GET = (
    "import boto3\nfrom botocore.exceptions import ClientError\n"
    "try:\n    boto3.client('s3'{0}).get_object(Bucket='bucket', Key='key')\n"
    "except ClientError as error:\n    print(error.response['Error']['Code'])"
)


def test_a_local_url_that_the_code_names_is_left_alone(
    child: Any, elsewhere: tuple[str, list[str]]
) -> None:
    url, asked = elsewhere
    done = child(GET.format(f", endpoint_url={url!r}"))
    assert (done.stdout, done.stderr) == ("404\n", "")
    assert asked == ["/bucket/key"]


def test_a_local_url_of_one_service_in_the_environment_is_left_alone(
    child: Any, elsewhere: tuple[str, list[str]]
) -> None:
    url, asked = elsewhere
    done = child(GET.format(""), env={"AWS_ENDPOINT_URL_S3": url})
    assert (done.stdout, done.stderr) == ("404\n", "")
    assert asked == ["/bucket/key"]


def test_urls_of_aws_in_environment_and_configuration_lead_to_the_server(
    child: Any, tmp_path: Path
) -> None:
    config = tmp_path / "config"
    config.write_text(
        "[default]\nservices = mine\nendpoint_url = https://s3.eu-west-1.amazonaws.com\n"
        "use_fips_endpoint = true\n"
        "[services mine]\nsts =\n  endpoint_url = https://sts.eu-west-1.amazonaws.com\n"
    )
    done = child(
        "import boto3, json\nprint(json.dumps(boto3.client('sts').get_caller_identity()['Arn']))",
        env={
            "AWS_CONFIG_FILE": str(config),
            "AWS_ENDPOINT_URL_STS": "https://sts.us-west-2.amazonaws.com",
            "AWS_PROFILE": "none-of-this-name",
            "AWS_USE_DUALSTACK_ENDPOINT": "true",
            "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true",
        },
    )
    assert said(done) == WHO


def test_the_role_outlives_a_reset(child: Any, server: SageMockServer) -> None:
    code = (
        "import boto3, json, urllib.request\n"
        "def look():\n"
        "    arn = boto3.client('sts').get_caller_identity()['Arn']\n"
        "    role = boto3.client('iam').get_role(RoleName='SageMaker')['Role']\n"
        "    return [arn, role['Arn'], role['Path']]\n"
        "before = look()\n"
        f"urllib.request.urlopen('{server.url}/moto-api/reset', b'').close()\n"
        "print(json.dumps([before, look()]))"
    )
    before, after = said(child(code))
    assert before == after == [WHO, ROLE, "/service-role/"]


def test_a_mock_in_the_process_stays_in_the_process(child: Any, server: SageMockServer) -> None:
    done = child(
        "import boto3\n"
        "from moto import mock_aws\n"
        "with mock_aws():\n"
        "    boto3.client('s3').create_bucket(Bucket='inside')\n"
        "boto3.client('s3').create_bucket(Bucket='outside')\n"
        "print('[]')"
    )
    said(done)
    buckets = boto3.client("s3", endpoint_url=server.url).list_buckets()["Buckets"]
    assert [bucket["Name"] for bucket in buckets] == ["outside"]


def create_job(server: SageMockServer) -> None:
    sagemaker = boto3.client("sagemaker", "us-east-1", endpoint_url=server.url)
    sagemaker.create_training_job(
        TrainingJobName="job",
        RoleArn=ROLE,
        AlgorithmSpecification={
            "TrainingImage": "123456789012.dkr.ecr.us-east-1.amazonaws.com/mine:1",
            "TrainingInputMode": "File",
        },
        OutputDataConfig={"S3OutputPath": "s3://data/output"},
        ResourceConfig={"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 10},
        StoppingCondition={"MaxRuntimeInSeconds": 3600},
    )


WAIT = (
    NO_LONG_SLEEP + "import boto3\n"
    "waiter = boto3.client('sagemaker').get_waiter('training_job_completed_or_stopped')\n"
    "try:\n    waiter.wait(TrainingJobName='job', WaiterConfig={'Delay': 60})\n"
    "except Exception as error:\n    print(type(error).__name__, error)\n"
)


def test_waiters_wait_for_changes(child: Any, server: SageMockServer) -> None:
    from sagemock import control

    control.hold_training_job(at="Downloading")
    create_job(server)
    releasing = threading.Timer(0.5, control.release)
    releasing.start()
    done = child(WAIT)
    releasing.join()
    assert (done.stdout, done.stderr) == ("", "")


def test_waiting_for_what_does_not_come_ends_with_the_reason(
    child: Any, server: SageMockServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sagemock import control
    from sagemock.moto_adapter import waiting

    monkeypatch.setattr(waiting, "PATIENCE", 0.01)
    control.hold_training_job(at="Downloading")
    create_job(server)
    done = child(WAIT)
    assert done.stdout.startswith("WaiterError Waiter TrainingJobCompletedOrStopped failed: ")
    assert "training job job is Downloading (held)" in done.stdout


def test_loops_of_the_sdk_wait_for_changes(
    child: Any, server: SageMockServer, tmp_path: Path
) -> None:
    package = tmp_path / "sagemaker"
    package.mkdir()
    (package / "__init__.py").write_text("")
    loop = (
        "import time\nfrom time import sleep\n"
        "def poll(describe):\n"
        "    begun = time.time()\n"
        "    while describe()['TrainingJobStatus'] == 'InProgress':\n"
        "        time.sleep(30)\n        sleep(30)\n"
        "    return time.time() - begun\n"
    )
    (package / "session.py").write_text(loop)
    (package / "local").mkdir()
    (package / "local" / "__init__.py").write_text("import time\n")
    create_job(server)
    code = (
        NO_LONG_SLEEP + "import time as real\n"
        "import boto3, json, sagemaker.session, sagemaker.local\n"
        "client = boto3.client('sagemaker')\n"
        "skipped = sagemaker.session.poll("
        "lambda: client.describe_training_job(TrainingJobName='job'))\n"
        "print(json.dumps([skipped < 3600, sagemaker.local.time is real]))"
    )
    assert said(child(code)) == [True, True]


def test_the_sdk_sends_no_telemetry(child: Any, tmp_path: Path) -> None:
    """It sends it by `requests`, to a bucket of AWS."""
    package = tmp_path / "sagemaker" / "telemetry"
    package.mkdir(parents=True)
    (package.parent / "__init__.py").write_text("")
    (package / "__init__.py").write_text("")
    (package / "telemetry_logging.py").write_text(
        "def _requests_helper(url, timeout):\n    print('sent to', url)\n"
        "def emit():\n    _requests_helper('https://bucket.s3.us-east-1.amazonaws.com', 2)\n"
    )
    done = child("from sagemaker.telemetry import telemetry_logging as it; it.emit(); print('end')")
    assert (done.stdout, done.stderr) == ("end\n", "")


def test_the_sitecustomize_behind_it_runs_too(child: Any, tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text("HERE = 'mine'\n")
    done = child(
        "import boto3, json, sitecustomize\n"
        "arn = boto3.client('sts').get_caller_identity()['Arn']\n"
        "print(json.dumps([sitecustomize.HERE, sitecustomize.__file__, arn]))",
        env={"PYTHONPATH": str(tmp_path)},
    )
    assert said(done) == ["mine", str(tmp_path / "sitecustomize.py"), WHO]


def test_a_sitecustomize_that_breaks_is_told_of_as_ever(child: Any, tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text("raise ValueError('mine')\n")
    done = child(
        "import boto3\nprint(boto3.client('sts').get_caller_identity()['Arn'])",
        env={"PYTHONPATH": str(tmp_path)},
    )
    assert done.stdout == f"{WHO}\n"
    assert "ValueError: mine" in done.stderr


LOADED = "import sys; print(*sorted(sys.modules), sep='\\n')"


def test_a_process_without_botocore_loads_next_to_nothing() -> None:
    plain = {name: text for name, text in os.environ.items() if name != "PYTHONPATH"}

    def loaded(**more: str) -> set[str]:
        python = [sys.executable, "-S", "-c", f"import site; site.execsitecustomize(); {LOADED}"]
        done = subprocess.run(python, env={**plain, **more}, capture_output=True, text=True)
        assert done.stderr == ""
        return set(done.stdout.split())

    injected = loaded(PYTHONPATH=INJECTED, SAGEMOCK_URL="http://127.0.0.1:1")
    assert injected - loaded() == {"sitecustomize", "__future__"}


def test_the_suffixes_of_every_partition_are_known() -> None:
    partitions = loader().load_data("partitions")["partitions"]
    suffixes = {
        each["outputs"][kind] for each in partitions for kind in ("dnsSuffix", "dualStackDnsSuffix")
    }
    assert suffixes <= set(sitecustomize.AWS_SUFFIXES)


@pytest.mark.parametrize(
    ("url", "is_aws"),
    [
        ("https://api.sagemaker.us-east-1.amazonaws.com/", True),
        ("https://bucket.s3.us-east-1.amazonaws.com:443/key", True),
        ("https://S3.AMAZONAWS.COM.", True),
        ("https://amazonaws.com.example.org", False),
        ("https://notamazonaws.com", False),
        ("http://127.0.0.1:5000", False),
        ("http://s3.localhost", False),
        ("http://[", False),
        ("", False),
    ],
)
def test_which_hosts_are_of_aws(url: str, is_aws: bool) -> None:
    assert sitecustomize.is_aws(url) is is_aws
