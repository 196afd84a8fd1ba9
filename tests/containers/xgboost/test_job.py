"""Jobs of XGBoost on tumours through boto3: releases, GPUs, spot instances."""

from __future__ import annotations

import json
import pickle
from typing import Any

import numpy as np
import pytest
from tests.containers.account import Account, channel, metrics
from tests.containers.first_party.test_every_serving import bodies
from tests.containers.xgboost.conftest import NEW, OLD_IMAGE, RECORDED, REGISTRY, csv, tumours

SETTINGS = {**RECORDED, "num_round": "10"}


class TumourAccount(Account):
    """One with the tumours."""

    def __init__(self, client: Any) -> None:
        super().__init__(client)
        train, validation, self.test = tumours()
        self.put(train=csv(train), validation=csv(validation))

    def trained(
        self, name: str, settings: dict[str, str], image: str = NEW, **members: Any
    ) -> dict[str, Any]:
        channels = [channel(each, "text/csv") for each in ("train", "validation")]
        return self.train(name, image, settings, channels, **members)


@pytest.fixture
def account(sagemock: Any) -> TumourAccount:
    return TumourAccount(sagemock.client)


def test_a_job_from_its_request_to_its_metrics(account: TumourAccount) -> None:
    import xgboost

    job = account.trained("j", {**SETTINGS, "eval_metric": "logloss,accuracy"})
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
    ((name, model),) = account.files(job).items()
    assert name == "xgboost-model"
    booster = xgboost.Booster(model_file=bytearray(model))
    rows = xgboost.DMatrix(account.test[:, 1:])
    right = (booster.predict(rows) > 0.5) == account.test[:, 0]
    assert right.mean() > 0.9


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
def test_every_release_trains_and_predicts(
    account: TumourAccount, image: str, pickled: bool
) -> None:
    import xgboost

    job = account.trained("j", SETTINGS, image=image)
    assert job["TrainingJobStatus"] == "Completed", job.get("FailureReason")
    assert metrics(job)
    model = account.files(job)["xgboost-model"]
    assert model.startswith(b"\x80\x04") == pickled
    booster = pickle.loads(model) if pickled else xgboost.Booster(model_file=bytearray(model))
    expected = booster.predict(xgboost.DMatrix(account.test[:, 1:])).tolist()
    assert account.deploy(job, image) == "InService"
    answer = account.invoke(csv(account.test, labelled=False), "text/csv", "text/csv").decode()
    old = pickled and "1.2-2" not in image
    assert answer == (
        ",".join(map(str, expected)) if old else "".join(f"{each}\n" for each in expected)
    )


def test_every_content_type_through_the_endpoint(account: TumourAccount) -> None:
    """Columns of libsvm are counted from 0, as in the files of the train channel."""
    assert account.deploy(account.trained("j", SETTINGS), NEW) == "InService"
    forms = bodies(account.test[:3, 1:].tolist())
    answers = [
        json.loads(account.invoke(forms[name][0], name))
        for name in ("text/csv", "text/libsvm", "application/x-recordio-protobuf")
    ]
    assert answers[0] == answers[1] == answers[2]
    scores = [each["score"] for each in answers[0]["predictions"]]
    assert [score > 0.5 for score in scores] == [label == 1 for label in account.test[:3, 0]]


def test_the_old_image_fails_without_a_traceback(account: TumourAccount) -> None:
    settings = {**SETTINGS, "num_class": "2"}
    job = account.trained("j", settings, image=OLD_IMAGE)
    assert job["FailureReason"] == (
        "ClientError: Do not need to setup parameter 'num_class' for learning task other than "
        "multi classification."
    )


def test_a_payload_with_other_columns(account: TumourAccount) -> None:
    job = account.trained("j", SETTINGS, image=OLD_IMAGE)
    account.deploy(job, OLD_IMAGE)
    response = account.refusal(",".join(["1.5"] * 27), "text/csv", "text/csv")
    assert response["Error"]["Message"].startswith(
        'Received client error (400) from primary with message "Unable to evaluate payload '
        "provided: Feature size of csv inference data 27 is not consistent with feature size of "
        'trained model 26". See '
    )


def test_gpu_instances_train_on_the_processor(account: TumourAccount) -> None:
    settings = {**SETTINGS, "tree_method": "gpu_hist"}
    job = account.trained("j", settings, instance="ml.p3.2xlarge")
    assert job["TrainingJobStatus"] == "Completed"
    log = account.log("j")
    assert any("Determined 1 GPU(s) available on the instance." in line for line in log)
    assert not any("No GPUs detected" in line for line in log)


def test_a_job_goes_on_where_its_spot_instance_was_lost(
    sagemock: Any, account: TumourAccount
) -> None:
    whole = account.trained("whole", SETTINGS)
    sagemock.control.lose_spot_instance(name="spot")
    job = account.trained(
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
    assert account.files(job) == account.files(whole)
    listed = account.s3.list_objects_v2(Bucket="data", Prefix="checkpoints/")["Contents"]
    names = {each["Key"].rpartition(".")[2] for each in listed}
    assert names == {"0", "1", "2", "5", "6", "7", "8", "9"}
