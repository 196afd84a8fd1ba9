"""The Resource Groups Tagging API sees and changes the tags of our resources."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.job_requests import processing_job, transform_job
from tests.moto_adapter.conftest import Client
from tests.moto_adapter.test_cloudformation import TEMPLATE

from sagemock import control
from sagemock.resources import types

ROLE = "arn:aws:iam::123456789012:role/SageMaker"
IMAGE = "123456789012.dkr.ecr.us-east-1.amazonaws.com/mine:1"
FIRST = [{"Key": "k", "Value": "v"}]


@pytest.fixture
def sagemaker(client: Client) -> Any:
    return client("sagemaker")


@pytest.fixture
def tagging(client: Client) -> Any:
    return client("resourcegroupstaggingapi")


def create(sagemaker: Any, kind: str) -> str:
    """A resource of a kind that is kept here, with a tag; gives its ARN."""
    sagemaker.create_model(ModelName="m", ExecutionRoleArn=ROLE)
    variant = {
        "VariantName": "v",
        "ModelName": "m",
        "InitialInstanceCount": 1,
        "InstanceType": "ml.m5.large",
    }
    sagemaker.create_endpoint_config(EndpointConfigName="c", ProductionVariants=[variant])
    sagemaker.create_experiment(ExperimentName="x")
    request: dict[str, Any]
    operation, member, request = {
        "training-job": (
            sagemaker.create_training_job,
            "TrainingJobArn",
            {
                "TrainingJobName": "n",
                "RoleArn": ROLE,
                "AlgorithmSpecification": {"TrainingImage": IMAGE, "TrainingInputMode": "File"},
                "OutputDataConfig": {"S3OutputPath": "s3://bucket/output"},
                "ResourceConfig": {
                    "InstanceType": "ml.m5.large",
                    "InstanceCount": 1,
                    "VolumeSizeInGB": 1,
                },
                "StoppingCondition": {"MaxRuntimeInSeconds": 60},
            },
        ),
        "hyper-parameter-tuning-job": (
            sagemaker.create_hyper_parameter_tuning_job,
            "HyperParameterTuningJobArn",
            {
                "HyperParameterTuningJobName": "n",
                "HyperParameterTuningJobConfig": {
                    "Strategy": "Random",
                    "HyperParameterTuningJobObjective": {
                        "Type": "Minimize",
                        "MetricName": "loss",
                    },
                    "ResourceLimits": {
                        "MaxNumberOfTrainingJobs": 1,
                        "MaxParallelTrainingJobs": 1,
                    },
                    "ParameterRanges": {
                        "CategoricalParameterRanges": [{"Name": "kind", "Values": ["a"]}]
                    },
                },
                "TrainingJobDefinition": {
                    "RoleArn": ROLE,
                    "AlgorithmSpecification": {
                        "TrainingImage": IMAGE,
                        "TrainingInputMode": "File",
                        "MetricDefinitions": [{"Name": "loss", "Regex": "loss=([0-9.]+)"}],
                    },
                    "OutputDataConfig": {"S3OutputPath": "s3://bucket/output"},
                    "ResourceConfig": {
                        "InstanceType": "ml.m5.large",
                        "InstanceCount": 1,
                        "VolumeSizeInGB": 1,
                    },
                    "StoppingCondition": {"MaxRuntimeInSeconds": 60},
                },
            },
        ),
        "model": (
            sagemaker.create_model,
            "ModelArn",
            {"ModelName": "n", "ExecutionRoleArn": ROLE},
        ),
        "endpoint-config": (
            sagemaker.create_endpoint_config,
            "EndpointConfigArn",
            {"EndpointConfigName": "n", "ProductionVariants": [variant]},
        ),
        "endpoint": (
            sagemaker.create_endpoint,
            "EndpointArn",
            {"EndpointName": "n", "EndpointConfigName": "c"},
        ),
        "experiment": (sagemaker.create_experiment, "ExperimentArn", {"ExperimentName": "n"}),
        "experiment-trial": (
            sagemaker.create_trial,
            "TrialArn",
            {"TrialName": "n", "ExperimentName": "x"},
        ),
        "experiment-trial-component": (
            sagemaker.create_trial_component,
            "TrialComponentArn",
            {"TrialComponentName": "n"},
        ),
        "processing-job": (
            sagemaker.create_processing_job,
            "ProcessingJobArn",
            processing_job("n"),
        ),
        "transform-job": (
            sagemaker.create_transform_job,
            "TransformJobArn",
            transform_job("n"),
        ),
        "feature-group": (
            sagemaker.create_feature_group,
            "FeatureGroupArn",
            {
                "FeatureGroupName": "n",
                "RecordIdentifierFeatureName": "id",
                "EventTimeFeatureName": "at",
                "FeatureDefinitions": [
                    {"FeatureName": name, "FeatureType": "String"} for name in ("id", "at")
                ],
                "OnlineStoreConfig": {"EnableOnlineStore": True},
            },
        ),
        "artifact": (
            sagemaker.create_artifact,
            "ArtifactArn",
            {"Source": {"SourceUri": "s3://bucket/data"}, "ArtifactType": "DataSet"},
        ),
        "action": (
            sagemaker.create_action,
            "ActionArn",
            {"ActionName": "n", "Source": {"SourceUri": "s3://bucket/data"}, "ActionType": "t"},
        ),
        "context": (
            sagemaker.create_context,
            "ContextArn",
            {"ContextName": "n", "Source": {"SourceUri": "s3://bucket/data"}, "ContextType": "t"},
        ),
        "lineage-group": (add_tags_to_lineage_group, "LineageGroupArn", {"sagemaker": sagemaker}),
    }[kind]
    arn: str = operation(**request, Tags=FIRST)[member]
    return arn


def add_tags_to_lineage_group(sagemaker: Any, **request: Any) -> dict[str, str]:
    """The group of lineage that there always is; AWS has no operation that creates one."""
    (group,) = sagemaker.list_lineage_groups()["LineageGroupSummaries"]
    sagemaker.add_tags(ResourceArn=group["LineageGroupArn"], **request)
    return {"LineageGroupArn": group["LineageGroupArn"]}


@pytest.mark.parametrize("kind", [kind.arn_kind for kind in types.OURS if kind.arn_kind])
def test_every_kind(sagemaker: Any, tagging: Any, kind: str) -> None:
    arn = create(sagemaker, kind)
    expected = {"ResourceARN": arn, "Tags": FIRST}

    def mappings(**request: Any) -> list[dict[str, Any]]:
        pages = tagging.get_paginator("get_resources").paginate(**request)
        return [each for page in pages for each in page["ResourceTagMappingList"]]

    assert mappings(
        TagFilters=[{"Key": "k", "Values": ["v"]}], ResourceTypeFilters=[f"sagemaker:{kind}"]
    ) == [expected]
    assert expected in mappings(ResourceTypeFilters=["sagemaker"])
    assert mappings(ResourceARNList=[arn]) == [expected]
    assert set(tagging.get_tag_keys()["TagKeys"]) == {"k"}
    assert set(tagging.get_tag_values(Key="k")["TagValues"]) == {"v"}
    tagging.tag_resources(ResourceARNList=[arn], Tags={"more": "x"})
    tagging.untag_resources(ResourceARNList=[arn], TagKeys=["k"])
    assert sagemaker.list_tags(ResourceArn=arn)["Tags"] == [{"Key": "more", "Value": "x"}]


def test_what_a_stack_made(client: Client, tagging: Any) -> None:
    client("cloudformation").create_stack(StackName="s", TemplateBody=json.dumps(TEMPLATE))
    (mapping,) = tagging.get_resources()["ResourceTagMappingList"]
    assert mapping["Tags"] == [{"Key": "made-by", "Value": "stack"}]


def test_what_control_made(tagging: Any) -> None:
    control.add_training_job("ready", tags={"k": "v"})
    answer = tagging.get_resources(ResourceTypeFilters=["sagemaker:training-job"])
    (mapping,) = answer["ResourceTagMappingList"]
    assert mapping["Tags"] == FIRST


def test_another_account(client: Client) -> None:
    session = client("sts").assume_role(
        RoleArn="arn:aws:iam::111122223333:role/other", RoleSessionName="session"
    )["Credentials"]
    there = {
        "aws_access_key_id": session["AccessKeyId"],
        "aws_secret_access_key": session["SecretAccessKey"],
        "aws_session_token": session["SessionToken"],
    }
    arn = client("sagemaker", **there).create_experiment(ExperimentName="n", Tags=FIRST)
    (mapping,) = client("resourcegroupstaggingapi", **there).get_resources()[
        "ResourceTagMappingList"
    ]
    assert mapping["ResourceARN"] == arn["ExperimentArn"]
    assert client("resourcegroupstaggingapi").get_resources()["ResourceTagMappingList"] == []


def test_what_is_refused_is_told_of_its_resource(sagemaker: Any, tagging: Any) -> None:
    arn = create(sagemaker, "model")
    absent = arn.replace("/n", "/absent")
    failed = tagging.tag_resources(ResourceARNList=[absent, arn], Tags={"more": "x"})
    (failure,) = failed["FailedResourcesMap"].items()
    assert failure[0] == absent
    assert failure[1]["ErrorMessage"] == f"Could not find resource with ARN {absent}."
    assert len(sagemaker.list_tags(ResourceArn=arn)["Tags"]) == 2
