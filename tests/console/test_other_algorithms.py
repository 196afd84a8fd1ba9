"""Pages of jobs and endpoints of other algorithms, which say what theirs is about."""

from __future__ import annotations

import html
import re
from typing import Any

import boto3
import numpy as np
import pytest

from sagemock.formats.recordio import encode

ROLE = "arn:aws:iam::123456789012:role/SageMaker"
JOBS: dict[str, dict[str, str]] = {
    "kmeans": {"k": "2", "feature_dim": "2"},
    "pca": {"num_components": "1", "feature_dim": "2", "mini_batch_size": "50"},
}


def text_of(page: str) -> str:
    text = html.unescape(re.sub(r"<[^>]+>", " ", page.replace("<wbr>", "")))
    return " ".join(text.split())


@pytest.fixture(params=JOBS)
def algorithm(request: pytest.FixtureRequest, mock: None) -> str:
    """The algorithm of a job `job` and an endpoint `e`."""
    name: str = request.param
    image = f"382416733822.dkr.ecr.us-east-1.amazonaws.com/{name}:1"
    rows = np.random.default_rng(0).normal(size=(100, 2)) + np.repeat([[0, 0], [60, 80]], 50, 0)
    s3, sagemaker = (boto3.client(each, "us-east-1") for each in ("s3", "sagemaker"))
    s3.create_bucket(Bucket="data")
    s3.put_object(Bucket="data", Key="rows", Body=encode(rows.astype(np.float32)))
    source = {"S3DataType": "S3Prefix", "S3Uri": "s3://data/rows"}
    sagemaker.create_training_job(
        TrainingJobName="job",
        RoleArn=ROLE,
        AlgorithmSpecification={"TrainingImage": image, "TrainingInputMode": "File"},
        HyperParameters=JOBS[name],
        InputDataConfig=[{"ChannelName": "train", "DataSource": {"S3DataSource": source}}],
        OutputDataConfig={"S3OutputPath": "s3://data/output"},
        ResourceConfig={"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 10},
        StoppingCondition={"MaxRuntimeInSeconds": 3600},
    )
    job = sagemaker.describe_training_job(TrainingJobName="job")
    container = {"Image": image, "ModelDataUrl": job["ModelArtifacts"]["S3ModelArtifacts"]}
    sagemaker.create_model(ModelName="m", ExecutionRoleArn=ROLE, PrimaryContainer=container)
    variant = {
        "VariantName": "v",
        "ModelName": "m",
        "InitialInstanceCount": 1,
        "InstanceType": "ml.m5.large",
    }
    sagemaker.create_endpoint_config(EndpointConfigName="c", ProductionVariants=[variant])
    sagemaker.create_endpoint(EndpointName="e", EndpointConfigName="c")
    return name


def test_the_page_of_a_job_has_its_log_and_metrics(visitor: Any, algorithm: str) -> None:
    page = text_of(visitor.get("/training-jobs/job"))
    assert "train:progress" in page
    assert "Completed" in page
    for name in JOBS[algorithm]:
        assert name in page


MEANING = {
    "kmeans": "closest_cluster The nearest of the 2 centers, counted from 0. distance_to_cluster",
    "pca": "projection The row less the mean of the train rows along the component.",
}


def test_the_page_of_an_endpoint_explains_and_lists_its_answer(
    visitor: Any, algorithm: str
) -> None:
    assert MEANING[algorithm] in text_of(visitor.get("/endpoints/e"))
    response = visitor.post("/endpoints/e", {"content_type": "text/csv", "body": "0,0\n60,80"})
    assert response.status_code == 200
    table = re.search(r'<table class="tight">.*?</table>', response.text, re.S)
    assert table is not None
    heads = re.findall(r'<th scope="col">([^<]*)</th>', table[0])
    assert (
        heads
        == {
            "kmeans": ["Row", "closest_cluster", "distance_to_cluster"],
            "pca": ["Row", "projection"],
        }[algorithm]
    )
    assert table[0].count('<th scope="row">') == 2
