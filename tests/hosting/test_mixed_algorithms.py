"""Each of Amazon's algorithms in a pipeline, before and after a function, and among many models."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from tests.api.conftest import ROLE, config, variant
from tests.console.test_other_algorithms import JOBS

from sagemock.containers import register
from sagemock.formats.recordio import encode

ACCOUNT = "382416733822.dkr.ecr.us-east-1.amazonaws.com"
IMAGES = {
    **{name: f"{ACCOUNT}/{name}:1" for name in ("linear-learner", *JOBS)},
    "xgboost": "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.7-1",
}
HYPERPARAMETERS = {
    **JOBS,
    "linear-learner": {"predictor_type": "binary_classifier", "mini_batch_size": "50"},
    "xgboost": {"objective": "binary:logistic", "num_round": "3"},
}
MANY = ("linear-learner", "knn", "randomcutforest", "xgboost")
"""Those whose images may have many models."""

PLAIN = ("factorization-machines",)
"""Those that read no CSV."""


@pytest.fixture
def trained(sagemock: Any) -> Callable[[str], dict[str, str]]:
    """Trains an algorithm on two clusters; gives its container."""
    s3, sagemaker = sagemock.client("s3"), sagemock.client("sagemaker")
    s3.create_bucket(Bucket="data")
    generator = np.random.default_rng(0)
    rows = generator.normal(size=(100, 2)) + np.repeat([[0, 0], [60, 80]], 50, 0)
    labels = np.repeat(np.float32([0, 1]), 50)
    s3.put_object(Bucket="data", Key="rows", Body=encode(rows.astype(np.float32), labels))
    text = "".join(f"{y:.0f},{a},{b}\n" for y, (a, b) in zip(labels, rows, strict=True))
    s3.put_object(Bucket="data", Key="csv", Body=text)

    def train(name: str) -> dict[str, str]:
        csv = name == "xgboost"
        channel = {
            "ChannelName": "train",
            "DataSource": {
                "S3DataSource": {
                    "S3DataType": "S3Prefix",
                    "S3Uri": f"s3://data/{'csv' if csv else 'rows'}",
                    "S3DataDistributionType": "ShardedByS3Key"
                    if name == "randomcutforest"
                    else "FullyReplicated",
                }
            },
        }
        sagemaker.create_training_job(
            TrainingJobName=name,
            RoleArn=ROLE,
            AlgorithmSpecification={"TrainingImage": IMAGES[name], "TrainingInputMode": "File"},
            HyperParameters=HYPERPARAMETERS[name],
            InputDataConfig=[{**channel, "ContentType": "text/csv"} if csv else channel],
            OutputDataConfig={"S3OutputPath": "s3://data/output"},
            ResourceConfig={
                "InstanceType": "ml.m5.large",
                "InstanceCount": 1,
                "VolumeSizeInGB": 10,
            },
            StoppingCondition={"MaxRuntimeInSeconds": 3600},
        )
        job = sagemaker.describe_training_job(TrainingJobName=name)
        assert job["TrainingJobStatus"] == "Completed", job.get("FailureReason")
        data = job["ModelArtifacts"]["S3ModelArtifacts"]
        return {"Image": IMAGES[name], "ModelDataUrl": data}

    return train


@pytest.fixture
def ask(sagemock: Any) -> Callable[..., tuple[str, bytes]]:
    """Deploys containers, and gives the type and the body of an answer."""

    def asked(name: str, *containers: dict[str, str], **request: str) -> tuple[str, bytes]:
        sagemaker = sagemock.client("sagemaker")
        sagemaker.create_model(ModelName=name, ExecutionRoleArn=ROLE, Containers=list(containers))
        sagemaker.create_endpoint_config(**config(name, variant("v", name)))
        sagemaker.create_endpoint(EndpointName=name, EndpointConfigName=name)
        answer = sagemock.client("sagemaker-runtime").invoke_endpoint(EndpointName=name, **request)
        return answer["ContentType"], answer["Body"].read()

    return asked


def forward(request: Any) -> Any:
    """Answer with what was asked."""
    return request.body, request.content_type


@pytest.mark.parametrize("name", IMAGES)
def test_an_algorithm_among_others(name: str, trained: Any, ask: Any, sagemock: Any) -> None:
    if name == "xgboost":
        pytest.importorskip("xgboost")
    algorithm = trained(name)
    request = {"ContentType": "text/csv", "Body": "1,2\n59,81"}
    if name in PLAIN:
        rows = '{"instances": [{"features": [1, 2]}, {"features": [59, 81]}]}'
        request = {"ContentType": "application/json", "Body": rows}
    alone = ask("alone", algorithm, **request)
    with register("forward", serve=forward):
        assert ask("after", {"Image": "forward"}, algorithm, **request) == alone
        assert ask("before", algorithm, {"Image": "forward"}, **request) == alone
    folder = algorithm["ModelDataUrl"].removesuffix("model.tar.gz")
    many = {**algorithm, "Mode": "MultiModel", "ModelDataUrl": folder}
    if name in MANY:
        assert ask("many", many, TargetModel="model.tar.gz", **request) == alone
    else:
        with pytest.raises(Exception, match=r"multi-models=true Docker label\(s\)"):
            ask("many", many, **request)


def test_one_algorithm_reads_what_another_one_answers(trained: Any, ask: Any) -> None:
    pytest.importorskip("xgboost")
    trees, clusters = trained("xgboost"), trained("kmeans")

    def twice(request: Any) -> Any:
        """Make a row of two columns of each prediction."""
        values = request.text.replace(",", "\n").split()
        return "\n".join(f"{value},{value}" for value in values), "text/csv"

    with register("twice", serve=twice):
        _, answer = ask(
            "mixed", trees, {"Image": "twice"}, clusters, ContentType="text/csv", Body="1,2\n59,81"
        )
    # Two probabilities, as rows of two columns, are both near the first cluster.
    assert answer.count(b"closest_cluster") == 2
