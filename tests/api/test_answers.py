"""Describe, List and Search answers, member by member: what was asked for, and what AWS fills in.

The values are those of recorded answers; each request is the smallest that makes its resource.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from tests.api.conftest import (
    IMAGE,
    LINEAR_LEARNER,
    ROLE,
    ErrorOf,
    arn,
    config,
    job,
    model,
    variant,
)

from sagemock import control

TIME = "a time"
SWITCHES = {
    "EnableNetworkIsolation": False,
    "EnableInterContainerTrafficEncryption": False,
    "EnableManagedSpotTraining": False,
}
RECOMMENDATION = {"RecommendationStatus": "NOT_APPLICABLE"}
GROUP = arn("lineage-group", "sagemaker-default-lineage-group")
USERS = {"CreatedBy": {}, "LastModifiedBy": {}}
TIMES = {"CreationTime": TIME, "LastModifiedTime": TIME}


def plain(answer: Any) -> Any:
    """An answer without its metadata, all times as one."""
    if isinstance(answer, datetime):
        return TIME
    if isinstance(answer, list):
        return [plain(each) for each in answer]
    if isinstance(answer, dict):
        return {name: plain(each) for name, each in answer.items() if name != "ResponseMetadata"}
    return answer


def only_result(sagemaker: Any, resource: str, member: str) -> dict[str, Any]:
    """The only record of a kind, as Search shows it."""
    (result,) = plain(sagemaker.search(Resource=resource))["Results"]
    assert result.keys() == {member}
    record: dict[str, Any] = result[member]
    return record


@pytest.fixture
def training_job(sagemaker: Any, s3: Any) -> dict[str, Any]:
    """What is shown of a finished job wherever it is described."""
    s3.create_bucket(Bucket="bucket")
    source = {"S3DataType": "S3Prefix", "S3Uri": "s3://bucket/train"}
    channel = {"ChannelName": "train", "DataSource": {"S3DataSource": source}}
    sagemaker.create_training_job(**job("j", InputDataConfig=[channel]))
    transitions = (
        ("Starting", "Preparing the instances for training"),
        ("Downloading", "Downloading input data"),
        ("Training", "Training image download completed. Training in progress."),
        ("Uploading", "Uploading generated training model"),
        ("Completed", "Training job completed"),
    )
    return {
        "TrainingJobName": "j",
        "TrainingJobArn": arn("training-job", "j"),
        "ModelArtifacts": {"S3ModelArtifacts": "s3://bucket/output/j/output/model.tar.gz"},
        "TrainingJobStatus": "Completed",
        "SecondaryStatus": "Completed",
        "AlgorithmSpecification": {"TrainingImage": IMAGE, "TrainingInputMode": "File"},
        "RoleArn": ROLE,
        "InputDataConfig": [
            {
                "ChannelName": "train",
                "DataSource": {
                    "S3DataSource": {"S3DataDistributionType": "FullyReplicated", **source}
                },
                "CompressionType": "None",
                "RecordWrapperType": "None",
            }
        ],
        "OutputDataConfig": {"KmsKeyId": "", "S3OutputPath": "s3://bucket/output"},
        "ResourceConfig": {"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 1},
        "StoppingCondition": {"MaxRuntimeInSeconds": 60},
        **TIMES,
        "TrainingStartTime": TIME,
        "TrainingEndTime": TIME,
        "SecondaryStatusTransitions": [
            {"Status": status, "StartTime": TIME, "EndTime": TIME, "StatusMessage": message}
            for status, message in transitions
        ],
        **SWITCHES,
        "TrainingTimeInSeconds": 1,
        "BillableTimeInSeconds": 1,
    }


def test_a_training_job(sagemaker: Any, training_job: dict[str, Any]) -> None:
    described = plain(sagemaker.describe_training_job(TrainingJobName="j"))
    assert described == {**training_job, "ProfilingStatus": "Disabled"}
    assert only_result(sagemaker, "TrainingJob", "TrainingJob") == {**training_job, "Tags": []}
    assert plain(sagemaker.list_training_jobs()) == {
        "TrainingJobSummaries": [
            {
                "TrainingJobName": "j",
                "TrainingJobArn": arn("training-job", "j"),
                **TIMES,
                "TrainingEndTime": TIME,
                "TrainingJobStatus": "Completed",
                "SecondaryStatus": "Completed",
            }
        ]
    }


def test_the_component_of_a_training_job(sagemaker: Any, training_job: dict[str, Any]) -> None:
    name = "j-aws-training-job"
    source = {"SourceArn": arn("training-job", "j"), "SourceType": "SageMakerTrainingJob"}
    status = {
        "PrimaryStatus": "Completed",
        "Message": "Status: Completed, secondary status: Completed, failure reason: .",
    }
    summary = {
        "TrialComponentName": name,
        "TrialComponentArn": arn("experiment-trial-component", name),
        "DisplayName": name,
        "Status": status,
        "StartTime": TIME,
        "EndTime": TIME,
        **TIMES,
        **USERS,
    }
    shown = {
        **summary,
        "Source": source,
        "Parameters": {
            "SageMaker.ImageUri": {"StringValue": IMAGE},
            "SageMaker.InstanceType": {"StringValue": "ml.m5.large"},
            "SageMaker.InstanceCount": {"NumberValue": 1.0},
            "SageMaker.VolumeSizeInGB": {"NumberValue": 1.0},
        },
        "InputArtifacts": {"train": {"Value": "s3://bucket/train"}},
        "OutputArtifacts": {
            "SageMaker.ModelArtifact": {"Value": "s3://bucket/output/j/output/model.tar.gz"}
        },
        "Metrics": [],
        "LineageGroupArn": GROUP,
    }
    described = plain(sagemaker.describe_trial_component(TrialComponentName=name))
    assert described == {**shown, "Sources": [source]}
    assert only_result(sagemaker, "ExperimentTrialComponent", "TrialComponent") == {
        **shown,
        "SourceDetail": {
            "SourceArn": arn("training-job", "j"),
            "TrainingJob": {**training_job, "Tags": []},
        },
        "Parents": [],
        "Tags": [],
    }
    assert plain(sagemaker.list_trial_components()) == {
        "TrialComponentSummaries": [{**summary, "TrialComponentSource": source}]
    }


DEFINITION = {"Name": "loss", "Regex": "loss=(.*)"}


@pytest.mark.parametrize(
    ("members", "filled"),
    [
        ({}, {}),
        ({"MetricDefinitions": []}, {"MetricDefinitions": []}),
        (
            {"MetricDefinitions": [DEFINITION]},
            {"MetricDefinitions": [DEFINITION], "EnableSageMakerMetricsTimeSeries": True},
        ),
        (
            {"MetricDefinitions": [DEFINITION], "EnableSageMakerMetricsTimeSeries": False},
            {"MetricDefinitions": [DEFINITION], "EnableSageMakerMetricsTimeSeries": False},
        ),
        (
            {"EnableSageMakerMetricsTimeSeries": True},
            {"EnableSageMakerMetricsTimeSeries": True},
        ),
    ],
)
def test_time_series_of_metrics(
    sagemaker: Any, members: dict[str, Any], filled: dict[str, Any]
) -> None:
    algorithm = {"TrainingImage": IMAGE, "TrainingInputMode": "File"}
    sagemaker.create_training_job(**job(AlgorithmSpecification={**algorithm, **members}))
    described = sagemaker.describe_training_job(TrainingJobName="j")
    assert described["AlgorithmSpecification"] == {**algorithm, **filled}
    searched = only_result(sagemaker, "TrainingJob", "TrainingJob")
    assert searched["AlgorithmSpecification"] == {**algorithm, **filled}


def test_metrics_of_a_built_in_algorithm_are_its_own(sagemaker: Any, error_of: ErrorOf) -> None:
    algorithm = {"TrainingImage": LINEAR_LEARNER, "TrainingInputMode": "File"}
    sagemaker.create_training_job(**job(AlgorithmSpecification=algorithm))
    described = sagemaker.describe_training_job(TrainingJobName="j")["AlgorithmSpecification"]
    assert described["EnableSageMakerMetricsTimeSeries"] is False
    assert len(described["MetricDefinitions"]) == 37
    again = job("k", AlgorithmSpecification=described)
    assert error_of(sagemaker.create_training_job, **again) == (
        "ValidationException",
        "You can't override the metric definitions for Amazon SageMaker algorithms. Please retry "
        "the request without specifying metric definitions.",
    )


def test_rules_without_a_volume(sagemaker: Any) -> None:
    rule = {"RuleConfigurationName": "r", "RuleEvaluatorImage": IMAGE}
    large = {**rule, "RuleConfigurationName": "s", "VolumeSizeInGB": 30}
    members = ("DebugRuleConfigurations", "ProfilerRuleConfigurations")
    sagemaker.create_training_job(**job(**{member: [rule, large] for member in members}))
    described = sagemaker.describe_training_job(TrainingJobName="j")
    for member in members:
        assert described[member] == [{**rule, "VolumeSizeInGB": 0}, large]


def test_the_seconds_of_a_running_job(sagemaker: Any) -> None:
    control.hold_training_job(name="j", at="Starting")
    control.hold_training_job(name="k", at="Training")
    for name in "jk":
        sagemaker.create_training_job(**job(name))
    starting = sagemaker.describe_training_job(TrainingJobName="j")
    assert starting.keys().isdisjoint({"TrainingStartTime", "TrainingTimeInSeconds"})
    running = sagemaker.describe_training_job(TrainingJobName="k")
    assert running["TrainingTimeInSeconds"] >= 1
    assert running.keys().isdisjoint({"TrainingEndTime", "BillableTimeInSeconds"})


def test_a_model(sagemaker: Any) -> None:
    sagemaker.create_model(**model())
    shown = {
        "ModelName": "m",
        "ModelArn": arn("model", "m"),
        "PrimaryContainer": {"Image": IMAGE, "Mode": "SingleModel", "Environment": {}},
        "ExecutionRoleArn": ROLE,
        "CreationTime": TIME,
        "EnableNetworkIsolation": False,
        "DeploymentRecommendation": RECOMMENDATION,
    }
    assert plain(sagemaker.describe_model(ModelName="m")) == shown
    assert only_result(sagemaker, "Model", "Model") == {"Model": {**shown, "Tags": []}}
    assert plain(sagemaker.list_models()) == {
        "Models": [{"ModelName": "m", "ModelArn": arn("model", "m"), "CreationTime": TIME}]
    }


@pytest.mark.parametrize(
    ("members", "mode"),
    [({}, "Serial"), ({"InferenceExecutionConfig": {"Mode": "Direct"}}, "Direct")],
)
def test_a_model_of_containers(sagemaker: Any, members: dict[str, Any], mode: str) -> None:
    containers = [
        {"Image": IMAGE, "ContainerHostname": "one"},
        {
            "Image": IMAGE,
            "ContainerHostname": "many",
            "Mode": "MultiModel",
            "ModelDataUrl": "s3://bucket/models/",
        },
    ]
    sagemaker.create_model(ModelName="m", ExecutionRoleArn=ROLE, Containers=containers, **members)
    described = plain(sagemaker.describe_model(ModelName="m"))
    assert described == {
        "ModelName": "m",
        "ModelArn": arn("model", "m"),
        "Containers": [
            {**containers[0], "Mode": "SingleModel", "Environment": {}},
            {**containers[1], "Environment": {}},
        ],
        "InferenceExecutionConfig": {"Mode": mode},
        "ExecutionRoleArn": ROLE,
        "CreationTime": TIME,
        "EnableNetworkIsolation": False,
        "DeploymentRecommendation": RECOMMENDATION,
    }
    assert only_result(sagemaker, "Model", "Model") == {"Model": {**described, "Tags": []}}


def test_an_endpoint_configuration(sagemaker: Any) -> None:
    sagemaker.create_model(**model())
    sagemaker.create_endpoint_config(**config())
    named = {"EndpointConfigName": "c", "EndpointConfigArn": arn("endpoint-config", "c")}
    assert plain(sagemaker.describe_endpoint_config(EndpointConfigName="c")) == {
        **named,
        "ProductionVariants": [variant(InitialVariantWeight=1.0)],
        "CreationTime": TIME,
        "EnableNetworkIsolation": False,
    }
    assert plain(sagemaker.list_endpoint_configs()) == {
        "EndpointConfigs": [{**named, "CreationTime": TIME}]
    }


@pytest.fixture
def manual() -> Any:
    """Endpoints go on as they are described."""
    from moto.moto_api import state_manager

    state_manager.set_transition("sagemaker::endpoint", {"progression": "manual", "times": 2})
    yield
    state_manager.unset_transition("sagemaker::endpoint")


@pytest.mark.usefixtures("manual")
def test_an_endpoint_that_is_created_and_updated(sagemaker: Any) -> None:
    sagemaker.create_model(**model())
    sagemaker.create_endpoint_config(**config())
    serverless = {"MemorySizeInMB": 2048, "MaxConcurrency": 5}
    other = {"VariantName": "v", "ModelName": "m", "ServerlessConfig": serverless}
    sagemaker.create_endpoint_config(**config("other", other))
    sagemaker.create_endpoint(EndpointName="e", EndpointConfigName="c")
    named = {"EndpointName": "e", "EndpointArn": arn("endpoint", "e"), **TIMES}
    starting = {"VariantStatus": [{"Status": "Creating", "StartTime": TIME}]}
    assert plain(sagemaker.describe_endpoint(EndpointName="e")) == {
        **named,
        "EndpointConfigName": "c",
        "EndpointStatus": "Creating",
        "PendingDeploymentSummary": {
            "EndpointConfigName": "c",
            "StartTime": TIME,
            "ProductionVariants": [
                {
                    "VariantName": "v",
                    "DesiredWeight": 1.0,
                    "DesiredInstanceCount": 1,
                    "InstanceType": "ml.m5.large",
                    **starting,
                }
            ],
        },
    }
    served = plain(sagemaker.describe_endpoint(EndpointName="e"))
    sagemaker.update_endpoint(EndpointName="e", EndpointConfigName="other")
    assert plain(sagemaker.describe_endpoint(EndpointName="e")) == {
        **served,
        "EndpointStatus": "Updating",
        "PendingDeploymentSummary": {
            "EndpointConfigName": "other",
            "StartTime": TIME,
            "ProductionVariants": [
                {
                    "VariantName": "v",
                    "DesiredWeight": 1.0,
                    "DesiredServerlessConfig": serverless,
                    **starting,
                }
            ],
        },
    }
    assert plain(sagemaker.list_endpoints()) == {
        "Endpoints": [{**named, "EndpointStatus": "Updating"}]
    }


def test_an_endpoint_that_serves(sagemaker: Any) -> None:
    sagemaker.create_model(**model())
    capture = {
        "InitialSamplingPercentage": 50,
        "DestinationS3Uri": "s3://bucket/capture",
        "CaptureOptions": [{"CaptureMode": "Input"}],
    }
    sagemaker.create_endpoint_config(**config(DataCaptureConfig=capture))
    sagemaker.create_endpoint(EndpointName="e", EndpointConfigName="c")
    described = plain(sagemaker.describe_endpoint(EndpointName="e"))
    resolved = described["ProductionVariants"][0]["DeployedImages"][0].pop("ResolvedImage")
    assert resolved.startswith(IMAGE.removesuffix(":1") + "@sha256:")
    shown = {
        "EndpointName": "e",
        "EndpointArn": arn("endpoint", "e"),
        "EndpointConfigName": "c",
        "ProductionVariants": [
            {
                "VariantName": "v",
                "DeployedImages": [{"SpecifiedImage": IMAGE, "ResolutionTime": TIME}],
                "CurrentWeight": 1.0,
                "DesiredWeight": 1.0,
                "CurrentInstanceCount": 1,
                "DesiredInstanceCount": 1,
            }
        ],
        # Data capture is on unless it is switched off.
        "DataCaptureConfig": {
            "EnableCapture": True,
            "CaptureStatus": "Started",
            "CurrentSamplingPercentage": 50,
            "DestinationS3Uri": "s3://bucket/capture",
            "KmsKeyId": "",
        },
        "EndpointStatus": "InService",
        **TIMES,
    }
    assert described == shown
    searched = only_result(sagemaker, "Endpoint", "Endpoint")
    del searched["ProductionVariants"][0]["DeployedImages"][0]["ResolvedImage"]
    assert searched == {**shown, "Tags": []}


def test_experiments(sagemaker: Any) -> None:
    sagemaker.create_experiment(ExperimentName="x")
    sagemaker.create_trial(TrialName="t", ExperimentName="x")
    sagemaker.create_trial_component(TrialComponentName="c")
    experiment = {"ExperimentName": "x", "ExperimentArn": arn("experiment", "x")}
    experiment |= {"DisplayName": "x", **TIMES}
    trial = {
        "TrialName": "t",
        "TrialArn": arn("experiment-trial", "t"),
        "DisplayName": "t",
        **TIMES,
    }
    of = {"ExperimentName": "x", **USERS}
    component = {
        "TrialComponentName": "c",
        "TrialComponentArn": arn("experiment-trial-component", "c"),
        "DisplayName": "c",
        **TIMES,
        **USERS,
    }
    maps: dict[str, Any] = {"Parameters": {}, "InputArtifacts": {}, "OutputArtifacts": {}}
    maps["Metrics"] = []
    maps["LineageGroupArn"] = GROUP
    assert plain(sagemaker.describe_experiment(ExperimentName="x")) == {**experiment, **USERS}
    assert plain(sagemaker.describe_trial(TrialName="t")) == {**trial, **of}
    described = plain(sagemaker.describe_trial_component(TrialComponentName="c"))
    assert described == {**component, **maps, "Sources": []}
    assert plain(sagemaker.list_experiments()) == {"ExperimentSummaries": [experiment]}
    assert plain(sagemaker.list_trials()) == {"TrialSummaries": [trial]}
    assert plain(sagemaker.list_trial_components()) == {"TrialComponentSummaries": [component]}
    searched = only_result(sagemaker, "Experiment", "Experiment")
    assert searched == {**experiment, **USERS, "Tags": []}
    assert only_result(sagemaker, "ExperimentTrial", "Trial") == {**trial, **of, "Tags": []}
    searched = only_result(sagemaker, "ExperimentTrialComponent", "TrialComponent")
    assert searched == {**component, **maps, "Parents": [], "Tags": []}
