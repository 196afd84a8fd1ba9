"""Training as the container of PCA does it."""

from __future__ import annotations

from sagemock.algorithms.pca import PCAHyperparameters, PCAModel, fit
from sagemock.containers.first_party.channels import ChannelSpecification
from sagemock.containers.first_party.datasets import TEST, TRAIN
from sagemock.containers.first_party.model_file import MEMBER
from sagemock.containers.first_party.training import FirstPartyTraining, TrainingSteps
from sagemock.containers.pca.artifact import pack_member
from sagemock.containers.pca.hyperparameters import parse_hyperparameters
from sagemock.containers.pca.log import PCAHostLog


class PCATraining(FirstPartyTraining[PCAHyperparameters, PCAModel]):
    """Trains PCA, on the hosts of the job together.

    A job that is asked to stop leaves the model of the mini-batches so far.
    """

    steps = TrainingSteps(
        log=PCAHostLog,
        parse=parse_hyperparameters,
        channels=[ChannelSpecification(name, labelled=False) for name in (TRAIN, TEST)],
        fit=fit,
        pack=lambda model, _: {MEMBER: pack_member(model)},
    )
