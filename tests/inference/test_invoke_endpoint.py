"""InvokeEndpoint through boto3: the answer, and the error in AWS's words."""

from __future__ import annotations

import io
import json
from typing import Any

import botocore.exceptions
import numpy as np
import pytest

from sagemock.formats import model_artifact, recordio

IMAGE = "382416733822.dkr.ecr.us-east-1.amazonaws.com/linear-learner:1"
ROLE = "arn:aws:iam::123456789012:role/SageMaker"


@pytest.fixture
def endpoint(sagemock: Any, binary: Any) -> Any:
    """A client of the runtime, and an endpoint `e` that serves the binary classifier."""
    sagemaker = sagemock.client("sagemaker")
    s3 = sagemock.client("s3")
    s3.create_bucket(Bucket="models")
    s3.upload_fileobj(io.BytesIO(model_artifact.pack(binary.model)), "models", "model.tar.gz")
    sagemaker.create_model(
        ModelName="m",
        ExecutionRoleArn=ROLE,
        PrimaryContainer={"Image": IMAGE, "ModelDataUrl": "s3://models/model.tar.gz"},
    )
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
