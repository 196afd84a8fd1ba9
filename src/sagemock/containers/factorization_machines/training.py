"""Training as the container of factorization machines does it."""

from __future__ import annotations

from sagemock.algorithms.factorization_machines import (
    FactorizationMachinesHyperparameters,
    FactorizationMachinesModel,
    fit,
)
from sagemock.containers.factorization_machines.artifact import pack_member
from sagemock.containers.factorization_machines.hyperparameters import parse_hyperparameters
from sagemock.containers.factorization_machines.log import MachineHostLog
from sagemock.containers.first_party.channels import ChannelSpecification
from sagemock.containers.first_party.datasets import TEST, TRAIN
from sagemock.containers.first_party.model_file import MEMBER
from sagemock.containers.first_party.training import FirstPartyTraining, TrainingSteps
from sagemock.formats.media_type import RECORDIO


class FactorizationMachinesTraining(
    FirstPartyTraining[FactorizationMachinesHyperparameters, FactorizationMachinesModel]
):
    """Trains factorization machines.

    A job that is asked to stop leaves the model of the mini-batches so far.
    """

    steps = TrainingSteps(
        log=MachineHostLog,
        parse=parse_hyperparameters,
        channels=[ChannelSpecification(name, content_types=[RECORDIO]) for name in (TRAIN, TEST)],
        fit=fit,
        pack=lambda model, hyper: {MEMBER: pack_member(model, hyper)},
    )
