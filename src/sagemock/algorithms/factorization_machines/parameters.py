"""The parameters of a model while it is trained, and their initial values."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sagemock.algorithms.base import FloatArray
from sagemock.algorithms.factorization_machines.hyperparameters import (
    FactorizationMachinesHyperparameters,
    InitMethod,
)

UNIFORM_SCALE = 0.07
"""MXNet's own scale of its uniform initializer, for jobs that do not set one."""


@dataclass(frozen=True, slots=True)
class Initializer:
    """Draws initial values.

    Attributes
    ----------
    method
        `normal`, `uniform` or `constant`.
    sigma, scale, value
        For `normal` the standard deviation, for `uniform` the largest absolute value, for
        `constant` the value itself.

    Examples
    --------
    >>> Initializer("constant", 0.01, 0.07, 0.5).draw((2, 2), np.random.default_rng(0)).tolist()
    [[0.5, 0.5], [0.5, 0.5]]
    """

    method: InitMethod
    sigma: float
    scale: float
    value: float

    def draw(self, shape: tuple[int, ...], generator: np.random.Generator) -> FloatArray:
        """Values of a shape, float32."""
        if self.method == "constant":
            return np.full(shape, self.value, np.float32)
        if self.method == "uniform":
            drawn = generator.random(shape, np.float32)
            drawn -= np.float32(0.5)
            drawn *= np.float32(2 * self.scale)
            return drawn
        drawn = generator.standard_normal(shape, np.float32)
        drawn *= np.float32(self.sigma)
        return drawn


@dataclass(slots=True)
class Parameters:
    """The bias, and for each column its factors with its linear weight.

    Attributes
    ----------
    bias
        (1,), float32.
    columns
        (columns, num_factors + 1), float32: the factors of each column, then its weight. Both are
        needed for the same columns, so one product serves both.
    """

    bias: FloatArray
    columns: FloatArray

    @classmethod
    def initial(cls, hyper: FactorizationMachinesHyperparameters, seed: int) -> Parameters:
        """Random parameters, or constant ones, as the job wants them.

        Terms that the model does not have are 0.
        """
        generator = np.random.default_rng(seed)
        bias, linear, factors = _initializers(hyper)
        columns = np.empty((hyper.feature_dim, hyper.num_factors + 1), np.float32)
        drawn_bias = bias.draw((1,), generator)
        drawn_linear = linear.draw((hyper.feature_dim,), generator)
        columns[:, :-1] = factors.draw((hyper.feature_dim, hyper.num_factors), generator)
        columns[:, -1] = drawn_linear if hyper.use_linear else 0
        return cls(drawn_bias if hyper.use_bias else np.zeros(1, np.float32), columns)

    @property
    def finite(self) -> bool:
        """Whether no parameter is infinite or not a number."""
        total = self.columns.sum(dtype=np.float64) + self.bias[0]
        return bool(np.isfinite(total))


def _initializers(hyper: FactorizationMachinesHyperparameters) -> tuple[Initializer, ...]:
    """Those of the bias, the linear weights and the factors."""
    settings = (
        (
            hyper.bias_init_method,
            hyper.bias_init_sigma,
            hyper.bias_init_scale,
            hyper.bias_init_value,
        ),
        (
            hyper.linear_init_method,
            hyper.linear_init_sigma,
            hyper.linear_init_scale,
            hyper.linear_init_value,
        ),
        (
            hyper.factors_init_method,
            hyper.factors_init_sigma,
            hyper.factors_init_scale,
            hyper.factors_init_value,
        ),
    )
    return tuple(
        Initializer(method, sigma, UNIFORM_SCALE if scale is None else scale, value or 0.0)
        for method, sigma, scale, value in settings
    )
