"""Training takes and gives plain values, in every form of the data, and can be stopped."""

from __future__ import annotations

import pickle
from typing import Any

import numpy as np
import pytest
from tests.containers.random_cut_forest.conftest import SETTINGS, Job, channel, labelled, rows

from sagemock.algorithms.base import ClientError
from sagemock.algorithms.random_cut_forest import RandomCutForest
from sagemock.containers.base import TrainingInput, TrainingOutput
from sagemock.containers.random_cut_forest.artifact import unpack_member
from sagemock.containers.random_cut_forest.training import RandomCutForestTraining


def forest(output: TrainingOutput) -> RandomCutForest:
    assert output.model is not None
    assert list(output.model) == ["model_algo-1"]
    data: Any = output.model["model_algo-1"]
    return unpack_member(data)


def csv(table: np.ndarray) -> bytes:
    return "".join(",".join(map(str, row)) + "\n" for row in table.tolist()).encode()


def test_every_form_of_the_data_gives_the_same_model(job: Job) -> None:
    table = rows(500)
    with_labels = np.column_stack([np.zeros(500), table])
    forms = [
        channel("train", table),
        channel("train", labelled(table)),
        channel("train", csv(table), content_type="text/csv;label_size=0"),
        channel("train", csv(with_labels), content_type="text/csv;label_size=1"),
    ]
    models = [forest(job.train(SETTINGS, form)) for form in forms]
    for model in models[1:]:
        assert model.points.tobytes() == models[0].points.tobytes()


def test_the_test_channel_needs_labels(job: Job) -> None:
    with pytest.raises(ClientError, match="Unable to read data channel 'test'"):
        job.train(SETTINGS, channel("train", rows()), channel("test", rows(9)))
    body = csv(np.column_stack([np.zeros(9), rows(9)]))
    as_csv = channel("test", body, content_type="text/csv;label_size=1")
    assert forest(job.train(SETTINGS, channel("train", rows()), as_csv)).trees == 50


def test_a_job_can_be_sent_to_another_process(job: Job) -> None:
    inputs = TrainingInput(SETTINGS, {"train": channel("train", rows())}, seed=5)
    container, sent = pickle.loads(pickle.dumps((RandomCutForestTraining(), inputs)))
    here = job.train(SETTINGS, channel("train", rows()), seed=5)
    assert container.train(sent) == here


def test_the_seed_of_the_job_counts(job: Job) -> None:
    one, same, other = (
        forest(job.train(SETTINGS, channel("train", rows()), seed=seed)).cut.tobytes()
        for seed in (1, 1, 2)
    )
    assert one == same != other


def config(name: str, distribution: str | None) -> dict[str, Any]:
    source = {"S3DataType": "S3Prefix", "S3Uri": "s3://data/rows"}
    if distribution:
        source["S3DataDistributionType"] = distribution
    return {"ChannelName": name, "DataSource": {"S3DataSource": source}}


@pytest.mark.parametrize("distribution", [None, "FullyReplicated"])
def test_train_data_must_be_sharded(job: Job, distribution: str | None) -> None:
    document = {"InputDataConfig": [config("train", distribution)]}
    with pytest.raises(ClientError) as caught:
        job.train(SETTINGS, channel("train", rows()), document=document)
    assert caught.value.failure_reason == (
        "ClientError: The value 'FullyReplicated' is not valid for the 'train.S3DistributionType' "
        "hyperparameter which accepts one of the following: 'ShardedByS3Key' (caused by "
        "ValidationError)"
    )


def test_test_data_must_not_be_sharded(job: Job) -> None:
    configs = [config("train", "ShardedByS3Key"), config("test", "ShardedByS3Key")]
    data = channel("train", rows()), channel("test", labelled(rows(9)))
    with pytest.raises(ClientError, match=r"'test\.S3DistributionType'.*'FullyReplicated'"):
        job.train(SETTINGS, *data, document={"InputDataConfig": configs})
    configs[1] = config("test", "FullyReplicated")
    job.train(SETTINGS, *data, document={"InputDataConfig": configs})


def test_several_hosts_grow_one_forest(job: Job) -> None:
    output = job.train(
        SETTINGS,
        channel("train", np.full((3000, 1), 1.0), np.full((1000, 1), 2.0)),
        hosts=("algo-1", "algo-2"),
    )
    points, mass = forest(output).points[:, 0], forest(output).mass
    assert mass.sum() == 4000
    assert mass[points == 2].sum() == 1000


def test_a_host_without_rows(job: Job) -> None:
    with pytest.raises(ClientError, match="Missing required data channel: 'train'"):
        job.train(SETTINGS, channel("train", rows()), hosts=("algo-1", "algo-2"))


def test_stopped_before_the_first_batch_nothing_is_left(job: Job) -> None:
    output = job.train(SETTINGS, channel("train", rows()), stop=lambda: True)
    assert output == TrainingOutput(None, stopped=True)
    assert "Received SIGTERM. Stopping training." in job.texts[-1]


def test_a_job_that_is_stopped_leaves_a_forest_of_the_rows_so_far(job: Job) -> None:
    calls = iter([False, False, True])
    output = job.train(SETTINGS, channel("train", rows()), stop=lambda: next(calls, True))
    assert output.stopped
    assert forest(output).mass.sum() == 2000
    log = "\n".join(job.texts)
    assert log.index("SIGTERM") < log.index("2000 samples gathered") < log.index("ForestInfo{")
    assert "% epochs" not in log


def test_the_log_of_a_job_that_fails_on_demand(job: Job) -> None:
    failure = ClientError("Out of luck")
    RandomCutForestTraining().fail(TrainingInput(SETTINGS), failure, report=job.lines.extend)
    assert len(job.texts) == 5
    assert job.texts[-1].endswith("] Customer Error: Out of luck")


def test_the_channels_are_taken_out() -> None:
    channels = {"train": channel("train", rows(300))}
    RandomCutForestTraining().train(TrainingInput(SETTINGS, channels))
    assert not channels
