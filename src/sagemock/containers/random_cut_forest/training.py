"""Training as the container of the random cut forest does it."""

from __future__ import annotations

from sagemock.algorithms.random_cut_forest import (
    RandomCutForest,
    RandomCutForestHyperparameters,
    fit,
)
from sagemock.containers.first_party.channels import ChannelSpecification
from sagemock.containers.first_party.datasets import TEST, TRAIN
from sagemock.containers.first_party.model_file import MEMBER
from sagemock.containers.first_party.training import FirstPartyTraining, TrainingSteps
from sagemock.containers.random_cut_forest.artifact import pack_member
from sagemock.containers.random_cut_forest.hyperparameters import parse_hyperparameters
from sagemock.containers.random_cut_forest.log import RandomCutForestHostLog


class RandomCutForestTraining(FirstPartyTraining[RandomCutForestHyperparameters, RandomCutForest]):
    """Grows a random cut forest.

    Only the rows of the test channel have labels. Each channel takes one S3DataDistributionType;
    source: the page *Random Cut Forest (RCF) Algorithm* of the developer guide.

    A job that is asked to stop leaves a forest of the rows so far.
    """

    steps = TrainingSteps(
        log=RandomCutForestHostLog,
        parse=parse_hyperparameters,
        channels=[
            ChannelSpecification(TRAIN, labelled=False, distribution="ShardedByS3Key"),
            ChannelSpecification(TEST, distribution="FullyReplicated"),
        ],
        fit=fit,
        pack=lambda forest, _: {MEMBER: pack_member(forest)},
    )
