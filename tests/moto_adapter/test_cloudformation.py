"""CloudFormation, which reaches SageMaker inside moto, makes and removes our resources."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from sagemock import mock_sagemaker
from sagemock.moto_adapter import cloudformation
from sagemock.resources import types

REGION = "us-east-1"
ROLE = "arn:aws:iam::123456789012:role/SageMaker"
IMAGE = "123456789012.dkr.ecr.us-east-1.amazonaws.com/mine:1"

VARIANT = {
    "VariantName": "v",
    "ModelName": {"Fn::GetAtt": ["Model", "ModelName"]},
    "InitialInstanceCount": 1,
    "InstanceType": "ml.m5.large",
    "InitialVariantWeight": 1,
}
TEMPLATE: dict[str, Any] = {
    "AWSTemplateFormatVersion": "2010-09-09",
    "Resources": {
        "Model": {
            "Type": "AWS::SageMaker::Model",
            "Properties": {
                "ExecutionRoleArn": ROLE,
                "PrimaryContainer": {"Image": IMAGE},
                "Tags": [{"Key": "made-by", "Value": "stack"}],
            },
        },
        "Config": {
            "Type": "AWS::SageMaker::EndpointConfig",
            "Properties": {"EndpointConfigName": "named", "ProductionVariants": [VARIANT]},
        },
        "Endpoint": {
            "Type": "AWS::SageMaker::Endpoint",
            "Properties": {"EndpointConfigName": {"Fn::GetAtt": ["Config", "EndpointConfigName"]}},
        },
    },
    "Outputs": {
        "Model": {"Value": {"Fn::GetAtt": ["Model", "ModelName"]}},
        "Arn": {"Value": {"Ref": "Model"}},
        "Endpoint": {"Value": {"Fn::GetAtt": ["Endpoint", "EndpointName"]}},
    },
}


@pytest.fixture(autouse=True)
def _mocked() -> Iterator[None]:
    with mock_sagemaker():
        yield


@pytest.fixture
def sagemaker() -> Any:
    return boto3.client("sagemaker", REGION)


def outputs(stack: str) -> dict[str, str]:
    described = boto3.client("cloudformation", REGION).describe_stacks(StackName=stack)
    return {each["OutputKey"]: each["OutputValue"] for each in described["Stacks"][0]["Outputs"]}


def test_a_stack_makes_and_removes_our_resources(sagemaker: Any) -> None:
    cloudformation = boto3.client("cloudformation", REGION)
    cloudformation.create_stack(StackName="stack_1", TemplateBody=json.dumps(TEMPLATE))
    stack_outputs = outputs("stack_1")
    model = sagemaker.describe_model(ModelName=stack_outputs["Model"])
    assert model["ModelArn"] == stack_outputs["Arn"]
    assert model["PrimaryContainer"]["Image"] == IMAGE
    assert sagemaker.list_tags(ResourceArn=stack_outputs["Arn"])["Tags"] == [
        {"Key": "made-by", "Value": "stack"}
    ]
    endpoint = sagemaker.describe_endpoint(EndpointName=stack_outputs["Endpoint"])
    assert (endpoint["EndpointStatus"], endpoint["EndpointConfigName"]) == ("InService", "named")

    cloudformation.delete_stack(StackName="stack_1")
    assert sagemaker.list_models()["Models"] == []
    assert sagemaker.list_endpoint_configs()["EndpointConfigs"] == []
    assert sagemaker.list_endpoints()["Endpoints"] == []


def test_what_sagemaker_refuses_a_stack_refuses() -> None:
    template = json.loads(json.dumps(TEMPLATE))
    template["Resources"]["Model"]["Properties"]["ModelName"] = "bad_name"
    with pytest.raises(ClientError, match="at 'modelName' failed to satisfy constraint"):
        boto3.client("cloudformation", REGION).create_stack(
            StackName="stack", TemplateBody=json.dumps(template)
        )


def test_cloudformation_makes_these_kinds() -> None:
    assert {kind for _, kind in cloudformation.classes()} == {
        types.MODEL,
        types.ENDPOINT_CONFIG,
        types.ENDPOINT,
        types.NOTEBOOK_INSTANCE,
        types.NOTEBOOK_INSTANCE_LIFECYCLE_CONFIG,
    }
