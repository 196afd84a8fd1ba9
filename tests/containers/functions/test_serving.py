"""Functions and classes that serve in the place of a container."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.containers.endpoints import Endpoints

from sagemock.containers import InvocationRequest, ServedModel, explain, register
from sagemock.containers.base import InferenceError, InferenceResponse


@pytest.fixture
def endpoints(sagemock: Any) -> Endpoints:
    return Endpoints(sagemock.client)


def test_a_function_answers_with_what_becomes_json(endpoints: Endpoints) -> None:
    register("mine", serve=lambda request: {"sum": sum(request.json()["instances"])})
    assert endpoints.deploy()["EndpointStatus"] == "InService"
    answer = endpoints.runtime.invoke_endpoint(EndpointName="e", Body=b'{"instances": [1, 2, 6]}')
    assert answer["Body"].read() == b'{"sum": 9}'
    assert answer["ContentType"] == "application/json"


def test_what_a_function_gets(endpoints: Endpoints) -> None:
    requests: list[InvocationRequest] = []
    register("mine", serve=lambda request: requests.append(request) or b"")
    endpoints.deploy(files={"weights/one.txt": "7"}, STAGE="test")
    endpoints.invoke("a,b", ContentType="text/csv", Accept="text/plain", CustomAttributes="trace")
    (request,) = requests
    assert (request.body, request.text) == (b"a,b", "a,b")
    assert (request.content_type, request.accept) == ("text/csv", "text/plain")
    assert request.headers == {"x-amzn-sagemaker-custom-attributes": "trace"}
    model = request.model
    assert model is not None
    assert model.environment == {"STAGE": "test"}
    assert model.document["ModelDataUrl"] == "s3://bucket/e/model.tar.gz"
    assert (model.model_dir / "weights" / "one.txt").read_text() == "7"


@pytest.mark.parametrize(
    ("answer", "body", "content_type"),
    [
        (b"\x00\x01", b"\x00\x01", "application/octet-stream"),
        ("grün", "grün".encode(), "text/plain; charset=utf-8"),
        (("1,2", "text/csv"), b"1,2", "text/csv"),
        (([1], "application/x-mine"), b"[1]", "application/x-mine"),
        (np.array([[1.5, 2]]), b"[[1.5, 2.0]]", "application/json"),
        ({"n": np.int64(3)}, b'{"n": 3}', "application/json"),
        (None, b"null", "application/json"),
        (InferenceResponse(b"x", "a/b"), b"x", "a/b"),
    ],
)
def test_forms_of_an_answer(
    endpoints: Endpoints, answer: Any, body: bytes, content_type: str
) -> None:
    register("mine", serve=lambda _: answer)
    endpoints.deploy()
    response = endpoints.runtime.invoke_endpoint(EndpointName="e", Body=b"")
    assert (response["Body"].read(), response["ContentType"]) == (body, content_type)


def test_errors_of_a_function(endpoints: Endpoints) -> None:
    def serve(request: InvocationRequest) -> Any:
        if request.body == b"teapot":
            raise InferenceError(418, "I am a teapot")
        if request.body == b"set":
            return {1, 2}
        return 1 / int(request.text)

    register("mine", serve=serve)
    endpoints.deploy()
    error = endpoints.error("teapot")
    assert error["OriginalStatusCode"] == 418
    assert error["OriginalMessage"] == "I am a teapot"
    assert (
        'Received client error (418) from primary with message "I am' in (error["Error"]["Message"])
    )
    error = endpoints.error("0")
    assert error["OriginalStatusCode"] == 500
    assert error["OriginalMessage"] == "ZeroDivisionError: division by zero"
    assert "set is not JSON serializable" in endpoints.error("set")["OriginalMessage"]
    lines = endpoints.lines()
    assert "Traceback (most recent call last):" in lines
    assert "    return 1 / int(request.text)" in lines
    # The endpoint goes on.
    assert endpoints.invoke("2") == b"0.5"


def test_a_function_that_exits(endpoints: Endpoints) -> None:
    register("mine", serve=lambda request: sys.exit(request.text))
    endpoints.deploy()
    error = endpoints.error("3")
    assert error["OriginalStatusCode"] == 500
    assert error["OriginalMessage"] == "SystemExit: 3"
    assert "SystemExit: 3" in endpoints.lines()


def test_a_class_that_exits(endpoints: Endpoints) -> None:
    class Exits:
        def __init__(self, _: ServedModel) -> None:
            sys.exit("no weights")

        def invoke(self, request: InvocationRequest) -> bytes:
            return request.body

    register("mine", serve=Exits)
    assert endpoints.deploy()["EndpointStatus"] == "Failed"
    assert any("SystemExit: no weights" in line for line in endpoints.lines())


def test_a_text_that_is_not_unicode(endpoints: Endpoints) -> None:
    register("mine", serve=lambda _: "\ud800")
    endpoints.deploy()
    assert "the answer cannot be UTF-8" in endpoints.error("x")["OriginalMessage"]


class Scaler:
    """A model with state."""

    def __init__(self, model: ServedModel) -> None:
        self.factor = float((model.model_dir / "factor").read_text())
        self.model_dir = model.model_dir
        self.closed: list[Path] = CLOSED
        model.log(f"factor {self.factor}")

    def invoke(self, request: InvocationRequest) -> str:
        logging.getLogger("scaler").warning("scaling %s", request.text)
        return str(self.factor * float(request.text))

    def close(self) -> None:
        self.closed.append(self.model_dir)


CLOSED: list[Path] = []


def test_a_class_is_loaded_once_and_closed(endpoints: Endpoints) -> None:
    CLOSED.clear()
    register("mine", serve=Scaler)
    endpoints.deploy(files={"factor": "2.5"})
    assert [endpoints.invoke("2"), endpoints.invoke("4")] == [b"5.0", b"10.0"]
    lines = endpoints.lines()
    assert [line for line in lines if line.startswith(("factor", "scaling"))] == [
        "factor 2.5",
        "scaling 2",
        "scaling 4",
    ]
    endpoints.sagemaker.delete_endpoint(EndpointName="e")
    (folder,) = CLOSED
    assert not folder.exists()


def test_a_class_that_cannot_load(endpoints: Endpoints) -> None:
    register("mine", serve=Scaler)
    described = endpoints.deploy(files={"other": ""})
    assert described["EndpointStatus"] == "Failed"
    assert described["FailureReason"] == (
        "The primary container for production variant v did not pass the ping health check. "
        "Please check CloudWatch logs for this endpoint."
    )
    assert any("FileNotFoundError" in line for line in endpoints.lines())


def test_a_class_that_is_not_well(endpoints: Endpoints) -> None:
    class Sick:
        def __init__(self, _: ServedModel) -> None: ...

        def __call__(self, request: InvocationRequest) -> bytes:
            return request.body

        def ping(self) -> None:
            raise RuntimeError("not yet")

    register("mine", serve=Sick)
    assert endpoints.deploy()["EndpointStatus"] == "Failed"
    assert any("RuntimeError: not yet" in line for line in endpoints.lines())


def test_an_archive_that_leads_out_of_its_folder(endpoints: Endpoints) -> None:
    register("mine", serve=lambda _: b"")
    assert endpoints.deploy(files={"../x": ""})["EndpointStatus"] == "Failed"


def echo(request: InvocationRequest) -> bytes:
    return request.body


class Loads:
    """A container by its protocol, registered as a class."""

    def load(self, *_: Any, **__: Any) -> Any: ...


@pytest.mark.parametrize(
    ("serve", "reason"),
    [
        (echo, "the function echo is registered for it"),
        (Scaler, "the class Scaler is registered for it"),
        (Loads(), "Loads is registered for it"),
        (Loads, "the class Loads is registered for it"),
    ],
)
def test_what_explain_says(serve: Callable[..., Any], reason: str) -> None:
    with register("mine", serve=serve):
        assert explain("mine:1").splitlines()[2] == f"serving: {reason}"


async def awaited(request: InvocationRequest) -> None: ...


class Nothing:
    """Neither a server nor a container."""


@pytest.mark.parametrize(
    ("serve", "text"),
    [
        (3, "serve must be a function or a list of arguments"),
        ("python serve.py", "serve must be a function, or a command as a list"),
        (awaited, "serve must be an ordinary function"),
        (Nothing, "serve must be a class with a method invoke or load"),
    ],
)
def test_what_cannot_serve(serve: Any, text: str) -> None:
    with pytest.raises(TypeError, match=text):
        register("mine", serve=serve)


@pytest.mark.sagemock_container("mine", serve=echo)
def test_a_marker(endpoints: Endpoints) -> None:
    endpoints.deploy()
    assert endpoints.invoke("hello") == b"hello"


def test_on_the_server(sagemock_server: Any) -> None:
    endpoints = Endpoints(sagemock_server.client)
    register("mine", serve=lambda request: request.text.upper())
    assert endpoints.deploy()["EndpointStatus"] == "InService"
    assert endpoints.invoke("hello") == b"HELLO"


@pytest.mark.parametrize("value", ["text/csv\nX-Mine: 1", "text/\u20ac"])
def test_a_header_that_http_cannot_carry(sagemock_server: Any, value: str) -> None:
    endpoints = Endpoints(sagemock_server.client)
    register("mine", serve=lambda _: ("x", value))
    endpoints.deploy()
    error = endpoints.error("x")
    assert error["OriginalStatusCode"] == 500
    assert error["OriginalMessage"] == f"a header of the response cannot be sent: {value!r}"
