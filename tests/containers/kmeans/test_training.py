"""Training takes and gives plain values, in every form of the data, and can be stopped."""

from __future__ import annotations

import pickle

import numpy as np
import pytest
from tests.containers.kmeans.conftest import SETTINGS, Job, channel, rows

from sagemock.algorithms.base import ClientError
from sagemock.containers.base import TrainingInput, TrainingOutput
from sagemock.containers.inputs import Channel, Part, Shard
from sagemock.containers.kmeans.artifact import unpack_member
from sagemock.containers.kmeans.training import KMeansTraining
from sagemock.formats.recordio import encode


def centers(output: TrainingOutput) -> np.ndarray:
    assert output.model is not None
    assert list(output.model) == ["model_algo-1"]
    data = output.model["model_algo-1"]
    assert isinstance(data, bytes)
    return unpack_member(data).centers


def csv(table: np.ndarray) -> bytes:
    return "".join(",".join(map(str, row)) + "\n" for row in table.tolist()).encode()


def test_the_model_has_k_centers(job: Job) -> None:
    assert centers(job.train(SETTINGS, channel("train", rows(300)))).shape == (8, 7)


def test_every_form_of_the_data_gives_the_same_model(job: Job) -> None:
    table = rows(200)
    labelled = np.hstack([np.arange(200, dtype=np.float32)[:, np.newaxis], table])
    forms = [
        channel("train", table),
        channel("train", table[:120], table[120:]),
        channel("train", encode(table, np.ones(200, np.float32))),
        channel("train", csv(table), content_type="text/csv;label_size=0"),
        channel("train", csv(labelled), content_type="text/csv"),
    ]
    models = [centers(job.train(SETTINGS, form)) for form in forms]
    for model in models[1:]:
        assert model.tobytes() == models[0].tobytes()


def test_csv_without_label_size_loses_its_first_column(job: Job) -> None:
    with pytest.raises(ClientError, match="size 6 to array axis with dimension 7"):
        job.train(SETTINGS, channel("train", csv(rows(50)), content_type="text/csv"))


def test_a_job_can_be_sent_to_another_process(job: Job) -> None:
    inputs = TrainingInput(SETTINGS, {"train": channel("train", rows(300))}, seed=5)
    container, sent = pickle.loads(pickle.dumps((KMeansTraining(), inputs)))
    here = job.train(SETTINGS, channel("train", rows(300)), seed=5)
    assert container.train(sent) == here


def test_the_seed_of_the_job_counts(job: Job) -> None:
    one, same, other = (
        centers(job.train(SETTINGS, channel("train", rows(300)), seed=seed)) for seed in (1, 1, 2)
    )
    assert (one == same).all()
    assert (one != other).any()


def test_several_hosts_train_together(job: Job) -> None:
    table = rows(200)
    parts = [Part("/opt/ml/input/data/train/a", encode(table[:90]))]
    others = [Part("/opt/ml/input/data/train/b", encode(table[90:]))]
    hosts = ("algo-1", "algo-2")
    sharded = Channel("train", None, [Shard((0,), parts), Shard((1,), others)])
    replicated = Channel("train", None, [Shard((0, 1), [*parts, *others])])
    models = [
        centers(job.train(SETTINGS, sharded, hosts=hosts)),
        centers(job.train(SETTINGS, replicated, hosts=hosts)),
        centers(job.train(SETTINGS, channel("train", table))),
    ]
    np.testing.assert_allclose(models[0], models[2], atol=1e-6)
    assert models[1].tobytes() == models[2].tobytes()


def test_a_host_without_rows_fails_the_job(job: Job) -> None:
    lone = Channel("train", None, [Shard((0,), channel("train", rows(50)).shards[0].parts)])
    with pytest.raises(ClientError, match="Missing required data channel: 'train'"):
        job.train(SETTINGS, lone, hosts=("algo-1", "algo-2"))


def test_stopped_before_the_first_batch_nothing_is_left(job: Job) -> None:
    output = job.train(SETTINGS, channel("train", rows(300)), stop=lambda: True)
    assert output == TrainingOutput(None, stopped=True)
    assert "Received SIGTERM. Stopping training." in job.texts[-1]


def test_a_job_that_is_stopped_leaves_the_model_of_its_batches(job: Job) -> None:
    output = job.train(
        {**SETTINGS, "mini_batch_size": "100", "epochs": "50"},
        channel("train", rows(300)),
        stop=lambda: any("completed 4.0 % of epochs" in text for text in job.texts),
    )
    assert output.stopped
    assert centers(output).shape == (8, 7)
    log = "\n".join(job.texts)
    assert log.index("completed 4.0 %") < log.index("SIGTERM") < log.index("shrinking 80")
    assert "completed 6.0 %" not in log
    assert log.count("local kmeans attempt") == 1


def test_the_log_of_a_job_that_fails_on_demand(job: Job) -> None:
    failure = ClientError("Out of luck")
    KMeansTraining().fail(TrainingInput(SETTINGS), failure, report=job.lines.extend)
    assert len(job.texts) == 5
    assert job.texts[0] == "Docker entrypoint called with argument(s): train"
    assert job.texts[-1].endswith("] Customer Error: Out of luck")


def test_the_channels_are_taken_out() -> None:
    """The rows are all that is needed, and the bytes take as much memory again."""
    channels = {"train": channel("train", rows(300))}
    KMeansTraining().train(TrainingInput(SETTINGS, channels))
    assert not channels
