"""What InvokeEndpoint costs through boto3, in process.

    python benchmarks/bench_invoke.py

One CSV row of a digit's 784 pixels against the canned answer of moto alone, in the same process;
then a body of the largest size in each content type, against the container's work alone.
"""

from __future__ import annotations

import missing_packages  # noqa: F401 - before those that may be missing

# isort: split
import io
import json
import os
import statistics
import time
from collections.abc import Callable
from typing import Any

import boto3
import numpy as np
from moto import mock_aws

from sagemock import mock_sagemaker
from sagemock.algorithms.linear_learner import LinearModel
from sagemock.containers.first_party.model_file import MEMBER
from sagemock.containers.linear_learner import artifact
from sagemock.formats import recordio
from sagemock.formats.archive import tar_gz

IMAGE = "382416733822.dkr.ecr.us-east-1.amazonaws.com/linear-learner:1"
ROLE = "arn:aws:iam::123456789012:role/SageMaker"
COLUMNS = 784
MAX_BODY = 6_291_456
CALLS = 300


def deploy(session: boto3.Session) -> None:
    """An endpoint `e` of a binary classifier."""
    rng = np.random.default_rng(0)
    weights = rng.standard_normal((COLUMNS, 1)).astype(np.float32)
    bias = np.zeros(1, np.float32)
    model = LinearModel("binary_classifier", "logistic", weights, bias, 0.5, {})
    s3, sagemaker = session.client("s3"), session.client("sagemaker")
    s3.create_bucket(Bucket="models")
    packed = b"".join(tar_gz({MEMBER: artifact.pack_member(model)}))
    s3.upload_fileobj(io.BytesIO(packed), "models", "model.tar.gz")
    sagemaker.create_model(
        ModelName="m",
        ExecutionRoleArn=ROLE,
        PrimaryContainer={"Image": IMAGE, "ModelDataUrl": "s3://models/model.tar.gz"},
    )
    variant = {
        "VariantName": "v",
        "ModelName": "m",
        "InitialInstanceCount": 1,
        "InstanceType": "ml.m5.large",
    }
    sagemaker.create_endpoint_config(EndpointConfigName="c", ProductionVariants=[variant])
    sagemaker.create_endpoint(EndpointName="e", EndpointConfigName="c")


def invoker(runtime: Any, content_type: str, body: bytes) -> Callable[[], bytes]:
    def invoke() -> bytes:
        answer = runtime.invoke_endpoint(EndpointName="e", ContentType=content_type, Body=body)
        content: bytes = answer["Body"].read()
        return content

    return invoke


def timed(call: Callable[[], Any], calls: int) -> list[float]:
    call()
    taken = []
    for _ in range(calls):
        start = time.perf_counter()
        call()
        taken.append(time.perf_counter() - start)
    return taken


def one_row(mock: Callable[[], Any], body: bytes) -> list[float]:
    with mock():
        session = boto3.Session(region_name="us-east-1")
        if mock is not mock_aws:
            deploy(session)
        invoke = invoker(session.client("sagemaker-runtime"), "text/csv", body)
        return timed(invoke, CALLS)


def bodies() -> dict[str, bytes]:
    """As many rows as a request may have, in each content type."""
    row = np.random.default_rng(0).integers(0, 256, COLUMNS)
    numbers = json.dumps(row.tolist())
    line = f'{{"features": {numbers}}}'
    text = ",".join(map(str, row))
    frame = recordio.encode(row[None].astype(np.float32))
    return {
        "text/csv": f"{text}\n".encode() * (MAX_BODY // (len(text) + 1)),
        "application/json": (
            f'{{"instances": [{", ".join([line] * ((MAX_BODY - 20) // (len(line) + 2)))}]}}'
        ).encode(),
        "application/jsonlines": f"{line}\n".encode() * (MAX_BODY // (len(line) + 1)),
        "application/x-recordio-protobuf": frame * (MAX_BODY // len(frame)),
    }


def main() -> None:
    row = ",".join(map(str, np.random.default_rng(0).integers(0, 256, COLUMNS))).encode()
    ours, peer = one_row(mock_sagemaker, row), one_row(mock_aws, row)
    print(
        f"one CSV row of 784 through boto3: median {statistics.median(ours) * 1000:.2f} ms, best "
        f"{min(ours) * 1000:.2f} ms; moto's canned answer x"
        f"{statistics.median(peer) / statistics.median(ours):.2f}"
    )
    with mock_sagemaker():
        session = boto3.Session(region_name="us-east-1")
        deploy(session)
        runtime = session.client("sagemaker-runtime")
        for content_type, body in bodies().items():
            invoke = invoker(runtime, content_type, body)
            rows = invoke().count(b"score")
            best = min(timed(invoke, 3))
            print(f"{len(body):>9,} bytes of {content_type:32} {rows:>6,} rows {best:6.2f} s")
    load = os.getloadavg()[0]
    if load > 1.5:
        print(f"(noisy: the load of the machine was {load:.0f})")


if __name__ == "__main__":
    os.environ.update(AWS_ACCESS_KEY_ID="test", AWS_SECRET_ACCESS_KEY="test")
    main()
