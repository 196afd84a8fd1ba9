"""The events of a training run, from which the container writes its log."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sagemock.algorithms.random_cut_forest.forest import RandomCutForest
from sagemock.algorithms.sampling import SamplingBegan, SamplingInterrupted, SamplingPassEnded


@dataclass(frozen=True, slots=True)
class MemoryEstimated:
    """The columns of the data have been checked.

    Attributes
    ----------
    sample_bytes, forest_bytes
        What the sample, and the forest, will take.
    """

    sample_bytes: int
    forest_bytes: int


@dataclass(frozen=True, slots=True)
class SamplesGathered:
    """The first host has the samples of all hosts, with so many rows."""

    rows: int


@dataclass(frozen=True, slots=True)
class ForestBuilt:
    """The trees have grown.

    Attributes
    ----------
    forest
        The model.
    rows_per_tree
        Rows of the largest tree.
    """

    forest: RandomCutForest
    rows_per_tree: int


@dataclass(frozen=True, slots=True)
class AnomaliesEvaluated:
    """The model has been scored on the test channel of the first host.

    Attributes
    ----------
    scores
        By name, in the order of the log; None without such a channel.
    rows
        Rows of the channel.
    """

    scores: Mapping[str, float] | None
    rows: int


ForestEvent = (
    MemoryEstimated
    | SamplingBegan
    | SamplingPassEnded
    | SamplingInterrupted
    | SamplesGathered
    | ForestBuilt
    | AnomaliesEvaluated
)
