"""What an invocation of a user's model costs beyond that of a function in the same process.

    python benchmarks/bench_user_endpoint.py

The same echo three times through boto3, in turns: a registered function, which is the call itself;
the handler of a script in a process of its own; and a command that serves HTTP. Beside them a
Linear Learner predicts for the same row, in the process of the caller as the function.
"""

from __future__ import annotations

import missing_packages  # noqa: F401 - before those that may be missing

# isort: split
import io
import os
import statistics
import sys
import tarfile
import time
from typing import Any

import boto3
import numpy as np

from sagemock import mock_sagemaker
from sagemock.algorithms.linear_learner import LinearModel
from sagemock.containers import register
from sagemock.containers.first_party.model_file import MEMBER
from sagemock.containers.linear_learner import artifact
from sagemock.formats.archive import tar_gz

IMAGE = "382416733822.dkr.ecr.us-east-1.amazonaws.com/linear-learner:1"
ROLE = "arn:aws:iam::123456789012:role/SageMaker"
CALLS = 100
ROUNDS = 5

SCRIPT = """
def model_fn(model_dir): ...
def transform_fn(model, body, content_type, accept): return body
"""
SERVER = """
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer

class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1

    def answer(self, body):
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self): self.answer(b"")
    def do_POST(self): self.answer(self.rfile.read(int(self.headers["Content-Length"])))
    def log_message(self, *_): ...

HTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
"""


def built_in() -> bytes:
    """The model data of a regressor of three columns."""
    model = LinearModel(
        "regressor", "squared_loss", np.ones((3, 1), np.float32), np.zeros(1, np.float32), 0.0, {}
    )
    return b"".join(tar_gz({MEMBER: artifact.pack_member(model)}))


def archive(script: str) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as packed:
        member = tarfile.TarInfo("code/inference.py")
        member.size = len(script)
        packed.addfile(member, io.BytesIO(script.encode()))
    return buffer.getvalue()


def deploy(name: str, container: dict[str, Any]) -> float:
    """Create an endpoint. Returns the seconds that it took."""
    sagemaker = boto3.client("sagemaker", "us-east-1")
    sagemaker.create_model(ModelName=name, ExecutionRoleArn=ROLE, PrimaryContainer=container)
    variant = {
        "VariantName": "v",
        "ModelName": name,
        "InitialInstanceCount": 1,
        "InstanceType": "ml.m5.large",
    }
    sagemaker.create_endpoint_config(EndpointConfigName=name, ProductionVariants=[variant])
    start = time.perf_counter()
    sagemaker.create_endpoint(EndpointName=name, EndpointConfigName=name)
    taken = time.perf_counter() - start
    status = sagemaker.describe_endpoint(EndpointName=name)["EndpointStatus"]
    assert status == "InService", status
    return taken


def main() -> None:
    register("function", serve=lambda request: request.body)
    register("command", serve=[sys.executable, "-c", SERVER, "{port}"])
    s3 = boto3.client("s3", "us-east-1")
    s3.create_bucket(Bucket="models")
    s3.put_object(Bucket="models", Key="model.tar.gz", Body=archive(SCRIPT))
    s3.put_object(Bucket="models", Key="linear.tar.gz", Body=built_in())
    linear = {"Image": IMAGE, "ModelDataUrl": "s3://models/linear.tar.gz"}
    script = {"Image": "script:1", "ModelDataUrl": "s3://models/model.tar.gz"}
    started = {
        "function": deploy("function", {"Image": "function:1"}),
        "linear-learner": deploy("linear-learner", linear),
        "script": deploy("script", script),
        "command": deploy("command", {"Image": "command:1"}),
    }
    runtime = boto3.client("sagemaker-runtime", "us-east-1")
    taken: dict[str, list[float]] = {name: [] for name in started}
    for _ in range(ROUNDS):
        for name in started:
            for _ in range(CALLS):
                start = time.perf_counter()
                runtime.invoke_endpoint(EndpointName=name, ContentType="text/csv", Body=b"1,2,3")
                taken[name].append(time.perf_counter() - start)
    own = statistics.median(taken["function"])
    print(f"function: median {own * 1000:.2f} ms")
    for name in ("linear-learner", "script", "command"):
        median = statistics.median(taken[name])
        print(
            f"{name}: {(median - own) * 1000:+.2f} ms (median {median * 1000:.2f} ms, best "
            f"{min(taken[name]) * 1000:.2f} ms), started in {started[name]:.2f} s"
        )
    load = os.getloadavg()[0]
    if load > 1.5:
        print(f"(noisy: the load of the machine was {load:.0f})")


if __name__ == "__main__":
    os.environ.update(AWS_ACCESS_KEY_ID="test", AWS_SECRET_ACCESS_KEY="test")
    with mock_sagemaker(containers="local"):
        main()
