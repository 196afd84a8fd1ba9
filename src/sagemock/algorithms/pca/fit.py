"""Training: from the rows of all hosts to the components of a model."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from sagemock.algorithms.base import (
    Dataset,
    Sharded,
    Stopped,
    never,
    unobserved,
)
from sagemock.algorithms.blas import single_thread
from sagemock.algorithms.pca.checks import check, sketch_rows
from sagemock.algorithms.pca.events import (
    BatchesSummed,
    ComponentsComputed,
    Event,
    Reconstructed,
    SummingInterrupted,
)
from sagemock.algorithms.pca.hyperparameters import PCAHyperparameters
from sagemock.algorithms.pca.model import PCAModel
from sagemock.algorithms.pca.scatter import ScatterSums
from sagemock.algorithms.pca.sketch import SketchSums

Observe = Callable[[Event], None]
Stop = Callable[[], bool]
Sums = ScatterSums | SketchSums

SCORED_ROWS = 1 << 12
"""Rows of the test channel that are scored at once, which bounds the memory for their doubles."""


def fit(
    hyperparameters: PCAHyperparameters,
    channels: Mapping[str, Sharded],
    *,
    seed: int = 0,
    observe: Observe = unobserved,
    stop: Stop = never,
) -> PCAModel:
    """Compute the components of the rows of the `train` channel.

    Parameters
    ----------
    channels
        `train`, of which each host has rows, and optionally `test`, on which the model is only
        scored.
    seed
        Of the randomized mode. The same one gives the same model, to the bit.
    observe
        Called with every event of the training, for the log.
    stop
        Whether to stop; called between mini-batches.

    Raises
    ------
    ClientError
        For data that does not fit the hyperparameters.
    Stopped
        When asked to stop, with the model of the batches so far, or None before the first.

    Notes
    -----
    Each host sums over its own rows; the components are computed from the sums of all hosts. So
    rows that several hosts have count several times, as do those of several epochs; the latter
    are divided by the number of epochs.

    References
    ----------
    *Amazon SageMaker Developer Guide*, *How PCA Works*.
    """
    check(hyperparameters, channels)
    with single_thread():
        run = _Run(hyperparameters, observe, stop, _sums(hyperparameters, seed))
        stopped = run.sum_up(channels["train"].by_host())
        if stopped and not run.batches:
            raise Stopped
        model = run.model()
        if stopped:
            raise Stopped(model)
        observe(_scored(model, channels.get("test")))
        return model


@dataclass(slots=True)
class _Run:
    """One run: its sums, and how far it has come."""

    hyper: PCAHyperparameters
    observe: Observe
    stop: Stop
    sums: Sums
    batches: int = 0
    passes: float = 1

    def sum_up(self, hosts: list[Dataset]) -> bool:
        """Sum over the mini-batches of all epochs; whether it was asked to stop before the end."""
        rows = [host.rows for host in hosts]
        for epoch in range(self.hyper.epochs):
            for host in hosts:
                for start in range(0, host.rows, self.hyper.mini_batch_size):
                    if self.stop():
                        self.observe(SummingInterrupted(self.batches))
                        return True
                    self.sums.add(host.features[start : start + self.hyper.mini_batch_size])
                    self.batches += 1
                    self.passes = max(1, self.sums.rows / sum(rows))
            self.observe(BatchesSummed(epoch, self.hyper.epochs, rows))
        return False

    def model(self) -> PCAModel:
        """The model of the sums so far."""
        vectors, singular = self.sums.components(self.hyper.num_components)
        mean = self.sums.mean().astype(np.float32) if self.hyper.subtract_mean else None
        self.observe(ComponentsComputed())
        return PCAModel(
            np.ascontiguousarray(vectors, np.float32),
            (singular / np.sqrt(self.passes)).astype(np.float32),
            mean,
        )


def _sums(hyper: PCAHyperparameters, seed: int) -> Sums:
    if hyper.algorithm_mode == "regular":
        return ScatterSums(hyper.feature_dim, centered=hyper.subtract_mean)
    return SketchSums(
        sketch_rows(hyper),
        hyper.feature_dim,
        centered=hyper.subtract_mean,
        generator=np.random.default_rng(seed),
    )


def _scored(model: PCAModel, test: Sharded | None) -> Reconstructed:
    """The error over the different rows of all hosts."""
    if test is None:
        return Reconstructed(None, ())
    total, count = 0.0, 0
    for data in test.datasets:
        for start in range(0, data.rows, SCORED_ROWS):
            total += float(model.squared_errors(data.features[start : start + SCORED_ROWS]).sum())
        count += data.rows
    return Reconstructed(total / count, test.host_rows)
