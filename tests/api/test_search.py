"""Search through boto3: pages, scope, errors, and every resource."""

from __future__ import annotations

from typing import Any

import pytest
from tests.api.conftest import (
    ACCOUNT,
    IMAGE,
    REGION,
    ROLE,
    ErrorOf,
    arn,
    config,
    job,
    model,
    tuning_job,
)

from sagemock.moto_adapter.backend import world_of
from sagemock.wire import service_model


def named(operator: str, name: str, value: str) -> dict[str, Any]:
    return {"Filters": [{"Name": name, "Operator": operator, "Value": value}]}


@pytest.fixture
def jobs(sagemaker: Any) -> list[str]:
    names = [f"job-{number:02d}" for number in range(12)]
    for number, name in enumerate(names):
        tags = [{"Key": "Parity", "Value": "odd" if number % 2 else "even"}]
        sagemaker.create_training_job(**job(name, Tags=tags))
    return names


def test_pages_to_the_end(sagemaker: Any, jobs: list[str]) -> None:
    pages = list(
        sagemaker.get_paginator("search").paginate(
            Resource="TrainingJob",
            SortBy="TrainingJobName",
            SortOrder="Ascending",
            PaginationConfig={"PageSize": 5},
        )
    )
    assert [len(page["Results"]) for page in pages] == [5, 5, 2]
    assert all(page["TotalHits"] == {"Value": 12, "Relation": "EqualTo"} for page in pages)
    assert "NextToken" not in pages[-1]
    names = [each["TrainingJob"]["TrainingJobName"] for page in pages for each in page["Results"]]
    assert names == jobs


def test_a_script_deletes_what_it_finds(sagemaker: Any, jobs: list[str]) -> None:
    pages = sagemaker.get_paginator("search").paginate(Resource="TrainingJob", MaxResults=2)
    for page in pages:
        for each in page["Results"]:
            sagemaker.delete_training_job(TrainingJobName=each["TrainingJob"]["TrainingJobName"])
    assert sagemaker.list_training_jobs()["TrainingJobSummaries"] == []


def test_a_page_holds_ten_unless_told_otherwise(sagemaker: Any, jobs: list[str]) -> None:
    assert len(sagemaker.search(Resource="TrainingJob")["Results"]) == 10
    assert len(sagemaker.search(Resource="TrainingJob", MaxResults=100)["Results"]) == 12


def test_the_newest_comes_first_by_default(sagemaker: Any, jobs: list[str]) -> None:
    sagemaker.add_tags(ResourceArn=arn("training-job", jobs[3]), Tags=[{"Key": "a", "Value": "b"}])
    world = world_of(ACCOUNT, REGION)
    world.training_jobs.update(jobs[3], {"LastModifiedTime": 4e9})
    first = sagemaker.search(Resource="TrainingJob")["Results"][0]["TrainingJob"]
    assert first["TrainingJobName"] == jobs[3]
    assert {"Key": "a", "Value": "b"} in first["Tags"]


def test_a_search_sees_tags_come_and_go(sagemaker: Any, jobs: list[str]) -> None:
    def odd() -> int:
        response = sagemaker.search(
            Resource="TrainingJob", SearchExpression=named("Equals", "Tags.Parity", "odd")
        )
        total: int = response["TotalHits"]["Value"]
        return total

    assert odd() == 6
    sagemaker.delete_tags(ResourceArn=arn("training-job", jobs[1]), TagKeys=["Parity"])
    assert odd() == 5
    tags = [{"Key": "Parity", "Value": "odd"}]
    sagemaker.add_tags(ResourceArn=arn("training-job", jobs[0]), Tags=tags)
    assert odd() == 6


def test_the_search_shape_leaves_out_what_describe_adds(sagemaker: Any, jobs: list[str]) -> None:
    searched = sagemaker.search(Resource="TrainingJob", MaxResults=1)["Results"][0]["TrainingJob"]
    described = sagemaker.describe_training_job(TrainingJobName=searched["TrainingJobName"])
    assert "ProfilingStatus" in described
    assert "ProfilingStatus" not in searched
    assert searched["SecondaryStatusTransitions"] == described["SecondaryStatusTransitions"]


def test_scope(sagemaker: Any, jobs: list[str]) -> None:
    def total(**scope: Any) -> int:
        value: int = sagemaker.search(Resource="TrainingJob", **scope)["TotalHits"]["Value"]
        return value

    assert total(CrossAccountFilterOption="CrossAccount") == 0
    assert total(CrossAccountFilterOption="SameAccount") == 12
    assert total(VisibilityConditions=[{"Key": "Tags.Parity", "Value": "odd"}]) == 6
    assert total(VisibilityConditions=[{"Key": "Tags.Nobody", "Value": "x"}]) == 12


def test_errors_have_their_code_and_text(
    sagemaker: Any, jobs: list[str], error_of: ErrorOf
) -> None:
    def refused(**request: Any) -> str:
        code, text = error_of(sagemaker.search, **{"Resource": "TrainingJob", **request})
        assert code == "ValidationException"
        return text

    assert refused(SearchExpression=named("Equals", "TrialName", "x")) == (
        "Unknown property name: TrialName"
    )
    assert refused(SortBy="Nothing") == "Unknown property name: Nothing"
    values = ", ".join(service_model.enum_values("ResourceType"))
    assert refused(Resource="Nothing") == (
        "1 validation error detected: Value 'Nothing' at 'resource' failed to satisfy "
        f"constraint: Member must satisfy enum value set: [{values}]"
    )
    too_many = {"Filters": named("Equals", "RoleArn", "x")["Filters"] * 21}
    assert refused(SearchExpression=too_many).endswith(
        "at 'searchExpression.filters' failed to satisfy constraint: "
        "Member must have length less than or equal to 20"
    )
    assert "at 'searchExpression.filters.1.member.value'" in refused(
        SearchExpression=named("Equals", "RoleArn", "x" * 1025)
    )
    assert "'101' at 'maxResults'" in refused(MaxResults=101)
    assert refused(NextToken="x") == 'Invalid pagination token because "{0}".'
    contains = named("Contains", "RoleArn", "x")["Filters"] * 2
    assert refused(SearchExpression={"Filters": contains}) == (
        "'CONTAINS' operator usage limit of 1 exceeded."
    )
    assert refused(VisibilityConditions=[{"Key": "RoleArn", "Value": "x"}]).startswith(
        "Visibility conditions are for tags only"
    )
    assert refused(VisibilityConditions=[{}]) == "A visibility condition needs a Key and a Value."


def test_every_resource_of_the_enum_answers(sagemaker: Any) -> None:
    for resource in service_model.enum_values("ResourceType"):
        response = sagemaker.search(Resource=resource)
        assert response["Results"] == []
        assert response["TotalHits"] == {"Value": 0, "Relation": "EqualTo"}


def test_endpoints(sagemaker: Any) -> None:
    sagemaker.create_model(**model("m"))
    sagemaker.create_endpoint_config(**config("c"))
    sagemaker.create_endpoint(EndpointName="e", EndpointConfigName="c")
    results = sagemaker.search(
        Resource="Endpoint",
        SearchExpression=named("Equals", "ProductionVariants.VariantName", "v"),
    )["Results"]
    assert [each["Endpoint"]["EndpointName"] for each in results] == ["e"]
    assert results[0]["Endpoint"]["EndpointConfigName"] == "c"


def test_models_are_shown_as_by_the_model_dashboard(sagemaker: Any) -> None:
    sagemaker.create_model(**model("served"))
    sagemaker.create_model(**model("idle"))
    variant = {**config("c")["ProductionVariants"][0], "ModelName": "served"}
    sagemaker.create_endpoint_config(EndpointConfigName="c", ProductionVariants=[variant])
    sagemaker.create_endpoint(EndpointName="e", EndpointConfigName="c")
    content = f'{{"model_overview": {{"model_id": "{arn("model", "served")}"}}}}'
    sagemaker.create_model_card(ModelCardName="card", Content=content, ModelCardStatus="Draft")

    def names(*condition: str) -> list[str]:
        results = sagemaker.search(Resource="Model", SearchExpression=named(*condition))["Results"]
        return [each["Model"]["Model"]["ModelName"] for each in results]

    assert names("Equals", "ModelName", "idle") == ["idle"]
    assert names("Equals", "Model.ModelName", "idle") == ["idle"]
    assert names("Contains", "Model.PrimaryContainer.Image", IMAGE) == ["idle", "served"]
    assert names("Equals", "Endpoints.EndpointName", "e") == ["served"]
    assert names("Equals", "ModelCard.ModelCardStatus", "Draft") == ["served"]
    shown = sagemaker.search(
        Resource="Model", SearchExpression=named("Equals", "ModelName", "served")
    )["Results"][0]["Model"]
    assert shown["Endpoints"][0]["EndpointStatus"] == "InService"
    assert shown["ModelCard"]["ModelCardName"] == "card"


def test_experiments_and_trials(sagemaker: Any) -> None:
    for name in ("one", "two"):
        created = sagemaker.create_experiment(ExperimentName=name)
        sagemaker.create_trial(TrialName=f"{name}-trial", ExperimentName=name)
    sagemaker.add_tags(ResourceArn=created["ExperimentArn"], Tags=[{"Key": "k", "Value": "v"}])
    response = sagemaker.search(
        Resource="Experiment", SearchExpression=named("Equals", "Tags.k", "v")
    )
    assert [each["Experiment"]["ExperimentName"] for each in response["Results"]] == ["two"]
    trials = sagemaker.search(
        Resource="ExperimentTrial", SearchExpression=named("Equals", "ExperimentName", "one")
    )["Results"]
    assert [each["Trial"]["TrialName"] for each in trials] == ["one-trial"]
    assert trials[0]["Trial"]["TrialArn"].endswith("experiment-trial/one-trial")


def test_pipelines_and_their_executions(sagemaker: Any) -> None:
    sagemaker.create_pipeline(
        PipelineName="p", PipelineDefinition="{}", RoleArn=ROLE, ClientRequestToken="x" * 32
    )
    execution = sagemaker.start_pipeline_execution(
        PipelineName="p", PipelineParameters=[{"Name": "lr", "Value": "0.1"}]
    )["PipelineExecutionArn"]
    pipeline = sagemaker.search(
        Resource="Pipeline", SearchExpression=named("Equals", "PipelineName", "p")
    )["Results"][0]["Pipeline"]
    assert pipeline["PipelineArn"] == arn("pipeline", "p")
    assert "LastRunTime" in pipeline
    nested = {
        "NestedFilters": [
            {
                "NestedPropertyName": "PipelineParameters",
                "Filters": [
                    {"Name": "PipelineParameters.Name", "Value": "lr"},
                    {"Name": "PipelineParameters.Value", "Value": "0.1"},
                ],
            }
        ]
    }
    results = sagemaker.search(Resource="PipelineExecution", SearchExpression=nested)["Results"]
    assert [each["PipelineExecution"]["PipelineExecutionArn"] for each in results] == [execution]
    assert sagemaker.search(Resource="PipelineVersion")["Results"] == []


def test_model_packages_and_groups(sagemaker: Any) -> None:
    sagemaker.create_model_package_group(ModelPackageGroupName="g")
    inference = {
        "Containers": [{"Image": IMAGE, "ModelDataUrl": "s3://b/m.tar.gz"}],
        "SupportedContentTypes": ["text/csv"],
        "SupportedResponseMIMETypes": ["text/csv"],
    }
    for status in ("Approved", "Rejected"):
        sagemaker.create_model_package(
            ModelPackageGroupName="g",
            InferenceSpecification=inference,
            ModelApprovalStatus=status,
        )
    expression = {
        "Filters": [
            {"Name": "ModelPackageGroupName", "Value": "g"},
            {"Name": "ModelApprovalStatus", "Value": "Approved"},
            {"Name": "InferenceSpecification.SupportedContentTypes", "Value": "text/csv"},
        ]
    }
    results = sagemaker.search(
        Resource="ModelPackage", SearchExpression=expression, SortBy="ModelPackageVersion"
    )["Results"]
    assert [each["ModelPackage"]["ModelPackageVersion"] for each in results] == [1]
    groups = sagemaker.search(Resource="ModelPackageGroup")["Results"]
    assert [each["ModelPackageGroup"]["ModelPackageGroupName"] for each in groups] == ["g"]


@pytest.fixture
def feature_group(sagemaker: Any) -> None:
    sagemaker.create_feature_group(
        FeatureGroupName="drivers",
        RecordIdentifierFeatureName="id",
        EventTimeFeatureName="at",
        FeatureDefinitions=[
            {"FeatureName": "id", "FeatureType": "String"},
            {"FeatureName": "at", "FeatureType": "Fractional"},
        ],
        OfflineStoreConfig={"S3StorageConfig": {"S3Uri": "s3://b/offline"}},
        RoleArn=ROLE,
        Tags=[{"Key": "Team", "Value": "fleet"}],
    )


def test_feature_groups_and_features(sagemaker: Any, feature_group: None) -> None:
    def groups(*filters: tuple[str, str, str]) -> int:
        named = [dict(zip(("Name", "Operator", "Value"), each, strict=True)) for each in filters]
        response = sagemaker.search(Resource="FeatureGroup", SearchExpression={"Filters": named})
        total: int = response["TotalHits"]["Value"]
        return total

    # Here Contains may be used as often as one likes.
    assert groups(("FeatureGroupName", "Contains", "ver"), ("AllTags", "Contains", "fle")) == 1
    assert groups(("AllTags", "Contains", "Team"), ("AllTags", "Contains", "nobody")) == 0
    offline = {
        "Filters": [
            {
                "Name": "OnlineStoreConfig.EnableOnlineStore",
                "Operator": "NotEquals",
                "Value": "true",
            },
            {"Name": "OfflineStoreConfig.S3StorageConfig.S3Uri", "Operator": "Exists"},
        ]
    }
    results = sagemaker.search(Resource="FeatureGroup", SearchExpression=offline)["Results"]
    assert [each["FeatureGroup"]["FeatureGroupName"] for each in results] == ["drivers"]
    features = sagemaker.search(
        Resource="FeatureMetadata", SearchExpression=named("Equals", "FeatureType", "String")
    )["Results"]
    assert [each["FeatureMetadata"]["FeatureName"] for each in features] == ["id"]


def test_tuning_jobs(sagemaker: Any) -> None:
    sagemaker.create_hyper_parameter_tuning_job(
        **tuning_job("hunt", jobs=7, Tags=[{"Key": "k", "Value": "v"}])
    )
    limit = "HyperParameterTuningJobConfig.ResourceLimits.MaxNumberOfTrainingJobs"
    results = sagemaker.search(
        Resource="HyperParameterTuningJob", SearchExpression=named("GreaterThan", limit, "6")
    )["Results"]
    assert [each["HyperParameterTuningJob"]["Tags"] for each in results] == [
        [{"Key": "k", "Value": "v"}]
    ]


def test_the_deepest_expression_there_can_be(sagemaker: Any, jobs: list[str]) -> None:
    deep = named("Equals", "TrainingJobName", jobs[0])
    for _ in range(49):
        deep = {"SubExpressions": [deep]}
    assert (
        sagemaker.search(Resource="TrainingJob", SearchExpression=deep)["TotalHits"]["Value"] == 1
    )
