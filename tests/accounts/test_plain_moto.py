"""With validation off, a suite that was written for plain moto meets what it knows."""

from __future__ import annotations

import json
import logging
import uuid
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.config import Config as BotoConfig
from botocore.exceptions import ClientError

from sagemock import mock_sagemaker
from sagemock.api import operations
from sagemock.config import Config
from sagemock.moto_adapter.backend import world_of
from sagemock.wire import dispatch
from sagemock.wire.service_model import CONTROL_PLANE

ACCOUNT = "123456789012"
REGION = "us-east-1"
ROLE = "arn:aws:sagemaker:us-east-1:000000000000:x-x/role"
LINEAR_LEARNER = f"382416733822.dkr.ecr.{REGION}.amazonaws.com/linear-learner:1"


@pytest.fixture
def sagemaker() -> Iterator[Any]:
    with mock_sagemaker(validation="off"):
        yield boto3.client("sagemaker", REGION)


@pytest.fixture
def runtime(sagemaker: Any) -> Any:
    return boto3.client("sagemaker-runtime", REGION)


@pytest.fixture
def s3(sagemaker: Any) -> Any:
    return boto3.client("s3", REGION)


def job(name: str = "my_job", image: str = LINEAR_LEARNER, **changes: Any) -> dict[str, Any]:
    """A request for a job on data of a bucket that nobody has made."""
    source = {"S3DataType": "S3Prefix", "S3Uri": "s3://no-bucket/train"}
    return {
        "TrainingJobName": name,
        "RoleArn": ROLE,
        "AlgorithmSpecification": {"TrainingImage": image, "TrainingInputMode": "File"},
        "HyperParameters": {"predictor_type": "binary_classifier", "mini_batch_size": "10"},
        "InputDataConfig": [
            {
                "ChannelName": "train",
                "ContentType": "text/csv",
                "DataSource": {"S3DataSource": source},
            }
        ],
        "OutputDataConfig": {"S3OutputPath": "s3://no-bucket/output"},
        "ResourceConfig": {"InstanceType": "ml.made.up", "InstanceCount": 1, "VolumeSizeInGB": 1},
        "StoppingCondition": {"MaxRuntimeInSeconds": 60},
        **changes,
    }


def put_data(s3: Any) -> list[dict[str, Any]]:
    """Puts a hundred rows in place; gives the InputDataConfig for them."""
    s3.create_bucket(Bucket="data")
    rows = "".join(f"{x > 50:d},{x},{100 - x}\n" for x in range(100))
    s3.put_object(Bucket="data", Key="train/rows.csv", Body=rows)
    source = {"S3DataType": "S3Prefix", "S3Uri": "s3://data/train/"}
    data = {"ContentType": "text/csv", "DataSource": {"S3DataSource": source}}
    return [{"ChannelName": "train", **data}]


def deploy(sagemaker: Any, data: str, image: str = LINEAR_LEARNER) -> None:
    """An endpoint `an_endpoint` of a model with that ModelDataUrl."""
    sagemaker.create_model(
        ModelName="a_model",
        ExecutionRoleArn=ROLE,
        PrimaryContainer={"Image": image, "ModelDataUrl": data},
    )
    variant = {
        "VariantName": "a_variant",
        "ModelName": "a_model",
        "InitialInstanceCount": 1,
        "InstanceType": "ml.m5.large",
    }
    sagemaker.create_endpoint_config(EndpointConfigName="a_config", ProductionVariants=[variant])
    sagemaker.create_endpoint(EndpointName="an_endpoint", EndpointConfigName="a_config")


def error_of(operation: Any, **request: Any) -> tuple[str, str]:
    with pytest.raises(ClientError) as caught:
        operation(**request)
    error = caught.value.response["Error"]
    return error["Code"], error["Message"]


def test_a_job_without_data_completes_as_moto_shows_it(sagemaker: Any) -> None:
    request = job()
    sagemaker.create_training_job(**request)
    shown = sagemaker.describe_training_job(TrainingJobName="my_job")
    assert {name: shown[name] for name in request if name != "AlgorithmSpecification"} == {
        name: request[name] for name in request if name != "AlgorithmSpecification"
    }
    assert shown["TrainingJobStatus"] == shown["SecondaryStatus"] == "Completed"
    (metric,) = shown["FinalMetricDataList"]
    assert (metric["MetricName"], metric["Value"]) == ("train:progress", 100.0)


@pytest.mark.parametrize("image", [LINEAR_LEARNER, "mine"])
def test_a_job_that_names_no_data_completes(sagemaker: Any, image: str) -> None:
    request = job(image=image)
    del request["InputDataConfig"]
    sagemaker.create_training_job(**request)
    shown = sagemaker.describe_training_job(TrainingJobName="my_job")
    assert shown["TrainingJobStatus"] == "Completed"


def test_a_job_says_why_it_was_not_trained(
    sagemaker: Any, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING, "sagemock"):
        sagemaker.create_training_job(**job())
    assert "training job my_job is not trained: No S3 objects found under S3 URL" in caplog.text


def test_a_job_with_data_trains(sagemaker: Any, s3: Any) -> None:
    sagemaker.create_training_job(**job(InputDataConfig=put_data(s3)))
    response = sagemaker.search(Resource="TrainingJob", SortBy="Metrics.train:objective_loss")
    (result,) = response["Results"]
    names = {each["MetricName"] for each in result["TrainingJob"]["FinalMetricDataList"]}
    assert "train:objective_loss" in names


def test_a_job_takes_and_leaves_what_is_in_another_region(sagemaker: Any) -> None:
    data = put_data(boto3.client("s3", REGION))
    client = boto3.client("sagemaker", "us-west-2")
    output = {"S3OutputPath": "s3://data/output"}
    client.create_training_job(**job(InputDataConfig=data, OutputDataConfig=output))
    shown = client.describe_training_job(TrainingJobName="my_job")
    assert shown["TrainingJobStatus"] == "Completed"
    assert len(shown["FinalMetricDataList"]) > 1


def test_bad_hyperparameters_fail_a_job_with_data(sagemaker: Any, s3: Any) -> None:
    sagemaker.create_training_job(**job(InputDataConfig=put_data(s3), HyperParameters={"x": "y"}))
    shown = sagemaker.describe_training_job(TrainingJobName="my_job")
    assert shown["FailureReason"].startswith("ClientError: ")


def test_what_is_trained_predicts(sagemaker: Any, s3: Any, runtime: Any) -> None:
    output = {"S3OutputPath": "s3://data/output"}
    data = put_data(s3)
    sagemaker.create_training_job(**job(InputDataConfig=data, OutputDataConfig=output))
    deploy(sagemaker, "s3://data/output/my_job/output/model.tar.gz")
    answer = runtime.invoke_endpoint(
        EndpointName="an_endpoint", ContentType="text/csv", Body="90,10"
    )
    assert json.loads(answer["Body"].read())["predictions"][0]["predicted_label"] == 1


@pytest.mark.parametrize("location", ["s3://data/text", "s3://data/none", "s3://no-bucket/x"])
def test_moto_answers_for_a_model_that_cannot_be_loaded(
    sagemaker: Any, s3: Any, runtime: Any, location: str
) -> None:
    s3.create_bucket(Bucket="data")
    s3.put_object(Bucket="data", Key="text", Body=b"no archive")
    deploy(sagemaker, location)
    endpoint = sagemaker.describe_endpoint(EndpointName="an_endpoint")
    assert endpoint["EndpointStatus"] == "InService"
    answer = runtime.invoke_endpoint(EndpointName="an_endpoint", Body=b"1,2")
    assert answer["Body"].read() == b"body"


def test_the_artifact_of_a_job_that_was_not_trained_is_served(
    sagemaker: Any, s3: Any, runtime: Any
) -> None:
    s3.create_bucket(Bucket="data")
    sagemaker.create_training_job(**job(OutputDataConfig={"S3OutputPath": "s3://data/output"}))
    deploy(sagemaker, "s3://data/output/my_job/output/model.tar.gz")
    answer = runtime.invoke_endpoint(EndpointName="an_endpoint", Body=b"1,2")
    assert answer["Body"].read() == b"body"


def test_an_endpoint_that_was_never_created(runtime: Any) -> None:
    answer = runtime.invoke_endpoint(
        EndpointName="not_there", Body=bytes(30 << 20), TargetModel="a b", TargetVariant="v"
    )
    assert answer["Body"].read() == b"body"
    assert answer["CustomAttributes"] == "custom_attributes"


def test_configurations_are_shown_as_they_were_sent(sagemaker: Any) -> None:
    deploy(sagemaker, "s3://no-bucket/model.tar.gz")
    config = sagemaker.describe_endpoint_config(EndpointConfigName="a_config")
    assert "InitialVariantWeight" not in config["ProductionVariants"][0]
    model = sagemaker.describe_model(ModelName="a_model")
    assert model["PrimaryContainer"].keys() == {"Image", "ModelDataUrl"}


def test_instance_types_and_memory_that_moto_refuses(sagemaker: Any) -> None:
    deploy(sagemaker, "s3://no-bucket/model.tar.gz")

    def message(**variant: Any) -> str:
        variants = [{"VariantName": "v", "ModelName": "a_model", **variant}]
        code, text = error_of(
            sagemaker.create_endpoint_config, EndpointConfigName="c", ProductionVariants=variants
        )
        assert code == "ValidationException"
        return text

    assert message(InitialInstanceCount=1, InstanceType="ml.made.up").startswith(
        "Value 'ml.made.up' at 'instanceType' failed to satisfy constraint: Member must satisfy "
        "enum value set: ['ml."
    )
    serverless = {"MemorySizeInMB": 1111, "MaxConcurrency": 1}
    assert message(ServerlessConfig=serverless) == (
        "Value '1111' at 'MemorySizeInMB' failed to satisfy constraint: Member must satisfy enum "
        "value set: [1024, 2048, 3072, 4096, 5120, 6144]"
    )


def test_more_than_fifty_tags_of_any_account(sagemaker: Any) -> None:
    tags = [{"Key": str(uuid.uuid4()), "Value": "a|b"} for _ in range(80)]
    sagemaker.create_training_job(**job(Tags=[{"Key": "aws:mine", "Value": ""}]))
    arn = "arn:aws:sagemaker:eu-west-1:000000000000:training-job/my_job"
    sagemaker.add_tags(ResourceArn=arn, Tags=tags)
    pages = sagemaker.get_paginator("list_tags").paginate(ResourceArn=arn)
    assert [tag for page in pages for tag in page["Tags"]][1:] == tags
    sagemaker.delete_tags(ResourceArn=arn, TagKeys=["aws:mine", *(tag["Key"] for tag in tags)])
    assert sagemaker.list_tags(ResourceArn=arn)["Tags"] == []


def test_lists_begin_with_the_oldest_and_are_long(sagemaker: Any) -> None:
    names = [f"m_{number:02}" for number in reversed(range(12))]
    for name in names:
        sagemaker.create_model(ModelName=name, ExecutionRoleArn=ROLE)
        sagemaker.create_experiment(ExperimentName=name)
        sagemaker.create_training_job(**job(name))
    listed = sagemaker.list_models(SortBy="name")["Models"]
    assert [each["ModelName"] for each in listed] == names
    experiments = sagemaker.list_experiments()["ExperimentSummaries"]
    assert [each["ExperimentName"] for each in experiments] == names
    jobs = sagemaker.list_training_jobs()["TrainingJobSummaries"]
    assert [each["TrainingJobName"] for each in jobs] == names
    assert len(sagemaker.search(Resource="TrainingJob")["Results"]) == 12
    page = sagemaker.list_experiments(MaxResults=5, SortOrder="Descending")
    assert page["ExperimentSummaries"][0]["ExperimentName"] == names[-1]
    rest = sagemaker.list_experiments(SortOrder="Descending", NextToken=page["NextToken"])
    assert len(rest["ExperimentSummaries"]) == 7


@pytest.mark.parametrize(
    ("member", "path", "allowed"),
    [
        ("SortBy", "sortBy", "['Name', 'CreationTime', 'Status']"),
        ("SortOrder", "sortOrder", "['Ascending', 'Descending']"),
        (
            "StatusEquals",
            "statusEquals",
            "['Completed', 'Stopped', 'InProgress', 'Stopping', 'Failed']",
        ),
    ],
)
def test_what_moto_refuses_in_a_list_of_jobs(
    sagemaker: Any, member: str, path: str, allowed: str
) -> None:
    assert error_of(sagemaker.list_training_jobs, **{member: "blah"}) == (
        "ValidationException",
        f"1 validation errors detected: Value 'blah' at '{path}' failed to satisfy constraint: "
        f"Member must satisfy enum value set: {allowed}",
    )


def test_what_does_not_exist_in_motos_words(sagemaker: Any) -> None:
    arn = f"arn:aws:sagemaker:{REGION}:{ACCOUNT}"
    trial, component = f"{arn}:experiment-trial/n", f"{arn}:experiment-trial-component/n"
    assert error_of(sagemaker.describe_training_job, TrainingJobName="n") == (
        "ValidationException",
        f"Could not find training job '{arn}:training-job/n'.",
    )
    assert error_of(sagemaker.describe_trial, TrialName="n") == (
        "ValidationException",
        f"Could not find trial '{trial}'.",
    )
    assert error_of(sagemaker.describe_trial_component, TrialComponentName="n") == (
        "ValidationException",
        f"Could not find trial component '{component}'.",
    )
    assert error_of(sagemaker.update_trial_component, TrialComponentName="n") == (
        "ValidationException",
        f"Could not find trial component '{component}'",
    )
    both = sagemaker.disassociate_trial_component(TrialComponentName="n", TrialName="n")
    assert (both["TrialArn"], both["TrialComponentArn"]) == (trial, component)
    assert sagemaker.list_trials(ExperimentName="n")["TrialSummaries"] == []
    listed = sagemaker.list_trial_components(TrialName="n", ExperimentName="n")
    assert listed["TrialComponentSummaries"] == []


def test_names_that_are_taken_stay_taken(sagemaker: Any) -> None:
    sagemaker.create_training_job(**job())
    code, _ = error_of(sagemaker.create_training_job, **job())
    assert code == "ResourceInUse"


def test_what_nothing_can_be_asked_by_is_refused(sagemaker: Any) -> None:
    code, text = error_of(sagemaker.search, Resource="Nothing")
    assert (code, text[:50]) == (
        "ValidationException",
        "1 validation error detected: Value 'Nothing' at 'r",
    )
    condition = {"Name": "TrainingJobName", "Operator": "Resembles", "Value": "a"}
    code, text = error_of(
        sagemaker.search, Resource="TrainingJob", SearchExpression={"Filters": [condition]}
    )
    assert "Value 'Resembles' at 'searchExpression.filters.1.member.operator' failed" in text
    metrics = boto3.client("sagemaker-metrics", REGION)
    query = {
        "MetricName": "m",
        "ResourceArn": f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:experiment-trial-component/n",
        "MetricStat": "P99",
        "Period": "OneMinute",
        "XAxisType": "Timestamp",
    }
    code, text = error_of(metrics.batch_get_metrics, MetricQueries=[query])
    assert "at 'metricQueries.1.member.metricStat' failed to satisfy" in text


def test_many_conditions(sagemaker: Any) -> None:
    sagemaker.create_training_job(**job())
    conditions = [{"Name": "TrainingJobName", "Operator": "NotEquals", "Value": "b" * 2000}] * 30
    response = sagemaker.search(Resource="TrainingJob", SearchExpression={"Filters": conditions})
    assert len(response["Results"]) == 1


def test_a_missing_member_is_refused_as_ever(sagemaker: Any) -> None:
    world = world_of(ACCOUNT, REGION)
    for operation, body, path in (
        ("CreateTrainingJob", {"TrainingJobName": "a_b"}, "roleArn"),
        ("DescribeTrainingJob", {}, "trainingJobName"),
        ("AddTags", {"ResourceArn": "x", "Tags": [{"Key": "k"}]}, "tags.1.member.value"),
    ):
        answer = dispatch.call(
            operations.call_of(world, CONTROL_PLANE, operation), json.dumps(body).encode()
        )
        said = json.loads(answer.body)
        assert (answer.status, said["__type"]) == (400, "ValidationException")
        assert (
            f"Value null at '{path}' failed to satisfy constraint: Member must not"
            in (said["message"])
        )


def group(name: str = "g_1") -> dict[str, Any]:
    """A request for a feature group."""
    names = {"RecordIdentifierFeatureName": "f", "EventTimeFeatureName": "f"}
    definitions = [{"FeatureName": "f", "FeatureType": "String"}]
    return {"FeatureGroupName": name, **names, "FeatureDefinitions": definitions}


@pytest.mark.parametrize(
    ("parameter", "missing"),
    [({"Key": "k"}, ["value"]), ({"Value": "v"}, ["key"]), ({}, ["key", "value"])],
)
def test_a_parameter_of_a_feature_needs_key_and_value(
    sagemaker: Any, parameter: dict[str, str], missing: list[str]
) -> None:
    sagemaker.create_feature_group(**group())
    feature = {"FeatureGroupName": "g_1", "FeatureName": "f"}
    additions = [{"Key": "unit", "Value": "m"}, parameter]
    code, text = error_of(
        sagemaker.update_feature_metadata, **feature, ParameterAdditions=additions
    )
    assert code == "ValidationException"
    for member in missing:
        path = f"parameterAdditions.2.member.{member}"
        assert f"Value null at '{path}' failed to satisfy constraint: Member must not" in text
    assert text.count("Member must not be null") == len(missing)
    assert "Parameters" not in sagemaker.describe_feature_metadata(**feature)


def test_instance_pools_of_which_there_is_none(sagemaker: Any) -> None:
    sagemaker.create_model(ModelName="m", PrimaryContainer={"Image": "mine"})
    variant = {"VariantName": "v", "ModelName": "m", "InstancePools": []}
    unchecked = BotoConfig(parameter_validation=False)
    boto3.client("sagemaker", REGION, config=unchecked).create_endpoint_config(
        EndpointConfigName="c", ProductionVariants=[variant]
    )
    sagemaker.create_endpoint(EndpointName="e", EndpointConfigName="c")
    assert sagemaker.describe_endpoint(EndpointName="e")["EndpointStatus"] == "InService"


def test_the_options_of_an_inner_mock_hold(sagemaker: Any) -> None:
    sagemaker.create_experiment(ExperimentName="a_b")
    with mock_sagemaker():
        code, _ = error_of(sagemaker.create_experiment, ExperimentName="a_c")
        assert code == "ValidationException"
    sagemaker.create_experiment(ExperimentName="a_c")


def test_a_value_that_is_neither() -> None:
    with pytest.raises(ValueError, match="validation must be 'strict' or 'off', not 'on'"):
        Config(validation="on")  # type: ignore[arg-type]


def test_what_a_job_names_need_not_be_there(sagemaker: Any) -> None:
    config = {"ExperimentName": "no_experiment", "TrialName": "no_trial"}
    sagemaker.create_training_job(**job(ExperimentConfig=config))
    request = {
        "TransformInput": {
            "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": "input"}}
        },
        "TransformOutput": {"S3OutputPath": "output"},
        "DataProcessing": {},
        "ExperimentConfig": config,
    }
    sagemaker.create_transform_job(
        TransformJobName="t_1",
        ModelName="no_model",
        TransformResources={"InstanceType": "ml.made.up", "InstanceCount": 1},
        **request,
    )
    answer = sagemaker.describe_transform_job(TransformJobName="t_1")
    assert {member: answer[member] for member in request} == request
    assert answer["TransformJobStatus"] == "Completed"
    component = sagemaker.describe_trial_component(TrialComponentName="t_1-aws-transform-job")
    assert component["Parameters"]["SageMaker.ModelName"] == {"StringValue": "no_model"}


def test_a_processing_job_that_has_ended_can_be_stopped(sagemaker: Any) -> None:
    cluster = {"InstanceType": "ml.made.up", "InstanceCount": 1, "VolumeSizeInGB": 1}
    inputs = [{"InputName": "i", "S3Input": {"S3Uri": "s3://b", "S3DataType": "S3Prefix"}}]
    sagemaker.create_processing_job(
        ProcessingJobName="p_1",
        RoleArn=ROLE,
        AppSpecification={"ImageUri": "mine"},
        ProcessingResources={"ClusterConfig": cluster},
        ProcessingInputs=inputs,
    )
    job = sagemaker.describe_processing_job(ProcessingJobName="p_1")
    assert (job["ProcessingInputs"], job["ProcessingJobStatus"]) == (inputs, "Completed")
    sagemaker.stop_processing_job(ProcessingJobName="p_1")
    job = sagemaker.describe_processing_job(ProcessingJobName="p_1")
    assert job["ProcessingJobStatus"] == "Stopped"


@pytest.mark.parametrize(
    ("operation", "words"),
    [
        ("describe_processing_job", "processing job"),
        ("stop_processing_job", "processing job"),
        ("describe_transform_job", "transform job"),
    ],
)
def test_a_job_that_does_not_exist_in_motos_words(
    sagemaker: Any, operation: str, words: str
) -> None:
    noun = words.title().replace(" ", "")
    kind = words.replace(" ", "-")
    with pytest.raises(ClientError) as caught:
        getattr(sagemaker, operation)(**{f"{noun}Name": "none"})
    text = f"Could not find {words} 'arn:aws:sagemaker:{REGION}:{ACCOUNT}:{kind}/none'."
    assert caught.value.response["Error"] == {"Code": "ValidationException", "Message": text}
