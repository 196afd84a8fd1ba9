"""What is returned is within 1 % of the best that there is.

With one model and enough epochs, the regularised objective of the returned weights is compared
with the optimum that scipy finds.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from scipy.optimize import minimize

from sagemock.algorithms.linear_learner.hyperparameters import LOSSES_OF, OF_ERROR
from sagemock.algorithms.linear_learner.losses import LOSSES
from sagemock.containers.linear_learner import parse_hyperparameters

ROWS, COLUMNS, CLASSES = 400, 3, 3

RAW = {
    "num_models": "1",
    "mini_batch_size": "400",
    "epochs": "700",
    # Small steps: the epoch that is kept has the least loss without penalties, so overshooting
    # the penalised optimum would show.
    "learning_rate": "0.02",
    "bias_lr_mult": "1",
    "lr_scheduler_step": "3",
    "lr_scheduler_minimum_lr": "1e-4",
    "early_stopping_patience": "1000",
    "early_stopping_tolerance": "1e-9",
    "normalize_data": "false",
    "unbias_data": "false",
    "normalize_label": "false",
    "unbias_label": "false",
    "loss_insensitivity": "0.3",
    "quantile": "0.8",
    "huber_delta": "0.5",
}
CASES = [(predictor, loss) for predictor, losses in LOSSES_OF.items() for loss in losses]


def problem(predictor: str) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(8)
    features = random.normal(0, 1, (ROWS, COLUMNS)).astype(np.float32)
    signal = features @ random.normal(0, 1, (COLUMNS, CLASSES)) + random.normal(
        0, 1, (ROWS, CLASSES)
    )
    if predictor == "binary_classifier":
        return features, (signal[:, 0] > 0.5).astype(np.float32)
    if predictor == "multiclass_classifier":
        return features, signal.argmax(axis=1).astype(np.float32)
    return features, (signal[:, 0] + 0.7).astype(np.float32)


def objective(
    settings: dict[str, str], features: np.ndarray, labels: np.ndarray
) -> Callable[[np.ndarray], float]:
    """The regularised objective of parameters (columns and a bias, outputs), flat."""
    hyperparameters = parse_hyperparameters(settings)
    loss = LOSSES[hyperparameters.loss].of(hyperparameters)
    (wd,), l1 = hyperparameters.wd, hyperparameters.l1
    wide = np.column_stack([features, np.ones(len(features))]).astype(np.float64)
    column = labels.reshape(-1, 1).astype(np.float64)
    row_weights = np.where(column == 1, hyperparameters.positive_example_weight_mult, 1.0)
    if settings["predictor_type"] != "binary_classifier":
        row_weights = np.ones_like(column)

    def value(flat: np.ndarray) -> float:
        parameters = flat.reshape(COLUMNS + 1, -1)
        weights = parameters[:-1]
        losses = loss.value(wide @ parameters, column) * row_weights
        penalty = wd / 2 * (weights**2).sum() + l1 * np.abs(weights).sum()
        return float(loss.optimised * losses.mean() + penalty)

    return value


def optimum(value: Callable[[np.ndarray], float], start: np.ndarray) -> float:
    """The least value; the simplex method takes kinks, from wherever it has got before."""
    best = minimize(value, start, method="Powell", options={"xtol": 1e-8, "ftol": 1e-10})
    for _ in range(3):
        best = minimize(value, best.x, method="Nelder-Mead", options={"maxiter": 3000})
    return float(best.fun)


@pytest.mark.parametrize("penalty", [{"wd": "0.03", "l1": "0"}, {"wd": "0", "l1": "0.05"}])
@pytest.mark.parametrize(("predictor", "loss"), CASES)
def test_within_one_percent(train, predictor: str, loss: str, penalty: dict[str, str]) -> None:
    features, labels = problem(predictor)
    settings = {**RAW, "predictor_type": predictor, "loss": loss, **penalty}
    settings["num_classes"] = str(CLASSES)
    if predictor == "binary_classifier" and loss in OF_ERROR and penalty["l1"] != "0":
        # Losses of labels that are 0 or 1 are small: a larger penalty would be most of the sum.
        settings["l1"] = "0.01"
    model = train(settings, (features, labels)).model
    returned = np.vstack([model.weights, model.bias]).astype(np.float64).ravel()
    value = objective(settings, features, labels)
    assert value(returned) <= optimum(value, returned) * 1.01


@pytest.mark.parametrize(
    "optimizer",
    [{"optimizer": "sgd", "momentum": "0.5", "learning_rate": "0.1"}, {"optimizer": "rmsprop"}],
)
@pytest.mark.parametrize("predictor", LOSSES_OF)
def test_with_every_optimizer(train, predictor: str, optimizer: dict[str, str]) -> None:
    features, labels = problem(predictor)
    settings = {**RAW, "predictor_type": predictor, "wd": "0.03", "l1": "0", **optimizer}
    settings["num_classes"] = str(CLASSES)
    model = train(settings, (features, labels)).model
    returned = np.vstack([model.weights, model.bias]).astype(np.float64).ravel()
    value = objective(settings, features, labels)
    assert value(returned) <= optimum(value, returned) * 1.01


def test_weighted_rows(train) -> None:
    features, labels = problem("binary_classifier")
    settings = {**RAW, "predictor_type": "binary_classifier", "wd": "0.03", "l1": "0"}
    settings["positive_example_weight_mult"] = "5"
    model = train(settings, (features, labels)).model
    returned = np.vstack([model.weights, model.bias]).astype(np.float64).ravel()
    value = objective(settings, features, labels)
    assert value(returned) <= optimum(value, returned) * 1.01
    plain = objective({**settings, "positive_example_weight_mult": "1"}, features, labels)
    assert plain(returned) > optimum(plain, returned) * 1.1
