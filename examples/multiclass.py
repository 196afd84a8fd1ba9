"""Read handwritten digits: ten classes, from RecordIO-protobuf to a confusion matrix.

    python examples/multiclass.py

Trains Linear Learner on scikit-learn's digits, sharded over two instances, and asks its endpoint
for classes in JSON Lines. All of it is plain boto3, and would run against AWS without the mock's
line; the SageMaker SDK's `write_numpy_to_dense_tensor` writes the same records as `encode`.
"""

from __future__ import annotations

import io
import json

import boto3
import numpy as np
from sklearn.datasets import load_digits

from sagemock import mock_sagemaker
from sagemock.formats.recordio import encode

IMAGE = "382416733822.dkr.ecr.us-east-1.amazonaws.com/linear-learner:1"
ROLE = "arn:aws:iam::123456789012:role/SageMaker"
BUCKET = "digits"


def channel(name: str, distribution: str) -> dict[str, object]:
    source = {
        "S3DataType": "S3Prefix",
        "S3Uri": f"s3://{BUCKET}/{name}/",
        "S3DataDistributionType": distribution,
    }
    return {"ChannelName": name, "DataSource": {"S3DataSource": source}}


@mock_sagemaker()
def main() -> None:
    images, digits = load_digits(return_X_y=True)
    images, digits = images.astype(np.float32), digits.astype(np.float32)
    train, test = slice(0, 1400), slice(1400, None)

    session = boto3.Session(region_name="us-east-1")
    s3, sagemaker = session.client("s3"), session.client("sagemaker")
    s3.create_bucket(Bucket=BUCKET)
    for number in (0, 1):
        shard = encode(images[train][number::2], digits[train][number::2])
        s3.upload_fileobj(io.BytesIO(shard), BUCKET, f"train/part-{number}.pbr")
    s3.upload_fileobj(io.BytesIO(encode(images[test], digits[test])), BUCKET, "test/part-0.pbr")

    sagemaker.create_training_job(
        TrainingJobName="digits",
        RoleArn=ROLE,
        AlgorithmSpecification={"TrainingImage": IMAGE, "TrainingInputMode": "Pipe"},
        HyperParameters={
            "predictor_type": "multiclass_classifier",
            "num_classes": "10",
            "mini_batch_size": "50",
        },
        InputDataConfig=[channel("train", "ShardedByS3Key"), channel("test", "FullyReplicated")],
        OutputDataConfig={"S3OutputPath": f"s3://{BUCKET}/output"},
        ResourceConfig={"InstanceType": "ml.m5.large", "InstanceCount": 2, "VolumeSizeInGB": 1},
        StoppingCondition={"MaxRuntimeInSeconds": 600},
    )
    sagemaker.get_waiter("training_job_completed_or_stopped").wait(TrainingJobName="digits")
    job = sagemaker.describe_training_job(TrainingJobName="digits")
    print(f"The job is {job['TrainingJobStatus']}.")
    for metric in job["FinalMetricDataList"]:
        if metric["MetricName"].startswith("test:"):
            print(f"  {metric['MetricName']:32} {metric['Value']:8.4f}")

    sagemaker.create_model(
        ModelName="digits",
        ExecutionRoleArn=ROLE,
        PrimaryContainer={
            "Image": IMAGE,
            "ModelDataUrl": job["ModelArtifacts"]["S3ModelArtifacts"],
        },
    )
    variant = {
        "VariantName": "all",
        "ModelName": "digits",
        "InitialInstanceCount": 1,
        "InstanceType": "ml.m5.large",
    }
    sagemaker.create_endpoint_config(EndpointConfigName="digits", ProductionVariants=[variant])
    sagemaker.create_endpoint(EndpointName="digits", EndpointConfigName="digits")

    rows = [json.dumps({"features": image.tolist()}) for image in images[test]]
    answer = session.client("sagemaker-runtime").invoke_endpoint(
        EndpointName="digits",
        ContentType="application/jsonlines",
        Accept="application/jsonlines",
        Body="\n".join(rows),
    )
    lines = answer["Body"].read().splitlines()
    confusion = np.zeros((10, 10), int)
    for digit, line in zip(digits[test], lines, strict=True):
        confusion[int(digit), json.loads(line)["predicted_label"]] += 1
    right = confusion.trace() / confusion.sum()
    print(f"Of {len(lines)} digits it reads {right:.1%}; true digits down, read ones across:")
    print(confusion)


if __name__ == "__main__":
    main()
