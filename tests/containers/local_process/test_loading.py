"""A server with models that take long to load: clients see `Creating`, and need no patience."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from tests.containers.endpoints import Endpoints
from tests.waiting import until

from sagemock.config import Config
from sagemock.server import SageMockServer

SCRIPT = """
import os, time
def model_fn(model_dir):
    print("loading")
    while not os.path.exists(GO):
        time.sleep(0.01)
    with open(GO) as file:
        return {"fine": file.read()}["fine" if "bad" not in GO else "worse"]
def transform_fn(model, body, content_type, accept):
    return model
"""


@pytest.fixture
def server(temporary: Path) -> Iterator[SageMockServer]:
    config = Config(training="background", containers="local", wait=0)
    with SageMockServer(config=config) as server:
        yield server


@pytest.fixture
def endpoints(server: SageMockServer) -> Endpoints:
    return Endpoints(partial(boto3.client, region_name="us-east-1", endpoint_url=server.url))


def script(go: Path) -> dict[str, str]:
    """A model that is loaded once a file is there, whose text it answers."""
    return {"code/inference.py": SCRIPT.replace("GO", repr(str(go)))}


def settled(endpoints: Endpoints, name: str = "e") -> dict[str, Any]:
    described: dict[str, Any] = {}

    def is_settled() -> bool:
        described.update(endpoints.sagemaker.describe_endpoint(EndpointName=name))
        return described["EndpointStatus"] not in ("Creating", "Updating", "RollingBack")

    until(is_settled)
    return described


def refusal(call: Callable[..., Any], **members: Any) -> str:
    with pytest.raises(ClientError) as caught:
        call(**members)
    return str(caught.value.response["Error"]["Message"])


def test_an_endpoint_is_created_beside_its_request(endpoints: Endpoints, tmp_path: Path) -> None:
    go = tmp_path / "go"
    assert endpoints.deploy(files=script(go))["EndpointStatus"] == "Creating"
    message = refusal(endpoints.sagemaker.delete_endpoint, EndpointName="e")
    assert message.startswith("Cannot update in-progress endpoint")
    assert "not found" in refusal(endpoints.runtime.invoke_endpoint, EndpointName="e", Body=b"")
    go.write_text("loaded")
    assert settled(endpoints)["EndpointStatus"] == "InService"
    assert endpoints.invoke() == b"loaded"
    endpoints.sagemaker.delete_endpoint(EndpointName="e")
    assert endpoints.sagemaker.list_endpoints()["Endpoints"] == []


def test_a_model_that_cannot_be_loaded(endpoints: Endpoints, tmp_path: Path) -> None:
    go = tmp_path / "bad"
    endpoints.deploy(files=script(go))
    go.write_text("")
    described = settled(endpoints)
    assert described["EndpointStatus"] == "Failed"
    assert "did not pass the ping health check" in described["FailureReason"]
    assert "KeyError: 'worse'" in "\n".join(endpoints.lines())
    endpoints.sagemaker.delete_endpoint(EndpointName="e")


def test_an_update_serves_the_old_model_while_it_loads_another(
    endpoints: Endpoints, tmp_path: Path
) -> None:
    first, bad, second = tmp_path / "first", tmp_path / "bad", tmp_path / "second"
    first.write_text("first")
    endpoints.deploy(files=script(first))
    assert settled(endpoints)["EndpointStatus"] == "InService"
    for go in (bad, second):
        endpoints.model(go.name, script(go))
        endpoints.sagemaker.update_endpoint(EndpointName="e", EndpointConfigName=go.name)
        described = endpoints.sagemaker.describe_endpoint(EndpointName="e")
        assert described["EndpointStatus"] == "Updating"
        assert endpoints.invoke() == b"first"
        go.write_text(go.name)
        described = settled(endpoints)
        if go == bad:
            assert "did not pass the ping health check" in described["FailureReason"]
        assert described["EndpointConfigName"] == ("e" if go == bad else "second")
    assert endpoints.invoke() == b"second"


def test_a_server_does_not_wait_for_a_model_when_it_ends(
    server: SageMockServer, endpoints: Endpoints, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    endpoints.deploy(files=script(tmp_path / "never"))
    server.stop()
    # The fixture for temporary files sees that its process and its folder are gone.
    assert caplog.records == []


def test_the_request_waits_for_a_model_that_is_soon_loaded(temporary: Path, tmp_path: Path) -> None:
    (tmp_path / "go").write_text("loaded")
    config = Config(training="background", containers="local")
    with SageMockServer(config=config) as server:
        endpoints = Endpoints(
            partial(boto3.client, region_name="us-east-1", endpoint_url=server.url)
        )
        endpoints.model(files=script(tmp_path / "go"))
        endpoints.sagemaker.create_endpoint(EndpointName="e", EndpointConfigName="e")
        assert endpoints.invoke() == b"loaded"
