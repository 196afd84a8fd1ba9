"""InvokeEndpoint with bodies of every kind, in process and by the server."""

from __future__ import annotations

import array
import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest

from sagemock import control, mock_sagemaker
from sagemock.server import SageMockServer

ROLE = "arn:aws:iam::123456789012:role/SageMaker"
IMAGE = "123456789012.dkr.ecr.us-east-1.amazonaws.com/mine:1"


@pytest.fixture(scope="module", params=["in process", "server"])
def client(request: Any) -> Iterator[Callable[[str], Any]]:
    """Makes clients."""
    session = boto3.Session("key", "secret", region_name="us-east-1")
    if request.param == "server":
        with SageMockServer() as server:
            yield lambda service: session.client(service, endpoint_url=server.url)
    else:
        with mock_sagemaker():
            yield session.client


@pytest.fixture(scope="module")
def runtime(client: Callable[[str], Any]) -> Any:
    """A client, and an endpoint `e` whose image nothing here runs."""
    sagemaker = client("sagemaker")
    sagemaker.create_model(ModelName="m", ExecutionRoleArn=ROLE, PrimaryContainer={"Image": IMAGE})
    variant = {"VariantName": "v", "ModelName": "m", "InstanceType": "ml.m5.large"}
    sagemaker.create_endpoint_config(
        EndpointConfigName="c", ProductionVariants=[{**variant, "InitialInstanceCount": 1}]
    )
    sagemaker.create_endpoint(EndpointName="e", EndpointConfigName="c")
    return client("sagemaker-runtime")


CONTENTS = {
    "empty": b"",
    "text": b"1,2\n",
    "UTF-8": "ü€😀".encode(),
    "not UTF-8": bytes(range(256)),
    "zeros": bytes(1000),
    "JSON that is none": b'{"a": ',
    "a form": b"Action=ListModels&Version=2017-07-24",
    "chunks": b"3\r\nabc\r\n0\r\n\r\n",
    "long": b"0123456789" * 500_000,
}
KINDS: dict[str, Callable[[bytes], Any]] = {
    "bytes": bytes,
    "bytearray": bytearray,
    "BytesIO": io.BytesIO,
    "reader": lambda content: io.BufferedReader(io.BytesIO(content)),  # type: ignore[arg-type]
}
CONTENT_TYPES = [
    None,
    "text/csv",
    "application/json",
    "application/x-amz-json-1.1",
    "application/x-www-form-urlencoded",
    "multipart/form-data",
    "multipart/form-data; boundary=x",
    "application/octet-stream",
    "image/png",
    "text/plain; charset=latin-1",
    "nonsense",
]


@pytest.fixture(autouse=True)
def no_rules(runtime: Any) -> Iterator[None]:
    yield
    control.clear()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("content", CONTENTS)
def test_a_body(runtime: Any, content: str, kind: str) -> None:
    answer = runtime.invoke_endpoint(EndpointName="e", Body=KINDS[kind](CONTENTS[content]))
    assert answer["Body"].read() == b"body"
    assert answer["InvokedProductionVariant"] == "v"


@pytest.mark.parametrize("content_type", CONTENT_TYPES)
@pytest.mark.parametrize("content", CONTENTS)
def test_what_arrives(runtime: Any, content: str, content_type: str | None) -> None:
    """The model gets the bytes that were sent, and the content type."""
    arrived: list[Any] = []

    def echo(body: bytes, kind: str | None, accept: str | None) -> bytes:
        arrived.append(kind)
        return body

    headers = {} if content_type is None else {"ContentType": content_type}
    control.answer_invocations(echo, endpoint="e", times=1)
    answer = runtime.invoke_endpoint(EndpointName="e", Body=CONTENTS[content], **headers)
    assert answer["Body"].read() == CONTENTS[content]
    assert arrived == [content_type]


def test_a_file(runtime: Any, tmp_path: Path) -> None:
    path = tmp_path / "row"
    path.write_bytes(bytes(range(256)))
    control.answer_invocations(lambda body, kind, accept: body, endpoint="e", times=1)
    with path.open("rb") as file:
        answer = runtime.invoke_endpoint(EndpointName="e", Body=file)
    assert answer["Body"].read() == bytes(range(256))


def test_text_of_a_user(runtime: Any) -> None:
    control.answer_invocations(lambda body, kind, accept: body, endpoint="e", times=1)
    answer = runtime.invoke_endpoint(EndpointName="e", Body="ü")
    assert answer["Body"].read() == "ü".encode()


def test_numbers(runtime: Any) -> None:
    numbers = array.array("f", [1, 2, 3]).tobytes()
    control.answer_invocations(lambda body, kind, accept: body, endpoint="e", times=1)
    answer = runtime.invoke_endpoint(
        EndpointName="e", Body=bytearray(numbers), Accept="application/x-npy"
    )
    assert (answer["Body"].read(), answer["ContentType"]) == (numbers, "application/x-npy")
