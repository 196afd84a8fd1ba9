"""Models with several containers: pipelines, and containers that are invoked by their names."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from tests.api.conftest import (
    IMAGE,
    LINEAR_LEARNER,
    ROLE,
    ErrorOf,
    config,
    error_of,
    variant,
)
from tests.containers.linear_learner.archives import pack
from tests.hosting.conftest import transformed
from tests.hosting.echo import EchoServing, echo

from sagemock.containers import register
from sagemock.containers.base import InferenceRequest, InferenceResponse, ModelData, Predictor
from sagemock.server import SageMockServer

__all__ = ["error_of"]

GROUP = "/aws/sagemaker/Endpoints/e"
Deploy = Callable[..., dict[str, Any]]


@pytest.fixture
def serving() -> EchoServing:
    return EchoServing()


@pytest.fixture
def deploy(sagemock: Any, serving: EchoServing) -> Iterator[Deploy]:
    """Makes an endpoint `e` with a variant `v` of the containers; describes it."""

    def deployed(*containers: dict[str, Any], **members: Any) -> dict[str, Any]:
        client = sagemock.client("sagemaker")
        client.create_model(
            ModelName="m", ExecutionRoleArn=ROLE, Containers=list(containers), **members
        )
        client.create_endpoint_config(**config("c", variant()))
        client.create_endpoint(EndpointName="e", EndpointConfigName="c")
        answer: dict[str, Any] = client.describe_endpoint(EndpointName="e")
        return answer

    with register("echo-*", serve=serving):
        yield deployed


@pytest.fixture
def invoke(sagemock: Any) -> Callable[..., dict[str, Any]]:
    def invoked(body: str = "1", **members: Any) -> dict[str, Any]:
        answer: dict[str, Any] = sagemock.client("sagemaker-runtime").invoke_endpoint(
            EndpointName="e", Body=body, **members
        )
        return {**answer, "Body": answer["Body"].read().decode()}

    return invoked


def lines(sagemock: Any) -> dict[str, list[str]]:
    """The lines of each log stream, by its container."""
    logs = sagemock.client("logs")
    streams = logs.describe_log_streams(logGroupName=GROUP)["logStreams"]
    return {
        stream["logStreamName"].split("/")[-1]: [
            event["message"]
            for event in logs.get_log_events(
                logGroupName=GROUP, logStreamName=stream["logStreamName"], startFromHead=True
            )["events"]
        ]
        for stream in streams
    }


def test_each_container_answers_the_one_before_it(deploy: Deploy, invoke: Any) -> None:
    assert deploy(echo("a", ANSWERS="text/csv"), echo("b"), echo("c"))["EndpointStatus"] == (
        "InService"
    )
    answer = invoke("1", ContentType="text/plain", Accept="text/html", CustomAttributes="id ")
    # The client's Accept goes to the last one alone, its custom attributes to all.
    assert answer["Body"] == (
        "c<application/json|text/html>(b<text/csv|None>(a<text/plain|None>(1)))"
    )
    assert (answer["ContentType"], answer["CustomAttributes"]) == ("text/html", "id c")


def test_fifteen_containers(deploy: Deploy, invoke: Any, sagemock: Any) -> None:
    containers = [echo(f"n{number}") for number in range(15)]
    deploy(*containers)
    assert invoke()["Body"].count("(") == 15
    create = sagemock.client("sagemaker").create_model
    with pytest.raises(Exception, match="Member must have length less than or equal to 15"):
        create(ModelName="more", ExecutionRoleArn=ROLE, Containers=[*containers, echo("more")])


def test_the_container_that_fails_is_named(deploy: Deploy, invoke: Any, sagemock: Any) -> None:
    deploy(echo("a"), echo("b", BROKEN="yes"), echo("c"))
    client = sagemock.client("sagemaker-runtime")
    with pytest.raises(client.exceptions.ModelError) as caught:
        client.invoke_endpoint(EndpointName="e", Body="1")
    error = caught.value.response
    assert error["Error"]["Message"].startswith(
        'Received server error (503) from container-2 with message "b is overloaded". See https://'
    )
    assert (error["OriginalStatusCode"], error["OriginalMessage"]) == (503, "b is overloaded")
    assert error["LogStreamArn"].endswith(f":log-group:{GROUP}")
    logged = lines(sagemock)
    assert [line.partition('"')[0].split("]")[-1] for line in logged["container-1"]] == [
        " ",
        "a is asked",
    ]
    assert "a is asked" in logged["container-1"]
    ping, asked, reason, access = logged["container-2"]
    assert '"GET /ping HTTP/1.1" 200' in ping
    assert asked == "b is asked"
    assert reason.endswith("ERROR 1] b is overloaded")
    assert '"POST /invocations HTTP/1.1" 503 15' in access
    assert len(logged["container-3"]) == 1


@pytest.mark.parametrize(
    ("broken", "log"),
    [({"UNHEALTHY": "yes"}, "no model"), ({"NO_MODEL": "y"}, "there is no model")],
)
def test_a_container_that_cannot_start_is_named_by_its_host(
    deploy: Deploy, sagemock: Any, serving: EchoServing, broken: dict[str, str], log: str
) -> None:
    described = deploy(echo("a", "first"), echo("b", "second", **broken), echo("c", "third"))
    assert described["EndpointStatus"] == "Failed"
    assert described["FailureReason"] == (
        "The second for production variant v did not pass the ping health check. Please check "
        "CloudWatch logs for this endpoint."
    )
    logged = lines(sagemock)
    assert set(logged) == {"second"}
    assert logged["second"][0].endswith(f"ERROR 1] {log}")
    assert "a" in serving.closed


def test_the_model_data_of_a_later_container(deploy: Deploy, sagemock: Any) -> None:
    sagemock.client("s3").create_bucket(Bucket="models")
    sagemock.client("s3").put_object(Bucket="models", Key="m.tar.gz", Body=b"no archive")
    later = {**echo("b"), "ModelDataUrl": "s3://models/m.tar.gz"}
    assert deploy(echo("a"), later)["FailureReason"].startswith(
        'Failed to extract model data archive for container "container_2" from URL '
        '"s3://models/m.tar.gz".'
    )


def test_containers_end_with_their_endpoint(
    deploy: Deploy, sagemock: Any, serving: EchoServing
) -> None:
    deploy(echo("a"), echo("b"))
    assert serving.closed == []
    sagemock.client("sagemaker").delete_endpoint(EndpointName="e")
    assert serving.closed == ["a", "b"]


def test_an_image_that_nothing_runs_leaves_all_to_moto(
    deploy: Deploy, invoke: Any, serving: EchoServing
) -> None:
    assert deploy(echo("a"), {"Image": IMAGE})["EndpointStatus"] == "InService"
    assert invoke()["Body"] == "body"
    assert "a" in serving.closed


DIRECT = {"InferenceExecutionConfig": {"Mode": "Direct"}}


def test_a_container_is_invoked_by_its_host_name(
    deploy: Deploy, invoke: Any, sagemock: Any
) -> None:
    deploy(echo("a", "first"), echo("b", "second", BROKEN="yes"), **DIRECT)
    answer = invoke(TargetContainerHostname="first", Accept="text/csv", ContentType="text/plain")
    assert (answer["Body"], answer["ContentType"]) == ("a<text/plain|text/csv>(1)", "text/csv")
    with pytest.raises(Exception, match=r"Received server error \(503\) from second with message"):
        invoke(TargetContainerHostname="second")
    assert [line for line in lines(sagemock)["first"] if "asked" in line] == ["a is asked"]
    assert [line for line in lines(sagemock)["second"] if "asked" in line] == ["b is asked"]


def test_direct_invocation_needs_a_host_name_of_the_model(
    deploy: Deploy, sagemock: Any, error_of: ErrorOf
) -> None:
    deploy(echo("a", "first"), echo("b", "second"), **DIRECT)
    client = sagemock.client("sagemaker-runtime")
    assert error_of(client.invoke_endpoint, EndpointName="e", Body="1") == (
        "ValidationError",
        "Endpoint e is a multi-container endpoint with direct invocation and requires target "
        "container hostname header.",
    )
    assert error_of(
        client.invoke_endpoint, EndpointName="e", Body="1", TargetContainerHostname="third"
    ) == ("ValidationError", "Container third not found for this endpoint.")


def test_a_transform_job_names_no_container(
    deploy: Deploy, sagemock: Any, serving: EchoServing
) -> None:
    deploy(echo("a", "first"), echo("b", "second"), **DIRECT)
    described = transformed(sagemock)
    assert described["TransformJobStatus"] == "Failed"
    assert described["FailureReason"].startswith("ClientError")
    assert serving.closed == ["a", "b"]


@pytest.mark.parametrize("containers", [1, 2])
def test_other_endpoints_take_no_host_name(
    deploy: Deploy, sagemock: Any, error_of: ErrorOf, containers: int
) -> None:
    deploy(*[echo("a", "first"), echo("b", "second")][:containers])
    client = sagemock.client("sagemaker-runtime")
    assert error_of(
        client.invoke_endpoint, EndpointName="e", Body="1", TargetContainerHostname="first"
    ) == (
        "ValidationError",
        "Endpoint e is not a multi-container endpoint and does not support target container "
        "hostname header.",
    )
    assert error_of(client.invoke_endpoint, EndpointName="e", Body="1", TargetModel="m.tar.gz") == (
        "ValidationError",
        "Endpoint e is not a multi-model endpoint and does not support target model header.",
    )


@pytest.mark.parametrize(
    ("request_", "text"),
    [
        (
            {"Containers": [echo("a", "first"), echo("b")]},
            "Specify ContainerHostname in every container definition or in none of them.",
        ),
        (
            {"Containers": [echo("a", "first"), echo("b", "first")]},
            "ContainerHostname must be unique within a model.",
        ),
        (
            {"Containers": [echo("a"), echo("b")], **DIRECT},
            "Specify ContainerHostname in every container definition for direct invocation.",
        ),
        (
            {"Containers": [echo("a", "first")], **DIRECT},
            "Specify more than one container definition in Containers for direct invocation.",
        ),
        (
            {"PrimaryContainer": echo("a", "first"), **DIRECT},
            "Specify more than one container definition in Containers for direct invocation.",
        ),
    ],
)
def test_host_names_tell_containers_apart(
    sagemock: Any, error_of: ErrorOf, request_: dict[str, Any], text: str
) -> None:
    create = sagemock.client("sagemaker").create_model
    assert error_of(create, ModelName="m", ExecutionRoleArn=ROLE, **request_) == (
        "ValidationException",
        text,
    )


def test_capture_has_what_the_client_sent_and_got(
    deploy: Deploy, invoke: Any, sagemock: Any
) -> None:
    deploy(echo("a"), echo("b"))
    s3, client = sagemock.client("s3"), sagemock.client("sagemaker")
    s3.create_bucket(Bucket="captured")
    capture = {
        "InitialSamplingPercentage": 100,
        "DestinationS3Uri": "s3://captured",
        "CaptureOptions": [{"CaptureMode": "InputAndOutput"}],
        "CaptureContentTypeHeader": {"CsvContentTypes": ["text/csv"]},
    }
    client.create_endpoint_config(**config("capturing", variant(), DataCaptureConfig=capture))
    client.update_endpoint(EndpointName="e", EndpointConfigName="capturing")
    answer = invoke("1,2", ContentType="text/csv", Accept="text/csv")
    (stored,) = s3.list_objects_v2(Bucket="captured")["Contents"]
    line = json.loads(s3.get_object(Bucket="captured", Key=stored["Key"])["Body"].read())
    captured = line["captureData"]
    assert captured["endpointInput"]["data"] == "1,2"
    assert captured["endpointOutput"]["data"] == answer["Body"]
    assert answer["Body"].startswith("b<application/json|text/csv>(a<text/csv|None>(")


def test_a_fault_on_demand_comes_from_the_first_container(
    deploy: Deploy, invoke: Any, sagemock: Any
) -> None:
    deploy(echo("a", "first"), echo("b", "second"))
    sagemock.control.fail_invocation(500, "out of order", endpoint="e")
    with pytest.raises(Exception, match=r'error \(500\) from first with message "out of order"'):
        invoke()
    assert invoke()["InvokedProductionVariant"] == "v"


def test_preprocessing_before_linear_learner_on_the_server(binary: Any) -> None:
    """What a client in another process sees, of a container of its own and one of Amazon's."""

    class Scaling(Predictor):
        def invoke(self, request: InferenceRequest) -> InferenceResponse:
            rows = [line.split(",") for line in request.body.decode().splitlines()]
            scaled = "\n".join(",".join(str(float(x) / 10) for x in row) for row in rows)
            return InferenceResponse(scaled.encode(), "text/csv")

    class ScalingContainer:
        def load(self, model: ModelData, **_: Any) -> Scaling:
            return Scaling()

    with SageMockServer() as server, register("scaling", serve=ScalingContainer()):
        s3, client, runtime = (
            boto3.client(
                name,
                "us-east-1",
                endpoint_url=server.url,
                aws_access_key_id="a",
                aws_secret_access_key="b",
            )
            for name in ("s3", "sagemaker", "sagemaker-runtime")
        )
        s3.create_bucket(Bucket="models")
        s3.put_object(Bucket="models", Key="m.tar.gz", Body=pack(binary.model))
        learner = {"Image": LINEAR_LEARNER, "ModelDataUrl": "s3://models/m.tar.gz"}
        client.create_model(
            ModelName="pipeline", ExecutionRoleArn=ROLE, Containers=[{"Image": "scaling"}, learner]
        )
        client.create_model(ModelName="alone", ExecutionRoleArn=ROLE, PrimaryContainer=learner)
        for name in ("pipeline", "alone"):
            client.create_endpoint_config(**config(name, variant("v", name)))
            client.create_endpoint(EndpointName=name, EndpointConfigName=name)
            client.get_waiter("endpoint_in_service").wait(
                EndpointName=name, WaiterConfig={"Delay": 1}
            )
        answers = [
            runtime.invoke_endpoint(EndpointName=name, ContentType="text/csv", Body=body)
            for name, body in (("pipeline", "20,10\n5,30"), ("alone", "2,1\n0.5,3"))
        ]
        first, second = (json.loads(answer["Body"].read()) for answer in answers)
        assert first == second
        assert len(first["predictions"]) == 2
        with pytest.raises(runtime.exceptions.ModelError, match=r"\(400\) from container-2"):
            runtime.invoke_endpoint(EndpointName="pipeline", ContentType="text/csv", Body="1")
