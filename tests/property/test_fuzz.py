"""Whatever is sent, AWS's answers come back: no traceback, no 500, no answer that does not fit."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from tests.property import wire
from tests.property.fuzzing import DEFECT, OPERATIONS, SCOPE, call, fuzzing, json_values, text_of

from sagemock import mock_sagemaker
from sagemock.server import SageMockServer
from sagemock.wire import service_model

CODES = {
    "ValidationException",
    "ResourceInUse",
    "ResourceNotFound",
    "ResourceLimitExceeded",
    "SerializationException",
}
pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")


@pytest.fixture(scope="module")
def mocked() -> Iterator[None]:
    """One world for all examples: what one leaves, others find."""
    with mock_sagemaker():
        yield


@given(st.data())
@fuzzing
def test_valid_requests_are_answered(mocked: None, data: st.DataObject) -> None:
    operation = data.draw(OPERATIONS)
    request = data.draw(wire.requests(operation))
    status, answer = call(operation, json.dumps(request).encode())
    if status == 200:
        shape = service_model.operation(service_model.CONTROL_PLANE, operation).output_shape
        misfits = [] if shape is None else list(wire.misfits(shape, answer))
        assert misfits == []
        return
    assert status == 400
    assert answer["__type"] in CODES
    assert DEFECT not in text_of(answer)
    # What fits the model is at most refused for what it means.
    assert answer["__type"] != "SerializationException"


@given(st.data())
@fuzzing
def test_each_fault_is_refused_in_awss_words(mocked: None, data: st.DataObject) -> None:
    operation = data.draw(OPERATIONS)
    request = data.draw(wire.requests(operation))
    faults = list(wire.faults(operation, request))
    assume(faults)
    fault = faults[data.draw(st.integers(0, len(faults) - 1))]
    status, answer = call(operation, json.dumps(fault.request).encode())
    text = text_of(answer)
    if not fault.clauses:
        assert (status, answer["__type"]) == (400, "SerializationException"), fault
        return
    assert (status, answer["__type"]) == (400, "ValidationException"), fault
    assert "validation error" in text
    assert f"at '{fault.path}' failed to satisfy constraint: " in text
    assert all(clause in text for clause in fault.clauses)


@pytest.fixture(scope="module")
def server() -> Iterator[SageMockServer]:
    with SageMockServer() as server:
        yield server


bodies = st.binary(max_size=64) | json_values.map(lambda value: json.dumps(value).encode())
latin = st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=30)
targets = (
    st.sampled_from(sorted(service_model.operation_names("sagemaker"))).map("SageMaker.{}".format)
    | latin.map("SageMaker.{}".format)
    | latin
    | st.none()
)
kinds = st.sampled_from(
    ["application/x-amz-json-1.1", "application/x-www-form-urlencoded", "text/plain", ""]
)


def send(
    server: SageMockServer, path: str, headers: dict[str, str], body: bytes
) -> tuple[int, str, bytes]:
    connection = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=20)
    try:
        connection.request("POST", path, body, headers)
        answer = connection.getresponse()
        return answer.status, answer.getheader("Content-Type", ""), answer.read()
    finally:
        connection.close()


@given(target=targets, kind=kinds, body=bodies)
@fuzzing
def test_raw_calls_of_the_control_plane(
    server: SageMockServer, target: str | None, kind: str, body: bytes
) -> None:
    headers = {"Authorization": SCOPE, "Content-Type": kind}
    if target is not None:
        headers["X-Amz-Target"] = target
    status, answered, said = send(server, "/", headers, body)
    assert status < 500, said
    assert answered == "application/x-amz-json-1.1"
    answer = json.loads(said)
    if status != 200:
        assert "__type" in answer
        assert DEFECT not in text_of(answer)


@given(
    name=st.sampled_from(["a", "a_b", "%00", "%ff", "a" * 70]),
    what=st.sampled_from(["invocations", "async-invocations", "invocations-response-stream"]),
    headers=st.dictionaries(
        st.sampled_from(
            [
                "Accept",
                "Content-Type",
                "X-Amzn-SageMaker-Target-Variant",
                "X-Amzn-SageMaker-Target-Model",
                "X-Amzn-SageMaker-Inference-Id",
                "X-Amzn-SageMaker-Session-Id",
            ]
        ),
        latin,
    ),
    body=bodies,
)
@fuzzing
def test_raw_calls_of_the_runtime(
    server: SageMockServer, name: str, what: str, headers: dict[str, str], body: bytes
) -> None:
    path = f"/endpoints/{name}/{what}"
    status, answered, said = send(server, path, {"Authorization": SCOPE, **headers}, body)
    assert status < 500, said
    if what == "invocations":
        # The other two are moto's.
        assert (status, answered) == (400, "application/json")
    assert DEFECT not in text_of(json.loads(said))
