"""A binary classifier with any loss of its own or of a regressor, from data to prediction."""

from __future__ import annotations

import io
import json
import tarfile
import zipfile
from typing import Any

import numpy as np
import pytest
from tests.conftest import Studio

OBJECTIVES = {
    "logistic": "binary_classification_cross_entropy_objective",
    "hinge_loss": "hinge_loss_objective",
    "squared_loss": "mse_objective",
    "absolute_loss": "absolute_loss_objective",
    "eps_insensitive_squared_loss": "eps_insensitive_squared_loss_objective",
    "eps_insensitive_absolute_loss": "eps_insensitive_absolute_loss_objective",
    "quantile_loss": "quantile_loss_objective",
    "huber_loss": "huber_loss_objective",
}
SCORES = [
    "binary_classification_accuracy",
    "binary_f_1.000",
    "precision",
    "recall",
    "roc_auc_score",
]
OF_LOSS = {
    "hinge_loss": {"margin": 1.0},
    "eps_insensitive_squared_loss": {"loss_insensitivity": 0.01},
    "eps_insensitive_absolute_loss": {"loss_insensitivity": 0.01},
    "quantile_loss": {"quantile": 0.5},
    "huber_loss": {"huber_delta": 1.0},
}


def parameters(studio: Studio, location: str) -> dict[str, Any]:
    """What the artifact says of its model."""
    bucket, key = location.removeprefix("s3://").split("/", 1)
    body = studio.s3.get_object(Bucket=bucket, Key=key)["Body"].read()
    with tarfile.open(fileobj=io.BytesIO(body)) as archive:
        member = archive.extractfile("model_algo-1")
        assert member is not None
        with zipfile.ZipFile(io.BytesIO(member.read())) as inner:
            members: dict[str, Any] = json.loads(inner.read("additional-params.json"))
            return members


def log(sagemock: Any) -> str:
    logs = sagemock.client("logs")
    events = logs.filter_log_events(logGroupName="/aws/sagemaker/TrainingJobs")["events"]
    return "\n".join(event["message"] for event in events)


@pytest.mark.parametrize("loss", OBJECTIVES)
@pytest.mark.parametrize("validated", [False, True])
def test_a_binary_classifier_with_any_loss(
    sagemock: Any, studio: Studio, loss: str, validated: bool
) -> None:
    source = {"S3DataType": "S3Prefix", "S3Uri": "s3://studio/train/"}
    names = ["train", "validation"] if validated else ["train"]
    studio.create_job(
        "j",
        HyperParameters={
            "predictor_type": "binary_classifier",
            "loss": loss,
            "mini_batch_size": "10",
        },
        InputDataConfig=[
            {
                "ChannelName": name,
                "ContentType": "text/csv",
                "DataSource": {"S3DataSource": source},
            }
            for name in names
        ],
    )
    job = studio.job("j")
    assert job["TrainingJobStatus"] == "Completed", job.get("FailureReason")
    metrics = {each["MetricName"]: each["Value"] for each in job["FinalMetricDataList"]}
    assert metrics[f"{names[-1]}:binary_classification_accuracy"] > 0.9
    assert "train:mse" not in metrics
    scores = [
        line.split(" (algo-1) : ")[1].split("'")[1]
        for line in log(sagemock).splitlines()
        if f"#{names[-1]}_score (algo-1)" in line
    ]
    assert scores == [OBJECTIVES[loss], *SCORES]

    artifact = job["ModelArtifacts"]["S3ModelArtifacts"]
    members = parameters(studio, artifact)
    assert (members["loss_type"], members["predictor_type"]) == (loss, "binary_classifier")
    assert members["metrics_params"] == {
        "accuracy_top_k": 3,
        "class_weights": None,
        "eps_insensitive_loss_type": loss if loss.startswith("eps") else None,
        "f_beta": 1.0,
        "huber_delta": None,
        "loss_insensitivity": None,
        "margin": None,
        "positive_example_weight_mult": 1.0,
        "quantile": None,
        "threshold": members["threshold"],
        **OF_LOSS.get(loss, {}),
    }

    studio.create_config("c", artifact)
    studio.sagemaker.create_endpoint(EndpointName="e", EndpointConfigName="c")
    answer = studio.runtime.invoke_endpoint(
        EndpointName="e", ContentType="text/csv", Body="0,100\n49,51\n52,48\n99,1\n"
    )
    predictions = json.loads(answer["Body"].read())["predictions"]
    values = np.array([each["score"] for each in predictions])
    labels = [each["predicted_label"] for each in predictions]
    assert (np.diff(values) > 0).all()
    assert labels == [int(value >= members["threshold"]) for value in values]
    assert (labels[0], labels[-1]) == (0, 1)


@pytest.mark.parametrize("criterion", ["loss_function", "f1", "precision_at_target_recall"])
def test_criteria_with_the_loss_of_a_regressor(studio: Studio, criterion: str) -> None:
    """By the loss, the threshold is in the middle between the labels."""
    studio.create_job(
        "j",
        HyperParameters={
            "predictor_type": "binary_classifier",
            "loss": "absolute_loss",
            "mini_batch_size": "10",
            "positive_example_weight_mult": "balanced",
            "binary_classifier_model_selection_criteria": criterion,
        },
    )
    job = studio.job("j")
    assert job["TrainingJobStatus"] == "Completed", job.get("FailureReason")
    if criterion == "loss_function":
        assert parameters(studio, job["ModelArtifacts"]["S3ModelArtifacts"])["threshold"] == 0.5
