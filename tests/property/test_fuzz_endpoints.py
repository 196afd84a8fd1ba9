"""Trained models answer whatever is sent to them: predictions, or ModelError in AWS's form."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import boto3
import numpy as np
import pytest
from botocore.exceptions import ClientError
from hypothesis import given
from hypothesis import strategies as st
from tests.property.fuzzing import DEFECT, REGION, SCOPE, fuzzing, json_values

from sagemock import mock_sagemaker
from sagemock.formats import recordio
from sagemock.server import SageMockServer

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")

PREDICTORS = {
    "binary": {"predictor_type": "binary_classifier"},
    "multi": {"predictor_type": "multiclass_classifier", "num_classes": "3"},
    "regressor": {"predictor_type": "regressor"},
}
LABELLED = {"binary", "multi", "both", "many"}
CSV, JSON, LINES, RECORDS = (
    "text/csv",
    "application/json",
    "application/jsonlines",
    "application/x-recordio-protobuf",
)
SERVICE_ERRORS = {"ValidationError", "ValidationException", "ModelError"}


def build(studio: Any) -> None:
    """An endpoint for each kind of model, `both` with two captured variants, and `many` models."""
    variants = []
    for name, hyperparameters in PREDICTORS.items():
        # Labels 0 and 1 are classes, and numbers.
        studio.create_job(name, HyperParameters={"mini_batch_size": "10", **hyperparameters})
        waiter = studio.sagemaker.get_waiter("training_job_completed_or_stopped")
        waiter.wait(TrainingJobName=name)
        artifact = studio.job(name)["ModelArtifacts"]["S3ModelArtifacts"]
        studio.create_config(name, artifact)
        studio.sagemaker.create_endpoint(EndpointName=name, EndpointConfigName=name)
        variants.append(
            {
                "VariantName": name,
                "ModelName": f"model-{name}",
                "InitialInstanceCount": 1,
                "InstanceType": "ml.m5.large",
            }
        )
    studio.sagemaker.create_endpoint_config(
        EndpointConfigName="both",
        ProductionVariants=variants[:2],
        DataCaptureConfig={
            "EnableCapture": True,
            "InitialSamplingPercentage": 100,
            "DestinationS3Uri": "s3://studio/capture",
            "CaptureOptions": [{"CaptureMode": "Input"}, {"CaptureMode": "Output"}],
        },
    )
    studio.sagemaker.create_endpoint(EndpointName="both", EndpointConfigName="both")
    container = studio.sagemaker.describe_model(ModelName="model-binary")["PrimaryContainer"]
    prefix = container["ModelDataUrl"].removesuffix("model.tar.gz")
    studio.sagemaker.create_model(
        ModelName="many",
        ExecutionRoleArn="arn:aws:iam::123456789012:role/SageMaker",
        PrimaryContainer={**container, "Mode": "MultiModel", "ModelDataUrl": prefix},
    )
    studio.sagemaker.create_endpoint_config(
        EndpointConfigName="many",
        ProductionVariants=[{**variants[0], "VariantName": "v", "ModelName": "many"}],
    )
    studio.sagemaker.create_endpoint(EndpointName="many", EndpointConfigName="many")
    for name in (*PREDICTORS, "both", "many"):
        studio.sagemaker.get_waiter("endpoint_in_service").wait(EndpointName=name)


@pytest.fixture(scope="module")
def runtime(make_studio: Any) -> Iterator[Any]:
    with pytest.MonkeyPatch.context() as patch, mock_sagemaker():
        patch.setenv("AWS_DEFAULT_REGION", REGION)
        build(make_studio(boto3.client))
        yield boto3.client("sagemaker-runtime")


@pytest.fixture(scope="module")
def server(runtime: Any) -> Iterator[SageMockServer]:
    """A server beside the mock, in whose world it finds itself."""
    with SageMockServer() as server:
        yield server


class Body(NamedTuple):
    """A request body; how many rows it has, None when it may be no body of rows."""

    content: bytes
    kind: str
    rows: int | None


numbers = st.floats(-1e6, 1e6, width=32)
tables = st.lists(st.tuples(numbers, numbers), min_size=1, max_size=4)


def _csv(rows: Any) -> bytes:
    return "\n".join(f"{a!r},{b!r}" for a, b in rows).encode()


def _instances(rows: Any) -> bytes:
    return json.dumps({"instances": [{"features": row} for row in rows]}).encode()


def _lines(rows: Any) -> bytes:
    return "\n".join(json.dumps({"features": row}) for row in rows).encode()


def _sparse(rows: Any) -> bytes:
    tensor = [{"keys": [0, 1], "shape": [2], "values": row} for row in rows]
    return json.dumps({"instances": [{"data": {"features": each}} for each in tensor]}).encode()


def _records(rows: Any) -> bytes:
    return recordio.encode(np.array(rows, np.float32))


WRITERS = [(_csv, CSV), (_instances, JSON), (_sparse, JSON), (_lines, LINES), (_records, RECORDS)]


@st.composite
def good(draw: Any) -> Body:
    rows = draw(tables)
    write, kind = draw(st.sampled_from(WRITERS))
    return Body(write(rows), kind, len(rows))


@st.composite
def broken(draw: Any) -> Body:
    """A good body with a piece cut out, repeated or replaced."""
    body = draw(good())
    start = draw(st.integers(0, len(body.content)))
    end = draw(st.integers(start, len(body.content)))
    piece = draw(st.binary(max_size=8) | st.sampled_from([b"1e999", b"-", b"NaN", b"[" * 500]))
    times = draw(st.integers(0, 3))
    content = body.content[:start] + piece * times + body.content[end:]
    return Body(content, body.kind, None)


kinds = st.sampled_from([CSV, JSON, LINES, RECORDS, "", "text/csv; charset=utf-8", "image/png"])
junk = st.builds(
    Body,
    st.binary(max_size=64) | json_values.map(lambda value: json.dumps(value).encode()),
    kinds,
    st.none(),
)
bodies = good() | broken() | junk
printable = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=30)
accepts = st.sampled_from([JSON, LINES, RECORDS, "*/*", "text/csv", "a/b;q=x,,;"]) | printable
names = st.sampled_from([*PREDICTORS, "both", "many"])
options = st.fixed_dictionaries(
    {},
    optional={
        "Accept": accepts,
        "CustomAttributes": printable | st.just("x" * 1024),
        "TargetVariant": st.sampled_from(["v", "binary", "multi", "-"]),
        "InferenceId": printable,
        "TargetModel": printable | st.just("model.tar.gz"),
        "TargetContainerHostname": st.sampled_from(["host", "a_b"]),
        "InferenceComponentName": st.sampled_from(["component", "-"]),
        "EnableExplanations": printable,
        "SessionId": printable,
    },
)


def predictions(kind: str, content: bytes) -> list[dict[str, Any]]:
    """The predictions of an answer, of which each must be read as what it says it is."""
    if kind == JSON:
        records: list[dict[str, Any]] = json.loads(content)["predictions"]
        return records
    if kind == LINES:
        return [json.loads(line) for line in content.splitlines()]
    assert kind == RECORDS
    records, position = [], 0
    while position < len(content):
        magic, length = recordio.HEADER.unpack_from(content, position)
        assert magic == recordio.MAGIC
        position += recordio.HEADER.size + length + -length % 4
        records.append({"length": length})
    assert position == len(content)
    return records


def check_answer(endpoint: str, body: Body, kind: str, content: bytes) -> None:
    records = predictions(kind, content)
    assert records
    assert body.rows in (None, len(records))
    if kind != RECORDS:
        assert all(("predicted_label" in each) == (endpoint in LABELLED) for each in records)
        assert all("score" in each for each in records)


@given(endpoint=names, body=bodies, options=options)
@fuzzing
def test_through_boto3(runtime: Any, endpoint: str, body: Body, options: dict[str, str]) -> None:
    refused = None
    try:
        answer = runtime.invoke_endpoint(
            EndpointName=endpoint, Body=body.content, ContentType=body.kind, **options
        )
    except ClientError as error:
        refused = error.response
    if refused is None:
        check_answer(endpoint, body, answer["ContentType"], answer["Body"].read())
        assert answer["InvokedProductionVariant"] in ("v", *PREDICTORS)
        return
    check_error(refused)
    # A good body fails for nothing but a header that its endpoint does not take.
    named = endpoint == "many"
    assert named or body.rows is None or options.keys() - {"CustomAttributes", "InferenceId"}


def check_error(answer: dict[str, Any]) -> None:
    code, text = answer["Error"]["Code"], answer["Error"]["Message"]
    assert DEFECT not in text
    assert code in SERVICE_ERRORS, answer
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == (424 if code == "ModelError" else 400)
    assert answer["ResponseMetadata"]["RetryAttempts"] == 0
    if code == "ModelError":
        assert answer["OriginalStatusCode"] in (400, 406)
        assert text.startswith("Received client error (")


HEADERS = {
    "Accept": "Accept",
    "CustomAttributes": "X-Amzn-SageMaker-Custom-Attributes",
    "TargetVariant": "X-Amzn-SageMaker-Target-Variant",
    "InferenceId": "X-Amzn-SageMaker-Inference-Id",
    "TargetModel": "X-Amzn-SageMaker-Target-Model",
    "EnableExplanations": "X-Amzn-SageMaker-Enable-Explanations",
    "SessionId": "X-Amzn-SageMaker-Session-Id",
}
# HTTP allows no control characters.
raw_texts = st.text(
    st.characters(min_codepoint=32, max_codepoint=255, exclude_categories=["Cc"]), max_size=30
)
raw_headers = st.dictionaries(st.sampled_from(sorted(HEADERS.values())), raw_texts, max_size=3)


@given(endpoint=names, body=bodies, headers=raw_headers, chunked=st.booleans())
@fuzzing
def test_raw_over_http(
    server: SageMockServer, endpoint: str, body: Body, headers: dict[str, str], chunked: bool
) -> None:
    sent = {"Authorization": SCOPE, "Content-Type": body.kind, **headers}
    line = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=20)
    try:
        content: Any = iter([body.content]) if chunked else body.content
        encoded = {name: value.encode("latin-1") for name, value in sent.items()}
        path = f"/endpoints/{endpoint}/invocations"
        line.request("POST", path, content, encoded, encode_chunked=chunked)
        answer = line.getresponse()
        status, kind, said = answer.status, answer.getheader("Content-Type", ""), answer.read()
    finally:
        line.close()
    if status == 200:
        check_answer(endpoint, body, kind, said)
        return
    assert status in (400, 424), said
    assert kind == "application/json"
    error = json.loads(said)
    assert DEFECT not in error["Message"]
    assert (status == 424) == ("OriginalStatusCode" in error)
