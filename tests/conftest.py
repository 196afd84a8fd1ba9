"""Real digits for the tests."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
from numpy.typing import NDArray

CORE = (
    "story",
    "moto_adapter",
    "web",
    "wire",
    "jobs/test_cluster.py",
    "jobs/test_workers.py",
    "server",
    "test_compatibility.py",
    "test_imports.py",
    "test_mock.py",
    "test_cli.py::test_the_demo_tells_the_story",
    "test_pytest_plugin.py::test_a_failing_test_tells_of_its_jobs",
    "console/browser/test_access.py",
    "containers/xgboost/test_training.py",
    "formats/test_csv.py",
    "formats/test_protobuf.py",
    "formats/test_recordio.py",
)
"""What has the marker `core`: the story, the wire, what touches moto, and something for each of
the other dependencies. It is run with the lowest versions of everything, and on every Python."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        name = item.nodeid.removeprefix("tests/")
        if any(re.match(rf"{re.escape(each)}(/|::|\[|$)", name) for each in CORE):
            item.add_marker("core")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Spend no time on the modules that `-m core` leaves out."""
    if not config.getoption("markexpr").startswith("core"):
        return None
    path = collection_path.relative_to(Path(__file__).parent)
    files = [Path(each.partition("::")[0]) for each in CORE]
    return (
        None
        if any(path in (each, *each.parents) or each in path.parents for each in files)
        else True
    )


class Digits(NamedTuple):
    """images (rows, 784) float32 in 0..1; digits (rows,); zero (rows,) is 1 for a zero."""

    images: NDArray[np.float32]
    digits: NDArray[np.uint8]

    @property
    def zero(self) -> NDArray[np.float32]:
        return (self.digits == 0).astype(np.float32)


@pytest.fixture(scope="session")
def digits() -> Digits:
    """The first 1,000 images of MNIST's test set."""
    path = Path(__file__).parents[1] / "fixtures" / "digits.npz"
    with np.load(path, allow_pickle=False) as arrays:
        images = arrays["images"].astype(np.float32) / np.float32(256)
        return Digits(images, arrays["labels"])


IMAGE = "382416733822.dkr.ecr.us-east-1.amazonaws.com/linear-learner:1"
ROLE = "arn:aws:iam::123456789012:role/SageMaker"
CHANNEL = {
    "ChannelName": "train",
    "ContentType": "text/csv",
    "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": "s3://studio/train/"}},
}


class Studio:
    """Clients, a bucket with a hundred rows, and calls with all that AWS wants filled in."""

    def __init__(self, client: Callable[[str], Any]) -> None:
        self.sagemaker = client("sagemaker")
        self.runtime = client("sagemaker-runtime")
        self.s3 = client("s3")
        self.s3.create_bucket(Bucket="studio")
        rows = "".join(f"{x > 50:d},{x},{100 - x}\n" for x in range(100))
        self.s3.put_object(Bucket="studio", Key="train/rows.csv", Body=rows)

    def create_job(self, name: str, **members: Any) -> str:
        request = {
            "TrainingJobName": name,
            "RoleArn": ROLE,
            "AlgorithmSpecification": {"TrainingImage": IMAGE, "TrainingInputMode": "File"},
            "HyperParameters": {
                "predictor_type": "binary_classifier",
                "mini_batch_size": "10",
                "epochs": "2",
            },
            "InputDataConfig": [CHANNEL],
            "OutputDataConfig": {"S3OutputPath": "s3://studio/output"},
            "ResourceConfig": {
                "InstanceType": "ml.m5.large",
                "InstanceCount": 1,
                "VolumeSizeInGB": 10,
            },
            "StoppingCondition": {"MaxRuntimeInSeconds": 3600},
            **members,
        }
        arn: str = self.sagemaker.create_training_job(**request)["TrainingJobArn"]
        return arn

    def job(self, name: str) -> dict[str, Any]:
        answer: dict[str, Any] = self.sagemaker.describe_training_job(TrainingJobName=name)
        return answer

    def statuses(self, name: str) -> list[str]:
        """The secondary statuses that a job has passed through."""
        return [each["Status"] for each in self.job(name)["SecondaryStatusTransitions"]]

    def create_config(self, name: str = "c", artifact: str | None = None) -> None:
        """An endpoint configuration of that name, and its model `model-<name>`."""
        container = {"Image": IMAGE if artifact else "custom:1"}
        if artifact:
            container["ModelDataUrl"] = artifact
        self.sagemaker.create_model(
            ModelName=f"model-{name}", ExecutionRoleArn=ROLE, PrimaryContainer=container
        )
        variant = {
            "VariantName": "v",
            "ModelName": f"model-{name}",
            "InitialInstanceCount": 1,
            "InstanceType": "ml.m5.large",
        }
        self.sagemaker.create_endpoint_config(EndpointConfigName=name, ProductionVariants=[variant])

    def endpoint(self, name: str = "e") -> dict[str, Any]:
        answer: dict[str, Any] = self.sagemaker.describe_endpoint(EndpointName=name)
        return answer


@pytest.fixture(scope="session")
def make_studio() -> Callable[[Callable[..., Any]], Studio]:
    """Makes a studio of a test's own clients."""
    return Studio


@pytest.fixture
def studio(sagemock: Any) -> Studio:
    """A SageMaker with data in place, in process."""
    return Studio(sagemock.client)
