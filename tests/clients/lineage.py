"""An endpoint whose lineage leads to a training job and its data."""

from __future__ import annotations

from typing import Any

ROLE = "arn:aws:iam::123456789012:role/SageMaker"


def traced_endpoint(client: Any, image: str, bucket: str, **members: Any) -> str:
    """The ARN of an endpoint `e`, whose model `m` a job `j` has trained on `train/` in a bucket."""
    source = {"S3DataType": "S3Prefix", "S3Uri": f"s3://{bucket}/train/"}
    client.create_training_job(
        TrainingJobName="j",
        RoleArn=ROLE,
        AlgorithmSpecification={"TrainingImage": image, "TrainingInputMode": "File"},
        InputDataConfig=[{"ChannelName": "train", "DataSource": {"S3DataSource": source}}],
        OutputDataConfig={"S3OutputPath": f"s3://{bucket}/out"},
        ResourceConfig={"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 1},
        StoppingCondition={"MaxRuntimeInSeconds": 60},
        **members,
    )
    data = client.describe_training_job(TrainingJobName="j")["ModelArtifacts"]["S3ModelArtifacts"]
    container = {"Image": image, "ModelDataUrl": data}
    client.create_model(ModelName="m", ExecutionRoleArn=ROLE, PrimaryContainer=container)
    variant = {
        "VariantName": "v",
        "ModelName": "m",
        "InitialInstanceCount": 1,
        "InstanceType": "ml.m5.large",
    }
    client.create_endpoint_config(EndpointConfigName="c", ProductionVariants=[variant])
    arn: str = client.create_endpoint(EndpointName="e", EndpointConfigName="c")["EndpointArn"]
    return arn
