"""Optimizers against their formulas in double precision, and the scheduler's check values."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from sagemock.algorithms.linear_learner.candidates import Candidate
from sagemock.algorithms.linear_learner.descent import Descent
from sagemock.algorithms.linear_learner.hyperparameters import LinearLearnerHyperparameters
from sagemock.algorithms.linear_learner.optimizers import FactorScheduler
from sagemock.containers.linear_learner import parse_hyperparameters

MODELS = [Candidate(0.1, 0.05, 1e-3, 3), Candidate(0.5, 0.2, 1e-2, 7)]
UPDATES = 25


def hyperparameters(**settings: str) -> LinearLearnerHyperparameters:
    return parse_hyperparameters({"predictor_type": "regressor", **settings})


def scheduled(model: Candidate, update: int, factor: float = 0.99) -> float:
    fallen = model.learning_rate * factor ** ((update - 1) // model.lr_scheduler_step)
    return max(model.lr_scheduler_minimum_lr, fallen)


def adam(state: dict, g: np.ndarray, rate: float, t: int) -> np.ndarray:
    state["m"] = 0.9 * state.get("m", 0) + 0.1 * g
    state["v"] = 0.999 * state.get("v", 0) + 0.001 * g**2
    corrected = rate * (1 - 0.999**t) ** 0.5 / (1 - 0.9**t)
    return corrected * state["m"] / (np.sqrt(state["v"]) + 1e-8)


def sgd(_state: dict, g: np.ndarray, rate: float, _: int) -> np.ndarray:
    return rate * g


def momentum(state: dict, g: np.ndarray, rate: float, _: int) -> np.ndarray:
    state["s"] = 0.8 * state.get("s", 0) + rate * g
    return state["s"]


def rmsprop(state: dict, g: np.ndarray, rate: float, _: int) -> np.ndarray:
    state["n"] = 0.9 * state.get("n", 0) + 0.1 * g**2
    return rate * g / np.sqrt(state["n"] + 1e-8)


@pytest.mark.parametrize(
    ("step", "settings"),
    [
        (adam, {}),
        (sgd, {"optimizer": "sgd"}),
        (momentum, {"optimizer": "sgd", "momentum": "0.8"}),
        (rmsprop, {"optimizer": "rmsprop"}),
    ],
)
def test_steps_follow_the_formula(
    step: Callable[..., np.ndarray], settings: dict[str, str]
) -> None:
    """Weight decay and l1 in the gradient; the bias with ten times the rate and without both."""
    random = np.random.default_rng(0)
    start = random.normal(0, 1, (5, 2)).astype(np.float32)
    descent = Descent(start.copy(), MODELS, hyperparameters(l1="0.01", **settings))
    expected = start.astype(np.float64)
    states: list[dict] = [{}, {}]
    for update in range(1, UPDATES + 1):
        gradient = random.normal(0, 1, start.shape).astype(np.float32)
        for number, model in enumerate(MODELS):
            w = expected[:, number]
            g = gradient[:, number] + model.wd * w + 0.01 * np.sign(w)
            g[-1] = gradient[-1, number]
            move = step(states[number], g, scheduled(model, update), update).copy()
            move[-1] *= 10
            expected[:, number] = w - move
        descent.update(gradient, None)
    assert descent.parameters == pytest.approx(expected, rel=1e-4, abs=1e-5)


def test_bias_multipliers() -> None:
    """bias_lr_mult and bias_wd_mult are those of the request."""
    start = np.ones((2, 2), np.float32)
    settings = {"optimizer": "sgd", "bias_lr_mult": "3", "bias_wd_mult": "2"}
    descent = Descent(start.copy(), MODELS, hyperparameters(**settings))
    descent.update(np.zeros_like(start), None)
    rates, decay = np.array([0.05, 0.2]), np.array([0.1, 0.5])
    assert descent.parameters[0] == pytest.approx(1 - rates * decay)
    assert descent.parameters[1] == pytest.approx(1 - 3 * rates * 2 * decay)


def test_blocks_do_not_change_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    random = np.random.default_rng(0)
    start = random.normal(0, 1, (101, 2)).astype(np.float32)
    gradients = random.normal(0, 1, (4, *start.shape)).astype(np.float32)
    steps = []
    for size in (1 << 15, 14):
        monkeypatch.setattr("sagemock.algorithms.linear_learner.descent.BLOCK", size)
        descent = Descent(start.copy(), MODELS, hyperparameters())
        for gradient in gradients:
            descent.update(gradient.copy(), None)
        steps.append(descent.parameters)
    assert (steps[0] == steps[1]).all()


def test_an_update_of_some_columns_leaves_the_others() -> None:
    start = np.ones((4, 2), np.float32)
    descent = Descent(start.copy(), MODELS, hyperparameters())
    descent.update(np.ones((3, 2), np.float32), np.array([0, 2]))
    changed = (descent.parameters != start).all(axis=1)
    assert changed.tolist() == [True, False, True, True]


def test_scheduler_check_values() -> None:
    """The first fall is at update step + 1; none goes below the least rate."""
    models = [Candidate(0, 0.1, 1e-4, 10), Candidate(0, 0.005, 1e-5, 100)]
    scheduler = FactorScheduler.of(models, hyperparameters())
    assert scheduler.rates(1).tolist() == [0.1, 0.005]
    assert scheduler.rates(10)[0] == 0.1
    assert scheduler.rates(11)[0] == pytest.approx(0.099)
    assert scheduler.rates(21)[0] == pytest.approx(0.1 * 0.99**2)
    assert scheduler.rates(101) == pytest.approx([0.1 * 0.99**10, 0.005 * 0.99])
    assert scheduler.rates(100_000) == pytest.approx([1e-4, 1e-5])


def test_scheduler_can_be_off() -> None:
    scheduler = FactorScheduler.of(MODELS, hyperparameters(use_lr_scheduler="False"))
    assert scheduler.rates(1000).tolist() == [0.05, 0.2]


def test_a_rate_below_the_least_one_stays() -> None:
    scheduler = FactorScheduler.of([Candidate(0, 1e-6, 1e-5, 1)], hyperparameters())
    assert scheduler.rates(50).tolist() == [1e-6]
