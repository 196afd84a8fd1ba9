"""Training as the container of KNN does it."""

from __future__ import annotations

from sagemock.algorithms.knn import KNNHyperparameters, KNNModel, fit
from sagemock.containers.first_party.channels import ChannelSpecification
from sagemock.containers.first_party.datasets import TEST, TRAIN
from sagemock.containers.first_party.training import FirstPartyTraining, TrainingSteps
from sagemock.containers.knn.artifact import pack
from sagemock.containers.knn.hyperparameters import parse_hyperparameters
from sagemock.containers.knn.log import KNNHostLog


class KNNTraining(FirstPartyTraining[KNNHyperparameters, KNNModel]):
    """Samples and indexes rows.

    A job that is asked to stop leaves an index of the rows so far.
    """

    steps = TrainingSteps(
        log=KNNHostLog,
        parse=parse_hyperparameters,
        channels=[ChannelSpecification(name) for name in (TRAIN, TEST)],
        fit=fit,
        pack=lambda model, _: pack(model),
    )
