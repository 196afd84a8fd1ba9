"""A first test with sagemock."""

import boto3

from sagemock import mock_sagemaker

IMAGE = "382416733822.dkr.ecr.us-east-1.amazonaws.com/linear-learner:1"


@mock_sagemaker
def test_training() -> None:
    """Train a job, and check its metrics."""
    s3 = boto3.client("s3", "us-east-1")
    s3.create_bucket(Bucket="data")
    rows = "".join(f"{x > 50:d},{x},{100 - x}\n" for x in range(100))
    s3.put_object(Bucket="data", Key="train/rows.csv", Body=rows)

    sagemaker = boto3.client("sagemaker", "us-east-1")
    sagemaker.create_training_job(
        TrainingJobName="my-job",
        AlgorithmSpecification={
            "TrainingImage": IMAGE,
            "TrainingInputMode": "File",
        },
        RoleArn="arn:aws:iam::123456789012:role/SageMaker",
        HyperParameters={
            "predictor_type": "binary_classifier",
            "mini_batch_size": "10",
        },
        InputDataConfig=[
            {
                "ChannelName": "train",
                "ContentType": "text/csv",
                "DataSource": {
                    "S3DataSource": {
                        "S3DataType": "S3Prefix",
                        "S3Uri": "s3://data/train/",
                    }
                },
            }
        ],
        OutputDataConfig={"S3OutputPath": "s3://data/output"},
        ResourceConfig={
            "InstanceType": "ml.m5.large",
            "InstanceCount": 1,
            "VolumeSizeInGB": 10,
        },
        StoppingCondition={"MaxRuntimeInSeconds": 3600},
    )
    waiter = sagemaker.get_waiter("training_job_completed_or_stopped")
    waiter.wait(TrainingJobName="my-job")

    job = sagemaker.describe_training_job(TrainingJobName="my-job")
    final = job["FinalMetricDataList"]
    metrics = {each["MetricName"]: each["Value"] for each in final}
    assert metrics["train:binary_classification_accuracy"] > 0.9
    print(job["TrainingJobStatus"], metrics)


if __name__ == "__main__":
    test_training()
