"""Stacks with our resources, read through every operation of CloudFormation that shows them."""

from __future__ import annotations

import copy
import json
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from tests.moto_adapter.conftest import Client
from tests.moto_adapter.test_cloudformation import TEMPLATE

from sagemock.testing import SageMock

KINDS = {"Model": "model", "Config": "endpoint-config", "Endpoint": "endpoint"}


@pytest.fixture
def template() -> dict[str, Any]:
    changed = copy.deepcopy(TEMPLATE)
    changed["Outputs"]["Model"]["Export"] = {"Name": "the-model"}
    return changed


@pytest.fixture
def cloudformation(client: Client, template: dict[str, Any]) -> Any:
    cloudformation = client("cloudformation")
    cloudformation.create_stack(StackName="s", TemplateBody=json.dumps(template))
    cloudformation.get_waiter("stack_create_complete").wait(StackName="s")
    return cloudformation


def check(resources: list[dict[str, Any]]) -> None:
    """Each of the three resources has its logical and physical name, type and status."""
    assert {each["LogicalResourceId"] for each in resources} == set(KINDS)
    for each in resources:
        kind = KINDS[each["LogicalResourceId"]]
        assert f":123456789012:{kind}/" in each["PhysicalResourceId"]
        assert each["ResourceType"].startswith("AWS::SageMaker::")
        assert each["ResourceStatus"] == "CREATE_COMPLETE"


def test_resources(cloudformation: Any) -> None:
    check(cloudformation.describe_stack_resources(StackName="s")["StackResources"])
    pages = cloudformation.get_paginator("list_stack_resources").paginate(StackName="s")
    check([each for page in pages for each in page["StackResourceSummaries"]])
    check(
        [
            cloudformation.describe_stack_resource(StackName="s", LogicalResourceId=name)[
                "StackResourceDetail"
            ]
            for name in KINDS
        ]
    )


def test_stacks_events_exports_templates(cloudformation: Any, template: dict[str, Any]) -> None:
    (stack,) = cloudformation.describe_stacks(StackName="s")["Stacks"]
    assert stack["StackStatus"] == "CREATE_COMPLETE"
    (summary,) = cloudformation.list_stacks()["StackSummaries"]
    assert summary["StackName"] == "s"
    assert cloudformation.describe_stack_events(StackName="s")["StackEvents"]
    outputs = {each["OutputKey"]: each["OutputValue"] for each in stack["Outputs"]}
    (export,) = cloudformation.list_exports()["Exports"]
    assert (export["Name"], export["Value"]) == ("the-model", outputs["Model"])
    assert outputs["Arn"].endswith(f":model/{outputs['Model']}")
    assert cloudformation.get_template(StackName="s")["TemplateBody"] == template
    types = cloudformation.get_template_summary(StackName="s")["ResourceTypes"]
    assert sorted(types) == [
        f"AWS::SageMaker::{noun}" for noun in ("Endpoint", "EndpointConfig", "Model")
    ]


def test_the_resource_of_boto3(cloudformation: Any, anywhere: SageMock) -> None:
    stack = boto3.resource("cloudformation", endpoint_url=anywhere.url).Stack("s")
    summaries = stack.resource_summaries.all()
    assert {each.logical_resource_id for each in summaries} == set(KINDS)
    assert stack.Resource("Model").physical_resource_id.startswith("arn:aws:sagemaker:")


def test_change_sets_and_updates(
    cloudformation: Any, client: Client, template: dict[str, Any]
) -> None:
    container = template["Resources"]["Model"]["Properties"]["PrimaryContainer"]
    container["Environment"] = {"A": "b"}
    request = {"StackName": "s", "ChangeSetName": "c"}
    cloudformation.create_change_set(
        **request, TemplateBody=json.dumps(template), ChangeSetType="UPDATE"
    )
    (change,) = cloudformation.describe_change_set(**request)["Changes"]
    assert change["ResourceChange"]["LogicalResourceId"] == "Model"
    assert len(cloudformation.list_change_sets(StackName="s")["Summaries"]) == 1
    cloudformation.execute_change_set(**request)
    sagemaker = client("sagemaker")
    (listed,) = sagemaker.list_models()["Models"]
    model = sagemaker.describe_model(ModelName=listed["ModelName"])
    assert model["PrimaryContainer"]["Environment"] == {"A": "b"}
    named = {
        each["LogicalResourceId"]: each["PhysicalResourceId"]
        for each in cloudformation.describe_stack_resources(StackName="s")["StackResources"]
    }
    assert named["Model"] == model["ModelArn"]
    del template["Resources"]["Endpoint"], template["Outputs"]["Endpoint"]
    cloudformation.update_stack(StackName="s", TemplateBody=json.dumps(template))
    assert sagemaker.list_endpoints()["Endpoints"] == []


def test_delete(cloudformation: Any, client: Client) -> None:
    cloudformation.delete_stack(StackName="s")
    assert client("sagemaker").list_models()["Models"] == []
    with pytest.raises(ClientError, match="does not exist"):
        cloudformation.describe_stacks(StackName="s")
