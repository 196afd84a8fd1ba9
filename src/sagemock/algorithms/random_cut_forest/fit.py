"""Training: from the rows of the train channel to a forest on a sample of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from sagemock.algorithms.base import (
    Dataset,
    FloatArray,
    Sharded,
    Stopped,
    is_sparse,
    never,
    unobserved,
)
from sagemock.algorithms.blas import single_thread
from sagemock.algorithms.random_cut_forest.checks import check, estimated_bytes, sample_capacity
from sagemock.algorithms.random_cut_forest.detection import evaluated
from sagemock.algorithms.random_cut_forest.events import (
    AnomaliesEvaluated,
    ForestBuilt,
    ForestEvent,
    MemoryEstimated,
    SamplesGathered,
)
from sagemock.algorithms.random_cut_forest.forest import Integers, RandomCutForest
from sagemock.algorithms.random_cut_forest.growing import grow
from sagemock.algorithms.random_cut_forest.hyperparameters import RandomCutForestHyperparameters
from sagemock.algorithms.random_cut_forest.scoring import AnomalyScorer
from sagemock.algorithms.reservoir import Reservoir
from sagemock.algorithms.sampling import SamplingRun

ForestObserver = Callable[[ForestEvent], None]


def fit(
    hyperparameters: RandomCutForestHyperparameters,
    channels: Mapping[str, Sharded],
    *,
    seed: int = 0,
    observe: ForestObserver = unobserved,
    stop: Callable[[], bool] = never,
) -> RandomCutForest:
    """Sample the rows of the `train` channel, and grow trees on them.

    Parameters
    ----------
    channels
        `train`, and optionally `test`, on which the model is only scored.
    seed
        The same one gives the same model, to the bit.
    observe
        Called with every event of the training, for the log.
    stop
        Whether to stop; called between mini-batches.

    Raises
    ------
    ClientError
        For data that does not fit the hyperparameters.
    Stopped
        When asked to stop, with a model of the rows so far, or None before the first ones.

    Notes
    -----
    Each host keeps a reservoir sample of its rows. The first host draws as many rows as the trees
    need from all samples, each row of the channel with the same probability and none twice, and
    parts them among the trees.

    References
    ----------
    *Amazon SageMaker Developer Guide*, *How RCF Works*.
    """
    check(hyperparameters, channels)
    with single_thread():
        run = _ForestRun(hyperparameters, observe, stop)
        run.observe(MemoryEstimated(*estimated_bytes(hyperparameters)))
        samples = run.sample(channels["train"], sample_capacity(hyperparameters), seed)
        forest = run.forest(channels["train"], samples, np.random.default_rng(seed))
        run.evaluate(forest, channels.get("test"))
        return forest


class _ForestRun(SamplingRun[RandomCutForestHyperparameters]):
    def forest(
        self, train: Sharded, samples: list[Reservoir], generator: np.random.Generator
    ) -> RandomCutForest:
        """The trees on a part of all samples."""
        self.observe(SamplesGathered(sum(len(sample.sample) for sample in samples)))
        trees = self.hyper.num_trees
        rows = drawn(train.by_host(), samples, trees * self.hyper.num_samples_per_tree, generator)
        # With fewer rows than trees, trees have the same ones.
        parts = np.resize(generator.permutation(len(rows)), max(len(rows), trees))
        forest = grow(rows[parts], tree_sizes(len(parts), trees), generator)
        self.observe(ForestBuilt(forest, int(forest.sizes().max())))
        if self.should_stop():
            raise Stopped(forest)
        return forest

    def evaluate(self, forest: RandomCutForest, test: Sharded | None) -> None:
        """Score the model on the rows of the first host, batch by batch."""
        data = None if test is None else test.on_host(0)
        if data is None:
            self.observe(AnomaliesEvaluated(None, 0))
            return
        scorer, scores = AnomalyScorer(forest), np.empty(data.rows)
        for batch in self.batches(data, forest):
            scores[batch] = scorer.scores(data.features[batch])
        values = evaluated(self.hyper.eval_metrics, scores, data.labels)
        self.observe(AnomaliesEvaluated(values, data.rows))


def tree_sizes(rows: int, trees: int) -> Integers:
    """How many of the rows each tree gets, as evenly as possible.

    Examples
    --------
    >>> tree_sizes(11, 4)
    array([3, 3, 3, 2])
    """
    return np.full(trees, rows // trees) + (np.arange(trees) < rows % trees)


def drawn(
    hosts: list[Dataset], samples: list[Reservoir], count: int, generator: np.random.Generator
) -> FloatArray:
    """Up to `count` rows of all hosts, in proportion to the rows that each has read."""
    seen = np.array([sample.seen for sample in samples])
    count = min(count, int(seen.sum()))
    # How many of as many rows, drawn without replacement from all, would be of each host.
    shares = generator.multivariate_hypergeometric(seen, count)
    pieces = []
    for data, sample, share in zip(hosts, samples, shares, strict=True):
        # A further pass over the channel offers the same rows again.
        chosen = generator.permutation(sample.sample)[:share] % max(1, data.rows)
        rows = data.features[chosen]
        pieces.append(np.asarray(rows.toarray() if is_sparse(rows) else rows, np.float32))
    return np.concatenate(pieces)
