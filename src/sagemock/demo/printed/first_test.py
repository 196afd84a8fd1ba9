"""A first test of a script, with the SageMaker SDK 2."""

import boto3
from sagemaker.session import Session
from sagemaker.sklearn import SKLearn

from sagemock import mock_sagemaker


@mock_sagemaker(containers="local")
def test_script() -> None:
    """Train with the script, and check its metric."""
    s3 = boto3.client("s3", "us-east-1")
    s3.create_bucket(Bucket="data")
    s3.upload_file("digits.csv", "data", "digits/digits.csv")

    estimator = SKLearn(
        entry_point="train.py",
        framework_version="1.2-1",
        role="arn:aws:iam::123456789012:role/SageMaker",
        instance_type="ml.m5.large",
        hyperparameters={"trees": 20},
        metric_definitions=[{"Name": "accuracy", "Regex": "accuracy=([0-9.]+)"}],
        sagemaker_session=Session(boto3.Session(region_name="us-east-1"), default_bucket="data"),
    )
    estimator.fit({"train": "s3://data/digits", "test": "s3://data/digits"})

    job = estimator.latest_training_job.describe()
    [accuracy] = job["FinalMetricDataList"]
    assert accuracy["Value"] > 0.9
    print(job["TrainingJobStatus"], estimator.model_data)


if __name__ == "__main__":
    test_script()
