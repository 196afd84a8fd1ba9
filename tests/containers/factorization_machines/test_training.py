"""Training takes and gives plain values, in every form of the data, and can be stopped."""

from __future__ import annotations

import pickle

import numpy as np
import pytest
from tests.containers.factorization_machines.conftest import (
    CLASSIFIER,
    SETTINGS,
    MachineTrainer,
    channel,
    rows,
)

from sagemock.algorithms.base import ClientError
from sagemock.algorithms.factorization_machines import FactorizationMachinesModel
from sagemock.containers.base import TrainingInput, TrainingOutput
from sagemock.containers.factorization_machines.artifact import unpack_member
from sagemock.containers.factorization_machines.training import FactorizationMachinesTraining
from sagemock.containers.inputs import Channel, Part, Shard
from sagemock.formats.recordio import encode


def model(output: TrainingOutput) -> FactorizationMachinesModel:
    assert output.model is not None
    assert list(output.model) == ["model_algo-1"]
    data = output.model["model_algo-1"]
    assert isinstance(data, bytes)
    return unpack_member(data)


def test_several_files_are_one_channel(job: MachineTrainer) -> None:
    features, labels = rows(400)
    whole = model(job.train(SETTINGS, channel("train", (features, labels))))
    parts = [(features[:150], labels[:150]), (features[150:], labels[150:])]
    assert model(job.train(SETTINGS, channel("train", *parts))).columns.tobytes() == (
        whole.columns.tobytes()
    )
    assert whole.columns.shape == (40, 5)


def test_a_job_can_be_sent_to_another_process(job: MachineTrainer) -> None:
    inputs = TrainingInput(SETTINGS, {"train": channel("train", rows(300))}, seed=5)
    container, sent = pickle.loads(pickle.dumps((FactorizationMachinesTraining(), inputs)))
    here = job.train(SETTINGS, channel("train", rows(300)), seed=5)
    assert container.train(sent) == here


def test_the_seed_of_the_job_counts(job: MachineTrainer) -> None:
    one, same, other = (
        model(job.train(SETTINGS, channel("train", rows(300)), seed=seed)).columns
        for seed in (1, 1, 2)
    )
    assert one.tobytes() == same.tobytes()
    assert (one != other).any()


def test_several_hosts_share_the_rows(job: MachineTrainer) -> None:
    features, labels = rows(400)
    parts = [Part("/a", encode(features[:200], labels[:200]))]
    others = [Part("/b", encode(features[200:], labels[200:]))]
    hosts = ("algo-1", "algo-2")
    sharded = Channel("train", None, [Shard((0,), parts), Shard((1,), others)])
    settings = {**SETTINGS, "mini_batch_size": "100"}
    output = job.train(settings, sharded, channel("test", rows(50)), hosts=hosts)
    assert model(output).columns.shape == (40, 5)
    assert {line.host for line in job.lines} == set(hosts)
    of_second = [line.text for line in job.lines if line.host == "algo-2"]
    assert any("host=algo-2, epoch=0, train rmse <loss>=" in text for text in of_second)
    assert any("Create Store: dist_sync" in text for text in of_second)
    # The test channel is on the first host only.
    assert any("Test data is not provided." in text for text in of_second)


def test_stopped_before_the_first_batch_nothing_is_left(job: MachineTrainer) -> None:
    output = job.train(SETTINGS, channel("train", rows(300)), stop=lambda: True)
    assert output == TrainingOutput(None, stopped=True)
    assert "Received SIGTERM. Stopping training." in job.texts[-1]


def test_a_job_that_is_stopped_leaves_the_model_of_its_batches(job: MachineTrainer) -> None:
    output = job.train(
        {**SETTINGS, "mini_batch_size": "100", "epochs": "50"},
        channel("train", rows(300)),
        stop=lambda: any("completed 4.0 % of epochs" in text for text in job.texts),
    )
    assert output.stopped
    two = job.train(
        {**SETTINGS, "mini_batch_size": "100", "epochs": "2"}, channel("train", rows(300))
    )
    assert model(output).columns.tobytes() == model(two).columns.tobytes()


def test_the_log_of_a_job_that_fails_on_demand(job: MachineTrainer) -> None:
    failure = ClientError("Out of luck")
    FactorizationMachinesTraining().fail(TrainingInput(SETTINGS), failure, report=job.lines.extend)
    assert len(job.texts) == 5
    assert job.texts[-1].endswith("] Customer Error: Out of luck")


def test_the_channels_are_taken_out() -> None:
    """The rows are all that is needed, and the bytes take as much memory again."""
    channels = {"train": channel("train", rows(300))}
    FactorizationMachinesTraining().train(TrainingInput(SETTINGS, channels))
    assert not channels


@pytest.mark.parametrize("name", ["train", "test"])
def test_csv_is_no_content_type(job: MachineTrainer, name: str) -> None:
    csv = channel(name, b"1,2,3\n", content_type="text/csv")
    others = [] if name == "train" else [channel("train", rows(300))]
    with pytest.raises(ClientError) as caught:
        job.train(SETTINGS, csv, *others)
    assert caught.value.failure_reason == (
        "ClientError: No iterator has been registered for ContentType ('text/csv', '1.0')"
    )


def test_records_without_labels(job: MachineTrainer) -> None:
    features, _ = rows(300)
    with pytest.raises(ClientError, match="Unable to read data channel 'train'"):
        job.train(SETTINGS, channel("train", encode(features)))


def test_labels_of_a_classifier(job: MachineTrainer) -> None:
    with pytest.raises(ClientError, match="must be 0 or 1 for predictor_type"):
        job.train(CLASSIFIER, channel("train", rows(300)))
    assert (
        model(job.train(CLASSIFIER, channel("train", rows(300, binary=True))))
        .predict(np.zeros((1, 40), np.float32))
        .labels
        is not None
    )
