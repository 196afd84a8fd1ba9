"""Predict the progress of diabetes a year ahead: a regressor, from CSV to predictions.

    python examples/regression.py

Trains Linear Learner on scikit-learn's diabetes data with an absolute loss, picks the model on a
validation channel, deploys it, and compares its predictions with what happened. All of it is
plain boto3, and would run against AWS without the mock's line.
"""

from __future__ import annotations

import io
import json

import boto3
import numpy as np
from sklearn.datasets import load_diabetes

from sagemock import mock_sagemaker

IMAGE = "382416733822.dkr.ecr.us-east-1.amazonaws.com/linear-learner:1"
ROLE = "arn:aws:iam::123456789012:role/SageMaker"
BUCKET = "diabetes"


def csv(*columns: np.ndarray) -> str:
    """A table without a header; for training, the label comes first."""
    text = io.StringIO()
    np.savetxt(text, np.column_stack(columns), delimiter=",")
    return text.getvalue()


def channel(name: str) -> dict[str, object]:
    source = {"S3DataType": "S3Prefix", "S3Uri": f"s3://{BUCKET}/{name}/"}
    return {
        "ChannelName": name,
        "ContentType": "text/csv",
        "DataSource": {"S3DataSource": source},
    }


@mock_sagemaker()
def main() -> None:
    features, progress = load_diabetes(return_X_y=True)
    order = np.random.default_rng(0).permutation(len(features))
    train, validation, test = np.split(order, [300, 370])

    session = boto3.Session(region_name="us-east-1")
    s3, sagemaker = session.client("s3"), session.client("sagemaker")
    s3.create_bucket(Bucket=BUCKET)
    for name, rows in (("train", train), ("validation", validation)):
        body = csv(progress[rows], features[rows])
        s3.put_object(Bucket=BUCKET, Key=f"{name}/rows.csv", Body=body)

    sagemaker.create_training_job(
        TrainingJobName="diabetes",
        RoleArn=ROLE,
        AlgorithmSpecification={"TrainingImage": IMAGE, "TrainingInputMode": "File"},
        HyperParameters={
            "predictor_type": "regressor",
            "loss": "absolute_loss",
            "mini_batch_size": "10",
            "epochs": "30",
        },
        InputDataConfig=[channel("train"), channel("validation")],
        OutputDataConfig={"S3OutputPath": f"s3://{BUCKET}/output"},
        ResourceConfig={"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 1},
        StoppingCondition={"MaxRuntimeInSeconds": 600},
    )
    sagemaker.get_waiter("training_job_completed_or_stopped").wait(TrainingJobName="diabetes")
    job = sagemaker.describe_training_job(TrainingJobName="diabetes")
    print(f"The job is {job['TrainingJobStatus']}.")
    for metric in job["FinalMetricDataList"]:
        if metric["MetricName"].startswith("validation:"):
            print(f"  {metric['MetricName']:32} {metric['Value']:10.2f}")

    sagemaker.create_model(
        ModelName="diabetes",
        ExecutionRoleArn=ROLE,
        PrimaryContainer={
            "Image": IMAGE,
            "ModelDataUrl": job["ModelArtifacts"]["S3ModelArtifacts"],
        },
    )
    variant = {
        "VariantName": "all",
        "ModelName": "diabetes",
        "InitialInstanceCount": 1,
        "InstanceType": "ml.m5.large",
    }
    sagemaker.create_endpoint_config(EndpointConfigName="diabetes", ProductionVariants=[variant])
    sagemaker.create_endpoint(EndpointName="diabetes", EndpointConfigName="diabetes")

    answer = session.client("sagemaker-runtime").invoke_endpoint(
        EndpointName="diabetes", ContentType="text/csv", Body=csv(features[test])
    )
    predictions = json.loads(answer["Body"].read())["predictions"]
    scores = np.array([each["score"] for each in predictions])
    error = np.abs(scores - progress[test]).mean()
    guess = np.abs(np.median(progress[train]) - progress[test]).mean()
    print(f"On {len(test)} patients it is off by {error:.1f}; always the median, by {guess:.1f}.")


if __name__ == "__main__":
    main()
