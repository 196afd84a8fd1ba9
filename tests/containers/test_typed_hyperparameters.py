"""Tables of hyperparameters, against the dataclasses that the algorithms take."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import numpy as np
import pytest

import sagemock
from sagemock.algorithms import (
    factorization_machines,
    kmeans,
    knn,
    linear_learner,
    pca,
    random_cut_forest,
)
from sagemock.containers.factorization_machines import hyperparameters as machines_table
from sagemock.containers.first_party.hyperparameters import Hyperparameter, HyperparameterError
from sagemock.containers.kmeans import hyperparameters as kmeans_table
from sagemock.containers.knn import hyperparameters as knn_table
from sagemock.containers.linear_learner import hyperparameters as linear_table
from sagemock.containers.pca import hyperparameters as pca_table
from sagemock.containers.random_cut_forest import hyperparameters as forest_table


@dataclass(frozen=True)
class Algorithm:
    """Its table, the dataclass that it takes, and jobs of every type that it knows."""

    fields: Sequence[Hyperparameter]
    typed: type
    parse: Callable[[Mapping[str, str]], Any]
    jobs: Sequence[Mapping[str, str]]


ALGORITHMS = {
    "linear_learner": Algorithm(
        linear_table.FIELDS,
        linear_learner.LinearLearnerHyperparameters,
        linear_table.parse_hyperparameters,
        [
            {"predictor_type": "binary_classifier"},
            {"predictor_type": "multiclass_classifier", "num_classes": "3"},
            {"predictor_type": "regressor"},
        ],
    ),
    "kmeans": Algorithm(
        kmeans_table.FIELDS,
        kmeans.KMeansHyperparameters,
        kmeans_table.parse_hyperparameters,
        [{"k": "2", "feature_dim": "3"}],
    ),
    "pca": Algorithm(
        pca_table.FIELDS,
        pca.PCAHyperparameters,
        pca_table.parse_hyperparameters,
        [{"feature_dim": "3", "mini_batch_size": "10", "num_components": "2"}],
    ),
    "random_cut_forest": Algorithm(
        forest_table.FIELDS,
        random_cut_forest.RandomCutForestHyperparameters,
        forest_table.parse_hyperparameters,
        [{"feature_dim": "2"}],
    ),
    "knn": Algorithm(
        knn_table.FIELDS,
        knn.KNNHyperparameters,
        knn_table.parse_hyperparameters,
        [
            {"k": "2", "predictor_type": "regressor", "sample_size": "9"},
            {
                "k": "2",
                "predictor_type": "classifier",
                "sample_size": "9",
                "dimension_reduction_target": "2",
                "faiss_index_pq_m": "8",
            },
        ],
    ),
    "factorization_machines": Algorithm(
        machines_table.FIELDS,
        factorization_machines.FactorizationMachinesHyperparameters,
        machines_table.parse_hyperparameters,
        [{"feature_dim": "3", "num_factors": "2", "predictor_type": "regressor"}],
    ),
}

WITHOUT_EFFECT = {"force_dense"}
NUMBERS = ("0", "0.5", "1", "7", "64", "-1.5")

IN_OTHER_WORDS = {
    "feature_dim": "as in the train channel",
    "num_calibration_samples": "all",
    "faiss_index_ivf_nlists": "the square root of `sample_size`",
    "loss": "the first of these",
}
"""What the reference says of `auto` where it is not a value."""


def words(field: Hyperparameter) -> list[str]:
    """The words that a hyperparameter takes, by its schema."""
    schemas = field.kind.schema.get("oneOf", [field.kind.schema])
    in_patterns = [
        word
        for schema in schemas
        for word in re.findall(r"\b[a-z]{2,}\b", schema.get("pattern", ""))
    ]
    return [*(word for schema in schemas for word in schema.get("enum", ())), *in_patterns]


def rows(algorithm: Algorithm) -> list[Hyperparameter]:
    """Those that have an effect on the training."""
    return [
        field
        for field in algorithm.fields
        if not field.name.startswith("_") and field.name not in WITHOUT_EFFECT
    ]


def types_of(value: object) -> set[object]:
    """What a type must allow for to have this value: words by themselves, others by their type."""
    if isinstance(value, tuple):
        return {("tuple", member) for each in value for member in types_of(each)}
    return {value} if value is None or isinstance(value, str) else {type(value)}


def allowed(hint: Any) -> set[object]:
    """The same of an annotation."""
    if get_origin(hint) is Literal:
        return set(get_args(hint))
    if get_origin(hint) in (Union, UnionType):
        return {member for each in get_args(hint) for member in allowed(each)}
    if get_origin(hint) is tuple:
        each, rest = get_args(hint)
        assert rest is ...
        return {("tuple", member) for member in allowed(each)}
    return {None if hint is type(None) else hint}


def values(algorithm: Algorithm, field: Hyperparameter) -> Iterator[object]:
    """Whatever a hyperparameter is read as."""
    for job in algorithm.jobs:
        if field.optional and field.name not in job:
            yield getattr(algorithm.parse(job), field.name)
        for text in (*words(field), *NUMBERS):
            with suppress(HyperparameterError):
                yield getattr(algorithm.parse({**job, field.name: text}), field.name)


@pytest.mark.parametrize("name", ALGORITHMS)
def test_each_row_has_a_field_and_each_field_a_row(name: str) -> None:
    algorithm = ALGORITHMS[name]
    in_table = [field.name for field in rows(algorithm)]
    assert sorted(in_table) == sorted(get_type_hints(algorithm.typed))


@pytest.mark.parametrize(
    ("name", "field"),
    [
        pytest.param(name, field, id=f"{name}-{field.name}")
        for name, algorithm in ALGORITHMS.items()
        for field in rows(algorithm)
    ],
)
def test_a_field_has_the_type_of_what_its_row_reads(name: str, field: Hyperparameter) -> None:
    algorithm = ALGORITHMS[name]
    read = {member for value in values(algorithm, field) for member in types_of(value)}
    assert read == allowed(get_type_hints(algorithm.typed)[field.name])


def written(value: object) -> str:
    """A value in the words of the reference."""
    if isinstance(value, tuple):
        *others, last = map(written, value)
        return f"{', '.join(others)} and {last} are tried"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return str(np.format_float_positional(value, trim="-"))
    return str(value)


@pytest.mark.parametrize(
    ("name", "field"),
    [
        pytest.param(name, field, id=f"{name}-{field.name}")
        for name, algorithm in ALGORITHMS.items()
        for field in rows(algorithm)
        if "auto" in words(field)
    ],
)
def test_the_reference_says_what_auto_is_read_as(name: str, field: Hyperparameter) -> None:
    algorithm = ALGORITHMS[name]
    parsed = algorithm.parse({**algorithm.jobs[0], field.name: "auto"})
    said = IN_OTHER_WORDS.get(field.name) or written(getattr(parsed, field.name))
    assert f"auto: {said}." in field.meaning


def test_no_algorithm_knows_of_auto() -> None:
    word = re.compile(r"(?<![a-z])auto(?![a-z])", re.IGNORECASE)
    paths = list((Path(sagemock.__file__).parent / "algorithms").rglob("*.py"))
    assert len(paths) > 20
    assert [path.name for path in paths if word.search(path.read_text())] == []
