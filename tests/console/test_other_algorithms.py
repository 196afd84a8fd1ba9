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
    "knn": {"k": "3", "predictor_type": "classifier", "sample_size": "100", "feature_dim": "2"},
    "randomcutforest": {"num_trees": "50", "num_samples_per_tree": "2", "feature_dim": "2"},
    "factorization-machines": {
        "num_factors": "2",
        "predictor_type": "binary_classifier",
        "feature_dim": "2",
        "mini_batch_size": "50",
    },
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
    labels = np.repeat(np.float32([0, 1]), 50)
    s3.put_object(Bucket="data", Key="rows", Body=encode(rows.astype(np.float32), labels))
    # A random cut forest takes no other way to spread the rows.
    spread = "ShardedByS3Key" if name == "randomcutforest" else "FullyReplicated"
    source = {
        "S3DataType": "S3Prefix",
        "S3Uri": "s3://data/rows",
        "S3DataDistributionType": spread,
    }
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
    "knn": "predicted_label The most frequent label of the 3 nearest of 100 rows. distances",
    "randomcutforest": "score How anomalous the row is in 50 trees: the higher, the more, up to",
    "factorization-machines": "score The probability of class 1, from 0 to 1. predicted_label",
}
MEMBERS = {
    "kmeans": ["closest_cluster", "distance_to_cluster"],
    "pca": ["projection"],
    "knn": ["predicted_label"],
    "randomcutforest": ["score"],
    "factorization-machines": ["score", "predicted_label"],
}


def offered(page: str) -> list[str]:
    """The content types of requests in the form, that of the form as it stands first."""
    (select,) = re.findall(r'<select name="content_type">.*?</select>', page, re.S)
    return re.findall(r"<option[^>]*>([^<]*)</option>", select)


def test_the_page_of_an_endpoint_explains_and_lists_its_answer(
    visitor: Any, algorithm: str
) -> None:
    page = visitor.get("/endpoints/e")
    assert MEANING[algorithm] in text_of(page)
    bodies = {
        "text/csv": "0,0\n60,80",
        "application/json": '{"instances": [{"features": [0, 0]}, {"features": [60, 80]}]}',
        "application/jsonlines": '{"features": [0, 0]}\n{"features": [60, 80]}',
    }
    for content_type in offered(page):
        form = {"content_type": content_type, "body": bodies[content_type]}
        response = visitor.post("/endpoints/e", form)
        assert response.status_code == 200
        table = re.search(r'<table class="tight">.*?</table>', response.text, re.S)
        assert table is not None
        heads = re.findall(r'<th scope="col">([^<]*)</th>', table[0])
        assert heads == ["Row", *MEMBERS[algorithm]]
        assert table[0].count('<th scope="row">') == 2


def test_only_content_types_that_the_model_reads_are_offered(visitor: Any, algorithm: str) -> None:
    csv = ["text/csv"] if algorithm != "factorization-machines" else []
    expected = [*csv, "application/json", "application/jsonlines"]
    assert offered(visitor.get("/endpoints/e")) == expected


def test_a_row_of_training_data_is_one_that_the_model_answers(visitor: Any, algorithm: str) -> None:
    page = visitor.get("/endpoints/e?sample=1")
    (body,) = re.findall(r"<textarea name=\"body\"[^>]*>([^<]+)</textarea>", page)
    form = {"content_type": offered(page)[0], "body": html.unescape(body)}
    response = visitor.post("/endpoints/e", form)
    assert response.status_code == 200
    assert response.text.count('<th scope="row">1</th>') == 1
