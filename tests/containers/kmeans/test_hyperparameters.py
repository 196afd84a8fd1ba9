"""K-Means's hyperparameters: types, ranges, defaults, and how they are refused."""

from __future__ import annotations

import pytest
from tests.containers.first_party.algorithms import KMEANS

from sagemock.algorithms.kmeans import KMeansHyperparameters
from sagemock.containers.kmeans.hyperparameters import (
    DEFAULT_INPUT,
    FIELDS,
    parse_hyperparameters,
)

REQUIRED = {"k": "8", "feature_dim": "7"}

# What the container printed as its default-input.json in a recorded job of May 2021.
PRINTED = {
    "init_method": "random",
    "mini_batch_size": "5000",
    "epochs": "1",
    "extra_center_factor": "auto",
    "local_lloyd_max_iter": "300",
    "local_lloyd_tol": "0.0001",
    "local_lloyd_init_method": "kmeans++",
    "local_lloyd_num_trials": "auto",
    "half_life_time_size": "0",
    "eval_metrics": '["msd"]',
    "force_dense": "true",
    "_disable_wait_to_read": "false",
    "_enable_profiler": "false",
    "_kvstore": "auto",
    "_log_level": "info",
    "_num_gpus": "auto",
    "_num_kv_servers": "1",
    "_num_slices": "1",
    "_tuning_objective_metric": "",
}


def test_defaults_are_those_of_the_container_in_its_order() -> None:
    assert list(DEFAULT_INPUT.items()) == list(PRINTED.items())
    assert [field.name for field in FIELDS if field.default is None] == ["k", "feature_dim"]


def test_defaults_as_the_algorithm_takes_them() -> None:
    assert parse_hyperparameters(REQUIRED) == KMeansHyperparameters(
        k=8,
        feature_dim=7,
        mini_batch_size=5000,
        epochs=1,
        init_method="random",
        extra_center_factor=10,
        half_life_time_size=0,
        local_lloyd_init_method="kmeans++",
        local_lloyd_max_iter=300,
        local_lloyd_num_trials=10,
        local_lloyd_tol=0.0001,
        eval_metrics=("msd",),
    )


def test_auto_stands_for_what_the_container_printed() -> None:
    parsed = parse_hyperparameters(REQUIRED)
    assert (parsed.extra_center_factor, parsed.local_lloyd_num_trials) == (10, 10)


def test_all_values() -> None:
    parsed = parse_hyperparameters(
        {
            **REQUIRED,
            "mini_batch_size": "100",
            "epochs": "3",
            "init_method": "kmeans++",
            "extra_center_factor": "4",
            "half_life_time_size": "500",
            "local_lloyd_init_method": "random",
            "local_lloyd_max_iter": "20",
            "local_lloyd_num_trials": "2",
            "local_lloyd_tol": "0.5",
            "eval_metrics": '["ssd","msd"]',
            "force_dense": "False",
            "_num_gpus": "2",
        }
    )
    assert parsed == KMeansHyperparameters(
        k=8,
        feature_dim=7,
        mini_batch_size=100,
        epochs=3,
        init_method="kmeans++",
        extra_center_factor=4,
        half_life_time_size=500,
        local_lloyd_init_method="random",
        local_lloyd_max_iter=20,
        local_lloyd_num_trials=2,
        local_lloyd_tol=0.5,
        eval_metrics=("ssd", "msd"),
    )


POSITIVE = "a string which matches the pattern '^([1-9][0-9]*)$'; or an integer greater than 1"


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        (
            {**REQUIRED, "init_method": "kmeans"},
            "The value 'kmeans' is not valid for the 'init_method' hyperparameter which accepts "
            "one of the following: 'random', 'kmeans++'",
        ),
        (
            {**REQUIRED, "k": "0"},
            "The value '0' is not valid for the 'k' hyperparameter which expects one of the "
            f"following: {POSITIVE}",
        ),
        (
            {**REQUIRED, "extra_center_factor": "few"},
            "The value 'few' is not valid for the 'extra_center_factor' hyperparameter which "
            "expects one of the following: a string which matches the pattern "
            "'^(auto|[1-9][0-9]*)$'; or an integer greater than 1",
        ),
        (
            {**REQUIRED, "half_life_time_size": "-1"},
            "The value '-1' is not valid for the 'half_life_time_size' hyperparameter which "
            "expects one of the following: a string which matches the pattern "
            "'^(0|[1-9][0-9]*)$'; or an integer greater than 0",
        ),
        (
            {**REQUIRED, "eval_metrics": '["mse"]'},
            """The value '["mse"]' is not valid for the 'eval_metrics' hyperparameter which """
            """accepts one of the following: '["msd"]', '["ssd"]', '["msd", "ssd"]'""",
        ),
    ],
)
def test_refusals(settings: dict[str, str], expected: str) -> None:
    reason = f"ClientError: {expected} (caused by ValidationError)"
    assert KMEANS.refusal(settings) == reason


@pytest.mark.parametrize(
    ("name", "texts"),
    {
        "mini_batch_size": ["0", "1.5", "auto", ""],
        "extra_center_factor": ["0", "ten"],
        "local_lloyd_num_trials": ["0", "-1"],
        "local_lloyd_tol": ["-0.1", "1.1", "nan"],
        "force_dense": ["yes"],
        "eval_metrics": ["msd", "[]"],
    }.items(),
)
def test_values_that_are_not_valid(name: str, texts: list[str]) -> None:
    for text in texts:
        reason = KMEANS.refusal({**REQUIRED, name: text})
        assert reason.startswith(f"ClientError: The value '{text}' is not valid for ")
