"""What the README says is not there yet is not: whoever builds it removes the line there."""

from __future__ import annotations

import json
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from tests.api.conftest import IMAGE, REGION, ROLE, job

from sagemock import mock_sagemaker

INFERENCE = {
    "Containers": [{"Image": IMAGE}],
    "SupportedContentTypes": ["text/csv"],
    "SupportedResponseMIMETypes": ["text/csv"],
}


@pytest.fixture
def sagemaker() -> Any:
    with mock_sagemaker():
        yield boto3.client("sagemaker", REGION)


def refused(operation: Any, **request: Any) -> str:
    with pytest.raises(ClientError) as caught:
        operation(**request)
    assert caught.value.response["Error"]["Code"] == "UnknownOperationException"
    return str(caught.value.response["Error"]["Message"])


def test_an_execution_of_a_pipeline_runs_no_step(sagemaker: Any) -> None:
    request = job("j") | {"Tags": []}
    del request["TrainingJobName"]
    steps = [{"Name": "Train", "Type": "Training", "Arguments": request}]
    sagemaker.create_pipeline(
        PipelineName="p",
        PipelineDefinition=json.dumps({"Version": "2020-12-01", "Steps": steps}),
        RoleArn=ROLE,
        ClientRequestToken="a" * 32,
    )
    started = sagemaker.start_pipeline_execution(PipelineName="p", ClientRequestToken="a" * 32)
    execution = {"PipelineExecutionArn": started["PipelineExecutionArn"]}
    described = sagemaker.describe_pipeline_execution(**execution)
    assert described["PipelineExecutionStatus"] == "Succeeded"
    assert sagemaker.list_training_jobs()["TrainingJobSummaries"] == []


def test_a_job_sends_no_event(sagemaker: Any) -> None:
    sqs, events = (boto3.client(service, REGION) for service in ("sqs", "events"))
    queue = {"QueueUrl": sqs.create_queue(QueueName="q")["QueueUrl"]}
    attributes = sqs.get_queue_attributes(**queue, AttributeNames=["QueueArn"])["Attributes"]
    events.put_rule(Name="r", EventPattern=json.dumps({"source": ["aws.sagemaker"]}))
    events.put_targets(Rule="r", Targets=[{"Id": "1", "Arn": attributes["QueueArn"]}])
    sagemaker.create_training_job(**job("j"))
    assert "Messages" not in sqs.receive_message(**queue)


def test_records_are_refused(sagemaker: Any) -> None:
    store = boto3.client("sagemaker-featurestore-runtime", REGION)
    record = [{"FeatureName": "id", "ValueAsString": "1"}]
    assert refused(store.put_record, FeatureGroupName="g", Record=record) == (
        "The operation at /FeatureGroup/g is implemented neither by sagemock nor by moto."
    )


def test_a_model_package_cannot_be_deleted(sagemaker: Any) -> None:
    sagemaker.create_model_package_group(ModelPackageGroupName="g")
    package = sagemaker.create_model_package(
        ModelPackageGroupName="g", InferenceSpecification=INFERENCE
    )["ModelPackageArn"]
    sagemaker.update_model_package(ModelPackageArn=package, ModelApprovalStatus="Approved")
    assert "DeleteModelPackage" in refused(sagemaker.delete_model_package, ModelPackageName=package)


def test_what_moto_lacks_is_refused(sagemaker: Any) -> None:
    assert "ListMonitoringSchedules" in refused(sagemaker.list_monitoring_schedules)
    assert "DescribeUserProfile" in refused(
        sagemaker.describe_user_profile, DomainId="d", UserProfileName="u"
    )
