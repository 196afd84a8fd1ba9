"""A job of XGBoost through boto3: train, look, search, deploy, ask, and what AWS says to errors."""

from __future__ import annotations

import io
import json
import pickle
import tarfile
from typing import Any

import botocore.exceptions
import numpy as np
import pytest
import requests
from tests.containers.xgboost.conftest import NEW, OLD_IMAGE, RECORDED, REGISTRY, csv, tumours

from sagemock.formats.recordio import encode

ROLE = "arn:aws:iam::123456789012:role/SageMaker"
SETTINGS = {**RECORDED, "num_round": "10"}


class Account:
    """Clients, a bucket with the tumours, and short calls."""

    def __init__(self, client: Any) -> None:
        self.client = client
        self.sagemaker = client("sagemaker")
        self.runtime = client("sagemaker-runtime")
        self.s3 = client("s3")
        self.s3.create_bucket(Bucket="data")
        train, validation, self.test = tumours()
        self.s3.put_object(Bucket="data", Key="train/rows.csv", Body=csv(train))
        self.s3.put_object(Bucket="data", Key="validation/rows.csv", Body=csv(validation))

    def train(
        self,
        name: str,
        settings: dict[str, str],
        *,
        image: str = NEW,
        channels: tuple[str, ...] = ("train", "validation"),
        content_type: str = "text/csv",
        instance: str = "ml.m5.large",
        **members: Any,
    ) -> dict[str, Any]:
        """The document of a new job."""
        self.sagemaker.create_training_job(
            TrainingJobName=name,
            RoleArn=ROLE,
            AlgorithmSpecification={"TrainingImage": image, "TrainingInputMode": "File"},
            HyperParameters=settings,
            InputDataConfig=[
                {
                    "ChannelName": channel,
                    "ContentType": content_type,
                    "DataSource": {
                        "S3DataSource": {
                            "S3DataType": "S3Prefix",
                            "S3Uri": f"s3://data/{channel}/",
                        }
                    },
                }
                for channel in channels
            ],
            OutputDataConfig={"S3OutputPath": "s3://data/output"},
            ResourceConfig={"InstanceType": instance, "InstanceCount": 1, "VolumeSizeInGB": 10},
            **{"StoppingCondition": {"MaxRuntimeInSeconds": 3600}, **members},
        )
        return self.job(name)

    def job(self, name: str) -> dict[str, Any]:
        described: dict[str, Any] = self.sagemaker.describe_training_job(TrainingJobName=name)
        return described

    def wait(self, state: str, **names: str) -> None:
        """Wait for what the server does in the background."""
        pace = {"Delay": 0.05, "MaxAttempts": 1000}
        self.sagemaker.get_waiter(state).wait(WaiterConfig=pace, **names)

    def log(self, name: str) -> list[str]:
        logs = self.client("logs")
        group = "/aws/sagemaker/TrainingJobs"
        (stream,) = logs.describe_log_streams(logGroupName=group, logStreamNamePrefix=f"{name}/")[
            "logStreams"
        ]
        answer = logs.get_log_events(
            logGroupName=group, logStreamName=stream["logStreamName"], startFromHead=True
        )
        return [event["message"] for event in answer["events"]]

    def artifact(self, job: dict[str, Any]) -> dict[str, bytes]:
        bucket, _, key = job["ModelArtifacts"]["S3ModelArtifacts"][len("s3://") :].partition("/")
        data = self.s3.get_object(Bucket=bucket, Key=key)["Body"].read()
        with tarfile.open(fileobj=io.BytesIO(data)) as archive:
            return {each.name: archive.extractfile(each).read() for each in archive}  # type: ignore[union-attr]

    def deploy(self, artifact: str, image: str = NEW, **environment: str) -> dict[str, Any]:
        self.sagemaker.create_model(
            ModelName="m",
            ExecutionRoleArn=ROLE,
            PrimaryContainer={
                "Image": image,
                "ModelDataUrl": artifact,
                "Environment": environment,
            },
        )
        variant = {
            "VariantName": "v",
            "ModelName": "m",
            "InitialInstanceCount": 1,
            "InstanceType": "ml.m5.large",
        }
        self.sagemaker.create_endpoint_config(EndpointConfigName="c", ProductionVariants=[variant])
        self.sagemaker.create_endpoint(EndpointName="e", EndpointConfigName="c")
        described: dict[str, Any] = self.sagemaker.describe_endpoint(EndpointName="e")
        return described

    def invoke(self, body: bytes, content_type: str, accept: str) -> bytes:
        answer = self.runtime.invoke_endpoint(
            EndpointName="e", ContentType=content_type, Accept=accept, Body=body
        )
        data: bytes = answer["Body"].read()
        return data


@pytest.fixture
def account(sagemock: Any) -> Account:
    return Account(sagemock.client)


def metrics(job: dict[str, Any]) -> dict[str, float]:
    return {each["MetricName"]: each["Value"] for each in job.get("FinalMetricDataList", ())}


def test_a_job_from_its_request_to_its_metrics(account: Account) -> None:
    import xgboost

    job = account.train("j", {**SETTINGS, "eval_metric": "logloss,accuracy"})
    assert job["TrainingJobStatus"] == "Completed"
    names = {each["Name"] for each in job["AlgorithmSpecification"]["MetricDefinitions"]}
    assert {"train:logloss", "validation:auc", "validation:balanced_accuracy"} <= names
    values = metrics(job)
    assert set(values) == {
        f"{data}:{name}" for data in ("train", "validation") for name in ("logloss", "accuracy")
    }
    last = next(line for line in account.log("j") if line.startswith("[9]#011"))
    shown = dict(each.rsplit(":", 1) for each in last.split("#011")[1:])
    assert values["train:logloss"] == float(np.float32(shown["train-logloss"]))
    ((name, model),) = account.artifact(job).items()
    assert name == "xgboost-model"
    booster = xgboost.Booster(model_file=bytearray(model))
    rows = xgboost.DMatrix(account.test[:, 1:])
    right = (booster.predict(rows) > 0.5) == account.test[:, 0]
    assert right.mean() > 0.9


def test_search_ranks_jobs_by_their_metrics(account: Account) -> None:
    for rounds in ("2", "20", "5"):
        account.train(f"rounds-{rounds}", {**RECORDED, "num_round": rounds})
    ranked = account.sagemaker.search(
        Resource="TrainingJob",
        SearchExpression={
            "Filters": [
                {"Name": "Metrics.validation:logloss", "Operator": "GreaterThan", "Value": "0"}
            ]
        },
        SortBy="Metrics.validation:logloss",
        SortOrder="Ascending",
    )
    names = [each["TrainingJob"]["TrainingJobName"] for each in ranked["Results"]]
    assert names == ["rounds-20", "rounds-5", "rounds-2"]


@pytest.mark.parametrize(
    ("image", "pickled"),
    [
        (OLD_IMAGE, True),
        (f"{REGISTRY}:0.90-2-cpu-py3", True),
        (f"{REGISTRY}:1.2-2", True),
        (f"{REGISTRY}:1.3-1", False),
        (f"{REGISTRY}:3.0-5", False),
        (NEW.replace("683313688378", "141502667606").replace("us-east-1", "eu-west-1"), False),
    ],
)
def test_every_release_trains_and_predicts(account: Account, image: str, pickled: bool) -> None:
    import xgboost

    job = account.train("j", SETTINGS, image=image)
    assert job["TrainingJobStatus"] == "Completed", job.get("FailureReason")
    assert metrics(job)
    model = account.artifact(job)["xgboost-model"]
    assert model.startswith(b"\x80\x04") == pickled
    booster = pickle.loads(model) if pickled else xgboost.Booster(model_file=bytearray(model))
    expected = booster.predict(xgboost.DMatrix(account.test[:, 1:])).tolist()
    assert account.deploy(job["ModelArtifacts"]["S3ModelArtifacts"], image)["EndpointStatus"] == (
        "InService"
    )
    answer = account.invoke(csv(account.test, labelled=False), "text/csv", "text/csv").decode()
    old = pickled and "1.2-2" not in image
    assert answer == (
        ",".join(map(str, expected)) if old else "".join(f"{each}\n" for each in expected)
    )


def test_every_content_type_through_the_endpoint(account: Account) -> None:
    job = account.train("j", SETTINGS)
    account.deploy(job["ModelArtifacts"]["S3ModelArtifacts"])
    rows = account.test[:3, 1:]
    # Columns are counted from 0, as in the files of the train channel.
    pairs = (" ".join(f"{i}:{value!r}" for i, value in enumerate(row)) for row in rows.tolist())
    bodies = {
        "text/csv": csv(account.test[:3], labelled=False),
        "text/libsvm": "\n".join(pairs).encode(),
        "application/x-recordio-protobuf": encode(rows.astype(np.float32)),
    }
    answers = [
        json.loads(account.invoke(body, content_type, "application/json"))
        for content_type, body in bodies.items()
    ]
    assert answers[0] == answers[1] == answers[2]
    scores = [each["score"] for each in answers[0]["predictions"]]
    assert [score > 0.5 for score in scores] == [label == 1 for label in account.test[:3, 0]]


def test_a_job_that_fails_says_why(account: Account) -> None:
    job = account.train("j", {**SETTINGS, "eta": "2"})
    assert job["TrainingJobStatus"] == "Failed"
    reason = job["FailureReason"]
    assert reason.startswith(
        "AlgorithmError: framework error: \nTraceback (most recent call last):\n"
    )
    assert len(reason) <= 1024
    log = account.log("j")
    assert log[-1].endswith("UserError: Hyperparameter eta: 2.0 is not in [0, 1]")
    assert any(line.endswith("Reporting training FAILURE") for line in log)


def test_the_old_image_fails_without_a_traceback(account: Account) -> None:
    settings = {**SETTINGS, "num_class": "2"}
    job = account.train("j", settings, image=OLD_IMAGE)
    assert job["FailureReason"] == (
        "ClientError: Do not need to setup parameter 'num_class' for learning task other than "
        "multi classification."
    )


def test_a_payload_with_other_columns(account: Account) -> None:
    job = account.train("j", SETTINGS, image=OLD_IMAGE)
    account.deploy(job["ModelArtifacts"]["S3ModelArtifacts"], OLD_IMAGE)
    body = ",".join(["1.5"] * 27).encode()
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        account.invoke(body, "text/csv", "text/csv")
    assert caught.value.response["Error"]["Message"].startswith(
        'Received client error (400) from primary with message "Unable to evaluate payload '
        "provided: Feature size of csv inference data 27 is not consistent with feature size of "
        'trained model 26". See '
    )


def test_metric_definitions_are_not_for_built_in_algorithms(account: Account) -> None:
    with pytest.raises(botocore.exceptions.ClientError, match="override the metric definitions"):
        account.sagemaker.create_training_job(
            TrainingJobName="j",
            RoleArn=ROLE,
            AlgorithmSpecification={
                "TrainingImage": NEW,
                "TrainingInputMode": "File",
                "MetricDefinitions": [{"Name": "a", "Regex": "(b)"}],
            },
            OutputDataConfig={"S3OutputPath": "s3://data/output"},
            ResourceConfig={
                "InstanceType": "ml.m5.large",
                "InstanceCount": 1,
                "VolumeSizeInGB": 10,
            },
            StoppingCondition={"MaxRuntimeInSeconds": 3600},
        )


def test_gpu_instances_train_on_the_processor(account: Account) -> None:
    settings = {**SETTINGS, "tree_method": "gpu_hist"}
    job = account.train("j", settings, instance="ml.p3.2xlarge")
    assert job["TrainingJobStatus"] == "Completed"
    log = account.log("j")
    assert any("Determined 1 GPU(s) available on the instance." in line for line in log)
    assert not any("No GPUs detected" in line for line in log)


def test_a_job_goes_on_where_its_spot_instance_was_lost(sagemock: Any, account: Account) -> None:
    whole = account.train("whole", SETTINGS)
    sagemock.control.lose_spot_instance(name="spot")
    job = account.train(
        "spot",
        SETTINGS,
        EnableManagedSpotTraining=True,
        CheckpointConfig={"S3Uri": "s3://data/checkpoints"},
        StoppingCondition={"MaxRuntimeInSeconds": 3600, "MaxWaitTimeInSeconds": 3600},
    )
    statuses = [each["Status"] for each in job["SecondaryStatusTransitions"]]
    assert statuses[-6:] == [
        "Interrupted",
        "Starting",
        "Downloading",
        "Training",
        "Uploading",
        "Completed",
    ]
    log = account.log("spot")
    resumed = next(n for n, line in enumerate(log) if "Resuming from iteration 3" in line)
    rounds = [line for line in account.log("whole") if "#011" in line]
    assert [line for line in log[:resumed] if "#011" in line] == rounds[:3]
    assert [line for line in log[resumed:] if "#011" in line] == rounds[3:]
    assert account.artifact(job) == account.artifact(whole)
    listed = account.s3.list_objects_v2(Bucket="data", Prefix="checkpoints/")["Contents"]
    names = {each["Key"].rpartition(".")[2] for each in listed}
    assert names == {"0", "1", "2", "5", "6", "7", "8", "9"}


def test_through_the_server(sagemock_server: Any) -> None:
    account = Account(sagemock_server.client)
    account.train("j", SETTINGS)
    account.wait("training_job_completed_or_stopped", TrainingJobName="j")
    job = account.job("j")
    assert metrics(job)["validation:logloss"] < 0.5
    account.deploy(job["ModelArtifacts"]["S3ModelArtifacts"])
    account.wait("endpoint_in_service", EndpointName="e")
    answer = account.invoke(csv(account.test[:2], labelled=False), "text/csv", "application/json")
    assert len(json.loads(answer)["predictions"]) == 2


def test_pages_of_the_console(sagemock_server: Any) -> None:
    """They know the algorithm by its row alone: its hyperparameters, metrics, and the model."""
    account = Account(sagemock_server.client)
    account.train("trees", SETTINGS)
    account.wait("training_job_completed_or_stopped", TrainingJobName="trees")
    account.deploy(account.job("trees")["ModelArtifacts"]["S3ModelArtifacts"])
    account.wait("endpoint_in_service", EndpointName="e")

    def page(path: str, **arguments: str) -> str:
        url = f"{sagemock_server.url}/sagemock/{path}"
        answer = requests.get(url, arguments, timeout=30)
        assert answer.status_code == 200
        return answer.text

    form = page("training-jobs/new", image=NEW)
    assert "Rounds of boosting. Valid: integer, [1, +inf)." in form
    job = page("training-jobs/trees")
    assert "validation:logloss" in job
    assert "#011train-logloss" in job
    assert "validation:logloss" in page("search", resource="TrainingJob")
    endpoint = page("endpoints/e")
    assert "The prediction for the objective binary:logistic." in endpoint
