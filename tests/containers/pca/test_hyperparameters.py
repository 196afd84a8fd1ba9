"""PCA's hyperparameters: types, ranges, defaults, and how they are refused."""

from __future__ import annotations

import jsonschema
import pytest
from tests.containers.first_party.algorithms import PCA

from sagemock.algorithms.pca import PCAHyperparameters
from sagemock.containers.first_party.hyperparameters import HyperparameterError
from sagemock.containers.pca.hyperparameters import DEFAULTS, FIELDS, parse_hyperparameters

REQUIRED = {"feature_dim": "34", "mini_batch_size": "500", "num_components": "3"}

# What the container printed as its default-conf.json in a recorded job of May 2021.
PRINTED = {
    "algorithm_mode": "regular",
    "subtract_mean": "true",
    "extra_components": "-1",
    "force_dense": "true",
    "epochs": 1,
    "_log_level": "info",
    "_kvstore": "dist_sync",
    "_num_kv_servers": "auto",
    "_num_gpus": "auto",
}


def test_defaults_are_those_of_the_container_in_its_order() -> None:
    assert list(DEFAULTS.items()) == list(PRINTED.items())
    assert sorted(field.name for field in FIELDS if field.default is None) == sorted(REQUIRED)


def test_defaults_as_the_algorithm_takes_them() -> None:
    assert parse_hyperparameters(REQUIRED) == PCAHyperparameters(
        feature_dim=34,
        mini_batch_size=500,
        num_components=3,
        algorithm_mode="regular",
        extra_components=10,
        subtract_mean=True,
        epochs=1,
    )


def test_all_values() -> None:
    parsed = parse_hyperparameters(
        {
            **REQUIRED,
            "algorithm_mode": "randomized",
            "subtract_mean": "False",
            "extra_components": "0",
            "epochs": "2",
            "force_dense": "True",
            "_num_gpus": "1",
        }
    )
    assert (parsed.algorithm_mode, parsed.subtract_mean) == ("randomized", False)
    assert (parsed.extra_components, parsed.epochs) == (0, 2)


@pytest.mark.parametrize(("components", "extra"), [("1", 10), ("10", 10), ("33", 33)])
def test_what_minus_one_stands_for(components: str, extra: int) -> None:
    texts = {**REQUIRED, "num_components": components, "extra_components": "-1"}
    assert parse_hyperparameters(texts).extra_components == extra


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        (
            "algorithm_mode",
            "exact",
            "The value 'exact' is not valid for the 'algorithm_mode' hyperparameter which accepts "
            "one of the following: 'regular', 'randomized'",
        ),
        (
            "extra_components",
            "-2",
            "The value '-2' is not valid for the 'extra_components' hyperparameter which expects "
            "one of the following: a string which matches the pattern '^(-1|0|[1-9][0-9]*)$'; or "
            "an integer greater than -1",
        ),
        (
            "num_components",
            "0",
            "The value '0' is not valid for the 'num_components' hyperparameter which expects one "
            "of the following: a string which matches the pattern '^([1-9][0-9]*)$'; or an "
            "integer greater than 1",
        ),
    ],
)
def test_how_values_are_refused(name: str, text: str, reason: str) -> None:
    expected = f"ClientError: {reason} (caused by ValidationError)"
    assert PCA.refusal({**REQUIRED, name: text}) == expected


@pytest.mark.parametrize("text", ["-1", "0", "7", "-2", "1.5", "x", "", "01", "-0"])
def test_extra_components_are_what_their_schema_allows(text: str) -> None:
    (field,) = [field for field in FIELDS if field.name == "extra_components"]
    valid = jsonschema.Draft7Validator(field.kind.schema).is_valid(text)
    try:
        parse_hyperparameters({**REQUIRED, "extra_components": text})
    except HyperparameterError:
        assert not valid
    else:
        assert valid
