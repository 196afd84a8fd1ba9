"""The candidate models, which are trained together by matrix products.

Very many of them are trained a block at a time, so that the memory of a step stays bounded.
Blocks do not influence each other, since no model depends on another.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sagemock.algorithms.base import Doubles, FloatArray
from sagemock.algorithms.linear_learner.candidates import Candidate
from sagemock.algorithms.linear_learner.descent import Descent
from sagemock.algorithms.linear_learner.epoch import EpochLoop, ShardBatches, Stop
from sagemock.algorithms.linear_learner.hyperparameters import LinearLearnerHyperparameters
from sagemock.algorithms.linear_learner.loss import Loss
from sagemock.algorithms.linear_learner.scaler import Scaler
from sagemock.algorithms.linear_learner.selection import ModelSelection, ModelSelector

BLOCK_VALUES = 1 << 24
"""Numbers in an array of a step, margins or gradients, unless one model alone has more."""


@dataclass(frozen=True, slots=True)
class Best:
    """The best of the models: its index, and its weights and bias for raw features."""

    weights: FloatArray
    bias: FloatArray
    model: int


@dataclass(frozen=True, slots=True)
class ModelsEpoch:
    """The result of an epoch: losses (shards, models), and the model that was best in it."""

    losses: Doubles
    selection: ModelSelection
    best: Best


class ParallelModels:
    """The parameters of all models.

    Parameters
    ----------
    models
        The settings of each.
    shards
        The scaled mini-batches of the hosts.
    seed
        Of the initial weights.
    """

    def __init__(
        self,
        models: Sequence[Candidate],
        shards: Sequence[ShardBatches],
        scaler: Scaler,
        loss: Loss,
        selector: ModelSelector,
        hyperparameters: LinearLearnerHyperparameters,
        seed: int,
    ) -> None:
        self._shards = shards
        self._scaler = scaler
        self._loss = loss
        self._selector = selector
        self._hyper = hyperparameters
        self._loop = EpochLoop(shards, loss, hyperparameters.use_bias)
        blocks = self._blocks(models)
        self._descents = [
            Descent(parameters, block, hyperparameters)
            for block, parameters in zip(blocks, self._initial(blocks, seed), strict=True)
        ]

    def epoch(self, stop: Stop) -> ModelsEpoch:
        """Train every model for an epoch. Raises `Stopped`."""
        losses: list[Doubles] = []
        validation: list[Doubles] = []
        winner: tuple[ModelSelection, Best] | None = None
        before = 0
        for descent in self._descents:
            losses.append(self._loop.run(descent, stop))
            weights, bias = self._raw(descent)
            train = self._pooled(losses[-1])
            selection = self._selector.select(train, _alive(descent), weights, bias)
            if selection.validation is not None:
                validation.append(selection.validation)
            if winner is None or self._selector.prefers(selection, winner[0]):
                outputs = slice(selection.model, None, descent.models)
                # Copies: a view would keep the weights of the whole block.
                best = Best(
                    weights[:, outputs].copy(), bias[outputs].copy(), before + selection.model
                )
                winner = selection, best
            before += descent.models
        assert winner is not None
        selection, best = winner
        all_validation = np.concatenate(validation, axis=1) if validation else None
        selection = replace(selection, validation=all_validation, model=best.model)
        return ModelsEpoch(np.concatenate(losses, axis=1), selection, best)

    def _blocks(self, models: Sequence[Candidate]) -> list[Sequence[Candidate]]:
        columns, rows = len(self._scaler.mean), self._hyper.mini_batch_size
        size = max(1, BLOCK_VALUES // (max(columns, rows) * self._loss.outputs))
        return [models[start : start + size] for start in range(0, len(models), size)]

    def _initial(self, blocks: Sequence[Sequence[Candidate]], seed: int) -> list[FloatArray]:
        """Initial parameters of each block: random weights, and `init_bias`.

        Rows are drawn for all models at once, so that the weights of a model do not depend on the
        blocks.
        """
        random = np.random.default_rng(seed)
        columns, bias, outputs = len(self._scaler.mean), self._hyper.use_bias, self._loss.outputs
        ends = np.cumsum([len(block) for block in blocks])
        parameters = [
            np.empty((columns + bias, outputs * len(block)), np.float32) for block in blocks
        ]
        step = max(1, BLOCK_VALUES // int(outputs * ends[-1]))
        for start in range(0, columns, step):
            rows = slice(start, min(start + step, columns))
            drawn = self._drawn(random, (rows.stop - start, outputs, int(ends[-1])))
            for of_block, part in zip(parameters, np.split(drawn, ends[:-1], axis=2), strict=True):
                of_block[rows] = part.reshape(rows.stop - start, -1)
        for of_block in parameters:
            of_block[columns:] = self._hyper.init_bias
        return parameters

    def _drawn(self, random: np.random.Generator, shape: tuple[int, ...]) -> Doubles:
        if self._hyper.init_method == "normal":
            return random.normal(0, self._hyper.init_sigma, shape)
        scale = self._hyper.init_scale
        return random.uniform(-scale, scale, shape)

    def _pooled(self, losses: Doubles) -> Doubles:
        """Mean train losses (models,) over the hosts."""
        hosts = np.array([shard.hosts for shard in self._shards])
        return np.asarray(hosts @ losses / hosts.sum())

    def _raw(self, descent: Descent) -> tuple[FloatArray, FloatArray]:
        """Weights and bias of a block of models, for raw features."""
        parameters = descent.parameters
        columns = len(self._scaler.mean)
        no_bias = np.zeros(parameters.shape[1], np.float32)
        bias = parameters[columns] if self._hyper.use_bias else no_bias
        return self._scaler.fold(parameters[:columns], bias)


def _alive(descent: Descent) -> NDArray[np.bool_]:
    """Which models (models,) have finite parameters."""
    sums = descent.parameters.sum(axis=0, dtype=np.float64)
    return np.asarray(np.isfinite(sums.reshape(-1, descent.models)).all(axis=0))
