"""Adam, against a plain implementation of MXNet's documentation."""

from __future__ import annotations

import numpy as np
import pytest
from tests.algorithms.factorization_machines.conftest import typed

from sagemock.algorithms.factorization_machines.optimizer import LazyAdam
from sagemock.algorithms.factorization_machines.parameters import Parameters


class PlainAdam:
    """One parameter array with one rate and penalty, in double precision."""

    def __init__(self, weights, rate, decay, clip=None, eps=1e-8) -> None:
        self.weights = np.array(weights, np.float64)
        self.mean = np.zeros_like(self.weights)
        self.variance = np.zeros_like(self.weights)
        self.rate, self.decay, self.clip, self.eps, self.steps = rate, decay, clip, eps, 0

    def update(self, gradient, rows=slice(None)) -> None:
        self.steps += 1
        rate = self.rate * (1 - 0.999**self.steps) ** 0.5 / (1 - 0.9**self.steps)
        moved = gradient + self.decay * self.weights[rows]
        if self.clip is not None:
            moved = np.clip(moved, -self.clip, self.clip)
        self.mean[rows] = 0.9 * self.mean[rows] + 0.1 * moved
        self.variance[rows] = 0.999 * self.variance[rows] + 0.001 * moved**2
        self.weights[rows] -= rate * self.mean[rows] / (np.sqrt(self.variance[rows]) + self.eps)


@pytest.mark.parametrize("settings", [{}, {"clip_gradient": 0.5}, {"eps": 0.3}], ids=str)
@pytest.mark.parametrize("lazy", [False, True])
def test_each_kind_of_parameters_has_its_own_rate_and_penalty(settings, lazy: bool) -> None:
    generator = np.random.default_rng(0)
    hyper = typed(
        6,
        num_factors=2,
        bias_lr=0.3,
        bias_wd=0.5,
        linear_lr=0.2,
        linear_wd=0.1,
        factors_lr=0.05,
        factors_wd=0.7,
        **settings,
    )
    own = Parameters(np.float32([0.5]), generator.normal(size=(6, 3)).astype(np.float32))
    adam = LazyAdam(own, hyper)
    plain = {"clip": hyper.clip_gradient, "eps": hyper.eps or 1e-8}
    bias = PlainAdam(own.bias, 0.3, 0.5, **plain)
    factors = PlainAdam(own.columns[:, :-1], 0.05, 0.7, **plain)
    linear = PlainAdam(own.columns[:, -1], 0.2, 0.1, **plain)
    for step in range(5):
        columns = np.array([step % 3, 3 + step % 2]) if lazy else None
        rows = slice(None) if columns is None else columns
        gradient = generator.normal(size=(6 if columns is None else 2, 3)).astype(np.float32)
        of_bias = generator.normal(size=1).astype(np.float32)
        bias.update(of_bias)
        factors.update(gradient[:, :-1], rows)
        linear.update(gradient[:, -1], rows)
        adam.update(of_bias, gradient, columns)
    np.testing.assert_allclose(own.bias, bias.weights, rtol=1e-4)
    np.testing.assert_allclose(own.columns[:, :-1], factors.weights, rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(own.columns[:, -1], linear.weights, rtol=1e-4, atol=1e-6)


def test_columns_that_a_batch_does_not_touch_stay() -> None:
    own = Parameters(np.float32([1]), np.ones((3, 5), np.float32))
    LazyAdam(own, typed(3)).update(
        np.float32([1]), np.ones((1, 5), np.float32), columns=np.array([1])
    )
    assert own.columns[[0, 2]].tolist() == [[1] * 5] * 2
    assert (own.columns[1] < 1).all()
