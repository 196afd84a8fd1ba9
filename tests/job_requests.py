"""Requests for jobs with what AWS requires, and nothing else."""

from __future__ import annotations

from typing import Any

ROLE = "arn:aws:iam::123456789012:role/SageMaker"


def transform_job(
    name: str = "t",
    model: str = "m",
    source: str = "s3://bucket/rows",
    target: str = "s3://bucket/out",
    **changes: Any,
) -> dict[str, Any]:
    at = {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": source}}
    return {
        "TransformJobName": name,
        "ModelName": model,
        "TransformInput": {"DataSource": at},
        "TransformOutput": {"S3OutputPath": target},
        "TransformResources": {"InstanceType": "ml.m5.large", "InstanceCount": 1},
        **changes,
    }


def processing_job(name: str = "p", image: str = "mine:1", **changes: Any) -> dict[str, Any]:
    cluster = {"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 1}
    return {
        "ProcessingJobName": name,
        "RoleArn": ROLE,
        "AppSpecification": {"ImageUri": image},
        "ProcessingResources": {"ClusterConfig": cluster},
        **changes,
    }
