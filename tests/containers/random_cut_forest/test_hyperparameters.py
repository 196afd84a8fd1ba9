"""The random cut forest's hyperparameters: types, ranges, defaults, and how they are refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jsonschema
import pytest
from docs.reference import hyperparameters as reference

from sagemock.algorithms.random_cut_forest import RandomCutForestHyperparameters
from sagemock.containers.first_party.hyperparameters import HyperparameterError
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


def failure(settings: dict[str, str]) -> HyperparameterError:
    with pytest.raises(HyperparameterError) as caught:
        parse_hyperparameters(settings)
    return caught.value


PATTERN = "a string which matches the pattern '^([1-9][0-9]*)$'; or an integer between"


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        (
            {},
            "No value(s) were specified for 'feature_dim' which are required hyperparameter(s)",
        ),
        (
            {**REQUIRED, "trees": "1"},
            "Additional hyperparameters are not allowed ('trees' was unexpected)",
        ),
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
    assert (
        failure(settings).failure_reason == f"ClientError: {expected} (caused by ValidationError)"
    )


NAMES = [field.name for field in FIELDS if not field.name.startswith("_")]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("text", ["not valid", "", "0"])
def test_causes_are_the_texts_of_jsonschema(name: str, text: str) -> None:
    texts = {**REQUIRED, name: text}
    schema: dict[str, Any] = {
        "properties": {field.name: field.kind.schema for field in FIELDS},
        "type": "object",
    }
    error = next(jsonschema.Draft7Validator(schema).iter_errors(texts))
    cause = failure(texts).cause
    assert cause is not None
    assert cause.text == str(error)


PAGE = "random-cut-forest-hyperparameters.md"


def test_reference_page_is_fresh() -> None:
    """`python -m docs.reference.hyperparameters random_cut_forest`, into `docs/`."""
    written = Path(__file__).parents[3] / "docs" / PAGE
    assert written.read_text() == reference.page("random_cut_forest")
