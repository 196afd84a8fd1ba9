"""Factorization machines with the SageMaker Python SDK 3.x, in process and on the server."""

from __future__ import annotations

import json

import numpy as np
import pytest

pytest.importorskip("sagemaker.train", reason="the SageMaker SDK 3.x is not installed")

from sagemaker.core import image_uris
from scipy.sparse import csr_array
from tests.clients.test_sagemaker_sdk3 import (
    REGION,
    mocked,
    mocked_background,
    served,
    world,
)
from tests.clients.test_sagemaker_sdk3_algorithms import deployed
from tests.clients.test_sagemaker_sdk3_neighbors_and_forests import metrics, train

from sagemock.formats.recordio import encode

__all__ = ["mocked", "mocked_background", "served", "world"]

RECORDIO = "application/x-recordio-protobuf"


def test_factorization_machines(world: None) -> None:
    """Two users like items of opposite kinds, in sparse records."""
    users, items = np.tile([0, 0, 1, 1], 250), np.tile([2, 3, 2, 3], 250)
    labels = np.tile(np.float32([1, 0, 0, 1]), 250)
    indices = np.stack([users, items], axis=1).ravel()
    rows = (np.ones(2000, np.float32), (np.repeat(np.arange(1000), 2), indices))
    channel = (encode(csr_array(rows, shape=(1000, 4)), labels), RECORDIO, "FullyReplicated")
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
    session, job = train(image, hyperparameters, {"train": channel, "test": channel})
    values = metrics(job)
    assert values["test:binary_classification_accuracy"] == 1
    assert values["test:binary_classification_cross_entropy"] < 0.1
    asked = [{"keys": keys, "shape": [4], "values": [1, 1]} for keys in ([0, 2], [1, 2])]
    body = json.dumps({"instances": [{"data": {"features": each}} for each in asked]})
    invoked = deployed(session, job, image).invoke(
        body=body, content_type="application/json", accept="application/jsonlines"
    )
    likes, dislikes = (json.loads(line) for line in invoked.body.read().splitlines())
    assert (likes["predicted_label"], dislikes["predicted_label"]) == (1, 0)
    assert dislikes["score"] < 0.1 < 0.9 < likes["score"]
