"""Endpoints whose models bring handlers: `model_fn` and so on, in a process of their own."""

from __future__ import annotations

import itertools
import json
import os
from contextlib import suppress
from pathlib import Path
from typing import Any

import boto3
import pytest
from tests.containers.endpoints import IMAGE, Endpoints, pack
from tests.containers.local_process.conftest import works
from tests.waiting import until

from sagemock import mock_sagemaker
from sagemock.containers import explain, not_run
from sagemock.containers.local_process import limits

pytestmark = pytest.mark.sagemock(containers="local")

SCRIPT = """
import os, sys

def model_fn(model_dir):
    print("loading from", model_dir)
    with open(os.path.join(model_dir, "factor")) as file:
        return float(file.read())

def predict_fn(data, model):
    print("predicting", data.tolist())
    print("warned", file=sys.stderr)
    return data * model
"""


@pytest.fixture
def endpoints(sagemock: Any) -> Endpoints:
    return Endpoints(sagemock.client)


def test_a_script_in_the_archive_of_a_model(endpoints: Endpoints) -> None:
    described = endpoints.deploy(files={"factor": "2.5", "code/inference.py": SCRIPT})
    assert described["EndpointStatus"] == "InService", endpoints.lines()
    answer = endpoints.runtime.invoke_endpoint(
        EndpointName="e", ContentType="application/json", Body=b"[[1, 2]]"
    )
    assert (answer["Body"].read(), answer["ContentType"]) == (b"[[2.5, 5.0]]", "application/json")
    lines = endpoints.lines()
    assert [line for line in lines if "AHC" not in line] == [
        "loading from /opt/ml/model",
        "predicting [[1, 2]]",
        "warned",
    ]


def test_two_models_whose_scripts_import_modules_of_one_name(endpoints: Endpoints) -> None:
    script = "from helper import WORD\ndef model_fn(d): return WORD\n" + ECHO_MODEL
    for name in ("one", "two"):
        helper = f"WORD = {name!r}"
        endpoints.deploy(name, {"code/inference.py": script, "code/helper.py": helper})
    for name in ("one", "two", "one"):
        assert endpoints.invoke(b"", name) == name.encode()


ECHO_MODEL = """
def transform_fn(model, body, content_type, accept):
    return str(model)
"""


def test_the_environment_of_a_script(endpoints: Endpoints) -> None:
    script = """
import json, os, sys
def model_fn(model_dir):
    import toolkit_of_mine
    return {"stage": os.environ["STAGE"], "home": os.environ["HOME"], "path": sys.path,
            "name": __name__, "socket": [n for n in os.environ if n.startswith("SAGEMOCK_S")]}
def predict_fn(data, model):
    return model
"""
    endpoints.deploy(
        files={"code/main.py": script, "code/toolkit_of_mine.py": ""},
        SAGEMAKER_PROGRAM="main.py",
        SAGEMAKER_SUBMIT_DIRECTORY="/opt/ml/model/code",
        STAGE="test",
    )
    seen = json.loads(endpoints.invoke("[]", ContentType="application/json"))
    assert (seen["stage"], seen["name"], seen["socket"]) == ("test", "main", [])
    assert "/opt/ml/model/code" in seen["path"]
    assert seen["home"] != os.environ.get("HOME")


def test_modules_of_the_server_hide_none_of_the_script(endpoints: Endpoints) -> None:
    """Its own modules have names that a script may well use."""
    names = ("formats", "context", "frames", "toolkit")
    imports = "".join(f"import {name}\n" for name in names)
    script = f"{imports}def model_fn(d): return [{', '.join(f'{n}.X' for n in names)}]\n"
    files = {f"code/{name}.py": f"X = {name!r}" for name in names}
    endpoints.deploy(files={"code/inference.py": script + ECHO_MODEL, **files})
    assert endpoints.invoke() == str(list(names)).encode()


CRASHING = """
import os
print("started")
def model_fn(model_dir):
    return "model"
def transform_fn(model, body, content_type, accept):
    if body == b"exit":
        print("leaving")
        os._exit(3)
    return body
"""


def test_a_process_that_ends_is_started_again(endpoints: Endpoints) -> None:
    endpoints.deploy(files={"code/inference.py": CRASHING})
    assert endpoints.invoke("a") == b"a"
    error = endpoints.error("exit")
    assert error["OriginalStatusCode"] == 500
    assert json.loads(error["OriginalMessage"]) == {
        "code": 500,
        "type": "InternalServerException",
        "message": "Worker died.",
    }
    assert endpoints.invoke("b") == b"b"
    assert [line for line in endpoints.lines() if line in ("started", "leaving")] == [
        "started",
        "leaving",
        "started",
    ]


def test_an_invocation_that_takes_too_long(
    endpoints: Endpoints, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = """
import time
def model_fn(model_dir): ...
def transform_fn(model, body, content_type, accept):
    if body == b"slow":
        print("sleeping", flush=True)
        time.sleep(3600)
    return body
"""
    endpoints.deploy(files={"code/inference.py": script})
    moments = itertools.count(0, 30)
    with monkeypatch.context() as patch:
        patch.setattr(limits, "monotonic", lambda: next(moments))
        error = endpoints.error("slow")
    assert error["OriginalStatusCode"] == 0
    assert error["Error"]["Message"].startswith(
        "Received server error (0) from primary with message "
        '"Your invocation timed out while waiting for a response from container primary. '
    )
    assert endpoints.invoke("quick") == b"quick"


@pytest.mark.parametrize(
    ("script", "line"),
    [
        ("def predict_fn(data, model): ...", "Please provide a model_fn implementation."),
        ("def model_fn(d): raise ValueError('no weights')", "ValueError: no weights"),
        ("import no_such_module", "ModuleNotFoundError: No module named 'no_such_module'"),
        ("import sys; sys.exit(4)", "SystemExit: 4"),
        ("import os; os._exit(4)", "the container exited with status 4"),
        ("def model_fn(a, b, c): ...", "TypeError: model_fn takes 3 arguments but 1 were given."),
        (
            "def model_fn(d): ...\ndef transform_fn(a, b, c, d): ...\ndef input_fn(a, b): ...",
            "Cannot use transform_fn implementation in conjunction with",
        ),
    ],
)
def test_a_model_that_cannot_be_loaded(endpoints: Endpoints, script: str, line: str) -> None:
    described = endpoints.deploy(files={"code/inference.py": script})
    assert described["EndpointStatus"] == "Failed"
    assert described["FailureReason"] == (
        "The primary container for production variant v did not pass the ping health check. "
        "Please check CloudWatch logs for this endpoint."
    )
    assert line in "\n".join(endpoints.lines())


def test_a_model_that_takes_too_long_to_load(
    endpoints: Endpoints, monkeypatch: pytest.MonkeyPatch
) -> None:
    moments = itertools.count(0, 30)
    monkeypatch.setattr(limits, "monotonic", lambda: next(moments))
    script = "import time\ndef model_fn(d): time.sleep(3600)"
    assert endpoints.deploy(files={"code/inference.py": script})["EndpointStatus"] == "Failed"
    assert "the container was not healthy in time" in "\n".join(endpoints.lines())


@pytest.mark.parametrize("startup", [60, 360])
def test_the_time_that_its_variant_gives_a_model(
    endpoints: Endpoints, monkeypatch: pytest.MonkeyPatch, startup: int
) -> None:
    moments = itertools.count(0, 30)
    monkeypatch.setattr(limits, "monotonic", lambda: next(moments))
    files = {"code/inference.py": "import time\ndef model_fn(d): time.sleep(3600)"}
    assert endpoints.deploy(files=files, startup=startup)["EndpointStatus"] == "Failed"
    assert "the container was not healthy in time" in "\n".join(endpoints.lines())
    # The clock is read once before the process starts.
    assert next(moments) == startup + 2 * 30


def test_an_error_with_a_status_of_its_own(endpoints: Endpoints) -> None:
    script = """
from sagemaker_inference import errors
def model_fn(d): ...
def input_fn(body, content_type):
    raise errors.GenericInferenceToolkitError(422, "too few columns")
"""
    endpoints.deploy(files={"code/inference.py": script})
    error = endpoints.error("x", ContentType="text/csv")
    assert error["OriginalStatusCode"] == 422
    assert error["OriginalMessage"].startswith("too few columns\nTraceback")
    assert error["Error"]["Message"].startswith("Received client error (422) from primary")


def test_headers_and_status_by_the_context(endpoints: Endpoints) -> None:
    script = """
def model_fn(model_dir, context):
    return context.system_properties["model_dir"]
def transform_fn(model, body, content_type, accept, context):
    attributes = context.get_request_header(0, "X-Amzn-SageMaker-Custom-Attributes")
    context.set_response_header(0, "X-Amzn-SageMaker-Custom-Attributes", attributes + "!")
    if body == b"no":
        context.set_response_status(code=409, phrase="conflict")
    return model, "text/x-mine"
"""
    endpoints.deploy(files={"code/inference.py": script})
    answer = endpoints.runtime.invoke_endpoint(
        EndpointName="e", Body=b"yes", CustomAttributes="trace=7"
    )
    assert answer["Body"].read() == b"/opt/ml/model"
    assert (answer["ContentType"], answer["CustomAttributes"]) == ("text/x-mine", "trace=7!")
    assert endpoints.error("no", CustomAttributes="x")["OriginalStatusCode"] == 409


def test_code_in_s3(endpoints: Endpoints) -> None:
    endpoints.s3.put_object(
        Bucket="bucket", Key="code/sourcedir.tar.gz", Body=pack({"main.py": SCRIPT})
    )
    described = endpoints.deploy(
        files={"factor": "2"},
        SAGEMAKER_PROGRAM="main.py",
        SAGEMAKER_SUBMIT_DIRECTORY="s3://bucket/code/sourcedir.tar.gz",
    )
    assert described["EndpointStatus"] == "InService", endpoints.lines()
    assert endpoints.invoke("1,2", ContentType="text/csv", Accept="text/csv") == b"2.0\n4.0\n"


def test_code_that_is_not_in_s3(endpoints: Endpoints) -> None:
    described = endpoints.deploy(
        SAGEMAKER_PROGRAM="main.py", SAGEMAKER_SUBMIT_DIRECTORY="s3://bucket/none.tar.gz"
    )
    assert described["EndpointStatus"] == "Failed"
    assert "cannot be downloaded from s3://bucket/none.tar.gz" in "\n".join(endpoints.lines())


@pytest.mark.parametrize(
    ("image", "files", "line"),
    [
        ("tensorflow-inference:2.16-cpu", {"1/saved_model.pb": ""}, "TensorFlow's containers"),
        ("huggingface-pytorch-inference:2.1", {"pytorch_model.bin": ""}, "no pipelines of Hugging"),
        ("sagemaker-scikit-learn:1.2-1", {"m": ""}, "needs the variable SAGEMAKER_PROGRAM"),
    ],
)
def test_containers_that_are_not_built(
    endpoints: Endpoints, image: str, files: dict[str, str], line: str
) -> None:
    image = f"763104351884.dkr.ecr.us-east-1.amazonaws.com/{image}"
    assert endpoints.deploy(files=files, image=image)["EndpointStatus"] == "Failed"
    assert line in "\n".join(endpoints.lines())


def test_xgboost_does_not_load_the_model_of_a_script(endpoints: Endpoints) -> None:
    """As what the SDK's XGBoostModel deploys with a script that only has a predict_fn."""
    described = endpoints.deploy(
        files={"xgboost-model": "", "code/serve.py": "def predict_fn(data, model): return 1"},
        image="683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.7-1",
        SAGEMAKER_PROGRAM="serve.py",
        SAGEMAKER_SUBMIT_DIRECTORY="/opt/ml/model/code",
    )
    assert described["EndpointStatus"] == "Failed"
    assert "did not pass the ping health check" in described["FailureReason"]
    assert "Please provide a model_fn implementation." in "\n".join(endpoints.lines())


@pytest.mark.sagemock(containers="built-in")
@pytest.mark.parametrize(
    ("files", "environment", "reason"),
    [
        (None, {"SAGEMAKER_PROGRAM": "serve.py"}, "the model's script, serve.py, runs only with "),
        ({"code/inference.py": SCRIPT}, {}, "the model's script, code/inference.py, runs only w"),
        ({"model.pkl": ""}, {}, "nothing is registered for it, and the model brings no script"),
    ],
)
def test_a_model_that_does_not_run_says_why(
    endpoints: Endpoints,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    files: Any,
    environment: dict[str, str],
    reason: str,
) -> None:
    # Each process warns of an image once.
    monkeypatch.setattr(not_run, "_warned", set())
    for name in ("one", "two"):
        endpoints.deploy(name, files, **environment)
        assert endpoints.invoke(name=name) == b"body"
        first, *_ = endpoints.lines(name)
        assert first.startswith("sagemock: this container does not run")
        assert reason in first
        assert ('the option containers="local"' in first) is ("only" in reason)
    (warning,) = [each.getMessage() for each in caplog.records if "not run" in each.getMessage()]
    assert warning.startswith(f"sagemock does not run the image '{IMAGE}': its endpoints return")
    assert reason in warning


@pytest.mark.sagemock(containers="built-in")
def test_a_script_that_does_not_run_is_explained(sagemock: Any) -> None:
    request = {"ModelName": "m", "PrimaryContainer": {"Environment": {"SAGEMAKER_PROGRAM": "a.py"}}}
    assert explain("mine:1", request).startswith("serving: the model's script, a.py, runs only")


def test_a_script_calls_aws_with_the_role_of_its_model(endpoints: Endpoints) -> None:
    script = """
import boto3
def model_fn(model_dir):
    return boto3.client("s3")
def transform_fn(s3, body, content_type, accept):
    who = boto3.client("sts").get_caller_identity()["Arn"]
    return who + " " + s3.get_object(Bucket="bucket", Key="greeting")["Body"].read().decode()
"""
    endpoints.s3.put_object(Bucket="bucket", Key="greeting", Body=b"hello")
    assert endpoints.deploy(files={"code/inference.py": script})["EndpointStatus"] == "InService"
    assert endpoints.invoke() == (
        b"arn:aws:sts::123456789012:assumed-role/SageMaker/SageMaker hello"
    )


def test_requirements_are_not_installed_by_default(endpoints: Endpoints) -> None:
    files = {
        "code/inference.py": "def model_fn(d): ...\n" + ECHO_MODEL,
        "code/requirements.txt": "no-such-package==1",
    }
    assert endpoints.deploy(files=files)["EndpointStatus"] == "InService"
    assert any("pip install -r requirements.txt" in line for line in endpoints.lines())


def test_on_the_server(sagemock_server: Any) -> None:
    endpoints = Endpoints(sagemock_server.client)
    endpoints.deploy(files={"factor": "3", "code/inference.py": SCRIPT})
    assert endpoints.invoke("[[1]]", ContentType="application/json") == b"[[3.0]]"


def test_nothing_is_left(endpoints: Endpoints, temporary: Path) -> None:
    """A grandchild of the process ends with the endpoint as well."""
    script = (
        """
import os, subprocess, sys
def model_fn(model_dir):
    code = "import time; time.sleep(3600)"
    return subprocess.Popen([sys.executable, "-c", code], start_new_session=True)
"""
        + ECHO_MODEL
    )
    endpoints.deploy(files={"code/inference.py": script})
    marks = processes_below(temporary)
    assert len(marks) >= 1
    endpoints.sagemaker.delete_endpoint(EndpointName="e")
    assert processes_below(temporary) == []
    assert list(temporary.glob("sagemock-*")) == []


def processes_below(folder: Path) -> list[str]:
    """The processes of endpoints whose folder is below another one."""
    found = []
    for environ in Path("/proc").glob("[0-9]*/environ"):
        with suppress(OSError):
            if f"TMPDIR={folder}/".encode() in environ.read_bytes():
                found.append(environ.parent.name)
    return found


def test_a_forked_child_has_a_process_of_its_own(endpoints: Endpoints, temporary: Path) -> None:
    script = (
        """
import os
def model_fn(model_dir):
    return os.urandom(8).hex()
"""
        + ECHO_MODEL
    )
    endpoints.deploy(files={"code/inference.py": script})
    here = endpoints.invoke()
    folders = list(temporary.iterdir())
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.write(write, endpoints.invoke() + endpoints.invoke())
        finally:
            os._exit(0)
    os.close(write)
    with open(read, "rb") as pipe:
        there = pipe.read()
    os.waitpid(child, 0)
    assert there[:16] == there[16:] != here
    assert endpoints.invoke() == here
    # That of the child, which has ended without deleting it.
    until(lambda: list(temporary.iterdir()) == folders)


@pytest.mark.parametrize("isolation", ["namespace", "proot", "link", "folder"])
def test_ways_of_isolation(isolation: Any, temporary: Path) -> None:
    if not works(isolation):
        pytest.skip(f"{isolation} does not work on this machine")
    with mock_sagemaker(containers="local", isolation=isolation):
        endpoints = Endpoints(lambda service: boto3.client(service, "us-east-1"))
        script = SCRIPT + "\nopen('/opt/ml/model/factor').close()\n"
        described = endpoints.deploy(files={"factor": "2", "code/inference.py": script})
        assert described["EndpointStatus"] == "InService", endpoints.lines()
        assert endpoints.invoke("[1]", ContentType="application/json") == b"[2.0]"
    assert processes_below(temporary) == []
