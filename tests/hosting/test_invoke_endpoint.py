"""InvokeEndpoint through boto3: the answer, and the error in AWS's words."""

from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Callable
from typing import Any

import botocore.exceptions
import numpy as np
import pytest
from tests.containers.linear_learner.archives import pack

from sagemock.formats import recordio

IMAGE = "382416733822.dkr.ecr.us-east-1.amazonaws.com/linear-learner:1"
ROLE = "arn:aws:iam::123456789012:role/SageMaker"


Deploy = Callable[[str, bytes, dict[str, Any]], str]


@pytest.fixture
def deploy(sagemock: Any) -> Deploy:
    """Puts model data into the bucket `models`, makes an endpoint `e` of them, gives its status."""

    def deployed(key: str, data: bytes, container: dict[str, Any]) -> str:
        s3, sagemaker = sagemock.client("s3"), sagemock.client("sagemaker")
        s3.create_bucket(Bucket="models")
        s3.upload_fileobj(io.BytesIO(data), "models", key)
        _create(sagemaker, {"Image": IMAGE, **container})
        status: str = sagemaker.describe_endpoint(EndpointName="e")["EndpointStatus"]
        return status

    return deployed


def _create(sagemaker: Any, container: dict[str, Any]) -> None:
    sagemaker.create_model(ModelName="m", ExecutionRoleArn=ROLE, PrimaryContainer=container)
    sagemaker.create_endpoint_config(
        EndpointConfigName="c",
        ProductionVariants=[
            {
                "VariantName": "v",
                "ModelName": "m",
                "InitialInstanceCount": 1,
                "InstanceType": "ml.m5.large",
            }
        ],
    )
    sagemaker.create_endpoint(EndpointName="e", EndpointConfigName="c")


@pytest.fixture
def endpoint(sagemock: Any, deploy: Deploy, binary: Any) -> Any:
    """A client of the runtime, and an endpoint `e` that serves the binary classifier."""
    artifact = pack(binary.model)
    assert deploy("m.tar.gz", artifact, {"ModelDataUrl": "s3://models/m.tar.gz"}) == "InService"
    return sagemock.client("sagemaker-runtime")


def test_an_answer(endpoint: Any) -> None:
    answer = endpoint.invoke_endpoint(EndpointName="e", ContentType="text/csv", Body="1,1\n1,1")
    assert answer["ContentType"] == "application/json"
    assert answer["InvokedProductionVariant"] == "v"
    assert answer["Body"].read() == (
        b'{"predictions": [{"score": 0.5, "predicted_label": 1}, '
        b'{"score": 0.5, "predicted_label": 1}]}'
    )


def test_records_in_and_out(endpoint: Any) -> None:
    content_type = "application/x-recordio-protobuf"
    answer = endpoint.invoke_endpoint(
        EndpointName="e",
        ContentType=content_type,
        Accept=content_type,
        Body=recordio.encode(np.array([[2, 2]], np.float32)),
    )
    assert answer["ContentType"] == content_type
    assert answer["Body"].read() == recordio.encode_labels(
        {"score": np.full((1, 1), 0.5, np.float32), "predicted_label": np.ones((1, 1), np.float32)}
    )


@pytest.mark.parametrize(
    ("request_", "status", "text"),
    [
        ({"ContentType": "text/csv", "Body": "1,x"}, 400, "unable to evaluate payload provided"),
        ({"ContentType": "text/csv", "Body": "1"}, 400, "unable to evaluate payload provided"),
        ({"ContentType": "text/html", "Body": "1,2"}, 400, "unable to evaluate payload provided"),
        ({"Body": "1,2"}, 400, "unable to evaluate payload provided"),
        (
            {"ContentType": "text/csv", "Body": "1,2", "Accept": "text/csv"},
            406,
            "Accept type text/csv is not supported",
        ),
    ],
)
def test_the_containers_refusal_is_a_model_error(
    endpoint: Any, request_: dict[str, str], status: int, text: str
) -> None:
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        endpoint.invoke_endpoint(EndpointName="e", **request_)
    response = caught.value.response
    assert response["Error"]["Code"] == "ModelError"
    assert response["ResponseMetadata"]["HTTPStatusCode"] == 424
    assert response["OriginalStatusCode"] == status
    assert response["OriginalMessage"] == text
    assert response["Error"]["Message"].startswith(
        f'Received client error ({status}) from primary with message "{text}". See '
    )
    assert response["Error"]["Message"].endswith(" in account 123456789012 for more information.")


def test_a_large_body(endpoint: Any) -> None:
    instances = [{"features": [1, 1]}] * 50_000
    answer = endpoint.invoke_endpoint(
        EndpointName="e",
        ContentType="application/json",
        Body=json.dumps({"instances": instances}),
    )
    predictions = json.loads(answer["Body"].read())["predictions"]
    assert predictions == [{"score": 0.5, "predicted_label": 1}] * 50_000


def test_an_artifact_that_has_been_unpacked(sagemock: Any, deploy: Deploy, binary: Any) -> None:
    with tarfile.open(fileobj=io.BytesIO(pack(binary.model))) as archive:
        member = archive.extractfile("model_algo-1")
        assert member is not None
        data = member.read()
    source = {"S3Uri": "s3://models/folder/", "S3DataType": "S3Prefix", "CompressionType": "None"}
    container = {"ModelDataSource": {"S3DataSource": source}}
    assert deploy("folder/model_algo-1", data, container) == "InService"
    answer = sagemock.client("sagemaker-runtime").invoke_endpoint(
        EndpointName="e", ContentType="text/csv", Body="1,1"
    )
    assert json.loads(answer["Body"].read())["predictions"][0]["score"] == 0.5


def test_data_that_are_no_artifact_fail_the_endpoint(sagemock: Any, deploy: Deploy) -> None:
    assert deploy("m.tar.gz", b"x", {"ModelDataUrl": "s3://models/m.tar.gz"}) == "Failed"
    reason = sagemock.client("sagemaker").describe_endpoint(EndpointName="e")["FailureReason"]
    assert reason.startswith("Failed to extract model data archive")
