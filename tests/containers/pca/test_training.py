"""Training takes and returns plain values, in every form of the data, and can be stopped."""

from __future__ import annotations

import pickle

import numpy as np
import pytest
from tests.containers.pca.conftest import SETTINGS, Job, channel, rows

from sagemock.algorithms.base import ClientError
from sagemock.algorithms.pca import PCAModel
from sagemock.containers.base import TrainingInput, TrainingOutput
from sagemock.containers.inputs import Channel, Shard
from sagemock.containers.pca.artifact import unpack_member
from sagemock.containers.pca.training import PCATraining
from sagemock.formats.recordio import encode

RANDOMIZED = {**SETTINGS, "num_components": "2", "algorithm_mode": "randomized"}


def model(output: TrainingOutput) -> PCAModel:
    assert output.model is not None
    assert list(output.model) == ["model_algo-1"]
    data = output.model["model_algo-1"]
    assert isinstance(data, bytes)
    return unpack_member(data)


def csv(table: np.ndarray) -> bytes:
    return "".join(",".join(map(str, row)) + "\n" for row in table.tolist()).encode()


def test_every_form_of_the_data_has_the_same_model(job: Job) -> None:
    table = rows(200)
    labelled = np.hstack([np.arange(200, dtype=np.float32)[:, np.newaxis], table])
    forms = [
        channel("train", table),
        channel("train", encode(table, np.ones(200, np.float32))),
        channel("train", csv(table), content_type="text/csv;label_size=0"),
        channel("train", csv(labelled), content_type="text/csv"),
    ]
    first, *others = [model(job.train(SETTINGS, form)) for form in forms]
    assert first.vectors.shape == (34, 33)
    for other in others:
        assert other.vectors.tobytes() == first.vectors.tobytes()


def test_a_job_can_be_sent_to_another_process(job: Job) -> None:
    inputs = TrainingInput(RANDOMIZED, {"train": channel("train", rows(300))}, seed=5)
    container, sent = pickle.loads(pickle.dumps((PCATraining(), inputs)))
    here = job.train(RANDOMIZED, channel("train", rows(300)), seed=5)
    assert container.train(sent) == here


def test_the_seed_of_the_job_counts(job: Job) -> None:
    one, same, other = (
        model(job.train(RANDOMIZED, channel("train", rows(300)), seed=seed)).vectors
        for seed in (1, 1, 2)
    )
    assert (one == same).all()
    assert (one != other).any()


def test_hosts_share_the_rows(job: Job) -> None:
    hosts = ("algo-1", "algo-2")
    table = rows(300)
    shared = model(job.train(SETTINGS, channel("train", table[:90], table[90:]), hosts=hosts))
    alone = model(job.train(SETTINGS, channel("train", table)))
    np.testing.assert_allclose(shared.singular_values, alone.singular_values, rtol=1e-5)
    np.testing.assert_allclose(shared.vectors, alone.vectors, atol=1e-3)


def test_a_host_without_rows_fails_the_job(job: Job) -> None:
    lone = Channel("train", None, [Shard((0,), channel("train", rows(50)).shards[0].parts)])
    with pytest.raises(ClientError, match="Missing required data channel: 'train'"):
        job.train(SETTINGS, lone, hosts=("algo-1", "algo-2"))


def test_stopped_before_the_first_batch_nothing_is_left(job: Job) -> None:
    output = job.train(SETTINGS, channel("train", rows(300)), stop=lambda: True)
    assert output == TrainingOutput(None, stopped=True)
    assert "Received SIGTERM. Stopping training." in job.texts[-1]


def test_a_job_that_is_stopped_leaves_the_model_of_its_batches(job: Job) -> None:
    asked = iter([False, True])
    output = job.train(
        {**SETTINGS, "mini_batch_size": "100"}, channel("train", rows(300)), stop=asked.__next__
    )
    assert output.stopped
    whole = model(job.train(SETTINGS, channel("train", rows(300)[:100])))
    np.testing.assert_allclose(model(output).singular_values, whole.singular_values, rtol=1e-5)


def test_the_log_of_a_job_that_fails_on_demand(job: Job) -> None:
    failure = ClientError("Out of luck")
    PCATraining().fail(TrainingInput(SETTINGS), failure, report=job.lines.extend)
    assert job.texts[0] == "Docker entrypoint called with argument(s): train"
    assert job.texts[-1].endswith("] Customer Error: Out of luck")


def test_the_channels_are_taken_out() -> None:
    """The rows are all that is needed, and the bytes take as much memory again."""
    channels = {"train": channel("train", rows(300))}
    PCATraining().train(TrainingInput(SETTINGS, channels))
    assert not channels
