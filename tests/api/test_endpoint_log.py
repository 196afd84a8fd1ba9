"""The log of an endpoint: a group for it, a stream for each instance of a variant."""

from __future__ import annotations

import io
import re
import tarfile
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from tests.api.conftest import IMAGE, LINEAR_LEARNER, REGION, ROLE, config, model, variant

from sagemock import control

GROUP = "/aws/sagemaker/Endpoints/e"
PING = r'169\.254\.178\.2 - - \[.+ \+0000\] "GET /ping HTTP/1\.1" 200 0 "-" "AHC/2\.0"'


@pytest.fixture
def logs(mocked: None) -> Any:
    return boto3.client("logs", REGION)


def streams(logs: Any) -> list[str]:
    """The names of the streams, those that were there first first."""
    listed = logs.describe_log_streams(logGroupName=GROUP)["logStreams"]
    return [each["logStreamName"] for each in sorted(listed, key=lambda each: each["creationTime"])]


def lines(logs: Any, stream: str) -> list[str]:
    events = logs.get_log_events(logGroupName=GROUP, logStreamName=stream, startFromHead=True)
    return [each["message"] for each in events["events"]]


def counts(logs: Any) -> dict[str, int]:
    """How many streams each variant has."""
    names = [each.split("/")[0] for each in streams(logs)]
    return {name: names.count(name) for name in names}


@pytest.fixture
def endpoint(sagemaker: Any, linear_model: str) -> Any:
    """An endpoint `e` with two instances of Linear Learner."""
    sagemaker.create_endpoint_config(
        **config("c", variant("v", linear_model, InitialInstanceCount=2))
    )
    sagemaker.create_endpoint(EndpointName="e", EndpointConfigName="c")


def test_each_instance_has_a_stream(endpoint: None, logs: Any) -> None:
    names = streams(logs)
    assert len(names) == len(set(names)) == 2
    for name in names:
        assert re.fullmatch(r"v/i-[0-9a-f]{17}", name)
        (line,) = lines(logs, name)
        assert re.fullmatch(PING, line)
    (group,) = logs.describe_log_groups(logGroupNamePrefix="/aws/sagemaker/Endpoints")["logGroups"]
    assert group["logGroupName"] == GROUP
    assert "retentionInDays" not in group


def test_variants_shadows_and_serverless(sagemaker: Any, logs: Any) -> None:
    sagemaker.create_model(**model())
    serverless = {
        "VariantName": "s",
        "ModelName": "m",
        "ServerlessConfig": {"MemorySizeInMB": 2048, "MaxConcurrency": 20},
    }
    sagemaker.create_endpoint_config(**config("serverless", serverless))
    sagemaker.create_endpoint_config(
        **config("c", variant("a"), ShadowProductionVariants=[variant("shadow")])
    )
    sagemaker.create_endpoint(EndpointName="e", EndpointConfigName="c")
    assert counts(logs) == {"a": 1, "shadow": 1}
    sagemaker.update_endpoint(EndpointName="e", EndpointConfigName="serverless")
    assert counts(logs) == {"a": 1, "shadow": 1, "s": 1}


@pytest.mark.parametrize(
    ("named", "names"), [(False, ["container-1", "container-2"]), (True, ["first", "second"])]
)
def test_each_container_of_a_pipeline_has_a_stream(
    sagemaker: Any, logs: Any, named: bool, names: list[str]
) -> None:
    sagemaker.create_model(
        ModelName="m",
        ExecutionRoleArn=ROLE,
        Containers=[
            {"Image": IMAGE, **({"ContainerHostname": each} if named else {})} for each in names
        ],
    )
    sagemaker.create_endpoint_config(**config())
    sagemaker.create_endpoint(EndpointName="e", EndpointConfigName="c")
    first, second = sorted(streams(logs))
    instance = first.removesuffix(f"/{names[0]}")
    assert (first, second) == (f"{instance}/{names[0]}", f"{instance}/{names[1]}")


def test_a_variant_for_inference_components_has_none(sagemaker: Any, logs: Any) -> None:
    bare = variant("v")
    del bare["ModelName"]
    sagemaker.create_endpoint_config(**config("c", bare, ExecutionRoleArn=ROLE))
    sagemaker.create_endpoint(EndpointName="e", EndpointConfigName="c")
    assert logs.describe_log_groups()["logGroups"] == []


def test_new_instances_have_new_streams(endpoint: None, sagemaker: Any, logs: Any) -> None:
    before = streams(logs)
    sagemaker.update_endpoint_weights_and_capacities(
        EndpointName="e", DesiredWeightsAndCapacities=[{"VariantName": "v", "DesiredWeight": 3}]
    )
    assert streams(logs) == before
    sagemaker.update_endpoint_weights_and_capacities(
        EndpointName="e",
        DesiredWeightsAndCapacities=[{"VariantName": "v", "DesiredInstanceCount": 3}],
    )
    more = streams(logs)
    assert set(before) < set(more)
    assert len(more) == 3
    assert [len(lines(logs, each)) for each in more] == [1, 1, 1]
    # An update replaces the instances; the streams of the old ones stay.
    sagemaker.create_model(**model())
    sagemaker.create_endpoint_config(**config("other", variant("w")))
    sagemaker.update_endpoint(EndpointName="e", EndpointConfigName="other")
    assert counts(logs) == {"v": 3, "w": 1}
    sagemaker.delete_endpoint(EndpointName="e")
    assert counts(logs) == {"v": 3, "w": 1}
    sagemaker.create_endpoint(EndpointName="e", EndpointConfigName="c")
    assert counts(logs) == {"v": 5, "w": 1}


def test_many_instances(sagemaker: Any, logs: Any) -> None:
    sagemaker.create_model(**model())
    sagemaker.create_endpoint_config(**config("c", variant(InitialInstanceCount=1_000_000)))
    sagemaker.create_endpoint(EndpointName="e", EndpointConfigName="c")
    pages = logs.get_paginator("describe_log_streams").paginate(logGroupName=GROUP)
    assert sum(len(page["logStreams"]) for page in pages) == 100


def test_why_an_invocation_failed(endpoint: None, runtime: Any, logs: Any) -> None:
    with pytest.raises(ClientError) as caught:
        runtime.invoke_endpoint(EndpointName="e", Body=b"no numbers", ContentType="text/csv")
    named = caught.value.response["LogStreamArn"]
    assert named == f"arn:aws:logs:{REGION}:123456789012:log-group:{GROUP}"
    written = [line for each in streams(logs) for line in lines(logs, each)]
    error, access = [line for line in written if "/ping" not in line]
    assert error.endswith("ERROR 1] Customer Error: unable to evaluate payload provided")
    assert '"POST /invocations HTTP/1.1" 400 35 ' in access


def test_invocations_that_fail_on_demand(endpoint: None, runtime: Any, logs: Any) -> None:
    control.fail_invocation(500, "out of memory")
    with pytest.raises(ClientError, match="out of memory"):
        runtime.invoke_endpoint(EndpointName="e", Body=b"90,10", ContentType="text/csv")
    (event,) = logs.filter_log_events(logGroupName=GROUP, filterPattern="memory")["events"]
    assert event["message"].endswith("ERROR 1] out of memory")


def test_an_invocation_that_is_answered_writes_nothing(
    endpoint: None, runtime: Any, logs: Any
) -> None:
    runtime.invoke_endpoint(EndpointName="e", Body=b"90,10", ContentType="text/csv")
    assert len(logs.filter_log_events(logGroupName=GROUP)["events"]) == 2


def archive(name: str) -> bytes:
    """A model.tar.gz with one file, which is no model."""
    body = io.BytesIO()
    with tarfile.open(fileobj=body, mode="w:gz") as tar:
        tar.addfile(tarfile.TarInfo(name))
    return body.getvalue()


def test_why_a_container_did_not_start(sagemaker: Any, s3: Any, logs: Any) -> None:
    s3.create_bucket(Bucket="bucket")
    s3.put_object(Bucket="bucket", Key="model.tar.gz", Body=archive("something"))
    container = {"Image": LINEAR_LEARNER, "ModelDataUrl": "s3://bucket/model.tar.gz"}
    sagemaker.create_model(**model(PrimaryContainer=container))
    sagemaker.create_model(**model("good"))
    sagemaker.create_endpoint_config(**config("c", variant("v"), variant("good", "good")))
    sagemaker.create_endpoint(EndpointName="e", EndpointConfigName="c")
    described = sagemaker.describe_endpoint(EndpointName="e")
    assert "Please check CloudWatch logs for this endpoint." in described["FailureReason"]
    (stream,) = streams(logs)
    assert stream.startswith("v/i-")
    (line,) = lines(logs, stream)
    assert re.fullmatch(r"\[[0-9/]+ [0-9:]+ ERROR 1\] .+", line)


def test_an_update_that_fails_says_why_in_streams_of_its_own(
    endpoint: None, sagemaker: Any, s3: Any, logs: Any
) -> None:
    before = streams(logs)
    s3.put_object(Bucket="bucket", Key="bad.tar.gz", Body=archive("something"))
    container = {"Image": LINEAR_LEARNER, "ModelDataUrl": "s3://bucket/bad.tar.gz"}
    sagemaker.create_model(**model("bad", PrimaryContainer=container))
    sagemaker.create_endpoint_config(**config("bad", variant("v", "bad")))
    sagemaker.update_endpoint(EndpointName="e", EndpointConfigName="bad")
    (new,) = set(streams(logs)) - set(before)
    assert "ERROR" in lines(logs, new)[0]
    # The next request is answered by the old instances, and so is its error.
    assert [len(lines(logs, each)) for each in before] == [1, 1]


def test_an_endpoint_that_fails_on_demand(sagemaker: Any, logs: Any) -> None:
    sagemaker.create_model(**model())
    sagemaker.create_endpoint_config(**config())
    control.fail_endpoint("The image is broken.")
    sagemaker.create_endpoint(EndpointName="e", EndpointConfigName="c")
    (stream,) = streams(logs)
    assert lines(logs, stream)[0].endswith("ERROR 1] The image is broken.")


def test_model_data_that_is_not_there_starts_no_container(
    sagemaker: Any, s3: Any, logs: Any, artifact: bytes
) -> None:
    s3.create_bucket(Bucket="bucket")
    s3.put_object(Bucket="bucket", Key="model.tar.gz", Body=artifact)
    container = {"Image": LINEAR_LEARNER, "ModelDataUrl": "s3://bucket/model.tar.gz"}
    sagemaker.create_model(**model(PrimaryContainer=container))
    sagemaker.create_endpoint_config(**config())
    s3.delete_object(Bucket="bucket", Key="model.tar.gz")
    sagemaker.create_endpoint(EndpointName="e", EndpointConfigName="c")
    assert sagemaker.describe_endpoint(EndpointName="e")["EndpointStatus"] == "Failed"
    assert logs.describe_log_groups()["logGroups"] == []


def test_describing_shows_nothing_of_it(endpoint: None, sagemaker: Any) -> None:
    described = sagemaker.describe_endpoint(EndpointName="e")
    searched = sagemaker.search(Resource="Endpoint")["Results"][0]["Endpoint"]
    for shown in (described, searched):
        assert not any("Deployment" in name for name in shown)
