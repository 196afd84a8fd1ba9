"""Hosts share the rows, a job that is stopped leaves whole epochs, classifiers have two labels."""

from __future__ import annotations

import numpy as np
import pytest
from tests.containers.container_job import ContainerJob, channel, member
from tests.containers.factorization_machines.conftest import CLASSIFIER, SETTINGS, rows

from sagemock.algorithms.base import ClientError
from sagemock.algorithms.factorization_machines import FactorizationMachinesModel
from sagemock.containers.base import TrainingOutput
from sagemock.containers.factorization_machines.artifact import unpack_member


def model(output: TrainingOutput) -> FactorizationMachinesModel:
    return unpack_member(member(output))


def test_several_hosts_share_the_rows(job: ContainerJob) -> None:
    features, labels = rows(400)
    sharded = channel("train", (features[:200], labels[:200]), (features[200:], labels[200:]))
    settings = {**SETTINGS, "mini_batch_size": "100"}
    output = job.train(settings, sharded, hosts=("algo-1", "algo-2"))
    assert model(output).columns.shape == (40, 5)
    of_second = job.of("algo-2")
    assert any("host=algo-2, epoch=0, train rmse <loss>=" in text for text in of_second)
    assert any("Create Store: dist_sync" in text for text in of_second)


def test_a_job_that_is_stopped_leaves_the_model_of_its_batches(job: ContainerJob) -> None:
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


def test_labels_of_a_classifier(job: ContainerJob) -> None:
    with pytest.raises(ClientError, match="must be 0 or 1 for predictor_type"):
        job.train(CLASSIFIER, channel("train", rows(300)))
    assert (
        model(job.train(CLASSIFIER, channel("train", rows(300, binary=True))))
        .predict(np.zeros((1, 40), np.float32))
        .labels
        is not None
    )
