"""Amazon's algorithms with the SageMaker Python SDK 3.x, in process and against the server."""

from __future__ import annotations

import json

import numpy as np
import pytest
from scipy.sparse import csr_array

from sagemock.formats.recordio import encode

pytest.importorskip("sagemaker.train", reason="the SageMaker SDK 3.x is not installed")

from sagemaker.core.utils.exceptions import FailedStatusError
from tests.clients.sdk3 import (
    REGION,
    channel,
    deployed,
    image_uris,
    in_process,
    metrics,
    mocked,
    mocked_background,
    predictions,
    served,
    trained,
    world,
)
from tests.containers.container_job import csv

__all__ = ["in_process", "mocked", "mocked_background", "served", "world"]

CSV = "text/csv"
UNLABELLED = "text/csv;label_size=0"
RECORDIO = "application/x-recordio-protobuf"

LABELS = np.repeat([0, 1], 100)
ROWS = np.random.default_rng(0).normal(size=(200, 2)) + LABELS[:, np.newaxis] * [60, 80]
"""Around (0, 0) and (60, 80)."""

CENTERS = "0,0\n60,80"


def test_kmeans(world: None) -> None:
    image = image_uris.retrieve("kmeans", REGION)
    job = trained(image, {"k": 2, "feature_dim": 2}, channel("train", UNLABELLED, csv(ROWS)))
    assert 0 < metrics(job)["train:msd"] < 5
    one, two = predictions(deployed(job, image), CENTERS)
    assert {one["closest_cluster"], two["closest_cluster"]} == {0.0, 1.0}
    assert max(one["distance_to_cluster"], two["distance_to_cluster"]) < 1


def test_pca(world: None) -> None:
    image = image_uris.retrieve("pca", REGION)
    hyperparameters = {"num_components": 1, "feature_dim": 2, "mini_batch_size": 50}
    job = trained(image, hyperparameters, channel("train", UNLABELLED, csv(ROWS)))
    assert job.training_job_status == "Completed"
    one, two = predictions(deployed(job, image), CENTERS)
    (before,), (after,) = one["projection"], two["projection"]
    assert abs(after - before) == pytest.approx(100, abs=0.5)
    assert abs(after + before) < 1


def test_knn(world: None) -> None:
    image = image_uris.retrieve("knn", REGION)
    hyperparameters = {"k": 3, "predictor_type": "classifier", "sample_size": 200}
    channels = [channel(name, CSV, csv(LABELS, ROWS)) for name in ("train", "test")]
    job = trained(image, hyperparameters, *channels)
    assert metrics(job)["test:accuracy"] == 1
    expected = [{"predicted_label": 0.0}, {"predicted_label": 1.0}]
    assert predictions(deployed(job, image), CENTERS) == expected


def test_random_cut_forest(world: None) -> None:
    near = ROWS[:100]
    labelled = csv(np.zeros(100), near) + b"1,60,80\n"
    image = image_uris.retrieve("randomcutforest", REGION)
    job = trained(
        image,
        {"feature_dim": 2, "num_trees": 50, "num_samples_per_tree": 20},
        channel("train", UNLABELLED, csv(near), "ShardedByS3Key"),
        channel("test", "text/csv;label_size=1", labelled),
    )
    assert metrics(job)["test:f1"] == 1
    one, two = predictions(deployed(job, image), CENTERS)
    assert one["score"] < two["score"]


def test_factorization_machines(world: None) -> None:
    """Two users like items of opposite kinds, in sparse records."""
    users, items = np.tile([0, 0, 1, 1], 250), np.tile([2, 3, 2, 3], 250)
    labels = np.tile(np.float32([1, 0, 0, 1]), 250)
    indices = np.stack([users, items], axis=1).ravel()
    rows = (np.ones(2000, np.float32), (np.repeat(np.arange(1000), 2), indices))
    body = encode(csr_array(rows, shape=(1000, 4)), labels)
    image = image_uris.retrieve("factorization-machines", REGION)
    hyperparameters = {
        "feature_dim": 4,
        "num_factors": 2,
        "predictor_type": "binary_classifier",
        "mini_batch_size": 100,
        "epochs": 50,
        "factors_lr": 0.05,
        "factors_init_sigma": 0.1,
    }
    channels = [channel(name, RECORDIO, body) for name in ("train", "test")]
    job = trained(image, hyperparameters, *channels)
    assert metrics(job)["test:binary_classification_accuracy"] == 1
    assert metrics(job)["test:binary_classification_cross_entropy"] < 0.1
    asked = [{"keys": keys, "shape": [4], "values": [1, 1]} for keys in ([0, 2], [1, 2])]
    lines = "\n".join(json.dumps({"data": {"features": each}}) for each in asked)
    likes, dislikes = predictions(deployed(job, image), lines, "application/jsonlines")
    assert (likes["predicted_label"], dislikes["predicted_label"]) == (1, 0)
    assert dislikes["score"] < 0.1 < 0.9 < likes["score"]


BOOSTED = {"objective": "binary:logistic", "num_round": "10", "eval_metric": "logloss"}


def test_xgboost(world: None) -> None:
    pytest.importorskip("xgboost", reason="the extra `xgboost` is not installed")
    image = image_uris.retrieve("xgboost", REGION, "3.0-5")
    job = trained(image, BOOSTED, channel("train", CSV))
    assert job.training_job_status == "Completed"
    assert metrics(job)["train:logloss"] < 0.2
    endpoint = deployed(job, image)
    answer = endpoint.invoke(body="90,10\n10,90", content_type=CSV, accept="application/json")
    high, low = json.loads(answer.body.read())["predictions"]
    assert high["score"] > 0.5 > low["score"]
    endpoint.delete()


def test_a_failure_of_xgboost_is_told(in_process: None) -> None:
    pytest.importorskip("xgboost", reason="the extra `xgboost` is not installed")
    image = image_uris.retrieve("xgboost", REGION, "3.0-5")
    with pytest.raises(FailedStatusError, match="AlgorithmError: framework error"):
        trained(image, {**BOOSTED, "eta": "2"}, channel("train", CSV))
