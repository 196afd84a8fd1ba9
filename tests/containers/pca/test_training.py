"""Hosts share the rows, and a job that is stopped leaves the components of the rows so far."""

from __future__ import annotations

import numpy as np
from tests.containers.container_job import ContainerJob, channel, member
from tests.containers.pca.conftest import SETTINGS, rows

from sagemock.algorithms.pca import PCAModel
from sagemock.containers.base import TrainingOutput
from sagemock.containers.pca.artifact import unpack_member


def model(output: TrainingOutput) -> PCAModel:
    return unpack_member(member(output))


def test_hosts_share_the_rows(job: ContainerJob) -> None:
    hosts = ("algo-1", "algo-2")
    table = rows(300)
    shared = model(job.train(SETTINGS, channel("train", table[:90], table[90:]), hosts=hosts))
    alone = model(job.train(SETTINGS, channel("train", table)))
    np.testing.assert_allclose(shared.singular_values, alone.singular_values, rtol=1e-5)
    np.testing.assert_allclose(shared.vectors, alone.vectors, atol=1e-3)


def test_a_job_that_is_stopped_leaves_the_model_of_its_batches(job: ContainerJob) -> None:
    asked = iter([False, True])
    output = job.train(
        {**SETTINGS, "mini_batch_size": "100"}, channel("train", rows(300)), stop=asked.__next__
    )
    assert output.stopped
    whole = model(job.train(SETTINGS, channel("train", rows(300)[:100])))
    np.testing.assert_allclose(model(output).singular_values, whole.singular_values, rtol=1e-5)
