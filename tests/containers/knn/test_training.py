"""What is left to the data, what hosts sample, and what the files of the model say."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from tests.containers.container_job import ContainerJob, channel, replicated
from tests.containers.knn.conftest import SETTINGS, table

from sagemock.algorithms.base import ClientError
from sagemock.algorithms.knn import KNNModel
from sagemock.containers.base import ModelData, TrainingOutput
from sagemock.containers.knn.artifact import unpack


def model(output: TrainingOutput) -> KNNModel:
    assert output.model is not None
    return unpack(ModelData(output.model))


@pytest.mark.parametrize("given", ["auto", None])
def test_the_columns_may_be_left_to_the_data(job: ContainerJob, given: str | None) -> None:
    settings = {name: text for name, text in SETTINGS.items() if name != "feature_dim"}
    if given:
        settings["feature_dim"] = given
    data = channel("train", table(columns=6)), channel("test", table(columns=6))
    assert model(job.train(settings, *data)).columns == 6
    with pytest.raises(ClientError, match="size 5 to array axis with dimension 6"):
        job.train(settings, data[0], channel("test", table(columns=5)))


def test_hosts_with_the_same_rows_sample_each_for_itself(job: ContainerJob) -> None:
    rows, labels = table(40)
    both = replicated("train", (rows, labels))
    trained = model(job.train({**SETTINGS, "sample_size": "100"}, both, hosts=("algo-1", "algo-2")))
    assert trained.rows.tobytes() == np.concatenate([rows, rows]).tobytes()


def test_a_job_that_is_stopped_leaves_the_rows_so_far(job: ContainerJob) -> None:
    calls = iter([False, False, True])
    output = job.train(
        {**SETTINGS, "mini_batch_size": "20"},
        channel("train", table()),
        stop=lambda: next(calls, True),
    )
    assert output.stopped
    assert model(output).rows.tobytes() == table()[0][:40].tobytes()
    log = "\n".join(job.texts)
    assert log.index("SIGTERM") < log.index("data=(40, 4)") < log.index("Adding data to index")
    assert "% of epochs" not in log


def test_the_settings_of_the_model(job: ContainerJob) -> None:
    settings = {
        **SETTINGS,
        "predictor_type": "regressor",
        "index_metric": "COSINE",
        "dimension_reduction_type": "sign",
        "dimension_reduction_target": "2",
        "index_type": "faiss.IVFFlat",
    }
    output = job.train(settings, channel("train", table()), seed=3)
    assert output.model is not None
    assert list(output.model) == ["model_algo-1", "model_algo-1.labels", "model_algo-1.json"]
    metadata: Any = output.model["model_algo-1.json"]
    assert json.loads(metadata) == {
        "k": 3,
        "predictor_type": "regressor",
        "dimension_reduction": {"type": "sign", "seed": 3, "target_dim": 2, "input_dim": 4},
        "normalize": True,
        "version": "1.0",
    }
    assert "'index_type': 'faiss.IVFFlat'" in "\n".join(job.texts)
