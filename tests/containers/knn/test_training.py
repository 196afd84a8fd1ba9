"""Training takes and gives plain values, in every form of the data, and can be stopped."""

from __future__ import annotations

import json
import pickle
from typing import Any

import numpy as np
import pytest
from tests.containers.knn.conftest import SETTINGS, Job, channel, table

from sagemock.algorithms.base import ClientError
from sagemock.algorithms.knn import KNNModel
from sagemock.containers.base import ModelData, TrainingInput, TrainingOutput
from sagemock.containers.inputs import Channel, Part, Shard
from sagemock.containers.knn.artifact import unpack
from sagemock.containers.knn.training import KNNTraining
from sagemock.formats.recordio import encode


def model(output: TrainingOutput) -> KNNModel:
    assert output.model is not None
    return unpack(ModelData(output.model))


def csv(rows: np.ndarray, labels: np.ndarray) -> bytes:
    whole = np.column_stack([labels, rows])
    return "".join(",".join(map(str, row)) + "\n" for row in whole.tolist()).encode()


def test_every_form_of_the_data_gives_the_same_model(job: Job) -> None:
    rows, labels = table(100)
    whole = [Part("a", encode(rows[:30], labels[:30])), Part("b", encode(rows[30:], labels[30:]))]
    forms = [
        channel("train", (rows, labels)),
        Channel("train", None, [Shard((0,), whole)]),
        channel("train", csv(rows, labels), content_type="text/csv"),
        channel("train", csv(rows, labels), content_type="text/csv; label_size=1"),
    ]
    for form in forms:
        trained = model(job.train({**SETTINGS, "sample_size": "100"}, form))
        assert trained.rows.tobytes() == rows.tobytes()
        assert trained.labels.tobytes() == labels.tobytes()


@pytest.mark.parametrize("given", ["auto", None])
def test_the_columns_may_be_left_to_the_data(job: Job, given: str | None) -> None:
    settings = {name: text for name, text in SETTINGS.items() if name != "feature_dim"}
    if given:
        settings["feature_dim"] = given
    data = channel("train", table(columns=6)), channel("test", table(columns=6))
    assert model(job.train(settings, *data)).columns == 6
    with pytest.raises(ClientError, match="size 5 to array axis with dimension 6"):
        job.train(settings, data[0], channel("test", table(columns=5)))


def test_labels_are_needed(job: Job) -> None:
    with pytest.raises(ClientError, match="Unable to read data channel 'train'"):
        job.train(SETTINGS, channel("train", encode(table()[0])))
    with pytest.raises(ClientError, match="Training needs one label column"):
        job.train(SETTINGS, channel("train", b"1,2,3,4\n", content_type="text/csv;label_size=0"))


def test_a_job_can_be_sent_to_another_process(job: Job) -> None:
    inputs = TrainingInput(SETTINGS, {"train": channel("train", table())}, seed=5)
    container, sent = pickle.loads(pickle.dumps((KNNTraining(), inputs)))
    here = job.train(SETTINGS, channel("train", table()), seed=5)
    assert container.train(sent) == here


def test_the_seed_of_the_job_counts(job: Job) -> None:
    one, same, other = (
        model(job.train(SETTINGS, channel("train", table()), seed=seed)).rows.tobytes()
        for seed in (1, 1, 2)
    )
    assert one == same != other


def test_hosts_with_the_same_rows_sample_each_for_itself(job: Job) -> None:
    rows, labels = table(40)
    both = Channel("train", None, [Shard((0, 1), [Part("a", encode(rows, labels))])])
    trained = model(job.train({**SETTINGS, "sample_size": "100"}, both, hosts=("algo-1", "algo-2")))
    assert trained.rows.tobytes() == np.concatenate([rows, rows]).tobytes()


def test_a_host_without_rows(job: Job) -> None:
    with pytest.raises(ClientError, match="Missing required data channel: 'train'"):
        job.train(SETTINGS, channel("train", table()), hosts=("algo-1", "algo-2"))


def test_stopped_before_the_first_batch_nothing_is_left(job: Job) -> None:
    output = job.train(SETTINGS, channel("train", table()), stop=lambda: True)
    assert output == TrainingOutput(None, stopped=True)
    assert "Received SIGTERM. Stopping training." in job.texts[-1]


def test_a_job_that_is_stopped_leaves_the_rows_so_far(job: Job) -> None:
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


def test_the_settings_of_the_model(job: Job) -> None:
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


def test_the_log_of_a_job_that_fails_on_demand(job: Job) -> None:
    failure = ClientError("Out of luck")
    KNNTraining().fail(TrainingInput(SETTINGS), failure, report=job.lines.extend)
    assert len(job.texts) == 5
    assert job.texts[-1].endswith("] Customer Error: Out of luck")


def test_the_channels_are_taken_out() -> None:
    channels = {"train": channel("train", table())}
    KNNTraining().train(TrainingInput(SETTINGS, channels))
    assert not channels
