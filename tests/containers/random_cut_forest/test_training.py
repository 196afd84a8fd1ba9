"""How the data is spread over hosts, and the forest of a job that is stopped."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from tests.containers.container_job import ContainerJob, channel, csv, member
from tests.containers.random_cut_forest.conftest import SETTINGS, labelled, rows

from sagemock.algorithms.base import ClientError
from sagemock.algorithms.random_cut_forest import RandomCutForest
from sagemock.containers.base import TrainingOutput
from sagemock.containers.random_cut_forest.artifact import unpack_member


def forest(output: TrainingOutput) -> RandomCutForest:
    return unpack_member(member(output))


def test_the_test_channel_may_be_csv(job: ContainerJob) -> None:
    text = csv(np.zeros(9), rows(9))
    test = channel("test", text, content_type="text/csv;label_size=1")
    assert forest(job.train(SETTINGS, channel("train", rows()), test)).trees == 50


def config(name: str, distribution: str | None) -> dict[str, Any]:
    source = {"S3DataType": "S3Prefix", "S3Uri": "s3://data/rows"}
    if distribution:
        source["S3DataDistributionType"] = distribution
    return {"ChannelName": name, "DataSource": {"S3DataSource": source}}


@pytest.mark.parametrize("distribution", [None, "FullyReplicated"])
def test_train_data_must_be_sharded(job: ContainerJob, distribution: str | None) -> None:
    document = {"InputDataConfig": [config("train", distribution)]}
    with pytest.raises(ClientError) as caught:
        job.train(SETTINGS, channel("train", rows()), document=document)
    assert caught.value.failure_reason == (
        "ClientError: The value 'FullyReplicated' is not valid for the 'train.S3DistributionType' "
        "hyperparameter which accepts one of the following: 'ShardedByS3Key' (caused by "
        "ValidationError)"
    )


def test_test_data_must_not_be_sharded(job: ContainerJob) -> None:
    configs = [config("train", "ShardedByS3Key"), config("test", "ShardedByS3Key")]
    data = channel("train", rows()), channel("test", labelled(rows(9)))
    with pytest.raises(ClientError, match=r"'test\.S3DistributionType'.*'FullyReplicated'"):
        job.train(SETTINGS, *data, document={"InputDataConfig": configs})
    configs[1] = config("test", "FullyReplicated")
    job.train(SETTINGS, *data, document={"InputDataConfig": configs})


def test_several_hosts_grow_one_forest(job: ContainerJob) -> None:
    output = job.train(
        SETTINGS,
        channel("train", np.full((3000, 1), 1.0), np.full((1000, 1), 2.0)),
        hosts=("algo-1", "algo-2"),
    )
    points, mass = forest(output).points[:, 0], forest(output).mass
    assert mass.sum() == 4000
    assert mass[points == 2].sum() == 1000


def test_a_job_that_is_stopped_leaves_a_forest_of_the_rows_so_far(job: ContainerJob) -> None:
    calls = iter([False, False, True])
    output = job.train(SETTINGS, channel("train", rows()), stop=lambda: next(calls, True))
    assert output.stopped
    assert forest(output).mass.sum() == 2000
    log = "\n".join(job.texts)
    assert log.index("SIGTERM") < log.index("2000 samples gathered") < log.index("ForestInfo{")
    assert "% epochs" not in log
