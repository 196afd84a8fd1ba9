"""What jobs, endpoints and model packages leave in the lineage by themselves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from tests.api.conftest import ACCOUNT, IMAGE, LINEAR_LEARNER, REGION, arn, config, job, variant
from tests.job_requests import transform_job

from sagemock import control, mock_sagemaker

ROLE = f"arn:aws:iam::{ACCOUNT}:role/SageMaker"
MODEL = "s3://bucket/output/j/output/model.tar.gz"


@pytest.fixture
def sagemaker() -> Iterator[Any]:
    with mock_sagemaker(training="off", validation="off"):
        yield boto3.client("sagemaker", REGION)


Edge = tuple[str, str, str]


def label(sagemaker: Any, arn_: str) -> str:
    """An artifact's source, and the name of all else without its time."""
    kind, _, name = arn_.rpartition(":")[2].partition("/")
    if kind == "artifact":
        uri: str = sagemaker.describe_artifact(ArtifactArn=arn_)["Source"]["SourceUri"]
        return uri
    return "-".join(part for part in name.split("-") if not (part.isdecimal() and len(part) > 8))


def edges(sagemaker: Any) -> set[tuple[str, str, str, str, str]]:
    """All associations: source with its type, kind of association, destination with its type."""
    pages = sagemaker.get_paginator("list_associations").paginate()
    return {
        (
            label(sagemaker, each["SourceArn"]),
            each["SourceType"],
            each["AssociationType"],
            each["DestinationType"],
            label(sagemaker, each["DestinationArn"]),
        )
        for page in pages
        for each in page["AssociationSummaries"]
    }


def channel(name: str, uri: str) -> dict[str, Any]:
    return {
        "ChannelName": name,
        "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": uri}},
    }


def train(sagemaker: Any, name: str = "j", **members: Any) -> None:
    channels = [channel("train", "s3://bucket/train"), channel("test", "s3://bucket/test")]
    sagemaker.create_training_job(**job(name, InputDataConfig=channels, **members))


def deploy(sagemaker: Any, name: str = "e", model: str = "m", data: str = MODEL) -> None:
    container = {"Image": LINEAR_LEARNER, "ModelDataUrl": data}
    sagemaker.create_model(ModelName=model, ExecutionRoleArn=ROLE, PrimaryContainer=container)
    sagemaker.create_endpoint_config(**config(f"c-{model}", variant(model_name=model)))
    sagemaker.create_endpoint(EndpointName=name, EndpointConfigName=f"c-{model}")


TRAINED = {
    ("s3://bucket/train", "DataSet", "ContributedTo", "SageMakerTrainingJob", "j-aws-training-job"),
    ("s3://bucket/test", "DataSet", "ContributedTo", "SageMakerTrainingJob", "j-aws-training-job"),
    (IMAGE, "Image", "ContributedTo", "SageMakerTrainingJob", "j-aws-training-job"),
    ("j-aws-training-job", "SageMakerTrainingJob", "Produced", "Model", MODEL),
}


def test_a_training_job_connects_its_data_with_its_model(sagemaker: Any) -> None:
    train(sagemaker)
    assert edges(sagemaker) == TRAINED
    (artifact,) = sagemaker.list_artifacts(SourceUri=MODEL)["ArtifactSummaries"]
    assert artifact["ArtifactType"] == "Model"
    assert "ArtifactName" not in artifact
    component = sagemaker.describe_trial_component(TrialComponentName="j-aws-training-job")
    assert component["LineageGroupArn"] == arn("lineage-group", "sagemaker-default-lineage-group")


def test_a_source_has_one_artifact_whoever_uses_it(sagemaker: Any) -> None:
    mine = sagemaker.create_artifact(
        Source={"SourceUri": "s3://bucket/train", "SourceTypes": []}, ArtifactType="Mine"
    )["ArtifactArn"]
    train(sagemaker)
    train(sagemaker, "k")
    (artifact,) = sagemaker.list_artifacts(SourceUri="s3://bucket/train")["ArtifactSummaries"]
    assert artifact["ArtifactArn"] == mine
    assert artifact["ArtifactType"] == "Mine"
    listed = sagemaker.list_associations(SourceArn=mine)["AssociationSummaries"]
    assert len(listed) == 2


def test_checkpoints_and_tensor_board_have_artifacts(sagemaker: Any) -> None:
    train(
        sagemaker,
        CheckpointConfig={"S3Uri": "s3://bucket/checkpoints"},
        TensorBoardOutputConfig={"S3OutputPath": "s3://bucket/board"},
    )
    component = ("j-aws-training-job", "SageMakerTrainingJob", "Produced")
    assert edges(sagemaker) - TRAINED == {
        (*component, "Checkpoint", "s3://bucket/checkpoints"),
        (*component, "TensorBoard", "s3://bucket/board"),
    }


def test_a_model_follows_when_the_job_has_ended(sagemaker: Any) -> None:
    control.hold_training_job()
    train(sagemaker)
    assert sagemaker.list_artifacts(ArtifactType="Model")["ArtifactSummaries"] == []
    control.release("j")
    sagemaker.describe_training_job(TrainingJobName="j")
    assert edges(sagemaker) == TRAINED


def test_a_failed_job_leaves_no_model(sagemaker: Any) -> None:
    control.fail_training_job("AlgorithmError: no")
    train(sagemaker)
    assert sagemaker.list_artifacts(ArtifactType="Model")["ArtifactSummaries"] == []
    assert len(edges(sagemaker)) == 3


def test_a_later_job_of_the_name_has_its_own_lineage(sagemaker: Any) -> None:
    train(sagemaker)
    sagemaker.delete_training_job(TrainingJobName="j")
    assert edges(sagemaker) == TRAINED
    sagemaker.create_training_job(**job("j", InputDataConfig=[channel("train", "s3://bucket/x")]))
    used = {source for source, _, kind, *_ in edges(sagemaker) if kind == "ContributedTo"}
    assert used == {"s3://bucket/x", IMAGE}


def test_a_deleted_component_stays_alone(sagemaker: Any) -> None:
    control.hold_training_job()
    train(sagemaker)
    sagemaker.delete_trial_component(TrialComponentName="j-aws-training-job")
    assert edges(sagemaker) == set()
    control.release("j")
    sagemaker.describe_training_job(TrainingJobName="j")
    assert edges(sagemaker) == set()


def test_a_processing_job_connects_inputs_with_outputs(sagemaker: Any) -> None:
    train(sagemaker)
    sagemaker.create_processing_job(
        ProcessingJobName="p",
        RoleArn=ROLE,
        AppSpecification={"ImageUri": "image:1"},
        ProcessingInputs=[
            {"InputName": name, "S3Input": {"S3Uri": uri, "S3DataType": "S3Prefix"}}
            for name, uri in (("model", MODEL), ("code", "s3://bucket/code.py"))
        ],
        ProcessingOutputConfig={
            "Outputs": [
                {
                    "OutputName": "report",
                    "S3Output": {
                        "S3Uri": "s3://bucket/report",
                        "LocalPath": "/opt/ml/processing/out",
                        "S3UploadMode": "EndOfJob",
                    },
                }
            ]
        },
        ProcessingResources={
            "ClusterConfig": {
                "InstanceCount": 1,
                "InstanceType": "ml.m5.large",
                "VolumeSizeInGB": 1,
            }
        },
    )
    component = ("SageMakerProcessingJob", "p-aws-processing-job")
    assert edges(sagemaker) - TRAINED == {
        (MODEL, "Model", "ContributedTo", *component),
        ("s3://bucket/code.py", "DataSet", "ContributedTo", *component),
        ("image:1", "Image", "ContributedTo", *component),
        (*component[::-1], "Produced", "DataSet", "s3://bucket/report"),
    }


def test_a_transform_job_comes_from_its_model_and_its_input(sagemaker: Any) -> None:
    container = {"Image": IMAGE, "ModelDataUrl": MODEL}
    sagemaker.create_model(ModelName="m", ExecutionRoleArn=ROLE, PrimaryContainer=container)
    assert edges(sagemaker) == set()
    sagemaker.create_transform_job(**transform_job(source="s3://bucket/in"))
    component = ("SageMakerTransformJob", "t-aws-transform-job")
    assert edges(sagemaker) == {
        (MODEL, "Model", "ContributedTo", *component),
        (IMAGE, "Image", "ContributedTo", *component),
        ("s3://bucket/in", "DataSet", "ContributedTo", *component),
        (*component[::-1], "Produced", "DataSet", "s3://bucket/out"),
    }


def test_an_endpoint_comes_from_data_and_job_as_the_seed_asks(sagemaker: Any) -> None:
    train(sagemaker)
    deploy(sagemaker)
    endpoint = arn("endpoint", "e")
    (context,) = sagemaker.list_contexts(SourceUri=endpoint)["ContextSummaries"]
    assert context["ContextType"] == "Endpoint"
    assert label(sagemaker, context["ContextArn"]) == "e-aws-endpoint"
    answer = sagemaker.query_lineage(
        StartArns=[context["ContextArn"]], Direction="Ascendants", IncludeEdges=True
    )
    found = [
        (each["Type"], each["LineageType"], label(sagemaker, each["Arn"]))
        for each in answer["Vertices"]
    ]
    assert found[:2] == [
        ("Endpoint", "Context", "e-aws-endpoint"),
        ("ModelDeployment", "Action", "m-aws-endpoint"),
    ]
    assert set(found[2:]) == {
        ("Model", "Artifact", MODEL),
        ("Image", "Artifact", LINEAR_LEARNER),
        ("TrainingJob", "TrialComponent", "j-aws-training-job"),
        ("DataSet", "Artifact", "s3://bucket/train"),
        ("DataSet", "Artifact", "s3://bucket/test"),
        ("Image", "Artifact", IMAGE),
    }
    # The same job as by the three look-ups from the endpoint to Search.
    config_name = sagemaker.describe_endpoint(EndpointName="e")["EndpointConfigName"]
    described = sagemaker.describe_endpoint_config(EndpointConfigName=config_name)
    name = described["ProductionVariants"][0]["ModelName"]
    model = sagemaker.describe_model(ModelName=name)["PrimaryContainer"]["ModelDataUrl"]
    by_model = {"Name": "ModelArtifacts.S3ModelArtifacts", "Operator": "Equals", "Value": model}
    (result,) = sagemaker.search(Resource="TrainingJob", SearchExpression={"Filters": [by_model]})[
        "Results"
    ]
    (component,) = (each for each in answer["Vertices"] if each.get("Type") == "TrainingJob")
    source = sagemaker.describe_trial_component(
        TrialComponentName=component["Arn"].rpartition("/")[2]
    )["Source"]
    assert (
        source["SourceArn"] == result["TrainingJob"]["TrainingJobArn"] == arn("training-job", "j")
    )


def actions(sagemaker: Any) -> dict[str, str]:
    listed = sagemaker.list_actions(SortOrder="Ascending")["ActionSummaries"]
    return {label(sagemaker, each["ActionArn"]): each["Status"] for each in listed}


def test_an_updated_endpoint_comes_from_what_it_serves(sagemaker: Any) -> None:
    deploy(sagemaker)
    deploy(sagemaker, "other", "n", "s3://bucket/n.tar.gz")
    sagemaker.update_endpoint(EndpointName="e", EndpointConfigName="c-n")
    (context,) = sagemaker.list_contexts(SourceUri=arn("endpoint", "e"))["ContextSummaries"]
    answer = sagemaker.query_lineage(
        StartArns=[context["ContextArn"]],
        Direction="Ascendants",
        Filters={"Types": ["Model"]},
    )
    assert [label(sagemaker, each["Arn"]) for each in answer["Vertices"]] == [
        "s3://bucket/n.tar.gz"
    ]
    assert sorted(actions(sagemaker)) == ["m-aws-endpoint", "n-2-aws-endpoint", "n-aws-endpoint"]
    assert set(actions(sagemaker).values()) == {"Completed"}


def test_a_deployment_that_fails_says_so(sagemaker: Any) -> None:
    deploy(sagemaker)
    deploy(sagemaker, "other", "n")
    control.fail_endpoint(name="e")
    sagemaker.update_endpoint(EndpointName="e", EndpointConfigName="c-n")
    assert list(actions(sagemaker).values()) == ["Completed", "Completed", "Failed"]
    (context,) = sagemaker.list_contexts(SourceUri=arn("endpoint", "e"))["ContextSummaries"]
    listed = sagemaker.list_associations(DestinationArn=context["ContextArn"])
    (left,) = listed["AssociationSummaries"]
    assert label(sagemaker, left["SourceArn"]) == "m-aws-endpoint"
    control.fail_endpoint(name="third")
    deploy(sagemaker, "third", "o")
    assert actions(sagemaker)["o-aws-endpoint"] == "Failed"


def test_what_an_endpoint_leaves_outlives_it(sagemaker: Any) -> None:
    deploy(sagemaker)
    sagemaker.delete_endpoint(EndpointName="e")
    assert len(sagemaker.list_contexts(SourceUri=arn("endpoint", "e"))["ContextSummaries"]) == 1
    sagemaker.create_endpoint(EndpointName="e", EndpointConfigName="c-m")
    assert len(sagemaker.list_contexts(SourceUri=arn("endpoint", "e"))["ContextSummaries"]) == 2


def test_a_model_package_has_its_group_its_approval_and_its_deployment(sagemaker: Any) -> None:
    group = sagemaker.create_model_package_group(ModelPackageGroupName="group")
    container = {"Image": IMAGE, "ModelDataUrl": MODEL}
    package = sagemaker.create_model_package(
        ModelPackageGroupName="group",
        InferenceSpecification={
            "Containers": [container],
            "SupportedContentTypes": ["text/csv"],
            "SupportedResponseMIMETypes": ["text/csv"],
        },
        ModelApprovalStatus="PendingManualApproval",
    )["ModelPackageArn"]
    registered = {
        (MODEL, "Model", "ContributedTo", "Model", package),
        (IMAGE, "Image", "ContributedTo", "Model", package),
        (package, "Model", "AssociatedWith", "ModelGroup", "group-aws-model-group"),
        (
            "group-1-PendingManualApproval-aws-model-group",
            "Approval",
            "ContributedTo",
            "Model",
            package,
        ),
    }
    assert edges(sagemaker) == registered
    listed = sagemaker.list_contexts(SourceUri=group["ModelPackageGroupArn"])
    assert len(listed["ContextSummaries"]) == 1
    sagemaker.update_model_package(ModelPackageArn=package, ModelApprovalStatus="Approved")
    approval = ("group-1-Approved-aws-model-group", "Approval", "ContributedTo", "Model", package)
    assert edges(sagemaker) == registered | {approval}
    sagemaker.create_model(
        ModelName="m", ExecutionRoleArn=ROLE, PrimaryContainer={"ModelPackageName": package}
    )
    sagemaker.create_endpoint_config(**config("c", variant()))
    sagemaker.create_endpoint(EndpointName="e", EndpointConfigName="c")
    deployment = ("group-1-Approved-aws-endpoint", "ModelDeployment")
    assert edges(sagemaker) - registered - {approval} == {
        (package, "Model", "ContributedTo", *deployment[::-1]),
        (*deployment, "AssociatedWith", "Endpoint", "e-aws-endpoint"),
    }


def test_ready_made_jobs_have_a_lineage(sagemaker: Any) -> None:
    control.add_training_job(
        "j",
        InputDataConfig=[channel("train", "s3://bucket/train")],
        OutputDataConfig={"S3OutputPath": "s3://bucket/output"},
    )
    assert ("j-aws-training-job", "SageMakerTrainingJob", "Produced", "Model", MODEL) in edges(
        sagemaker
    )


def test_automatic_entities_do_not_count_for_quotas(
    sagemaker: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sagemock.moto_adapter.backend import world_of
    from sagemock.resources import types

    train(sagemaker)
    world = world_of(ACCOUNT, REGION)
    assert len(world.table(types.ARTIFACT)) == 4
    assert not world.created_by_hand[types.ARTIFACT]
    assert not world.associated_by_hand


@mock_sagemaker(training="off", validation="off", lineage="off")
def test_lineage_can_be_off() -> None:
    sagemaker = boto3.client("sagemaker", REGION)
    train(sagemaker)
    deploy(sagemaker)
    sagemaker.create_model_package_group(ModelPackageGroupName="group")
    sagemaker.create_model_package(
        ModelPackageGroupName="group",
        InferenceSpecification={
            "Containers": [{"Image": IMAGE}],
            "SupportedContentTypes": ["text/csv"],
            "SupportedResponseMIMETypes": ["text/csv"],
        },
    )
    assert sagemaker.list_artifacts()["ArtifactSummaries"] == []
    assert sagemaker.list_contexts()["ContextSummaries"] == []
    assert sagemaker.list_associations()["AssociationSummaries"] == []
    made = sagemaker.create_artifact(Source={"SourceUri": "s3://a"}, ArtifactType="DataSet")
    assert sagemaker.query_lineage(StartArns=[made["ArtifactArn"]])["Vertices"]
