"""Jobs and endpoints of Amazon's own algorithms through boto3, in process and on a server."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from botocore.exceptions import ClientError
from tests.waiting import until

ROLE = "arn:aws:iam::123456789012:role/SageMaker"
LOG_GROUP = "/aws/sagemaker/TrainingJobs"
ENDED = ("Completed", "Failed", "Stopped")


def channel(
    name: str, content_type: str | None = None, distribution: str = "FullyReplicated"
) -> dict[str, Any]:
    """A channel with the objects below its name in the bucket `data`."""
    source = {
        "S3DataType": "S3Prefix",
        "S3Uri": f"s3://data/{name}/",
        "S3DataDistributionType": distribution,
    }
    described = {"ChannelName": name, "DataSource": {"S3DataSource": source}}
    return {**described, "ContentType": content_type} if content_type else described


def metrics(job: Mapping[str, Any]) -> dict[str, float]:
    return {each["MetricName"]: each["Value"] for each in job.get("FinalMetricDataList", ())}


class Account:
    """A bucket `data`, and calls with all that AWS wants filled in."""

    def __init__(self, client: Callable[[str], Any]) -> None:
        self.sagemaker = client("sagemaker")
        self.runtime = client("sagemaker-runtime")
        self.s3 = client("s3")
        self.logs = client("logs")
        # In us-east-1 an owner may create a bucket again.
        self.s3.create_bucket(Bucket="data")

    def put(self, **bodies: bytes | str) -> None:
        """Fill channels, by their names."""
        for name, body in bodies.items():
            self.s3.put_object(Bucket="data", Key=f"{name}/rows", Body=body)

    def start(
        self,
        name: str,
        image: str,
        hyperparameters: Mapping[str, str],
        channels: Iterable[dict[str, Any]],
        hosts: int = 1,
        instance: str = "ml.m5.large",
        **members: Any,
    ) -> None:
        request = {
            "TrainingJobName": name,
            "RoleArn": ROLE,
            "AlgorithmSpecification": {"TrainingImage": image, "TrainingInputMode": "File"},
            "HyperParameters": hyperparameters,
            "InputDataConfig": list(channels),
            "OutputDataConfig": {"S3OutputPath": "s3://data/output"},
            "ResourceConfig": {
                "InstanceType": instance,
                "InstanceCount": hosts,
                "VolumeSizeInGB": 10,
            },
            "StoppingCondition": {"MaxRuntimeInSeconds": 3600},
        }
        self.sagemaker.create_training_job(**request | members)

    def train(self, name: str, *arguments: Any, **members: Any) -> dict[str, Any]:
        """The document of a new job when it has ended."""
        self.start(name, *arguments, **members)
        until(lambda: self.job(name)["TrainingJobStatus"] in ENDED)
        return self.job(name)

    def job(self, name: str) -> dict[str, Any]:
        described: dict[str, Any] = self.sagemaker.describe_training_job(TrainingJobName=name)
        return described

    def log(self, name: str, host: str = "algo-1") -> list[str]:
        """The lines of a host so far."""
        prefix = f"{name}/{host}-"
        try:
            found = self.logs.describe_log_streams(
                logGroupName=LOG_GROUP, logStreamNamePrefix=prefix
            )
        except self.logs.exceptions.ResourceNotFoundException:
            return []
        return [
            event["message"]
            for stream in found["logStreams"]
            for event in self.logs.get_log_events(
                logGroupName=LOG_GROUP, logStreamName=stream["logStreamName"], startFromHead=True
            )["events"]
        ]

    def files(self, job: Mapping[str, Any]) -> dict[str, bytes]:
        """The files of the model of a job."""
        bucket, _, key = job["ModelArtifacts"]["S3ModelArtifacts"][len("s3://") :].partition("/")
        body = self.s3.get_object(Bucket=bucket, Key=key)["Body"].read()
        with tarfile.open(fileobj=io.BytesIO(body)) as archive:
            members = {each.name: archive.extractfile(each) for each in archive}
            return {name: member.read() for name, member in members.items() if member is not None}

    def deploy(
        self, job: Mapping[str, Any], image: str, name: str = "e", **environment: str
    ) -> str:
        """The status of an endpoint with the model of a job, when it is no longer `Creating`."""
        container = {
            "Image": image,
            "ModelDataUrl": job["ModelArtifacts"]["S3ModelArtifacts"],
            "Environment": environment,
        }
        self.sagemaker.create_model(
            ModelName=name, ExecutionRoleArn=ROLE, PrimaryContainer=container
        )
        variant = {
            "VariantName": "v",
            "ModelName": name,
            "InitialInstanceCount": 1,
            "InstanceType": "ml.m5.large",
        }
        self.sagemaker.create_endpoint_config(EndpointConfigName=name, ProductionVariants=[variant])
        self.sagemaker.create_endpoint(EndpointName=name, EndpointConfigName=name)
        until(lambda: self._endpoint_status(name) != "Creating")
        return self._endpoint_status(name)

    def _endpoint_status(self, name: str) -> str:
        status: str = self.sagemaker.describe_endpoint(EndpointName=name)["EndpointStatus"]
        return status

    def invoke(
        self, body: bytes | str, content_type: str, accept: str = "application/json"
    ) -> bytes:
        answer = self.runtime.invoke_endpoint(
            EndpointName="e", ContentType=content_type, Accept=accept, Body=body
        )
        data: bytes = answer["Body"].read()
        return data

    def refusal(self, body: bytes | str, content_type: str, accept: str = "") -> dict[str, Any]:
        """The response to an invocation that ends as an error."""
        try:
            answer = self.invoke(body, content_type, accept or "application/json")
        except ClientError as error:
            response: dict[str, Any] = error.response
            return response
        raise AssertionError(f"no error, but {answer!r}")

    def ranked(self, metric: str, order: str) -> list[str]:
        """The names of jobs, as Search sorts them by a metric."""
        found = self.sagemaker.search(
            Resource="TrainingJob",
            SearchExpression={"Filters": [{"Name": f"Metrics.{metric}", "Operator": "Exists"}]},
            SortBy=f"Metrics.{metric}",
            SortOrder=order,
        )
        return [each["TrainingJob"]["TrainingJobName"] for each in found["Results"]]
