"""Initial values of each method."""

from __future__ import annotations

import numpy as np
import pytest
from tests.algorithms.factorization_machines.conftest import typed

from sagemock.algorithms.factorization_machines.parameters import Parameters


def test_the_defaults_are_normal() -> None:
    own = Parameters.initial(typed(5000, num_factors=8), seed=0)
    assert own.columns.shape == (5000, 9)
    assert own.columns.dtype == own.bias.dtype == np.float32
    assert own.columns[:, :-1].std() == pytest.approx(0.001, rel=0.02)
    assert own.columns[:, -1].std() == pytest.approx(0.01, rel=0.05)
    assert abs(own.columns.mean()) < 1e-4
    assert 0 < abs(own.bias[0]) < 0.05


def test_uniform_values_have_the_scale_of_the_job_or_that_of_mxnet() -> None:
    own = Parameters.initial(
        typed(5000, factors_init_method="uniform", linear_init_method="uniform"),
        seed=0,
    )
    assert 0.0699 < np.abs(own.columns).max() <= 0.07
    assert own.columns[:, :-1].std() == pytest.approx(0.07 / 3**0.5, rel=0.02)
    own = Parameters.initial(
        typed(5000, factors_init_method="uniform", factors_init_scale=2.0), seed=0
    )
    assert 1.99 < np.abs(own.columns[:, :-1]).max() <= 2


def test_constant_values_are_those_of_the_job_or_zero() -> None:
    settings = {f"{term}_init_method": "constant" for term in ("bias", "linear", "factors")}
    own = Parameters.initial(typed(3, **settings), seed=0)
    assert not own.columns.any()
    assert not own.bias.any()
    values = {"bias_init_value": 1.5, "linear_init_value": -2.0, "factors_init_value": 0.25}
    own = Parameters.initial(typed(3, **settings, **values), seed=0)
    assert own.bias.tolist() == [1.5]
    assert own.columns.tolist() == [[0.25] * 4 + [-2.0]] * 3


def test_terms_that_a_model_lacks_are_zero() -> None:
    own = Parameters.initial(typed(3, use_bias=False, use_linear=False), seed=0)
    assert own.bias.tolist() == [0]
    assert own.columns[:, -1].tolist() == [0] * 3
    assert own.columns[:, :-1].all()


def test_the_seed_decides() -> None:
    one, same, other = (Parameters.initial(typed(9), seed).columns for seed in (1, 1, 2))
    assert one.tobytes() == same.tobytes()
    assert (one != other).all()
