"""Transform jobs whose models are scripts or commands."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from tests.containers.endpoints import Endpoints
from tests.containers.local_process.test_http_server import ARGUMENT, command

from sagemock.containers import register
from sagemock.containers.local_process import limits

pytestmark = pytest.mark.sagemock(containers="local")

GROUP = "/aws/sagemaker/TransformJobs"
SEE_LOGS = "See job logs for more information"

SCRIPT = """
import os

def model_fn(model_dir):
    print("loaded", os.environ["SAGEMAKER_BATCH"], os.environ["STAGE"])
    with open(os.path.join(model_dir, "factor")) as file:
        return float(file.read())

def transform_fn(model, body, content_type, accept):
    text = body.decode() if isinstance(body, bytes) else body
    if "exit" in text:
        os._exit(3)
    return ",".join(str(float(x) * model) for x in text.split(",")), accept
"""


@pytest.fixture
def endpoints(sagemock: Any) -> Endpoints:
    return Endpoints(sagemock.client)


def transform(endpoints: Endpoints, *rows: str, **members: Any) -> dict[str, Any]:
    """Run a job over objects of one row each."""
    for number, row in enumerate(rows):
        endpoints.s3.put_object(Bucket="bucket", Key=f"in/{number}.csv", Body=row)
    source = {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": "s3://bucket/in/"}}
    endpoints.sagemaker.create_transform_job(
        TransformJobName="t",
        ModelName="e",
        TransformInput={"DataSource": source, "ContentType": "text/csv"},
        TransformOutput={"S3OutputPath": "s3://bucket/out", "Accept": "text/csv"},
        TransformResources={"InstanceType": "ml.m5.large", "InstanceCount": 1},
        **members,
    )
    described: dict[str, Any] = endpoints.sagemaker.describe_transform_job(TransformJobName="t")
    return described


def outputs(endpoints: Endpoints) -> dict[str, bytes]:
    listed = endpoints.s3.list_objects_v2(Bucket="bucket", Prefix="out/").get("Contents", ())
    return {
        each["Key"]: endpoints.s3.get_object(Bucket="bucket", Key=each["Key"])["Body"].read()
        for each in listed
    }


def lines(endpoints: Endpoints) -> str:
    """The log of the container and that of the data."""
    events = endpoints.logs.filter_log_events(logGroupName=GROUP)["events"]
    return "\n".join(each["message"] for each in events)


def test_a_script_transforms(endpoints: Endpoints) -> None:
    endpoints.model(files={"factor": "2.5", "code/inference.py": SCRIPT}, STAGE="model")
    job = transform(endpoints, "1,2", "4", Environment={"STAGE": "job"})
    assert job["TransformJobStatus"] == "Completed", lines(endpoints)
    assert outputs(endpoints) == {"out/0.csv.out": b"2.5,5.0", "out/1.csv.out": b"10.0"}
    assert "loaded true job" in lines(endpoints)


@pytest.mark.parametrize(
    ("row", "line"),
    [("x", "ValueError: could not convert string to float: 'x'"), ("exit", "Worker died.")],
)
def test_a_script_that_fails_for_one_object(endpoints: Endpoints, row: str, line: str) -> None:
    endpoints.model(files={"factor": "2", "code/inference.py": SCRIPT}, STAGE="model")
    job = transform(endpoints, "1", row, "3")
    assert job["TransformJobStatus"] == "Failed"
    assert job["FailureReason"] == f"AlgorithmError: {SEE_LOGS}"
    # A process that has ended is started again for the next object.
    assert outputs(endpoints) == {"out/0.csv.out": b"2.0", "out/2.csv.out": b"6.0"}
    assert line in lines(endpoints)
    assert "in/1.csv: Bad HTTP status received from algorithm: 500" in lines(endpoints)


def test_a_script_that_cannot_load(endpoints: Endpoints) -> None:
    endpoints.model(files={"code/inference.py": SCRIPT}, STAGE="model")
    job = transform(endpoints, "1")
    assert (job["TransformJobStatus"], job["FailureReason"]) == (
        "Failed",
        f"AlgorithmError: {SEE_LOGS}",
    )
    assert "No such file or directory" in lines(endpoints)


def test_a_script_has_the_time_of_its_job(
    endpoints: Endpoints, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "INVOCATION", 0.01)
    script = "import time\n" + SCRIPT.replace("    text =", "    time.sleep(0.2)\n    text =")
    endpoints.model(files={"factor": "2", "code/inference.py": script}, STAGE="model")
    assert transform(endpoints, "1")["TransformJobStatus"] == "Completed", lines(endpoints)


def test_a_script_that_takes_too_long(
    endpoints: Endpoints, monkeypatch: pytest.MonkeyPatch
) -> None:
    moments = itertools.count(0, 20)
    monkeypatch.setattr(limits, "monotonic", lambda: next(moments))
    monkeypatch.setattr(limits, "STARTUP", 1e9)
    script = "import time\n" + SCRIPT.replace("os._exit(3)", "time.sleep(3600)")
    endpoints.model(files={"factor": "2", "code/inference.py": script}, STAGE="model")
    client = {"InvocationsMaxRetries": 0}
    job = transform(endpoints, "exit", "3", ModelClientConfig=client)
    assert job["FailureReason"] == f"AlgorithmError: {SEE_LOGS}"
    assert outputs(endpoints) == {"out/1.csv.out": b"6.0"}
    assert "in/0.csv: Unable to get response from algorithm" in lines(endpoints)


def test_a_command_transforms(endpoints: Endpoints) -> None:
    register("mine", serve=command(ARGUMENT, "{port}"))
    endpoints.model(files={"weights": "7"})
    assert transform(endpoints, "model")["TransformJobStatus"] == "Completed", lines(endpoints)
    assert outputs(endpoints) == {"out/0.csv.out": b"7"}


def test_a_command_has_the_time_of_its_job(
    endpoints: Endpoints, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "INVOCATION", 0.01)
    slow = ARGUMENT.replace('if body == b"model":', "if not time.sleep(0.2):")
    register("mine", serve=command(slow, "{port}"))
    endpoints.model(files={"weights": "7"})
    job = transform(endpoints, "1", ModelClientConfig={"InvocationsTimeoutInSeconds": 300})
    assert job["TransformJobStatus"] == "Completed", lines(endpoints)


def test_a_command_that_ends(endpoints: Endpoints) -> None:
    register("mine", serve=command(ARGUMENT, "{port}"))
    endpoints.model(files={"weights": "7"})
    client = {"InvocationsMaxRetries": 1}
    job = transform(endpoints, "exit", "model", ModelClientConfig=client)
    assert job["FailureReason"] == f"AlgorithmError: {SEE_LOGS}"
    assert outputs(endpoints) == {"out/1.csv.out": b"7"}
    text = lines(endpoints)
    assert "in/0.csv: Unable to get response from algorithm" in text
    # At first, after the first exit, and after that of the retry.
    assert text.count("listening") == 3
