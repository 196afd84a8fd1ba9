"""Endpoints that come, change, fail, roll back and go."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from sagemock import control


@pytest.fixture
def serving(studio: Any) -> Any:
    """A studio with an endpoint `e` of a trained model."""
    studio.create_job("j")
    studio.create_config("c", studio.job("j")["ModelArtifacts"]["S3ModelArtifacts"])
    studio.create_config("d", studio.job("j")["ModelArtifacts"]["S3ModelArtifacts"])
    studio.sagemaker.create_endpoint(EndpointName="e", EndpointConfigName="c")
    return studio


@pytest.fixture
def manual() -> Any:
    """moto's state manager lets endpoints go on as they are described."""
    from moto.moto_api import state_manager

    state_manager.set_transition("sagemaker::endpoint", {"progression": "manual", "times": 1})
    yield
    state_manager.unset_transition("sagemaker::endpoint")


def invoke(studio: Any, endpoint: str = "e", body: str = "90,10") -> Any:
    answer = studio.runtime.invoke_endpoint(
        EndpointName=endpoint, ContentType="text/csv", Body=body
    )
    return json.loads(answer["Body"].read())


def listed(studio: Any) -> dict[str, str]:
    endpoints = studio.sagemaker.list_endpoints()["Endpoints"]
    return {each["EndpointName"]: each["EndpointStatus"] for each in endpoints}


def test_it_serves_at_once(serving: Any) -> None:
    assert serving.endpoint()["EndpointStatus"] == "InService"
    assert invoke(serving)["predictions"][0]["predicted_label"] == 1


def test_creation_fails_on_demand(serving: Any) -> None:
    control.fail_endpoint("No capacity.", name="bad-*")
    serving.sagemaker.create_endpoint(EndpointName="good", EndpointConfigName="c")
    serving.sagemaker.create_endpoint(EndpointName="bad-1", EndpointConfigName="c")
    assert serving.endpoint("good")["EndpointStatus"] == "InService"
    failed = serving.endpoint("bad-1")
    assert (failed["EndpointStatus"], failed["FailureReason"]) == ("Failed", "No capacity.")
    with pytest.raises(ClientError, match="ValidationError"):
        invoke(serving, "bad-1")
    with pytest.raises(ClientError, match="Cannot update failed endpoint"):
        serving.sagemaker.update_endpoint(EndpointName="bad-1", EndpointConfigName="d")
    serving.sagemaker.delete_endpoint(EndpointName="bad-1")
    assert listed(serving) == {"e": "InService", "good": "InService"}


def test_a_failed_update_rolls_back(serving: Any) -> None:
    control.fail_endpoint("No capacity.")
    serving.sagemaker.update_endpoint(EndpointName="e", EndpointConfigName="d")
    endpoint = serving.endpoint()
    assert endpoint["EndpointStatus"] == "InService"
    assert endpoint["EndpointConfigName"] == "c"
    assert endpoint["FailureReason"] == "No capacity."
    assert invoke(serving)
    serving.sagemaker.update_endpoint(EndpointName="e", EndpointConfigName="d")
    assert serving.endpoint()["EndpointConfigName"] == "d"
    assert "FailureReason" not in serving.endpoint()


def test_every_status_when_described(studio: Any, manual: Any) -> None:
    studio.create_config("c")
    studio.sagemaker.create_endpoint(EndpointName="e", EndpointConfigName="c")
    assert listed(studio) == {"e": "Creating"}
    with pytest.raises(ClientError, match="Cannot update in-progress endpoint"):
        studio.sagemaker.delete_endpoint(EndpointName="e")
    with pytest.raises(ClientError, match="Endpoint e of account 123456789012 not found"):
        invoke(studio)
    assert studio.endpoint()["EndpointStatus"] == "InService"
    assert studio.endpoint()["ProductionVariants"][0]["VariantName"] == "v"

    control.fail_endpoint("No capacity.")
    studio.sagemaker.update_endpoint(EndpointName="e", EndpointConfigName="c")
    assert listed(studio) == {"e": "Updating"}
    rolling = studio.endpoint()
    assert rolling["EndpointStatus"] == "RollingBack"
    assert rolling["PendingDeploymentSummary"]["EndpointConfigName"] == "c"
    settled = studio.endpoint()
    assert settled["EndpointStatus"] == "InService"
    assert "PendingDeploymentSummary" not in settled

    weights = [{"VariantName": "v", "DesiredWeight": 3}]
    studio.sagemaker.update_endpoint_weights_and_capacities(
        EndpointName="e", DesiredWeightsAndCapacities=weights
    )
    assert listed(studio) == {"e": "Updating"}
    assert studio.endpoint()["ProductionVariants"][0]["CurrentWeight"] == 3

    studio.sagemaker.delete_endpoint(EndpointName="e")
    assert listed(studio) == {"e": "Deleting"}
    with pytest.raises(ClientError, match="Could not find endpoint"):
        studio.endpoint()
    assert listed(studio) == {}


def test_invocations_fail_on_demand(serving: Any) -> None:
    control.fail_invocation(503, "overloaded", times=2)
    for _ in range(2):
        with pytest.raises(serving.runtime.exceptions.ModelError) as caught:
            invoke(serving)
        answer = caught.value.response
        assert answer["ResponseMetadata"]["HTTPStatusCode"] == 424
        assert (answer["OriginalStatusCode"], answer["OriginalMessage"]) == (503, "overloaded")
        assert 'server error (503) from primary with message "overloaded"' in str(caught.value)
    assert invoke(serving)
    control.fail_invocation(400, "bad row", endpoint="other")
    assert invoke(serving)


def test_invocations_are_answered_by_a_function(serving: Any) -> None:
    def model(body: bytes, content_type: str | None, accept: str | None) -> Any:
        if body == b"break":
            raise KeyError("row")
        return {"seen": body.decode(), "type": content_type, "accept": accept}

    control.answer_invocations(model)
    assert invoke(serving, body="1,2") == {"seen": "1,2", "type": "text/csv", "accept": None}
    with pytest.raises(serving.runtime.exceptions.ModelError, match="KeyError: 'row'"):
        invoke(serving, body="break")


@pytest.mark.parametrize(
    ("answer", "body", "content_type"),
    [
        (b"\x00", b"\x00", "application/octet-stream"),
        ("text", b"text", "application/octet-stream"),
        (("a,b", "text/csv"), b"a,b", "text/csv"),
        ([1], b"[1]", "application/json"),
    ],
)
def test_what_a_function_may_answer(
    studio: Any, answer: Any, body: bytes, content_type: str
) -> None:
    studio.create_config("c")
    studio.sagemaker.create_endpoint(EndpointName="e", EndpointConfigName="c")
    control.answer_invocations(lambda *_: answer)
    got = studio.runtime.invoke_endpoint(EndpointName="e", Body=b"")
    assert (got["Body"].read(), got["ContentType"]) == (body, content_type)
