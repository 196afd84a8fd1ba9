"""The parameters of all models, and how a gradient moves them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sagemock.algorithms.base import FloatArray
from sagemock.algorithms.linear_learner.candidates import Candidate
from sagemock.algorithms.linear_learner.hyperparameters import LinearLearnerHyperparameters
from sagemock.algorithms.linear_learner.mini_batches import Columns
from sagemock.algorithms.linear_learner.optimizers import OPTIMIZERS, FactorScheduler

BLOCK = 1 << 15
"""Parameters that are updated at a time: with their moments they fit a processor's cache."""


class Descent:
    """Takes steps down the regularised loss: mean loss + wd / 2 |w|^2 + l1 |w|_1.

    Parameters
    ----------
    parameters
        (columns, outputs), float32, with one row more for the bias if there is one; changed in
        place.
    models
        The settings of each model; the columns of parameters are those of output 0 for every
        model, then those of output 1, and so on.

    Notes
    -----
    Weight decay is part of the gradient that the optimizer sees. The bias has a decay of its own
    (`bias_wd_mult`, by default none), no l1, and a larger rate (`bias_lr_mult`).

    References
    ----------
    *Amazon SageMaker Developer Guide*, *Linear Learner Hyperparameters*.

    Examples
    --------
    >>> from sagemock.algorithms.linear_learner.candidates import candidates
    >>> from sagemock.containers.linear_learner import parse_hyperparameters
    >>> job = parse_hyperparameters(
    ...     {
    ...         "predictor_type": "regressor",
    ...         "num_models": "1",
    ...         "optimizer": "sgd",
    ...         "learning_rate": "0.1",
    ...         "wd": "0.5",
    ...         "bias_lr_mult": "2",
    ...     }
    ... )
    >>> weight_and_bias = np.float32([[1], [1]])
    >>> descent = Descent(weight_and_bias, candidates(job), job)
    >>> descent.update(gradient=np.float32([[2], [2]]), columns=None)
    >>> print(weight_and_bias.T)
    [[0.75 0.6 ]]
    """

    def __init__(
        self,
        parameters: FloatArray,
        models: Sequence[Candidate],
        hyperparameters: LinearLearnerHyperparameters,
    ) -> None:
        self.parameters = parameters
        self.models = len(models)
        self._biased = hyperparameters.use_bias
        self._optimizer = OPTIMIZERS[hyperparameters.optimizer].of(hyperparameters)
        self._moments = [np.zeros_like(parameters) for _ in range(self._optimizer.moments)]
        self._scheduler = FactorScheduler.of(models, hyperparameters)
        self._repeats = parameters.shape[1] // self.models
        decay = np.array([model.wd for model in models], np.float32)
        self._decay = np.tile(decay, self._repeats) if decay.any() else None
        self._l1 = np.float32(hyperparameters.l1)
        self._bias_decay = np.float32(hyperparameters.bias_wd_mult)
        self._bias_rate = np.float32(hyperparameters.bias_lr_mult)
        self._updates = 0
        self._work = np.empty((0, parameters.shape[1]), np.float32)

    def at(self, columns: Columns | None) -> FloatArray:
        """The parameters of some columns, and the bias."""
        return self.parameters if columns is None else self.parameters[self._with_bias(columns)]

    def update(self, gradient: FloatArray, columns: Columns | None) -> None:
        """Take a step. The gradient is shaped as `at(columns)`, and overwritten."""
        self._updates += 1
        scale = self._optimizer.scale(self._updates)
        rates = (self._scheduler.rates(self._updates) * scale).astype(np.float32)
        if self._repeats > 1:
            rates = np.tile(rates, self._repeats)
        if columns is None:
            self._advance_all(gradient, rates)
            return
        rows = self._with_bias(columns)
        parameters, moments = self.parameters[rows], [moment[rows] for moment in self._moments]
        self._advance(parameters, gradient, rates, moments, bias=self._biased)
        self.parameters[rows] = parameters
        for moment, advanced in zip(self._moments, moments, strict=True):
            moment[rows] = advanced

    def _with_bias(self, columns: Columns) -> Columns:
        return np.append(columns, len(self.parameters) - 1) if self._biased else columns

    def _advance_all(self, gradient: FloatArray, rates: FloatArray) -> None:
        rows, outputs = gradient.shape
        size = max(1, BLOCK // outputs)
        # A short last block is not worth its calls.
        blocks = max(1, rows // size)
        for number in range(blocks):
            last = number == blocks - 1
            block = slice(number * size, rows if last else (number + 1) * size)
            self._advance(
                self.parameters[block],
                gradient[block],
                rates,
                [moment[block] for moment in self._moments],
                bias=last and self._biased,
            )

    def _advance(
        self,
        parameters: FloatArray,
        gradient: FloatArray,
        rates: FloatArray,
        moments: Sequence[FloatArray],
        *,
        bias: bool,
    ) -> None:
        """Move parameters in place; with `bias` their last row is the bias."""
        if len(self._work) < len(parameters):
            self._work = np.empty_like(parameters)
        work = self._work[: len(parameters)]
        if self._decay is not None:
            np.multiply(parameters, self._decay, out=work)
            if bias:
                work[-1] *= self._bias_decay
            gradient += work
        if self._l1:
            np.sign(parameters, out=work)
            work *= self._l1
            if bias:
                work[-1] = 0
            gradient += work
        step = self._optimizer.step(gradient, rates, moments)
        if bias:
            step[-1] *= self._bias_rate
        parameters -= step
