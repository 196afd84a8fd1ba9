"""KNN's hyperparameters: types, ranges, defaults, and how they are refused."""

from __future__ import annotations

import pytest
from tests.containers.first_party.algorithms import KNN

from sagemock.algorithms.knn import KNNHyperparameters
from sagemock.containers.knn.hyperparameters import (
    DEFAULT_INPUT,
    FIELDS,
    parse_hyperparameters,
)

REQUIRED = {"k": "5", "predictor_type": "classifier", "sample_size": "1000"}

# What the container printed as its default-conf.json in a recorded job of June 2021.
PRINTED = {
    "_kvstore": "dist_async",
    "_log_level": "info",
    "_num_gpus": "auto",
    "_num_kv_servers": "1",
    "_tuning_objective_metric": "",
    "_faiss_index_nprobe": "5",
    "epochs": "1",
    "feature_dim": "auto",
    "faiss_index_ivf_nlists": "auto",
    "index_metric": "L2",
    "index_type": "faiss.Flat",
    "mini_batch_size": "5000",
    "_enable_profiler": "false",
}


def test_defaults_are_those_of_the_container_in_its_order() -> None:
    assert list(DEFAULT_INPUT.items()) == list(PRINTED.items())
    assert [field.name for field in FIELDS if field.required] == [
        "k",
        "predictor_type",
        "sample_size",
    ]


def test_defaults_as_the_algorithm_takes_them() -> None:
    assert parse_hyperparameters(REQUIRED) == KNNHyperparameters(
        feature_dim=None,
        k=5,
        predictor_type="classifier",
        sample_size=1000,
        dimension_reduction_type=None,
        dimension_reduction_target=None,
        index_type="faiss.Flat",
        index_metric="L2",
        faiss_index_ivf_nlists=31,
        faiss_index_pq_m=None,
        mini_batch_size=5000,
        epochs=1,
    )


def test_all_values() -> None:
    parsed = parse_hyperparameters(
        {
            "k": "2",
            "predictor_type": "regressor",
            "sample_size": "300",
            "feature_dim": "20",
            "dimension_reduction_type": "fjlt",
            "dimension_reduction_target": "10",
            "index_type": "faiss.IVFPQ",
            "index_metric": "L2",
            "faiss_index_ivf_nlists": "7",
            "faiss_index_pq_m": "96",
            "mini_batch_size": "100",
            "epochs": "2",
            "_num_gpus": "2",
        }
    )
    assert parsed == KNNHyperparameters(
        feature_dim=20,
        k=2,
        predictor_type="regressor",
        sample_size=300,
        dimension_reduction_type="fjlt",
        dimension_reduction_target=10,
        index_type="faiss.IVFPQ",
        index_metric="L2",
        faiss_index_ivf_nlists=7,
        faiss_index_pq_m=96,
        mini_batch_size=100,
        epochs=2,
    )


POSITIVE = "a string which matches the pattern '^([1-9][0-9]*)$'; or an integer greater than 1"
PQ = {**REQUIRED, "index_type": "faiss.IVFPQ", "faiss_index_pq_m": "8"}


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        (
            {**REQUIRED, "predictor_type": "binary_classifier"},
            "The value 'binary_classifier' is not valid for the 'predictor_type' hyperparameter "
            "which accepts one of the following: 'classifier', 'regressor'",
        ),
        (
            {**REQUIRED, "k": "0"},
            "The value '0' is not valid for the 'k' hyperparameter which expects one of the "
            f"following: {POSITIVE}",
        ),
        (
            {**REQUIRED, "dimension_reduction_type": "sign"},
            "No value(s) were specified for 'dimension_reduction_target' which are required "
            "hyperparameter(s)",
        ),
        (
            {**REQUIRED, "index_type": "faiss.IVFPQ"},
            "No value(s) were specified for 'faiss_index_pq_m' which are required "
            "hyperparameter(s)",
        ),
        (
            {**PQ, "index_metric": "COSINE"},
            "The value 'COSINE' is not valid for the 'index_metric' hyperparameter which accepts "
            "one of the following: 'L2'",
        ),
        (
            {**PQ, "faiss_index_pq_m": "5"},
            "The value '5' is not valid for the 'faiss_index_pq_m' hyperparameter which accepts "
            "one of the following: '1', '2', '3', '4', '8', '12', '16', '20', '24', '28', '32', "
            "'40', '48', '56', '64', '96'",
        ),
    ],
)
def test_refusals(settings: dict[str, str], expected: str) -> None:
    reason = f"ClientError: {expected} (caused by ValidationError)"
    assert KNN.refusal(settings) == reason
