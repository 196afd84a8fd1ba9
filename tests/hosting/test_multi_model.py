"""Endpoints with many models, through boto3: which answers, when it is loaded, and what fails."""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from tests.api.conftest import LINEAR_LEARNER, ROLE, ErrorOf, config, error_of, variant
from tests.containers.linear_learner.archives import pack, packed
from tests.hosting.conftest import transformed
from tests.hosting.echo import EchoServing, artifact, echo

from sagemock import mock_sagemaker
from sagemock.containers import register
from sagemock.server import SageMockServer

__all__ = ["error_of"]

GROUP = "/aws/sagemaker/Endpoints/e"
PREFIX = "s3://models/of/mine/"


def many(name: str = "shared", prefix: str = PREFIX, **members: Any) -> dict[str, Any]:
    """A container with the models below a prefix."""
    return {**echo(name), "Mode": "MultiModel", "ModelDataUrl": prefix, **members}


@pytest.fixture
def serving() -> EchoServing:
    return EchoServing()


@pytest.fixture
def put(sagemock: Any) -> Callable[..., None]:
    """Puts a model with a name below the prefix, in a new bucket."""
    s3 = sagemock.client("s3")
    s3.create_bucket(Bucket="models")

    def uploaded(key: str, name: str = "", data: bytes | None = None) -> None:
        body = artifact(name or key) if data is None else data
        s3.put_object(Bucket="models", Key=f"of/mine/{key}", Body=body)

    return uploaded


Deploy = Callable[..., None]


@pytest.fixture
def deploy(sagemock: Any, serving: EchoServing, put: Any) -> Iterator[Deploy]:
    """Makes an endpoint `e` with a variant `v` of a model, by default of the container `many`."""

    def deployed(container: dict[str, Any] | None = None, **members: Any) -> None:
        client = sagemock.client("sagemaker")
        model = {"PrimaryContainer": container or many()}
        if "Containers" in members:
            model = {"Containers": members.pop("Containers")}
        client.create_model(ModelName="m", ExecutionRoleArn=ROLE, **model)
        client.create_endpoint_config(**config("c", variant(**members)))
        client.create_endpoint(EndpointName="e", EndpointConfigName="c")
        assert client.describe_endpoint(EndpointName="e")["EndpointStatus"] == "InService"

    with register("echo-*", serve=serving):
        yield deployed


@pytest.fixture
def invoke(sagemock: Any) -> Callable[..., str]:
    def invoked(target: str, body: str = "1") -> str:
        answer = sagemock.client("sagemaker-runtime").invoke_endpoint(
            EndpointName="e", Body=body, TargetModel=target
        )
        text: str = answer["Body"].read().decode()
        return text.split("<")[0]

    return invoked


def lines(sagemock: Any) -> list[str]:
    """The log of the endpoint, whose only stream is that of its instance."""
    logs = sagemock.client("logs")
    (stream,) = logs.describe_log_streams(logGroupName=GROUP)["logStreams"]
    events = logs.get_log_events(
        logGroupName=GROUP, logStreamName=stream["logStreamName"], startFromHead=True
    )
    return [each["message"] for each in events["events"]]


def test_each_request_names_its_model(
    deploy: Deploy, put: Any, invoke: Any, serving: EchoServing
) -> None:
    put("a.tar.gz", "first")
    deploy()
    assert serving.loaded == []
    # A model that comes later works at once.
    put("folder/b.tar.gz", "second")
    targets = ("a.tar.gz", "folder/b.tar.gz", "a.tar.gz")
    assert [invoke(target) for target in targets] == ["first", "second", "first"]
    assert serving.loaded == ["first", "second"]


def test_a_prefix_is_a_folder_with_or_without_a_slash(
    deploy: Deploy, put: Any, invoke: Any
) -> None:
    put("a.tar.gz", "first")
    deploy(many(prefix=PREFIX.rstrip("/")))
    assert invoke("a.tar.gz") == "first"


def test_a_container_knows_that_it_has_many_models(
    deploy: Deploy, put: Any, invoke: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    got: list[Any] = []
    load = EchoServing.load
    monkeypatch.setattr(
        EchoServing, "load", lambda *args, **more: got.append(more) or load(*args, **more)
    )
    put("a.tar.gz")
    deploy(many(Environment={"MINE": "1"}))
    invoke("a.tar.gz")
    (seen,) = got
    assert seen["environment"] == {"MINE": "1", "SAGEMAKER_MULTI_MODEL": "true"}
    assert seen["document"]["ModelDataUrl"] == f"{PREFIX}a.tar.gz"


def test_a_loaded_model_stays_whatever_becomes_of_its_object(
    deploy: Deploy, put: Any, invoke: Any, sagemock: Any
) -> None:
    put("a.tar.gz", "old")
    deploy()
    assert invoke("a.tar.gz") == "old"
    put("a.tar.gz", "new")
    assert invoke("a.tar.gz") == "old"
    sagemock.client("s3").delete_object(Bucket="models", Key="of/mine/a.tar.gz")
    assert invoke("a.tar.gz") == "old"


def test_without_a_cache_each_request_loads_its_model(
    deploy: Deploy, put: Any, invoke: Any, serving: EchoServing
) -> None:
    put("a.tar.gz", "old")
    deploy(many(MultiModelConfig={"ModelCacheSetting": "Disabled"}))
    assert invoke("a.tar.gz") == "old"
    put("a.tar.gz", "new")
    assert invoke("a.tar.gz") == "new"
    assert serving.closed == ["old", "new"]


def test_the_least_recently_used_model_makes_room(
    deploy: Deploy, put: Any, invoke: Any, serving: EchoServing, sagemock: Any
) -> None:
    # An instance with 4 GiB has room for 64 small models.
    deploy(InstanceType="ml.t2.medium")
    for number in range(65):
        put(f"{number}.tar.gz", str(number))
    for number in range(64):
        invoke(f"{number}.tar.gz")
    invoke("0.tar.gz")
    assert serving.closed == []
    invoke("64.tar.gz")
    assert serving.closed == ["1"]
    put("1.tar.gz", "replaced")
    assert [invoke("0.tar.gz"), invoke("1.tar.gz")] == ["0", "replaced"]
    assert serving.closed == ["1", "2"]
    assert sum("DELETE /models/" in line for line in lines(sagemock)) == 2


def test_models_end_with_their_endpoint(
    deploy: Deploy, put: Any, invoke: Any, serving: EchoServing, sagemock: Any
) -> None:
    deploy()
    for name in ("a", "b"):
        put(name)
        invoke(name)
    sagemock.client("sagemaker").delete_endpoint(EndpointName="e")
    assert sorted(serving.closed) == ["a", "b"]


def test_a_request_without_a_model(deploy: Deploy, sagemock: Any) -> None:
    deploy()
    client = sagemock.client("sagemaker-runtime")
    with pytest.raises(client.exceptions.ValidationError) as caught:
        client.invoke_endpoint(EndpointName="e", Body="1")
    response = caught.value.response
    assert response["Error"]["Message"] == (
        f"Request {response['ResponseMetadata']['RequestId']} is missing a target model header."
    )


def test_a_model_that_is_not_there(deploy: Deploy, sagemock: Any, error_of: ErrorOf) -> None:
    deploy()
    client = sagemock.client("sagemaker-runtime")
    request = {"EndpointName": "e", "Body": "1", "TargetModel": "none.tar.gz"}
    assert error_of(client.invoke_endpoint, **request) == (
        "ValidationError",
        "Failed to download model data(bucket: models, key: of/mine/none.tar.gz). Please ensure "
        "that there is an object located at the URL and that the role passed to CreateModel has "
        "permissions to download the object.",
    )


def test_without_validation_moto_answers_for_a_model_that_is_not_there() -> None:
    with mock_sagemaker(validation="off"):
        client = boto3.client("sagemaker", "us-east-1")
        container = many(Image=LINEAR_LEARNER)
        client.create_model(ModelName="m", ExecutionRoleArn=ROLE, PrimaryContainer=container)
        client.create_endpoint_config(**config())
        client.create_endpoint(EndpointName="e", EndpointConfigName="c")
        answer = boto3.client("sagemaker-runtime", "us-east-1").invoke_endpoint(
            EndpointName="e", Body="1", TargetModel="a.tar.gz"
        )
        assert answer["Body"].read() == b"body"


@pytest.mark.parametrize("data", [b"no archive", b""])
def test_an_object_that_is_no_archive(
    deploy: Deploy, put: Any, sagemock: Any, error_of: ErrorOf, data: bytes
) -> None:
    put("a.tar.gz", data=data)
    deploy()
    client = sagemock.client("sagemaker-runtime")
    request = {"EndpointName": "e", "Body": "1", "TargetModel": "a.tar.gz"}
    assert error_of(client.invoke_endpoint, **request) == (
        "ValidationError",
        "Failed to extract model data archive(bucket: models, key: of/mine/a.tar.gz). Please "
        "ensure that the object located at the URL is a valid tar.gz archive.",
    )


def test_a_model_that_cannot_be_loaded_can_be_replaced(
    deploy: Deploy, put: Any, invoke: Any, sagemock: Any
) -> None:
    put("a.tar.gz", "broken")
    deploy()
    with pytest.raises(
        sagemock.client("sagemaker-runtime").exceptions.ModelError,
        match=r'Received server error \(500\) from primary with message "there is no model"',
    ):
        invoke("a.tar.gz")
    _, reason, load = lines(sagemock)
    assert reason.endswith("ERROR 1] there is no model")
    assert '"POST /models HTTP/1.1" 500 17' in load
    put("a.tar.gz", "mended")
    assert invoke("a.tar.gz") == "mended"


def test_what_the_log_says(deploy: Deploy, put: Any, invoke: Any, sagemock: Any) -> None:
    put("a.tar.gz", "first")
    deploy()
    invoke("a.tar.gz")
    client = sagemock.client("sagemaker-runtime")
    with pytest.raises(client.exceptions.ModelError) as caught:
        invoke("a.tar.gz", "crash")
    assert caught.value.response["OriginalStatusCode"] == 503
    assert caught.value.response["OriginalMessage"] == "first is overloaded"
    said = [re.sub(r"^169.*\] |^\[.*\] ", "", line) for line in lines(sagemock)]
    assert said[:5] == [
        '"GET /ping HTTP/1.1" 200 0 "-" "AHC/2.0"',
        '"POST /models HTTP/1.1" 200 0 "-" "AHC/2.0"',
        "first is asked",
        "first is asked",
        "first is overloaded",
    ]
    assert re.match(r'"POST /models/[0-9a-f]{32}/invoke HTTP/1.1" 503 19 ', said[5])


def values(sagemock: Any, namespace: str, name: str) -> list[float]:
    """The number of values of a metric of the variant, their sum and the largest."""
    now = datetime.datetime.now(datetime.UTC)
    answer = sagemock.client("cloudwatch").get_metric_statistics(
        Namespace=namespace,
        MetricName=name,
        Dimensions=[
            {"Name": "EndpointName", "Value": "e"},
            {"Name": "VariantName", "Value": "v"},
        ],
        StartTime=now - datetime.timedelta(hours=1),
        EndTime=now + datetime.timedelta(hours=1),
        Period=7200,
        Statistics=["SampleCount", "Sum", "Maximum"],
    )
    points = answer["Datapoints"]
    return [
        sum(each["SampleCount"] for each in points),
        sum(each["Sum"] for each in points),
        max((each["Maximum"] for each in points), default=0),
    ]


def test_the_metrics_of_loading(deploy: Deploy, put: Any, invoke: Any, sagemock: Any) -> None:
    deploy()
    for key in ("a", "b", "a", "a"):
        put(key)
        invoke(key)
    assert values(sagemock, "AWS/SageMaker", "ModelCacheHit")[:2] == [4, 2]
    assert values(sagemock, "/aws/sagemaker/Endpoints", "LoadedModelCount")[2] == 2
    waited = values(sagemock, "AWS/SageMaker", "ModelLoadingWaitTime")
    for name in ("ModelDownloadingTime", "ModelLoadingTime"):
        count, total, _ = values(sagemock, "AWS/SageMaker", name)
        assert count == waited[0] == 2
        assert 0 < total < waited[1]
    assert values(sagemock, "AWS/SageMaker", "ModelUnloadingTime") == [0, 0, 0]


def test_a_pipeline_may_have_many_models(deploy: Deploy, put: Any, invoke: Any) -> None:
    put("a.tar.gz", "first")
    put("b.tar.gz", "second")
    deploy(Containers=[echo("before"), many(), echo("after")])
    assert invoke("b.tar.gz", "0") == "after"


def test_a_model_within_a_pipeline(
    deploy: Deploy, put: Any, sagemock: Any, error_of: ErrorOf
) -> None:
    put("a.tar.gz", "first")
    deploy(Containers=[echo("before", ANSWERS="text/csv"), many()])
    client = sagemock.client("sagemaker-runtime")
    request = {"EndpointName": "e", "TargetModel": "a.tar.gz"}
    answer = client.invoke_endpoint(**request, Body="1", ContentType="text/plain")
    assert answer["Body"].read() == b"first<text/csv|None>(before<text/plain|None>(1))"
    assert error_of(client.invoke_endpoint, EndpointName="e", Body="1")[1].endswith(
        "is missing a target model header."
    )
    with pytest.raises(client.exceptions.ModelError, match=r"\(503\) from container-1 "):
        client.invoke_endpoint(**request, Body="crash")


@pytest.mark.parametrize(
    ("containers", "text"),
    [
        (
            [many(prefix="s3://nowhere/models/")],
            "Could not find model data at s3://nowhere/models/.",
        ),
        (
            [many(), many()],
            "Specify the mode MultiModel in no more than one container definition.",
        ),
        (
            [{**echo("a"), "Mode": "MultiModel"}],
            "ModelDataUrl is required for multi-model endpoints.",
        ),
        (
            [
                {
                    **echo("a"),
                    "Mode": "MultiModel",
                    "ModelDataSource": {
                        "S3DataSource": {
                            "S3Uri": PREFIX,
                            "S3DataType": "S3Prefix",
                            "CompressionType": "None",
                        }
                    },
                }
            ],
            "ModelDataSource is not supported for multi-model endpoints.",
        ),
        *(
            (
                [many(Image=f"382416733822.dkr.ecr.us-east-1.amazonaws.com/{name}:1")],
                f"Your Ecr Image 382416733822.dkr.ecr.us-east-1.amazonaws.com/{name}:1 does not "
                "contain required com.amazonaws.sagemaker.capabilities.multi-models=true Docker "
                "label(s).",
            )
            for name in ("kmeans", "pca", "factorization-machines")
        ),
    ],
)
def test_what_create_model_refuses(
    deploy: Deploy,
    sagemock: Any,
    error_of: ErrorOf,
    containers: list[dict[str, Any]],
    text: str,
) -> None:
    create = sagemock.client("sagemaker").create_model
    request = {"ModelName": "m", "ExecutionRoleArn": ROLE}
    model = {"Containers": containers}
    if len(containers) == 1:
        model = {"PrimaryContainer": containers[0]}
    assert error_of(create, **request, **model) == ("ValidationException", text)


def test_linear_models_on_the_server(binary: Any) -> None:
    """What a client in another process sees of models that Amazon's own container serves."""
    with SageMockServer() as server:
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
        s3.put_object(Bucket="models", Key="many/a.tar.gz", Body=pack(binary.model))
        s3.put_object(Bucket="models", Key="many/b.tar.gz", Body=packed({"other": b""}))
        container = {
            "Image": LINEAR_LEARNER,
            "Mode": "MultiModel",
            "ModelDataUrl": "s3://models/many/",
        }
        client.create_model(ModelName="m", ExecutionRoleArn=ROLE, PrimaryContainer=container)
        client.create_endpoint_config(**config())
        client.create_endpoint(EndpointName="e", EndpointConfigName="c")
        request = {"EndpointName": "e", "ContentType": "text/csv", "Body": "1,1"}
        answer = runtime.invoke_endpoint(**request, TargetModel="a.tar.gz")
        assert json.loads(answer["Body"].read())["predictions"][0]["score"] == 0.5
        with pytest.raises(runtime.exceptions.ModelError, match=r"\(500\) from primary"):
            runtime.invoke_endpoint(**request, TargetModel="b.tar.gz")
        with pytest.raises(runtime.exceptions.ValidationError, match="Failed to download"):
            runtime.invoke_endpoint(**request, TargetModel="c.tar.gz")
        with pytest.raises(runtime.exceptions.ValidationError, match="missing a target model"):
            runtime.invoke_endpoint(**request)


def test_a_transform_job_names_no_model(
    deploy: Deploy, put: Any, sagemock: Any, serving: EchoServing
) -> None:
    put("a.tar.gz", "first")
    deploy()
    described = transformed(sagemock)
    assert described["TransformJobStatus"] == "Failed"
    assert described["FailureReason"] == "ClientError: See job logs for more information"
    events = sagemock.client("logs").filter_log_events(
        logGroupName="/aws/sagemaker/TransformJobs", logStreamNamePrefix="t/"
    )["events"]
    assert any("The request names no model." in each["message"] for each in events)
    assert serving.loaded == []
