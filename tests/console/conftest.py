"""The console over a mock of its own, asked without a network."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from html.parser import HTMLParser
from typing import Any

import boto3
import numpy as np
import pytest
from werkzeug.test import Client, TestResponse

from sagemock import mock_sagemaker
from sagemock.accounts.world import World
from sagemock.formats.recordio import encode
from sagemock.moto_adapter.backend import world_of
from sagemock.web.console_route import application

ACCOUNT, REGION = "123456789012", "us-east-1"
IMAGE = "382416733822.dkr.ecr.us-east-1.amazonaws.com/linear-learner:1"
ROLE = "arn:aws:iam::123456789012:role/SageMaker"
ARN = "arn:aws:sagemaker:us-east-1:123456789012:training-job"
ORIGIN = {"Origin": "http://localhost"}


class Visitor:
    """Asks the console as a browser does, and holds every page to what all pages promise."""

    def __init__(self) -> None:
        self._client = Client(application(over_http=True))

    def get(self, path: str, status: int = 200) -> str:
        response = self._client.get(f"/sagemock{path}")
        return self._checked(response, status)

    def post(
        self, path: str, form: Mapping[str, Any], headers: Mapping[str, str] = ORIGIN
    ) -> TestResponse:
        return self._client.post(f"/sagemock{path}", data=form, headers=dict(headers))

    def follow(self, path: str, form: Mapping[str, Any]) -> str:
        """Post a form and read the page that the answer leads to."""
        response = self.post(path, form)
        assert response.status_code == 303, response.text
        return self._checked(self._client.get(response.headers["Location"]), 200)

    def json(self, path: str) -> Any:
        response = self._client.get(f"/sagemock{path}")
        assert response.status_code == 200, response.text
        assert response.mimetype == "application/json"
        return response.get_json()

    def raw(self, path: str, **options: Any) -> TestResponse:
        return self._client.get(f"/sagemock{path}", **options)

    def head(self, path: str) -> TestResponse:
        return self._client.head(f"/sagemock{path}")

    def _checked(self, response: TestResponse, status: int) -> str:
        assert response.status_code == status, response.text
        assert response.mimetype == "text/html"
        check_page(response.text)
        return response.text


VOID = {"meta", "link", "input", "img", "wbr", "br", "hr"}


class _Structure(HTMLParser):
    """Tags that are closed in their order, ids that occur once, nothing inline that a CSP stops."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = dict(attrs)
        assert "style" not in names, f"inline style on {tag}"
        assert not [name for name in names if name.startswith("on")], f"inline script on {tag}"
        assert tag != "script" or names.get("src"), "inline script"
        identity = names.get("id")
        if identity:
            assert identity not in self.ids, f"two elements have the id {identity}"
            self.ids.add(identity)
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag, f"</{tag}> in the wrong place"


def check_page(html: str) -> None:
    """What holds for every page. Raises AssertionError."""
    parser = _Structure()
    parser.feed(html)
    assert parser.open == []
    assert html.count("<h1") == 1
    assert not re.search(r'(src|href)="https?://(?!localhost)', html), "something from outside"
    assert len(html.encode()) < 150_000


@pytest.fixture
def mock() -> Iterator[None]:
    with mock_sagemaker():
        yield


@pytest.fixture
def visitor(mock: None) -> Visitor:
    return Visitor()


@pytest.fixture
def new_visitor() -> Callable[[], Visitor]:
    """Makes a visitor of the mock that is on by then."""
    return Visitor


@pytest.fixture
def world(mock: None) -> World:
    return world_of(ACCOUNT, REGION)


@pytest.fixture
def sagemaker(mock: None) -> Any:
    return boto3.client("sagemaker", REGION)


@pytest.fixture
def seed(sagemaker: Any, digits: Any) -> list[str]:
    """The story: three trained and tagged jobs, the first one deployed; gives their names."""
    s3 = boto3.client("s3", REGION)
    s3.create_bucket(Bucket="digits")
    body = encode(digits.images, digits.zero)
    s3.put_object(Bucket="digits", Key="train/digits.pbr", Body=body)
    jobs = []
    for size in (100, 200, 300):
        name = f"digits-batch-{size}"
        jobs.append(name)
        _create_job(sagemaker, name, size)
    _deploy(sagemaker, jobs[0])
    return jobs


def _create_job(sagemaker: Any, name: str, batch_size: int, **hyperparameters: str) -> None:
    channel = {"S3DataType": "S3Prefix", "S3Uri": "s3://digits/train/"}
    sagemaker.create_training_job(
        TrainingJobName=name,
        AlgorithmSpecification={"TrainingImage": IMAGE, "TrainingInputMode": "File"},
        RoleArn=ROLE,
        HyperParameters={
            "feature_dim": "784",
            "predictor_type": "binary_classifier",
            "mini_batch_size": str(batch_size),
            "epochs": "3",
            "num_models": "4",
            **hyperparameters,
        },
        InputDataConfig=[{"ChannelName": "train", "DataSource": {"S3DataSource": channel}}],
        OutputDataConfig={"S3OutputPath": f"s3://digits/output-{batch_size}"},
        ResourceConfig={"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 10},
        StoppingCondition={"MaxRuntimeInSeconds": 3600},
        Tags=[{"Key": "Project", "Value": "Project_Binary_Classifier"}],
    )


def _deploy(sagemaker: Any, job: str) -> None:
    artifact = sagemaker.describe_training_job(TrainingJobName=job)["ModelArtifacts"]
    sagemaker.create_model(
        ModelName="digits-model",
        ExecutionRoleArn=ROLE,
        PrimaryContainer={"Image": IMAGE, "ModelDataUrl": artifact["S3ModelArtifacts"]},
    )
    variant = {
        "VariantName": "AllTraffic",
        "ModelName": "digits-model",
        "InitialInstanceCount": 1,
        "InstanceType": "ml.m5.large",
    }
    sagemaker.create_endpoint_config(
        EndpointConfigName="digits-config", ProductionVariants=[variant]
    )
    sagemaker.create_endpoint(EndpointName="digits-endpoint", EndpointConfigName="digits-config")


@pytest.fixture(name="deploy")
def _deploy_fixture() -> Callable[..., None]:
    return _deploy


@pytest.fixture(name="create_job")
def _create_job_fixture() -> Callable[..., None]:
    return _create_job


@pytest.fixture
def zero(digits: Any) -> str:
    """A zero as a row of CSV."""
    row = digits.images[int(np.flatnonzero(digits.digits == 0)[0])]
    return ",".join(f"{value:g}" for value in row)


def job_document(name: str, *, created: float = 1_790_000_000.0, **members: Any) -> dict[str, Any]:
    """A finished job as the store holds it; `members` are laid over it."""
    history = [
        ("Starting", created, created + 10),
        ("Training", created + 10, created + 50),
        ("Completed", created + 50, created + 50),
    ]
    return {
        "TrainingJobName": name,
        "TrainingJobArn": f"{ARN}/{name}",
        "TrainingJobStatus": "Completed",
        "SecondaryStatus": "Completed",
        "HyperParameters": {},
        "AlgorithmSpecification": {"TrainingImage": IMAGE, "TrainingInputMode": "File"},
        "RoleArn": ROLE,
        "OutputDataConfig": {"S3OutputPath": "s3://bucket/output"},
        "ResourceConfig": {"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 10},
        "StoppingCondition": {"MaxRuntimeInSeconds": 3600},
        "ModelArtifacts": {"S3ModelArtifacts": f"s3://bucket/output/{name}/output/model.tar.gz"},
        "CreationTime": created,
        "LastModifiedTime": created + 50,
        "TrainingStartTime": created + 10,
        "TrainingEndTime": created + 50,
        "TrainingTimeInSeconds": 40,
        "SecondaryStatusTransitions": [
            {"Status": status, "StartTime": start, "EndTime": end, "StatusMessage": status.lower()}
            for status, start, end in history
        ],
        "Tags": [],
        **members,
    }


def metric_data(**values: float) -> list[dict[str, Any]]:
    """FinalMetricDataList; two underscores in a name stand for a colon."""
    return [
        {"MetricName": name.replace("__", ":"), "Value": value, "Timestamp": 0.0}
        for name, value in values.items()
    ]


@pytest.fixture(name="job_document")
def _job_document() -> Callable[..., dict[str, Any]]:
    return job_document


@pytest.fixture(name="metric_data")
def _metric_data() -> Callable[..., list[dict[str, Any]]]:
    return metric_data
