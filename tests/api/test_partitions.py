"""Regions of China and GovCloud: every ARN, link and default is of their partition."""

from __future__ import annotations

import re
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from werkzeug.test import Client

from sagemock import control
from sagemock.containers.first_party import images
from sagemock.resources import partition
from sagemock.web.console_route import application

REGIONS = [
    ("us-west-2", "aws", "us-west-2.console.aws.amazon.com"),
    ("cn-north-1", "aws-cn", "cn-north-1.console.amazonaws.cn"),
    ("us-gov-west-1", "aws-us-gov", "us-gov-west-1.console.amazonaws-us-gov.com"),
    ("us-iso-east-1", "aws-iso", "us-iso-east-1.console.c2shome.ic.gov"),
]


def arns(value: Any) -> list[str]:
    """All ARNs in an answer."""
    return re.findall(r"arn:[\w-]+:[^'\"]*", str(value))


class Region:
    """A trained job, and an endpoint that serves its model, in one region."""

    def __init__(self, name: str, aws: str) -> None:
        self.sagemaker = boto3.client("sagemaker", name)
        self.runtime = boto3.client("sagemaker-runtime", name)
        role = f"arn:{aws}:iam::123456789012:role/SageMaker"
        s3 = boto3.client("s3", name)
        location = {"LocationConstraint": name}
        s3.create_bucket(Bucket="data", CreateBucketConfiguration=location)
        rows = "".join(f"{x > 50:d},{x}\n" for x in range(100))
        s3.put_object(Bucket="data", Key="train/rows.csv", Body=rows)
        source = {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": "s3://data/train/"}}
        learner = images.uri("linear-learner", aws, name)
        instances = {"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 1}
        self.sagemaker.create_training_job(
            TrainingJobName="j",
            RoleArn=role,
            AlgorithmSpecification={"TrainingImage": learner, "TrainingInputMode": "File"},
            HyperParameters={"predictor_type": "binary_classifier", "mini_batch_size": "10"},
            InputDataConfig=[
                {"ChannelName": "train", "ContentType": "text/csv", "DataSource": source}
            ],
            OutputDataConfig={"S3OutputPath": "s3://data/output"},
            ResourceConfig=instances,
            StoppingCondition={"MaxRuntimeInSeconds": 60},
        )
        self.job = self.sagemaker.describe_training_job(TrainingJobName="j")
        artifact = self.job["ModelArtifacts"]["S3ModelArtifacts"]
        self.sagemaker.create_model(
            ModelName="m",
            ExecutionRoleArn=role,
            PrimaryContainer={"Image": learner, "ModelDataUrl": artifact},
        )
        variant = {
            "VariantName": "v",
            "ModelName": "m",
            "InstanceType": "ml.m5.large",
            "InitialInstanceCount": 1,
        }
        self.sagemaker.create_endpoint_config(EndpointConfigName="c", ProductionVariants=[variant])
        self.sagemaker.create_endpoint(EndpointName="e", EndpointConfigName="c")


@pytest.mark.parametrize(("name", "aws", "console"), REGIONS)
def test_every_arn_is_of_the_partition(sagemock: Any, name: str, aws: str, console: str) -> None:
    region = Region(name, aws)
    assert region.job["TrainingJobStatus"] == "Completed"
    sagemaker = region.sagemaker
    sagemaker.create_experiment(ExperimentName="x")
    sagemaker.create_trial(ExperimentName="x", TrialName="t")
    answers = [
        region.job,
        sagemaker.describe_model(ModelName="m"),
        sagemaker.describe_endpoint_config(EndpointConfigName="c"),
        sagemaker.describe_endpoint(EndpointName="e"),
        sagemaker.describe_trial(TrialName="t"),
        sagemaker.describe_trial_component(TrialComponentName="j-aws-training-job"),
        sagemaker.search(Resource="TrainingJob"),
    ]
    for answer in answers:
        all_arns = arns(answer)
        assert all_arns
        assert [arn for arn in all_arns if not arn.startswith(f"arn:{aws}:")] == []
    control.deny("ListModels")
    with pytest.raises(ClientError) as denied:
        sagemaker.list_models()
    assert all(arn.startswith(f"arn:{aws}:") for arn in arns(denied.value))


@pytest.mark.parametrize(("name", "aws", "console"), REGIONS)
def test_a_model_error_links_to_the_console(
    sagemock: Any, name: str, aws: str, console: str
) -> None:
    runtime = Region(name, aws).runtime
    answer = runtime.invoke_endpoint(EndpointName="e", ContentType="text/csv", Body="99")
    assert b"predicted_label" in answer["Body"].read()
    with pytest.raises(ClientError) as refused:
        runtime.invoke_endpoint(EndpointName="e", ContentType="text/csv", Body="1,2,3")
    group = "/aws/sagemaker/Endpoints/e"
    response = refused.value.response
    assert (
        f"See https://{console}/cloudwatch/home?region={name}#logEventViewer:group={group} in "
        "account 123456789012 for more information."
    ) in response["Error"]["Message"]
    assert response["LogStreamArn"] == f"arn:{aws}:logs:{name}:123456789012:log-group:{group}"


@pytest.mark.parametrize(("name", "aws", "console"), REGIONS)
def test_forms_and_ready_made_jobs_begin_in_the_partition(
    sagemock: Any, name: str, aws: str, console: str
) -> None:
    browser = Client(application(over_http=False))
    role = f"arn:{aws}:iam::123456789012:role/SageMaker"
    learner = images.uri("linear-learner", aws, name)
    for path in ("/training-jobs/new", "/models/new"):
        page = browser.get(f"/sagemock{path}?region={name}").text
        assert f'value="{role}"' in page
        assert f'value="{learner}"' in page
    control.add_training_job("ready", region=name)
    sagemaker = boto3.client("sagemaker", name)
    job = sagemaker.describe_training_job(TrainingJobName="ready")
    assert job["RoleArn"] == role
    assert job["AlgorithmSpecification"]["TrainingImage"] == learner


@pytest.mark.parametrize(
    ("aws", "region", "uri"),
    [
        ("aws", "us-east-1", "382416733822.dkr.ecr.us-east-1.amazonaws.com/linear-learner:1"),
        ("aws", "eu-west-1", "438346466558.dkr.ecr.eu-west-1.amazonaws.com/linear-learner:1"),
        (
            "aws-cn",
            "cn-north-1",
            "390948362332.dkr.ecr.cn-north-1.amazonaws.com.cn/linear-learner:1",
        ),
        (
            "aws-us-gov",
            "us-gov-west-1",
            "226302683700.dkr.ecr.us-gov-west-1.amazonaws.com/linear-learner:1",
        ),
        (
            "aws-iso",
            "us-iso-east-1",
            "490574956308.dkr.ecr.us-iso-east-1.c2s.ic.gov/linear-learner:1",
        ),
        ("aws", "mx-central-1", "382416733822.dkr.ecr.us-east-1.amazonaws.com/linear-learner:1"),
    ],
)
def test_images(aws: str, region: str, uri: str) -> None:
    assert images.uri("linear-learner", aws, region) == uri


def test_suffixes_are_those_of_botocore() -> None:
    from botocore.session import get_session

    for each in get_session().get_data("partitions")["partitions"]:
        assert partition.dns_suffix(each["id"]) == each["outputs"]["dnsSuffix"]
