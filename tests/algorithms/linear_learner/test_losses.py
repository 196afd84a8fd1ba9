"""Losses against finite differences, and against their formulas written out row by row."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sagemock.algorithms.linear_learner.class_losses import LOG_FLOOR
from sagemock.algorithms.linear_learner.losses import LOSSES
from sagemock.containers.linear_learner import parse_hyperparameters

SETTINGS = parse_hyperparameters(
    {
        "predictor_type": "regressor",
        "margin": "1.5",
        "num_classes": "4",
        "loss_insensitivity": "0.3",
        "quantile": "0.8",
        "huber_delta": "0.7",
    }
)
BINARY = ("logistic", "hinge_loss")
REGRESSION = [name for name in LOSSES if name not in (*BINARY, "softmax_loss")]

margins = st.floats(-8, 8, width=32)


def by_hand(name: str, z: list[float], y: float) -> float:
    """The loss of one row, straight from the formulas."""
    error = z[0] - y
    match name:
        case "logistic":
            p = 1 / (1 + math.exp(-z[0]))
            return -math.log((p if y else 1 - p) + float(LOG_FLOOR))
        case "hinge_loss":
            m = SETTINGS.margin
            return y * max(0, (m + 1) / 2 - z[0]) + (1 - y) * max(0, (m - 1) / 2 + z[0])
        case "softmax_loss":
            total = sum(math.exp(value) for value in z)
            return -math.log(math.exp(z[int(y)]) / total + float(LOG_FLOOR))
        case "squared_loss":
            return error**2
        case "absolute_loss":
            return abs(error)
        case "eps_insensitive_squared_loss":
            return max(0, error**2 - SETTINGS.loss_insensitivity**2)
        case "eps_insensitive_absolute_loss":
            return max(0, abs(error) - SETTINGS.loss_insensitivity)
        case "quantile_loss":
            q = SETTINGS.quantile
            return q * max(0, -error) + (1 - q) * max(0, error)
        case "huber_loss":
            d = SETTINGS.huber_delta
            return error**2 / 2 if abs(error) < d else d * abs(error) - d**2 / 2
    raise AssertionError(name)


def labels_of(name: str) -> st.SearchStrategy[float]:
    if name in BINARY:
        return st.sampled_from([0.0, 1.0])
    if name == "softmax_loss":
        return st.integers(0, SETTINGS.num_classes - 1).map(float)
    return st.floats(-5, 5, width=32)


def kinks(name: str, y: float) -> list[float]:
    """Where the derivative jumps."""
    eps, m = SETTINGS.loss_insensitivity, SETTINGS.margin
    return {
        "hinge_loss": [(m + 1) / 2 if y else (1 - m) / 2],
        "absolute_loss": [y],
        "quantile_loss": [y],
        "eps_insensitive_squared_loss": [y - eps, y + eps],
        "eps_insensitive_absolute_loss": [y - eps, y + eps],
    }.get(name, [])


@pytest.mark.parametrize("name", LOSSES)
@given(data=st.data())
def test_value_is_the_formula(name: str, data: st.DataObject) -> None:
    loss = LOSSES[name].of(SETTINGS)
    z = data.draw(st.lists(margins, min_size=loss.outputs, max_size=loss.outputs))
    y = data.draw(labels_of(name))
    value = loss.value(np.array([z], np.float32), np.array([[y]], np.float32))
    assert value.shape == (1, 1)
    assert value[0, 0] == pytest.approx(by_hand(name, z, y), rel=1e-5, abs=1e-5)


@pytest.mark.parametrize("name", LOSSES)
@given(data=st.data())
def test_derivative_is_the_limit_of_differences(name: str, data: st.DataObject) -> None:
    loss = LOSSES[name].of(SETTINGS)
    z = data.draw(st.lists(margins, min_size=loss.outputs, max_size=loss.outputs))
    y = data.draw(labels_of(name))
    step = 1e-4
    if any(abs(z[0] - kink) < 2 * step for kink in kinks(name, y)):
        return
    derivative = np.array([z], np.float32)
    losses = loss.differentiate(derivative, np.array([[y]], np.float32))
    assert losses[0, 0] == pytest.approx(by_hand(name, z, y), rel=1e-5, abs=1e-5)
    if name in ("logistic", "softmax_loss") and losses[0, 0] > 10:
        # The printed value is clipped, the derivative is not.
        return
    for output in range(loss.outputs):
        above, below = list(z), list(z)
        above[output] += step
        below[output] -= step
        slope = (by_hand(name, above, y) - by_hand(name, below, y)) / (2 * step)
        assert derivative[0, output] == pytest.approx(loss.optimised * slope, rel=2e-3, abs=2e-3)


@pytest.mark.parametrize("name", LOSSES)
def test_models_stand_beside_each_other(name: str) -> None:
    """Columns of several models give what each gives alone."""
    loss = LOSSES[name].of(SETTINGS)
    random = np.random.default_rng(1)
    rows, models = 7, 3
    by_class = random.normal(0, 2, (rows, loss.outputs, models)).astype(np.float32)
    labels = random.integers(0, 2, (rows, 1)).astype(np.float32)
    together = by_class.reshape(rows, -1).copy()
    losses = loss.differentiate(together, labels)
    assert losses.shape == (rows, models)
    for model in range(models):
        alone = np.ascontiguousarray(by_class[:, :, model])
        assert loss.value(alone, labels)[:, 0] == pytest.approx(losses[:, model])
        loss.differentiate(alone, labels)
        assert alone == pytest.approx(together.reshape(by_class.shape)[:, :, model])


def test_extreme_margins_stay_finite() -> None:
    margins = np.array([[1e4], [-1e4]], np.float32)
    for name in LOSSES:
        loss = LOSSES[name].of(SETTINGS)
        wide = np.repeat(margins, loss.outputs, axis=1)
        assert np.isfinite(loss.value(wide, np.zeros((2, 1), np.float32))).all()
        assert np.isfinite(loss.link(wide)).all()


def test_printed_cross_entropy_is_clipped() -> None:
    """Observed: at most 18.42 a row."""
    loss = LOSSES["logistic"].of(SETTINGS)
    worst = loss.value(np.array([[200.0]], np.float32), np.zeros((1, 1), np.float32))
    assert worst[0, 0] == pytest.approx(18.42, abs=0.01)


def test_links() -> None:
    margins = np.array([[0.0], [2.0]], np.float32)
    assert LOSSES["logistic"].link(margins)[:, 0] == pytest.approx([0.5, 1 / (1 + math.exp(-2))])
    assert (LOSSES["hinge_loss"].link(margins) == margins).all()
    probabilities = LOSSES["softmax_loss"].link(np.array([[1.0, 1.0, 3.0]], np.float32))
    assert probabilities.sum() == pytest.approx(1)
    assert probabilities[0, 2] / probabilities[0, 0] == pytest.approx(math.exp(2), rel=1e-5)
    for name in REGRESSION:
        assert (LOSSES[name].link(margins) == margins).all()
