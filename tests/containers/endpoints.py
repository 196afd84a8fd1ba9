"""Endpoints of a test, through boto3: from the files of a model to its answers and its log."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Callable, Mapping
from typing import Any

IMAGE = "111122223333.dkr.ecr.us-east-1.amazonaws.com/mine:1"
ROLE = "arn:aws:iam::123456789012:role/SageMaker"


def pack(files: Mapping[str, str | bytes]) -> bytes:
    """A `model.tar.gz`."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for name, content in files.items():
            data = content.encode() if isinstance(content, str) else content
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return buffer.getvalue()


class Endpoints:
    """Models and their endpoints, which have the same names."""

    def __init__(self, client: Callable[[str], Any]) -> None:
        self.sagemaker = client("sagemaker")
        self.runtime = client("sagemaker-runtime")
        self.s3 = client("s3")
        self.logs = client("logs")
        self.s3.create_bucket(Bucket="bucket")

    def model(
        self,
        name: str = "e",
        files: Mapping[str, str | bytes] | None = None,
        image: str = IMAGE,
        startup: int | None = None,
        **environment: str,
    ) -> None:
        container = {"Image": image, "Environment": environment}
        if files is not None:
            key = f"{name}/model.tar.gz"
            self.s3.put_object(Bucket="bucket", Key=key, Body=pack(files))
            container["ModelDataUrl"] = f"s3://bucket/{key}"
        self.sagemaker.create_model(
            ModelName=name, ExecutionRoleArn=ROLE, PrimaryContainer=container
        )
        variant: dict[str, Any] = {
            "VariantName": "v",
            "ModelName": name,
            "InitialInstanceCount": 1,
            "InstanceType": "ml.m5.large",
        }
        if startup is not None:
            variant["ContainerStartupHealthCheckTimeoutInSeconds"] = startup
        self.sagemaker.create_endpoint_config(EndpointConfigName=name, ProductionVariants=[variant])

    def deploy(
        self,
        name: str = "e",
        files: Mapping[str, str | bytes] | None = None,
        image: str = IMAGE,
        startup: int | None = None,
        **environment: str,
    ) -> dict[str, Any]:
        """Create an endpoint. Returns its description once it is deployed, or has failed."""
        self.model(name, files, image, startup, **environment)
        self.sagemaker.create_endpoint(EndpointName=name, EndpointConfigName=name)
        described: dict[str, Any] = self.sagemaker.describe_endpoint(EndpointName=name)
        return described

    def invoke(self, body: str | bytes = b"", name: str = "e", **members: Any) -> bytes:
        answer = self.runtime.invoke_endpoint(EndpointName=name, Body=body, **members)
        content: bytes = answer["Body"].read()
        return content

    def error(self, body: str | bytes = b"", name: str = "e", **members: Any) -> dict[str, Any]:
        """The response of an invocation that ends as a ModelError."""
        try:
            answer = self.invoke(body, name, **members)
        except self.runtime.exceptions.ModelError as error:
            response: dict[str, Any] = error.response
            return response
        raise AssertionError(f"no error, but {answer!r}")

    def lines(self, name: str = "e") -> list[str]:
        """What the log of the endpoint says."""
        group = f"/aws/sagemaker/Endpoints/{name}"
        return [
            event["message"]
            for stream in self.logs.describe_log_streams(logGroupName=group)["logStreams"]
            for event in self.logs.get_log_events(
                logGroupName=group, logStreamName=stream["logStreamName"], startFromHead=True
            )["events"]
        ]
