"""Adam with multipliers of its own for each kind of parameters, and lazy updates."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sagemock.algorithms.base import FloatArray
from sagemock.algorithms.factorization_machines.hyperparameters import (
    FactorizationMachinesHyperparameters,
)
from sagemock.algorithms.factorization_machines.machine import Columns
from sagemock.algorithms.factorization_machines.parameters import Parameters

BETA_1, BETA_2, EPSILON = 0.9, 0.999, 1e-8
"""Those of MXNet's Adam; no job can set the first two."""


@dataclass(slots=True)
class Moments:
    """The moving averages of gradients and of their squares, shaped as the parameters."""

    first: FloatArray
    second: FloatArray

    @classmethod
    def zeros(cls, parameters: FloatArray) -> Moments:
        """No gradient yet. Memory is taken only for rows that are updated."""
        return cls(np.zeros_like(parameters), np.zeros_like(parameters))


class LazyAdam:
    """Updates the parameters of a model.

    Parameters
    ----------
    parameters
        Changed in place.

    Notes
    -----
    With the gradient g of the mean loss, the rate r and the penalty d of a parameter w:
    g' = clip(g + d w); m = b1 m + (1 - b1) g'; v = b2 v + (1 - b2) g'^2;
    w = w - r sqrt(1 - b2^t) / (1 - b1^t) m / (sqrt(v) + eps). The recorded configuration has the
    rate and the penalty 1 for the optimizer itself, so r and d are those of the hyperparameters.
    A sparse batch only updates the columns that it touches, decay and moments included; t counts
    all batches.

    References
    ----------
    D. P. Kingma and J. Ba (2015), *Adam: a method for stochastic optimization*; Apache MXNet 1.9,
    documentation of `mxnet.optimizer.Adam` with `lazy_update`.

    Examples
    --------
    In the first step each parameter moves by its rate, here 0.5, 0.25 for factors and 0.125:

    >>> from sagemock.containers.factorization_machines import parse_hyperparameters
    >>> job = parse_hyperparameters(
    ...     {
    ...         "predictor_type": "regressor",
    ...         "feature_dim": "2",
    ...         "num_factors": "1",
    ...         "bias_lr": "0.5",
    ...         "factors_lr": "0.25",
    ...         "linear_lr": "0.125",
    ...     }
    ... )
    >>> parameters = Parameters(np.float32([1]), np.float32([[1, 1], [1, 1]]))
    >>> adam = LazyAdam(parameters, job)
    >>> adam.update(np.float32([3]), np.float32([[2, -2]]), columns=np.array([1]))
    >>> parameters.bias.round(4).tolist(), parameters.columns.round(4).tolist()
    ([0.5], [[1.0, 1.0], [0.75, 1.125]])
    """

    def __init__(self, parameters: Parameters, hyper: FactorizationMachinesHyperparameters) -> None:
        self._parameters = parameters
        self._bias_moments = Moments.zeros(parameters.bias)
        self._moments = Moments.zeros(parameters.columns)
        self._eps = np.float32(EPSILON if hyper.eps is None else hyper.eps)
        self._clip = hyper.clip_gradient
        factors = hyper.num_factors
        linear_rate = hyper.linear_lr if hyper.use_linear else 0.0
        self._bias_rate = np.array([hyper.bias_lr if hyper.use_bias else 0.0])
        self._rates = np.array([*[hyper.factors_lr] * factors, linear_rate])
        self._bias_decay = np.float32(hyper.bias_wd)
        self._decay = np.array([*[hyper.factors_wd] * factors, hyper.linear_wd], np.float32)
        self._updates = 0

    def update(
        self, bias: FloatArray, columns_gradient: FloatArray, columns: Columns | None
    ) -> None:
        """Take a step.

        Parameters
        ----------
        bias
            (1,), the gradient of the bias.
        columns_gradient
            (columns, num_factors + 1), overwritten.
        columns
            Which of all columns these are; None for all.
        """
        self._updates += 1
        scale = float(np.sqrt(1 - BETA_2**self._updates) / (1 - BETA_1**self._updates))
        own = self._parameters
        rates = (self._bias_rate * scale).astype(np.float32)
        self._advance(own.bias, bias, self._bias_moments, self._bias_decay, rates)
        rates = (self._rates * scale).astype(np.float32)
        if columns is None:
            self._advance(own.columns, columns_gradient, self._moments, self._decay, rates)
            return
        touched = own.columns[columns]
        moments = Moments(self._moments.first[columns], self._moments.second[columns])
        self._advance(touched, columns_gradient, moments, self._decay, rates)
        own.columns[columns] = touched
        self._moments.first[columns] = moments.first
        self._moments.second[columns] = moments.second

    def _advance(
        self,
        parameters: FloatArray,
        gradient: FloatArray,
        moments: Moments,
        decay: FloatArray | np.float32,
        rates: FloatArray,
    ) -> None:
        """Move parameters and moments in place; the gradient is overwritten."""
        work = parameters * decay
        gradient += work
        if self._clip is not None:
            np.clip(gradient, -self._clip, self._clip, out=gradient)
        np.multiply(gradient, np.float32(1 - BETA_1), out=work)
        moments.first *= np.float32(BETA_1)
        moments.first += work
        gradient *= gradient
        gradient *= np.float32(1 - BETA_2)
        moments.second *= np.float32(BETA_2)
        moments.second += gradient
        np.sqrt(moments.second, out=work)
        work += self._eps
        np.divide(moments.first, work, out=work)
        work *= rates
        parameters -= work
