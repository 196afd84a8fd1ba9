"""The trial component of a training job: what it tells of the job, and when."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from threading import Thread
from typing import Any

import boto3
import pytest
from freezegun import freeze_time
from tests.api.conftest import ACCOUNT, REGION, ROLE, ErrorOf, arn, job

from sagemock import control
from sagemock.moto_adapter import backend
from sagemock.moto_adapter.backend import world_of
from sagemock.resources import training_job

NAME = "j-aws-training-job"


@pytest.fixture
def trials(studio: Any) -> Any:
    studio.sagemaker.create_experiment(ExperimentName="e")
    studio.sagemaker.create_trial(TrialName="t", ExperimentName="e")
    return studio


def component(studio: Any, name: str = NAME) -> dict[str, Any]:
    answer: dict[str, Any] = studio.sagemaker.describe_trial_component(TrialComponentName=name)
    return answer


def test_every_job_has_one(studio: Any) -> None:
    job_arn = studio.create_job("j")
    shown, job = component(studio), studio.job("j")
    assert shown["TrialComponentArn"] == arn("experiment-trial-component", NAME)
    assert shown["DisplayName"] == NAME
    assert shown["Source"] == {"SourceArn": job_arn, "SourceType": "SageMakerTrainingJob"}
    assert shown["Status"] == {
        "PrimaryStatus": "Completed",
        "Message": "Status: Completed, secondary status: Completed, failure reason: .",
    }
    assert shown["StartTime"] == job["TrainingStartTime"].replace(microsecond=0)
    assert shown["EndTime"] == job["TrainingEndTime"].replace(microsecond=0)
    assert shown["Parameters"] == {
        "predictor_type": {"StringValue": "binary_classifier"},
        "mini_batch_size": {"NumberValue": 10.0},
        "epochs": {"NumberValue": 2.0},
        "SageMaker.ImageUri": {"StringValue": job["AlgorithmSpecification"]["TrainingImage"]},
        "SageMaker.InstanceType": {"StringValue": "ml.m5.large"},
        "SageMaker.InstanceCount": {"NumberValue": 1.0},
        "SageMaker.VolumeSizeInGB": {"NumberValue": 10.0},
    }
    assert shown["InputArtifacts"] == {
        "train": {"Value": "s3://studio/train/", "MediaType": "text/csv"}
    }
    artifact = job["ModelArtifacts"]["S3ModelArtifacts"]
    assert shown["OutputArtifacts"] == {"SageMaker.ModelArtifact": {"Value": artifact}}


def test_it_never_falls_back(studio: Any) -> None:
    """A thread that has changed a job comes to its component after the job has ended."""
    control.hold_training_job()
    studio.create_job("j")
    (world,) = backend.worlds()

    def stopping(job: Any) -> Any:
        return training_job.advanced(job, "Stopping", 1.0)

    late = Thread(target=world.training_jobs.update, args=("j", stopping))
    with world.trials.lock:
        late.start()
        while world.training_jobs.get("j")["TrainingJobStatus"] != "Stopping":
            pass
        world.training_jobs.update("j", {"TrainingJobStatus": "Stopped"})
    late.join()
    assert component(studio)["Status"]["PrimaryStatus"] == "Stopped"


def test_its_document_is_in_wire_shape(studio: Any) -> None:
    studio.create_job("j")
    metrics = boto3.client("sagemaker-metrics", REGION)
    datum = {"MetricName": "mine", "Timestamp": 1.7e9, "Value": 1.0}
    metrics.batch_put_metrics(TrialComponentName=NAME, MetricData=[datum])
    document = world_of(ACCOUNT, REGION).trial_components.get(NAME)
    assert json.loads(json.dumps(document)) == document


def test_its_metrics_are_summed_up(studio: Any) -> None:
    job_arn = studio.create_job("j")
    final = {each["MetricName"]: each["Value"] for each in studio.job("j")["FinalMetricDataList"]}
    summaries = {each["MetricName"]: each for each in component(studio)["Metrics"]}
    assert set(summaries) == set(final)
    loss = summaries["train:objective_loss"]
    assert (loss["Count"], loss["SourceArn"]) == (2, job_arn)
    assert loss["Min"] < loss["Avg"] < loss["Max"]
    assert loss["Last"] == pytest.approx(final["train:objective_loss"])
    metrics = boto3.client("sagemaker-metrics", REGION)
    (result,) = metrics.batch_get_metrics(
        MetricQueries=[
            {
                "MetricName": "train:objective_loss",
                "ResourceArn": job_arn,
                "MetricStat": "Count",
                "Period": "OneHour",
                "XAxisType": "Timestamp",
            }
        ]
    )["MetricQueryResults"]
    assert sum(result["MetricValues"]) == 2


def test_a_job_in_a_trial(trials: Any) -> None:
    config = {"TrialName": "t", "ExperimentName": "e", "TrialComponentDisplayName": "Training"}
    trials.create_job("j", ExperimentConfig=config)
    assert component(trials)["DisplayName"] == "Training"
    (result,) = trials.sagemaker.search(
        Resource="ExperimentTrialComponent",
        SearchExpression={
            "Filters": [
                {"Name": "Parents.ExperimentName", "Value": "e"},
                {"Name": "SourceDetail.TrainingJob.TrainingJobStatus", "Value": "Completed"},
            ]
        },
    )["Results"]
    assert result["TrialComponent"]["Parents"] == [{"TrialName": "t", "ExperimentName": "e"}]
    detail = result["TrialComponent"]["SourceDetail"]
    assert detail["TrainingJob"]["TrainingJobArn"] == detail["SourceArn"]
    listed = trials.sagemaker.list_trial_components(SourceArn=detail["SourceArn"])
    assert [each["TrialComponentName"] for each in listed["TrialComponentSummaries"]] == [NAME]


def test_a_job_of_an_experiment_gets_a_trial(trials: Any) -> None:
    trials.create_job("j", ExperimentConfig={"ExperimentName": "e"})
    (trial,) = trials.sagemaker.list_trials(TrialComponentName=NAME)["TrialSummaries"]
    assert trials.sagemaker.describe_trial(TrialName=trial["TrialName"])["ExperimentName"] == "e"
    assert trial["TrialName"] == "j-aws-trial"


@pytest.mark.parametrize(
    ("config", "kind", "noun"),
    [
        ({"ExperimentName": "x"}, "experiment", "Experiment"),
        ({"ExperimentName": "e", "TrialName": "x"}, "experiment-trial", "Trial"),
    ],
)
def test_an_experiment_that_is_not_there(
    trials: Any, error_of: ErrorOf, config: dict[str, str], kind: str, noun: str
) -> None:
    request = job("j", ExperimentConfig=config)
    assert error_of(trials.sagemaker.create_training_job, **request) == (
        "ResourceNotFound",
        f"{noun} '{arn(kind, 'x')}' does not exist.",
    )
    assert trials.sagemaker.list_training_jobs()["TrainingJobSummaries"] == []
    assert trials.sagemaker.list_trial_components()["TrialComponentSummaries"] == []


def test_it_follows_the_job(studio: Any) -> None:
    control.hold_training_job(at="Training")
    studio.create_job("j")
    running = component(studio)
    assert running["Status"]["PrimaryStatus"] == "InProgress"
    assert "secondary status: Training" in running["Status"]["Message"]
    assert "StartTime" in running
    assert not {"EndTime"} & set(running)
    assert (running["Metrics"], running["OutputArtifacts"]) == ([], {})
    control.release()
    assert component(studio)["Status"]["PrimaryStatus"] == "Completed"


def of_its_job(studio: Any, name: str = NAME) -> dict[str, Any]:
    """What a search finds of the job with the component."""
    (result,) = studio.sagemaker.search(
        Resource="ExperimentTrialComponent",
        SearchExpression={"Filters": [{"Name": "TrialComponentName", "Value": name}]},
    )["Results"]
    job: dict[str, Any] = result["TrialComponent"]["SourceDetail"]["TrainingJob"]
    return job


def warm(seconds: int) -> dict[str, Any]:
    """The ResourceConfig of a job that keeps its instances."""
    instances = {"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 10}
    return {**instances, "KeepAlivePeriodInSeconds": seconds}


def test_it_follows_the_warm_pool_of_its_job(studio: Any) -> None:
    studio.create_job("j", ResourceConfig=warm(600))
    assert of_its_job(studio)["WarmPoolStatus"] == {"Status": "Available"}
    studio.create_job("next", ResourceConfig=warm(600))
    assert studio.job("j")["WarmPoolStatus"]["Status"] == "Reused"
    assert of_its_job(studio)["WarmPoolStatus"] == studio.job("j")["WarmPoolStatus"]
    studio.sagemaker.update_training_job(
        TrainingJobName="next", ResourceConfig={"KeepAlivePeriodInSeconds": 0}
    )
    name = "next-aws-training-job"
    assert of_its_job(studio, name)["WarmPoolStatus"]["Status"] == "Terminated"


def test_it_follows_a_warm_pool_whose_time_is_over(studio: Any) -> None:
    studio.create_job("j", ResourceConfig=warm(600))
    with freeze_time(datetime.now(UTC) + timedelta(minutes=11)):
        assert of_its_job(studio)["WarmPoolStatus"]["Status"] == "Terminated"
        assert of_its_job(studio)["WarmPoolStatus"] == studio.job("j")["WarmPoolStatus"]


def test_it_follows_what_changes_while_the_job_runs(studio: Any) -> None:
    control.hold_training_job(at="Training")
    studio.create_job("j")
    studio.sagemaker.update_training_job(
        TrainingJobName="j",
        ProfilerConfig={"ProfilingIntervalInMilliseconds": 200, "S3OutputPath": "s3://studio/p"},
    )
    seen = of_its_job(studio)
    assert seen["ProfilerConfig"] == studio.job("j")["ProfilerConfig"]
    studio.sagemaker.stop_training_job(TrainingJobName="j")
    assert of_its_job(studio)["SecondaryStatus"] == studio.job("j")["SecondaryStatus"] == "Stopped"


def test_a_failure_is_told(studio: Any) -> None:
    control.fail_training_job("AlgorithmError: boom")
    studio.create_job("j")
    status = component(studio)["Status"]
    assert status["PrimaryStatus"] == "Failed"
    assert status["Message"].endswith("failure reason: AlgorithmError: boom.")


def test_what_a_search_sees_of_the_job_is_new(studio: Any) -> None:
    job_arn = studio.create_job("j")
    studio.sagemaker.add_tags(ResourceArn=job_arn, Tags=[{"Key": "Stage", "Value": "prod"}])
    (result,) = studio.sagemaker.search(
        Resource="ExperimentTrialComponent",
        SearchExpression={
            "Filters": [{"Name": "SourceDetail.TrainingJob.Tags.Value", "Value": "prod"}]
        },
    )["Results"]
    assert result["TrialComponent"]["TrialComponentName"] == NAME


def test_it_outlives_the_job_and_may_go_before_it(studio: Any) -> None:
    studio.create_job("j")
    studio.sagemaker.delete_training_job(TrainingJobName="j")
    assert component(studio)["Status"]["PrimaryStatus"] == "Completed"
    control.hold_training_job(at="Training")
    studio.create_job("j")
    assert component(studio)["Status"]["PrimaryStatus"] == "InProgress"
    studio.sagemaker.delete_trial_component(TrialComponentName=NAME)
    control.release()
    assert studio.job("j")["TrainingJobStatus"] == "Completed"
    assert studio.sagemaker.list_trial_components()["TrialComponentSummaries"] == []


def test_ready_made_jobs_have_one_too(studio: Any) -> None:
    control.add_training_job("j", metrics={"accuracy": 0.9})
    shown = component(studio)
    (accuracy,) = shown["Metrics"]
    assert (accuracy["Last"], accuracy["Count"]) == (0.9, 1)
    assert shown["Status"]["PrimaryStatus"] == "Completed"


CLUSTER = {"InstanceType": "ml.m5.large", "InstanceCount": 2, "VolumeSizeInGB": 30}


def process(studio: Any, name: str = "p", **members: Any) -> str:
    created = studio.sagemaker.create_processing_job(
        ProcessingJobName=name,
        RoleArn=ROLE,
        AppSpecification={"ImageUri": "mine:1"},
        ProcessingResources={"ClusterConfig": CLUSTER},
        ProcessingInputs=[
            {
                "InputName": "raw",
                "S3Input": {
                    "S3Uri": "s3://studio/raw",
                    "LocalPath": "/opt/ml/processing/raw",
                    "S3DataType": "S3Prefix",
                },
            }
        ],
        ProcessingOutputConfig={
            "Outputs": [
                {
                    "OutputName": "clean",
                    "S3Output": {
                        "S3Uri": "s3://studio/clean",
                        "LocalPath": "/opt/ml/processing/clean",
                        "S3UploadMode": "EndOfJob",
                    },
                }
            ]
        },
        **members,
    )
    return str(created["ProcessingJobArn"])


def test_that_of_a_processing_job(trials: Any) -> None:
    job_arn = process(trials, ExperimentConfig={"ExperimentName": "e"})
    shown = component(trials, "p-aws-processing-job")
    assert shown["Source"] == {"SourceArn": job_arn, "SourceType": "SageMakerProcessingJob"}
    assert shown["Status"] == {
        "PrimaryStatus": "Completed",
        "Message": "Status: Completed, exit message: null, failure reason: null",
    }
    assert shown["Parameters"] == {
        "SageMaker.InstanceType": {"StringValue": "ml.m5.large"},
        "SageMaker.InstanceCount": {"NumberValue": 2.0},
        "SageMaker.VolumeSizeInGB": {"NumberValue": 30.0},
    }
    assert shown["InputArtifacts"] == {
        "SageMaker.ImageUri": {"Value": "mine:1"},
        "raw": {"Value": "s3://studio/raw"},
    }
    assert shown["OutputArtifacts"] == {"clean": {"Value": "s3://studio/clean"}}
    job = trials.sagemaker.describe_processing_job(ProcessingJobName="p")
    assert shown["EndTime"] == job["ProcessingEndTime"].replace(microsecond=0)
    (trial,) = trials.sagemaker.list_trials(TrialComponentName=shown["TrialComponentName"])[
        "TrialSummaries"
    ]
    assert trial["TrialName"] == "p-aws-trial"


def test_that_of_a_transform_job(studio: Any) -> None:
    studio.sagemaker.create_model(
        ModelName="m",
        ExecutionRoleArn=ROLE,
        PrimaryContainer={"Image": "mine:2", "ModelDataUrl": "s3://studio/model.tar.gz"},
    )
    control.fail_transform_job("ClientError: See job logs for more information")
    studio.sagemaker.create_transform_job(
        TransformJobName="t",
        ModelName="m",
        TransformInput={
            "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": "s3://studio/raw"}},
            "ContentType": "text/csv",
        },
        TransformOutput={"S3OutputPath": "s3://studio/out"},
        TransformResources={"InstanceType": "ml.m5.large", "InstanceCount": 1},
        ExperimentConfig={"TrialComponentDisplayName": "Predict"},
    )
    shown = component(studio, "t-aws-transform-job")
    assert shown["DisplayName"] == "Predict"
    assert shown["Source"]["SourceType"] == "SageMakerTransformJob"
    assert shown["Status"] == {
        "PrimaryStatus": "Failed",
        "Message": "Status: Failed, failure reason: ClientError: See job logs for more information",
    }
    assert shown["Parameters"] == {
        "SageMaker.InstanceType": {"StringValue": "ml.m5.large"},
        "SageMaker.InstanceCount": {"NumberValue": 1.0},
        "SageMaker.ModelName": {"StringValue": "m"},
        "SageMaker.ModelPrimary.DataUrl": {"StringValue": "s3://studio/model.tar.gz"},
        "SageMaker.ModelPrimary.Image": {"StringValue": "mine:2"},
    }
    assert shown["InputArtifacts"] == {
        "SageMaker.TransformInput": {"Value": "s3://studio/raw", "MediaType": "text/csv"}
    }
    assert shown["OutputArtifacts"] == {"SageMaker.TransformOutput": {"Value": "s3://studio/out"}}


def test_a_search_finds_components_by_what_their_jobs_say(studio: Any) -> None:
    process(studio, Environment={"STAGE": "prod"}, Tags=[{"Key": "Stage", "Value": "prod"}])
    (result,) = studio.sagemaker.search(
        Resource="ExperimentTrialComponent",
        SearchExpression={
            "Filters": [
                {"Name": "SourceDetail.ProcessingJob.ProcessingJobStatus", "Value": "Completed"},
                {"Name": "SourceDetail.ProcessingJob.Tags.Value", "Value": "prod"},
            ]
        },
    )["Results"]
    detail = result["TrialComponent"]["SourceDetail"]
    assert detail["ProcessingJob"]["ProcessingJobArn"] == detail["SourceArn"]
    assert detail["ProcessingJob"]["Environment"] == {"STAGE": "prod"}
    studio.sagemaker.add_tags(
        ResourceArn=detail["SourceArn"], Tags=[{"Key": "Stage", "Value": "test"}]
    )
    (result,) = studio.sagemaker.search(Resource="ExperimentTrialComponent")["Results"]
    tags = result["TrialComponent"]["SourceDetail"]["ProcessingJob"]["Tags"]
    assert tags == [{"Key": "Stage", "Value": "test"}]


def test_jobs_of_one_name_have_components_of_their_own(studio: Any) -> None:
    studio.create_job("p")
    process(studio)
    listed = studio.sagemaker.list_trial_components()["TrialComponentSummaries"]
    assert {each["TrialComponentName"] for each in listed} == {
        "p-aws-training-job",
        "p-aws-processing-job",
    }
