"""Training as the container of Linear Learner does it."""

from __future__ import annotations

from sagemock.algorithms.linear_learner import LinearLearnerHyperparameters, LinearModel, fit
from sagemock.containers.first_party.channels import ChannelSpecification
from sagemock.containers.first_party.datasets import TEST, TRAIN
from sagemock.containers.first_party.model_file import MEMBER
from sagemock.containers.first_party.training import FirstPartyTraining, TrainingSteps
from sagemock.containers.linear_learner.artifact import pack_member
from sagemock.containers.linear_learner.hyperparameters import parse_hyperparameters
from sagemock.containers.linear_learner.log import LinearLearnerHostLog


class LinearLearnerTraining(FirstPartyTraining[LinearLearnerHyperparameters, LinearModel]):
    """Trains Linear Learner.

    A job that is asked to stop leaves the best model of the epochs that have ended. Source: AWS's
    API reference, *StoppingCondition*.
    """

    steps = TrainingSteps(
        log=LinearLearnerHostLog,
        parse=parse_hyperparameters,
        channels=[ChannelSpecification(name) for name in (TRAIN, "validation", TEST)],
        fit=fit,
        pack=lambda model, _: {MEMBER: pack_member(model)},
    )
