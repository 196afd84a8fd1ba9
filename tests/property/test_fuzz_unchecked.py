"""With validation off nothing that is sent breaks anything either."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from tests.property import wire
from tests.property.fuzzing import (
    ACCOUNT,
    DEFECT,
    OPERATIONS,
    REGION,
    SCOPE,
    call,
    fuzzing,
    json_values,
    text_of,
)

from sagemock import Config, mock_sagemaker
from sagemock.api import operations
from sagemock.moto_adapter.backend import world_of
from sagemock.server import SageMockServer
from sagemock.wire import dispatch, service_model

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")


@pytest.fixture(scope="module")
def mocked() -> Iterator[None]:
    """One world for all examples: what one leaves, others find."""
    with mock_sagemaker(validation="off"):
        yield


@pytest.mark.full
@given(st.data())
@fuzzing
def test_each_fault_is_taken_or_refused(mocked: None, data: st.DataObject) -> None:
    operation = data.draw(OPERATIONS)
    request = data.draw(wire.requests(operation))
    faults = list(wire.faults(operation, request))
    assume(faults)
    fault = faults[data.draw(st.integers(0, len(faults) - 1))]
    status, answer = call(operation, json.dumps(fault.request).encode())
    assert status in (200, 400)
    assert DEFECT not in text_of(answer), fault
    if not fault.clauses:
        assert answer["__type"] == "SerializationException", fault
    if "Member must not be null" in fault.clauses:
        assert f"Value null at '{fault.path}' failed to satisfy constraint: " in text_of(answer)


@pytest.mark.full
@given(st.data())
@fuzzing
def test_metrics(mocked: None, data: st.DataObject) -> None:
    operation = data.draw(st.sampled_from(["BatchGetMetrics", "BatchPutMetrics"]))
    shape = service_model.input_shape(service_model.METRICS, operation)
    request = data.draw(wire.values(shape))
    faults = [request, *(fault.request for fault in wire.faults_of(shape, request))]
    chosen = faults[data.draw(st.integers(0, len(faults) - 1))]
    body = json.dumps(chosen).encode()
    world = world_of(ACCOUNT, REGION)
    answer = dispatch.call_rest(
        operations.call_of(world, service_model.METRICS, operation),
        {},
        {},
        {},
        body,
        limits_body=False,
    )
    assert answer.status in (200, 400)
    assert DEFECT not in str(answer.body), chosen


@pytest.fixture(scope="module")
def server() -> Iterator[SageMockServer]:
    with SageMockServer(config=Config(training="background", validation="off")) as server:
        yield server


@given(operation=OPERATIONS, body=json_values)
@fuzzing
def test_raw_calls(server: SageMockServer, operation: str, body: Any) -> None:
    connection = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=20)
    headers = {"Authorization": SCOPE, "X-Amz-Target": f"SageMaker.{operation}"}
    try:
        connection.request("POST", "/", json.dumps(body).encode(), headers)
        answer = connection.getresponse()
        status, said = answer.status, json.loads(answer.read() or b"{}")
    finally:
        connection.close()
    assert status in (200, 400), said
    assert DEFECT not in text_of(said)
