"""The tables of hyperparameters: the dataclasses, `jsonschema` and the docs agree with them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import jsonschema
import numpy as np
import pytest
from docs.reference import hyperparameters as reference
from tests.containers.first_party.algorithm import Algorithm, each_of
from tests.containers.first_party.algorithms import ALGORITHMS, OF_THE_TOOLKIT

import sagemock
from sagemock.algorithms.base import Cause
from sagemock.containers.first_party.hyperparameters import Hyperparameter, HyperparameterError

DOCS = Path(reference.__file__).parents[1]
PAGES = {"linear_learner": "hyperparameters.md"}
"""The names of those reference pages that are not called after a folder."""

TYPED = [each for each in ALGORITHMS if each.typed is not None]
"""Those that take a dataclass of hyperparameters."""

TEXTS = (
    *("not valid", "", "it's", 'a "b"\n', "x" * 200, "auto", "[]", '["msd"]', "true", "True"),
    *("0", "1", "-1", "01", "-0", "7", "64", "10000", "99999", "1.5", "1.", "1e3", " 1", "1_0"),
    *("-0.1", "0.5", "1.1", "nan", "inf", "infinity", "9" * 400),
)
"""Of every kind of value, and of none."""


def fields(algorithm: Algorithm) -> list[Hyperparameter]:
    """Those that users know."""
    table = algorithm.container.hyperparameter_table()
    return [field for field in table if not field.name.startswith("_")]


@each_of(ALGORITHMS)
def test_required_ones_are_those_without_a_default(algorithm: Algorithm) -> None:
    required = [field.name for field in fields(algorithm) if field.required]
    assert sorted(required) == sorted(algorithm.required)


@each_of(ALGORITHMS)
def test_the_reference_is_current(algorithm: Algorithm) -> None:
    """`python -m docs.reference.hyperparameters FOLDER > docs/PAGE`"""
    name = f"{algorithm.folder.replace('_', '-')}-hyperparameters.md"
    written = (DOCS / PAGES.get(algorithm.folder, name)).read_text()
    assert written == reference.page(algorithm.folder)


@each_of(OF_THE_TOOLKIT)
def test_causes_are_the_texts_of_jsonschema(algorithm: Algorithm) -> None:
    table = algorithm.container.hyperparameter_table()
    schema = {"properties": {field.name: field.kind.schema for field in table}, "type": "object"}
    validator = jsonschema.Draft7Validator(schema)
    for field in fields(algorithm):
        texts = [{**algorithm.jobs[0], field.name: text} for text in TEXTS]
        errors = [next(validator.iter_errors(each), None) for each in texts]
        refused = [each for each in zip(texts, errors, strict=True) if each[1] is not None]
        # Those that are no number, at the least.
        assert len(refused) > len(TEXTS) / 4
        for settings, error in refused:
            with pytest.raises(HyperparameterError) as caught:
                algorithm.parse(settings)
            assert caught.value.cause == Cause("ValidationError", str(error))


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
    return [field for field in fields(algorithm) if field.name not in WITHOUT_EFFECT]


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


@each_of(TYPED)
def test_each_row_has_a_field_and_each_field_a_row(algorithm: Algorithm) -> None:
    in_table = [field.name for field in rows(algorithm)]
    assert sorted(in_table) == sorted(get_type_hints(algorithm.typed))


@each_of(TYPED)
def test_a_field_has_the_type_of_what_its_row_reads(algorithm: Algorithm) -> None:
    hints = get_type_hints(algorithm.typed)
    for field in rows(algorithm):
        read = {member for value in values(algorithm, field) for member in types_of(value)}
        assert read == allowed(hints[field.name]), field.name


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


@each_of(TYPED)
def test_the_reference_says_what_auto_is_read_as(algorithm: Algorithm) -> None:
    for field in rows(algorithm):
        if "auto" in words(field):
            parsed = algorithm.parse({**algorithm.jobs[0], field.name: "auto"})
            said = IN_OTHER_WORDS.get(field.name) or written(getattr(parsed, field.name))
            assert f"auto: {said}." in field.meaning


def test_no_algorithm_knows_of_auto() -> None:
    word = re.compile(r"(?<![a-z])auto(?![a-z])", re.IGNORECASE)
    paths = list((Path(sagemock.__file__).parent / "algorithms").rglob("*.py"))
    assert len(paths) > 20
    assert [path.name for path in paths if word.search(path.read_text())] == []
