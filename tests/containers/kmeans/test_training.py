"""Hosts train together, and a job that is stopped leaves centers of the rows so far."""

from __future__ import annotations

import numpy as np
from tests.containers.container_job import ContainerJob, channel, member, replicated
from tests.containers.kmeans.conftest import SETTINGS, rows

from sagemock.containers.base import TrainingOutput
from sagemock.containers.kmeans.artifact import unpack_member


def centers(output: TrainingOutput) -> np.ndarray:
    return unpack_member(member(output)).centers


def test_several_hosts_train_together(job: ContainerJob) -> None:
    table = rows(200)
    hosts = ("algo-1", "algo-2")
    sharded = centers(job.train(SETTINGS, channel("train", table[:90], table[90:]), hosts=hosts))
    whole = centers(job.train(SETTINGS, replicated("train", table), hosts=hosts))
    alone = centers(job.train(SETTINGS, channel("train", table)))
    assert alone.shape == (8, 7)
    np.testing.assert_allclose(sharded, alone, atol=1e-6)
    assert whole.tobytes() == alone.tobytes()


def test_a_job_that_is_stopped_leaves_the_model_of_its_batches(job: ContainerJob) -> None:
    output = job.train(
        {**SETTINGS, "mini_batch_size": "100", "epochs": "50"},
        channel("train", rows(300)),
        stop=lambda: any("completed 4.0 % of epochs" in text for text in job.texts),
    )
    assert centers(output).shape == (8, 7)
    log = "\n".join(job.texts)
    assert log.index("SIGTERM") < log.index("shrinking 80")
    assert log.count("local kmeans attempt") == 1
