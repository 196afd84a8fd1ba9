"""AddTags, ListTags and DeleteTags on every kind of resource that moto keeps."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError
from tests.moto_adapter.conftest import Client

ROLE = "arn:aws:iam::123456789012:role/SageMaker"
IMAGE = "123456789012.dkr.ecr.us-east-1.amazonaws.com/mine:1"
FIRST = [{"Key": "given", "Value": "at creation"}]

S3 = "s3://bucket/key"
CLUSTER = {"InstanceCount": 1, "InstanceType": "ml.m5.large", "VolumeSizeInGB": 1}
MONITORING = {"ClusterConfig": CLUSTER}
MONITORED = {
    "EndpointInput": {"EndpointName": "e", "LocalPath": "/opt/ml/processing/input"},
}
MONITORING_OUTPUT = {
    "MonitoringOutputs": [{"S3Output": {"S3Uri": S3, "LocalPath": "/opt/ml/processing/output"}}]
}
SOURCE = {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": S3}}
LIFECYCLE = [{"Content": "c2V0IC1l"}]

Create = Callable[..., str]


def create_with(operation: str, arn: str, **request: Any) -> Create:
    """A function that calls `operation` of a client and gives the member `arn` of the answer."""

    def create(sagemaker: Any, **more: Any) -> str:
        created_arn: str = getattr(sagemaker, operation)(**request, **more)[arn]
        return created_arn

    return create


def job_definition(kind: str, **request: Any) -> Create:
    snake = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in kind)
    return create_with(
        f"create{snake}_job_definition",
        "JobDefinitionArn",
        JobDefinitionName="n",
        RoleArn=ROLE,
        JobResources=MONITORING,
        **{f"{kind}AppSpecification": {"ImageUri": IMAGE, **request.pop("App", {})}},
        **{f"{kind}JobInput": {**MONITORED, **request.pop("Input", {})}},
        **{f"{kind}JobOutputConfig": MONITORING_OUTPUT},
    )


def create_pipeline_execution(sagemaker: Any) -> str:
    CREATE["pipeline"](sagemaker)
    started: str = sagemaker.start_pipeline_execution(PipelineName="n")["PipelineExecutionArn"]
    return started


def create_second_version_of_a_card(sagemaker: Any, **more: Any) -> str:
    arn = CREATE["model-card"](sagemaker, **more)
    sagemaker.update_model_card(ModelCardName="n", ModelCardStatus="Approved")
    return arn


def create_version_of_a_package(sagemaker: Any, **more: Any) -> str:
    sagemaker.create_model_package_group(ModelPackageGroupName="n")
    created_arn: str = sagemaker.create_model_package(
        ModelPackageGroupName="n", ModelApprovalStatus="Approved", **more
    )["ModelPackageArn"]
    return created_arn


CREATE: dict[str, Create] = {
    "notebook-instance": create_with(
        "create_notebook_instance",
        "NotebookInstanceArn",
        NotebookInstanceName="n",
        InstanceType="ml.t2.medium",
        RoleArn=ROLE,
    ),
    "notebook-instance-lifecycle-config": create_with(
        "create_notebook_instance_lifecycle_config",
        "NotebookInstanceLifecycleConfigArn",
        NotebookInstanceLifecycleConfigName="n",
        OnStart=LIFECYCLE,
    ),
    "pipeline": create_with(
        "create_pipeline",
        "PipelineArn",
        PipelineName="n",
        PipelineDefinition="{}",
        ClientRequestToken="t" * 32,
        RoleArn=ROLE,
    ),
    "model-package-group": create_with(
        "create_model_package_group", "ModelPackageGroupArn", ModelPackageGroupName="n"
    ),
    "model-package": create_with(
        "create_model_package",
        "ModelPackageArn",
        ModelPackageName="n",
        ModelPackageDescription="d",
    ),
    "version of a model-package": create_version_of_a_package,
    "cluster": create_with(
        "create_cluster",
        "ClusterArn",
        ClusterName="n",
        InstanceGroups=[
            {
                "InstanceCount": 1,
                "InstanceGroupName": "g",
                "InstanceType": "ml.c5.large",
                "LifeCycleConfig": {"SourceS3Uri": "s3://sagemaker-lifecycle", "OnCreate": "c.sh"},
                "ExecutionRole": ROLE,
                "ThreadsPerCore": 1,
            }
        ],
    ),
    "data-quality-job-definition": job_definition("DataQuality"),
    "model-bias-job-definition": job_definition(
        "ModelBias",
        App={"ConfigUri": S3},
        Input={"GroundTruthS3Input": {"S3Uri": S3}},
    ),
    "model-explainability-job-definition": job_definition(
        "ModelExplainability", App={"ConfigUri": S3}
    ),
    "model-quality-job-definition": job_definition(
        "ModelQuality",
        App={"ProblemType": "Regression"},
        Input={"GroundTruthS3Input": {"S3Uri": S3}},
    ),
    "automl-job": create_with(
        "create_auto_ml_job_v2",
        "AutoMLJobArn",
        AutoMLJobName="n",
        AutoMLJobInputDataConfig=[{"DataSource": SOURCE}],
        OutputDataConfig={"S3OutputPath": S3},
        AutoMLProblemTypeConfig={
            "TabularJobConfig": {
                "TargetAttributeName": "y",
                "ProblemType": "Regression",
                "CompletionCriteria": {"MaxCandidates": 1},
            }
        },
        RoleArn=ROLE,
    ),
    "compilation-job": create_with(
        "create_compilation_job",
        "CompilationJobArn",
        CompilationJobName="n",
        RoleArn=ROLE,
        InputConfig={"S3Uri": S3, "DataInputConfig": "{}", "Framework": "PYTORCH"},
        OutputConfig={"S3OutputLocation": S3, "TargetDevice": "ml_m5"},
        StoppingCondition={"MaxRuntimeInSeconds": 60},
    ),
    "domain": create_with(
        "create_domain",
        "DomainArn",
        DomainName="n",
        AuthMode="IAM",
        DefaultUserSettings={"ExecutionRole": ROLE},
        SubnetIds=["subnet-1"],
        VpcId="vpc-1",
    ),
    "model-card": create_with(
        "create_model_card",
        "ModelCardArn",
        ModelCardName="n",
        Content="{}",
        ModelCardStatus="Draft",
    ),
    "second version of a model-card": create_second_version_of_a_card,
    "pipeline-execution": create_pipeline_execution,
}
UNTAGGED_AT_CREATION = {"pipeline-execution"}


@pytest.fixture
def sagemaker(client: Client) -> Any:
    return client("sagemaker")


def tags_of(sagemaker: Any, arn: str) -> list[dict[str, str]]:
    tags: list[dict[str, str]] = sagemaker.list_tags(ResourceArn=arn)["Tags"]
    return tags


@pytest.mark.parametrize("kind", CREATE)
def test_every_kind(sagemaker: Any, client: Client, kind: str) -> None:
    arn = CREATE[kind](sagemaker)
    assert tags_of(sagemaker, arn) == []
    tags = [{"Key": "a", "Value": "1"}, {"Key": "b", "Value": ""}]
    assert sagemaker.add_tags(ResourceArn=arn, Tags=tags)["Tags"] == tags
    again = [{"Key": "a", "Value": "2"}]
    assert sagemaker.add_tags(ResourceArn=arn, Tags=again)["Tags"] == [*again, tags[1]]
    tagging = client("resourcegroupstaggingapi")
    (mapping,) = tagging.get_resources(ResourceTypeFilters=[f"sagemaker:{kind.split()[-1]}"])[
        "ResourceTagMappingList"
    ]
    assert mapping == {"ResourceARN": arn, "Tags": [*again, tags[1]]}
    sagemaker.delete_tags(ResourceArn=arn, TagKeys=["a", "absent"])
    assert tags_of(sagemaker, arn) == [tags[1]]
    assert not tagging.tag_resources(ResourceARNList=[arn], Tags={"c": "3"})["FailedResourcesMap"]
    assert not tagging.untag_resources(ResourceARNList=[arn], TagKeys=["b"])["FailedResourcesMap"]
    assert tags_of(sagemaker, arn) == [{"Key": "c", "Value": "3"}]


@pytest.mark.parametrize("kind", sorted(set(CREATE) - UNTAGGED_AT_CREATION))
def test_tags_at_creation(sagemaker: Any, kind: str) -> None:
    arn = CREATE[kind](sagemaker, Tags=FIRST)
    assert tags_of(sagemaker, arn) == FIRST


@pytest.mark.parametrize(
    "arn",
    [
        "arn:aws:sagemaker:us-east-1:123456789012:domain/d-absent",
        "arn:aws:sagemaker:us-east-1:123456789012:model-card/absent",
        "arn:aws:sagemaker:us-east-1:123456789012:model-package/absent/1",
        "arn:aws:sagemaker:us-east-1:123456789012:pipeline/absent/execution/absent",
        "arn:aws:sagemaker:us-east-1:123456789012:workteam/private-crowd/absent",
        "arn:aws:sagemaker:us-east-1:123456789012:no-kind-at-all",
        "arn:aws:sagemaker:eu-west-1:123456789012:pipeline/n",
        "arn:aws:sagemaker:us-east-1:999999999999:pipeline/n",
    ],
)
def test_what_is_not_there(sagemaker: Any, arn: str) -> None:
    CREATE["pipeline"](sagemaker)
    for operation, more in (
        (sagemaker.list_tags, {}),
        (sagemaker.add_tags, {"Tags": FIRST}),
        (sagemaker.delete_tags, {"TagKeys": ["k"]}),
    ):
        with pytest.raises(ClientError) as caught:
            operation(ResourceArn=arn, **more)
        error = caught.value.response["Error"]
        assert error["Code"] == "ValidationException"
        assert error["Message"] == f"Could not find resource with ARN {arn}."
    assert tags_of(sagemaker, "arn:aws:sagemaker:us-east-1:123456789012:pipeline/n") == []


def test_fifty_tags_are_the_most(sagemaker: Any) -> None:
    arn = CREATE["domain"](sagemaker)
    many = [{"Key": f"k{number}", "Value": ""} for number in range(50)]
    sagemaker.add_tags(ResourceArn=arn, Tags=many)
    with pytest.raises(ClientError, match="more than 50 tags"):
        sagemaker.add_tags(ResourceArn=arn, Tags=FIRST)
    pages = sagemaker.get_paginator("list_tags").paginate(ResourceArn=arn)
    assert [tag for page in pages for tag in page["Tags"]] == many


def test_a_tag_is_found_by_its_key_and_value(sagemaker: Any, client: Client) -> None:
    for kind in ("model-card", "pipeline", "model-package-group"):
        CREATE[kind](sagemaker, Tags=[{"Key": "kind", "Value": kind}])
    tagging = client("resourcegroupstaggingapi")
    assert set(tagging.get_tag_keys()["TagKeys"]) == {"kind"}
    assert set(tagging.get_tag_values(Key="kind")["TagValues"]) == {
        "model-card",
        "pipeline",
        "model-package-group",
    }
    filters = [{"Key": "kind", "Values": ["pipeline"]}]
    (mapping,) = tagging.get_resources(TagFilters=filters)["ResourceTagMappingList"]
    assert mapping["ResourceARN"].endswith("pipeline/n")


def test_describing_is_as_before(sagemaker: Any) -> None:
    CREATE["notebook-instance-lifecycle-config"](sagemaker, Tags=FIRST)
    described = sagemaker.describe_notebook_instance_lifecycle_config(
        NotebookInstanceLifecycleConfigName="n"
    )
    assert described["OnStart"] == LIFECYCLE
    execution = CREATE["pipeline-execution"](sagemaker)
    sagemaker.add_tags(ResourceArn=execution, Tags=FIRST)
    described = sagemaker.describe_pipeline_execution(PipelineExecutionArn=execution)
    assert described["PipelineExecutionStatus"] == "Succeeded"


def test_search_sees_them(sagemaker: Any) -> None:
    arn = CREATE["pipeline"](sagemaker)
    sagemaker.add_tags(ResourceArn=arn, Tags=FIRST)
    condition = {"Name": "Tags.given", "Operator": "Equals", "Value": "at creation"}
    (result,) = sagemaker.search(Resource="Pipeline", SearchExpression={"Filters": [condition]})[
        "Results"
    ]
    assert result["Pipeline"]["Tags"] == FIRST
