"""State machines of Step Functions, whose tasks call the server that runs them."""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import boto3
import pytest

from sagemock.server import SageMockServer

ROLE = "arn:aws:iam::123456789012:role/SageMaker"
IMAGE = "382416733822.dkr.ecr.us-east-1.amazonaws.com/linear-learner:1"

CREATE = {
    "TrainingJobName.$": "$.job",
    "RoleArn": ROLE,
    "AlgorithmSpecification": {"TrainingImage": IMAGE, "TrainingInputMode": "File"},
    "HyperParameters": {
        "predictor_type": "binary_classifier",
        "mini_batch_size": "10",
        "epochs": "1",
    },
    "InputDataConfig": [
        {
            "ChannelName": "train",
            "ContentType": "text/csv",
            "DataSource": {
                "S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": "s3://studio/train/"}
            },
        }
    ],
    "OutputDataConfig": {"S3OutputPath": "s3://studio/output"},
    "ResourceConfig": {"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 10},
    "StoppingCondition": {"MaxRuntimeInSeconds": 3600},
}


def client(service: str, url: str) -> Any:
    keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
    return boto3.client(service, "us-east-1", endpoint_url=url, **keys)


def task(resource: str, parameters: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "Type": "Task",
        "Resource": f"arn:aws:states:::{resource}",
        "Parameters": parameters,
        **more,
    }


def train_and_look(create: str) -> dict[str, Any]:
    """Create a job, look until it is not in progress any more, and give what was seen."""
    return {
        "StartAt": "Train",
        "States": {
            "Train": task(create, CREATE, ResultPath="$.created", Next="Look"),
            "Look": task(
                "aws-sdk:sagemaker:describeTrainingJob",
                {"TrainingJobName.$": "$.job"},
                ResultPath="$.seen",
                Next="Ended?",
            ),
            "Ended?": {
                "Type": "Choice",
                "Choices": [
                    {
                        "Variable": "$.seen.TrainingJobStatus",
                        "StringEquals": "InProgress",
                        "Next": "Look",
                    }
                ],
                "Default": "Done",
            },
            "Done": {"Type": "Succeed"},
        },
    }


def run(
    url: str, name: str, definition: dict[str, Any], execution_input: dict[str, Any]
) -> dict[str, Any]:
    """The description of an execution that has ended."""
    machines = client("stepfunctions", url)
    machine = machines.create_state_machine(
        name=name, definition=json.dumps(definition), roleArn=ROLE
    )["stateMachineArn"]
    execution = machines.start_execution(stateMachineArn=machine, input=json.dumps(execution_input))
    while True:
        answer: dict[str, Any] = machines.describe_execution(executionArn=execution["executionArn"])
        if answer["status"] != "RUNNING":
            return answer


def fill(url: str) -> None:
    s3 = client("s3", url)
    s3.create_bucket(Bucket="studio")
    rows = "".join(f"{x > 50:d},{x},{100 - x}\n" for x in range(100))
    s3.put_object(Bucket="studio", Key="train/rows.csv", Body=rows)


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with SageMockServer() as server:
        fill(server.url)
        yield server.url


def test_a_machine_trains_on_the_server_of_the_command_line(serving: Any) -> None:
    # The free port that it gets is not 5000, where moto looks unless told otherwise.
    with serving() as (process, url, _):
        fill(url)
        definition = train_and_look("aws-sdk:sagemaker:createTrainingJob")
        answer = run(url, "train", definition, {"job": "j"})
        assert answer["status"] == "SUCCEEDED", answer
        output = json.loads(answer["output"])
        job = client("sagemaker", url).describe_training_job(TrainingJobName="j")
        assert job["TrainingJobStatus"] == output["seen"]["TrainingJobStatus"] == "Completed"
        assert output["created"]["TrainingJobArn"] == job["TrainingJobArn"]
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=60) == 0


def test_the_optimised_form_creates_a_job_as_well(url: str) -> None:
    answer = run(
        url, "optimised", train_and_look("sagemaker:createTrainingJob"), {"job": "optimised"}
    )
    assert answer["status"] == "SUCCEEDED", answer
    assert json.loads(answer["output"])["seen"]["TrainingJobStatus"] == "Completed"


def test_the_sync_form_fails_as_the_manual_says(url: str) -> None:
    definition = train_and_look("sagemaker:createTrainingJob.sync")
    answer = run(url, "sync", definition, {"job": "sync"})
    assert (answer["status"], answer["error"]) == ("FAILED", "States.Runtime")
    assert "Unsupported sync callback procedure" in answer["cause"]
    jobs = client("sagemaker", url).list_training_jobs(NameContains="sync")
    assert jobs["TrainingJobSummaries"] == []


def test_a_refused_task_can_be_caught(url: str) -> None:
    look = task(
        "aws-sdk:sagemaker:describeTrainingJob",
        {"TrainingJobName": "nothing"},
        Catch=[{"ErrorEquals": ["States.TaskFailed"], "Next": "Done"}],
        End=True,
    )
    definition = {"StartAt": "Look", "States": {"Look": look, "Done": {"Type": "Succeed"}}}
    output = json.loads(run(url, "caught", definition, {})["output"])
    assert "Requested resource not found." in output["Cause"]


def test_times_and_predictions_are_json(url: str) -> None:
    sagemaker = client("sagemaker", url)
    run(url, "trains", train_and_look("aws-sdk:sagemaker:createTrainingJob"), {"job": "model"})
    artifacts = sagemaker.describe_training_job(TrainingJobName="model")["ModelArtifacts"]
    container = {"Image": IMAGE, "ModelDataUrl": artifacts["S3ModelArtifacts"]}
    variant = {"VariantName": "v", "ModelName": "m", "InitialInstanceCount": 1}
    variant["InstanceType"] = "ml.m5.large"
    steps = {
        "createModel": {
            "ModelName": "m",
            "ExecutionRoleArn": ROLE,
            "PrimaryContainer": container,
        },
        "createEndpointConfig": {"EndpointConfigName": "c", "ProductionVariants": [variant]},
        "createEndpoint": {"EndpointName": "e", "EndpointConfigName": "c"},
        "describeEndpoint": {"EndpointName": "e"},
    }
    invoke = {"EndpointName": "e", "ContentType": "text/csv", "Body": "10,90\n"}
    names = [*steps, "invokeEndpoint"]
    states: dict[str, Any] = {
        name: task(f"aws-sdk:sagemaker:{name}", steps[name], ResultPath=f"$.{name}", Next=after)
        for name, after in pairwise(names)
    }
    states["invokeEndpoint"] = task(
        "aws-sdk:sagemakerruntime:invokeEndpoint", invoke, ResultPath="$.invokeEndpoint", End=True
    )
    answer = run(url, "serves", {"StartAt": names[0], "States": states}, {})
    assert answer["status"] == "SUCCEEDED", answer
    output = json.loads(answer["output"])
    created = sagemaker.describe_endpoint(EndpointName="e")["CreationTime"]
    shown = output["describeEndpoint"]["CreationTime"]
    assert shown.endswith("Z")
    assert abs(created.fromisoformat(shown) - created).total_seconds() < 0.001
    assert "predictions" in json.loads(output["invokeEndpoint"]["Body"])
