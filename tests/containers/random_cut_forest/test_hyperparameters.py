"""The random cut forest's hyperparameters: types, ranges, defaults, and how they are refused."""

from __future__ import annotations

import pytest
from tests.containers.first_party.algorithms import RANDOM_CUT_FOREST

from sagemock.algorithms.random_cut_forest import RandomCutForestHyperparameters
from sagemock.containers.random_cut_forest.hyperparameters import (
    DEFAULT_INPUT,
    FIELDS,
    parse_hyperparameters,
)

REQUIRED = {"feature_dim": "2"}

# What the container printed as its default-conf.json in a recorded job of February 2020.
PRINTED = {
    "_ftp_port": 8999,
    "num_samples_per_tree": 256,
    "_tuning_objective_metric": "",
    "_num_gpus": "auto",
    "_log_level": "info",
    "_kvstore": "dist_async",
    "force_dense": "true",
    "epochs": 1,
    "num_trees": 100,
    "eval_metrics": ["accuracy", "precision_recall_fscore"],
    "_num_kv_servers": "auto",
    "mini_batch_size": 1000,
}


def test_defaults_are_those_of_the_container_in_its_order() -> None:
    assert list(DEFAULT_INPUT.items()) == list(PRINTED.items())
    assert [field.name for field in FIELDS if field.required] == ["feature_dim"]


def test_defaults_as_the_algorithm_takes_them() -> None:
    assert parse_hyperparameters(REQUIRED) == RandomCutForestHyperparameters(
        feature_dim=2,
        num_trees=100,
        num_samples_per_tree=256,
        eval_metrics=("accuracy", "precision_recall_fscore"),
        mini_batch_size=1000,
        epochs=1,
    )


def test_all_values() -> None:
    parsed = parse_hyperparameters(
        {
            "feature_dim": "10000",
            "num_trees": "1000",
            "num_samples_per_tree": "2048",
            "eval_metrics": '["precision_recall_fscore", "accuracy"]',
            "mini_batch_size": "10",
            "epochs": "2",
            "force_dense": "False",
            "_ftp_port": "1",
        }
    )
    assert parsed == RandomCutForestHyperparameters(
        feature_dim=10_000,
        num_trees=1000,
        num_samples_per_tree=2048,
        eval_metrics=("precision_recall_fscore", "accuracy"),
        mini_batch_size=10,
        epochs=2,
    )


PATTERN = "a string which matches the pattern '^([1-9][0-9]*)$'; or an integer between"


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        (
            {**REQUIRED, "num_trees": "49"},
            "The value '49' is not valid for the 'num_trees' hyperparameter which expects one of "
            f"the following: {PATTERN} 50 and 1000",
        ),
        (
            {**REQUIRED, "num_samples_per_tree": "2049"},
            "The value '2049' is not valid for the 'num_samples_per_tree' hyperparameter which "
            f"expects one of the following: {PATTERN} 1 and 2048",
        ),
        (
            {"feature_dim": "10001"},
            "The value '10001' is not valid for the 'feature_dim' hyperparameter which expects one "
            f"of the following: {PATTERN} 1 and 10000",
        ),
        (
            {**REQUIRED, "eval_metrics": '["f1"]'},
            """The value '["f1"]' is not valid for the 'eval_metrics' hyperparameter which """
            """accepts one of the following: '["accuracy"]', '["precision_recall_fscore"]', """
            """'["accuracy", "precision_recall_fscore"]'""",
        ),
    ],
)
def test_refusals(settings: dict[str, str], expected: str) -> None:
    reason = f"ClientError: {expected} (caused by ValidationError)"
    assert RANDOM_CUT_FOREST.refusal(settings) == reason
