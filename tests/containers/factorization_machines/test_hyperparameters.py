"""Hyperparameters of factorization machines: types, ranges, defaults, and how they are refused."""

from __future__ import annotations

import pytest
from tests.containers.first_party.algorithms import FACTORIZATION_MACHINES

from sagemock.containers.factorization_machines.hyperparameters import (
    DEFAULT_CONFIGURATION,
    FIELDS,
    parse_hyperparameters,
)

REQUIRED = {"feature_dim": "9284", "num_factors": "64", "predictor_type": "regressor"}

# What the container printed as its default-conf.json in a recorded job of May 2023.
PRINTED = {
    "epochs": 1,
    "mini_batch_size": "1000",
    "use_bias": "true",
    "use_linear": "true",
    "bias_lr": "0.1",
    "linear_lr": "0.001",
    "factors_lr": "0.0001",
    "bias_wd": "0.01",
    "linear_wd": "0.001",
    "factors_wd": "0.00001",
    "bias_init_method": "normal",
    "bias_init_sigma": "0.01",
    "linear_init_method": "normal",
    "linear_init_sigma": "0.01",
    "factors_init_method": "normal",
    "factors_init_sigma": "0.001",
    "batch_metrics_publish_interval": "500",
    "_data_format": "record",
    "_kvstore": "auto",
    "_learning_rate": "1.0",
    "_log_level": "info",
    "_num_gpus": "auto",
    "_num_kv_servers": "auto",
    "_optimizer": "adam",
    "_tuning_objective_metric": "",
    "_use_full_symbolic": "true",
    "_wd": "1.0",
}


def test_defaults_are_those_of_the_container() -> None:
    assert dict(DEFAULT_CONFIGURATION) == PRINTED
    assert [field.name for field in FIELDS if field.required] == list(REQUIRED)


def test_defaults_as_the_algorithm_takes_them() -> None:
    parsed = parse_hyperparameters(REQUIRED)
    assert (parsed.feature_dim, parsed.num_factors, parsed.epochs) == (9284, 64, 1)
    assert (parsed.bias_lr, parsed.linear_lr, parsed.factors_lr) == (0.1, 0.001, 0.0001)
    assert (parsed.bias_wd, parsed.linear_wd, parsed.factors_wd) == (0.01, 0.001, 0.00001)
    assert parsed.factors_init_sigma == 0.001
    assert parsed.clip_gradient is parsed.eps is parsed.rescale_grad is None
    assert parsed.bias_init_scale is parsed.linear_init_value is None


def test_all_values() -> None:
    texts = {
        **REQUIRED,
        "predictor_type": "binary_classifier",
        "bias_init_method": "constant",
        "bias_init_value": "-1.5",
        "linear_init_method": "uniform",
        "linear_init_scale": "0.25",
        "use_linear": "False",
        "clip_gradient": "5",
        "eps": "1e-6",
        "rescale_grad": "0.001",
        "batch_metrics_publish_interval": "7",
        "_num_gpus": "2",
    }
    parsed = parse_hyperparameters(texts)
    assert parsed.predictor_type == "binary_classifier"
    assert (parsed.bias_init_method, parsed.bias_init_value) == ("constant", -1.5)
    assert (parsed.linear_init_method, parsed.linear_init_scale) == ("uniform", 0.25)
    assert (parsed.use_bias, parsed.use_linear) == (True, False)
    assert (parsed.clip_gradient, parsed.eps, parsed.rescale_grad) == (5, 1e-6, 0.001)
    assert parsed.batch_metrics_publish_interval == 7


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        (
            {**REQUIRED, "predictor_type": "classifier"},
            "The value 'classifier' is not valid for the 'predictor_type' hyperparameter which "
            "accepts one of the following: 'binary_classifier', 'regressor'",
        ),
        (
            {**REQUIRED, "num_factors": "0"},
            "The value '0' is not valid for the 'num_factors' hyperparameter which expects one of "
            "the following: a string which matches the pattern '^([1-9][0-9]*)$'; or an integer "
            "greater than 1",
        ),
    ],
)
def test_refusals(settings: dict[str, str], expected: str) -> None:
    reason = f"ClientError: {expected} (caused by ValidationError)"
    assert FACTORIZATION_MACHINES.refusal(settings) == reason


@pytest.mark.parametrize(
    ("name", "texts"),
    {
        "mini_batch_size": ["0", "1.5", "auto", ""],
        "factors_lr": ["-0.1", "nan", ""],
        "bias_init_method": ["gaussian"],
        "clip_gradient": ["-1", ""],
        "use_bias": ["yes"],
    }.items(),
)
def test_values_that_are_not_valid(name: str, texts: list[str]) -> None:
    for text in texts:
        reason = FACTORIZATION_MACHINES.refusal({**REQUIRED, name: text})
        assert reason.startswith(f"ClientError: The value '{text}' is not valid for ")
