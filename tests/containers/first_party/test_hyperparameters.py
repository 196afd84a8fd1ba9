"""The sentences about bad hyperparameters, and `jsonschema` as the oracle of their causes."""

from __future__ import annotations

import pickle
from collections.abc import Mapping, Sequence
from typing import Any

import jsonschema
import pytest

from sagemock.containers.first_party.hyperparameters import (
    Hyperparameter,
    HyperparameterError,
    read,
    refused,
)
from sagemock.containers.first_party.kinds import (
    Boolean,
    Choice,
    Derived,
    Integer,
    JsonList,
    Number,
    ValueKind,
    auto,
)
from sagemock.containers.linear_learner.hyperparameters import FIELDS

FEW = (
    Hyperparameter("k", None, Integer(), ""),
    Hyperparameter("feature_dim", None, Integer(), ""),
    Hyperparameter("share", "0.5", Number(0, 1), ""),
)


def failure(fields: Sequence[Hyperparameter], texts: Mapping[str, str]) -> HyperparameterError:
    with pytest.raises(HyperparameterError) as caught:
        read(fields, texts)
    return caught.value


def schema_error(fields: Sequence[Hyperparameter], texts: Mapping[str, str]) -> Any:
    """The first error of `jsonschema`, for texts laid over defaults, as a container does it."""
    schema = {
        "additionalProperties": False,
        "required": [field.name for field in fields if field.required],
        "properties": {field.name: field.kind.schema for field in fields},
        "type": "object",
    }
    defaults = {field.name: field.default for field in fields if field.default is not None}
    return next(jsonschema.Draft7Validator(schema).iter_errors({**defaults, **texts}))


def test_values_in_the_order_of_the_fields() -> None:
    values = read(FEW, {"feature_dim": "7", "k": "3"})
    assert list(values.items()) == [("k", 3), ("feature_dim", 7), ("share", 0.5)]
    assert read(FEW, {"feature_dim": "7", "k": "3", "old": "x"}, ignored=("old",)) == values


def test_auto_stands_for_a_value_or_for_what_follows_from_the_others() -> None:
    fields = (
        Hyperparameter(
            "twice", "auto", auto(Integer(), Derived(lambda values: 2 * values["once"])), ""
        ),
        Hyperparameter("once", "auto", auto(Integer(), 21), ""),
    )
    assert read(fields, {}) == {"twice": 42, "once": 21}
    assert read(fields, {"once": "3"}) == {"twice": 6, "once": 3}
    assert read(fields, {"twice": "5"}) == {"twice": 5, "once": 21}


def test_an_optional_one_without_a_default_is_none() -> None:
    fields = (Hyperparameter("clip", None, Number(0), "", optional=True), *FEW)
    required = {"feature_dim": "7", "k": "3"}
    assert read(fields, required)["clip"] is None
    assert read(fields, {**required, "clip": "2"})["clip"] == 2
    texts = {**required, "clip": ""}
    error = failure(fields, texts)
    assert error.cause is not None
    assert error.cause.text == str(schema_error(fields, texts))


def test_missing_ones_as_recorded() -> None:
    assert failure(FEW, {}).failure_reason == (
        "ClientError: No value(s) were specified for 'k', 'feature_dim' which are required "
        "hyperparameter(s) (caused by ValidationError)"
    )


def test_unknown_ones_come_first() -> None:
    assert failure(FEW, {"k": "x", "q": "1"}).failure_reason == (
        "ClientError: Additional hyperparameters are not allowed ('q' was unexpected) "
        "(caused by ValidationError)"
    )


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (Number(0, 1), "a number between 0 and 1"),
        (Number(2), "a number greater than 2"),
        (Number(high=3), "a number less than 3"),
        (Integer(), "an integer greater than 1"),
        (Integer(0), "an integer greater than 0"),
        (Integer(50, 1000), "an integer between 50 and 1000"),
    ],
)
def test_bounds_in_words(kind: ValueKind, expected: str) -> None:
    message = str(refused("x", "abc", kind.schema))
    assert message.startswith(
        "The value 'abc' is not valid for the 'x' hyperparameter which expects one of the "
        "following: a string which matches the pattern '^"
    )
    assert message.endswith(f"'; or {expected}")


@pytest.mark.parametrize(
    "kind", [Number(), Number(0, open_low=True), Number(0, 1, open_high=True), auto(Number(0), 1.0)]
)
def test_kinds_that_the_toolkit_has_no_words_for(kind: ValueKind) -> None:
    failed = refused("x", "abc", kind.schema)
    reason = "Reason: 'abc' is not valid under any of the given schemas\n\nFailed validating"
    assert str(failed).startswith(f"The value 'abc' is not valid for 'x'. {reason}")
    assert failed.failure_reason.endswith("\n    'abc' (caused by ValidationError)")


@pytest.mark.parametrize(
    ("fields", "texts"),
    [
        (FIELDS, {"predictor_type": "regressor", "epoch": "1"}),
        (FIELDS, {"predictor_type": "regressor", "b": "1", "a's": "1"}),
        (FIELDS, {}),
        (FEW, {"feature_dim": "1"}),
    ],
)
def test_causes_about_names_are_the_messages_of_jsonschema(
    fields: Sequence[Hyperparameter], texts: dict[str, str]
) -> None:
    cause = failure(fields, texts).cause
    assert cause is not None
    assert cause.text == schema_error(fields, texts).message


def test_the_first_bad_value_counts() -> None:
    fields = (
        Hyperparameter("b", "true", Boolean(), ""),
        Hyperparameter("a", "x", Choice("x", "y"), ""),
    )
    texts = {"a": "z", "b": "maybe"}
    assert "'maybe' is not valid for the 'b'" in failure(fields, texts).failure_reason
    cause = failure(fields, texts).cause
    assert cause is not None
    assert cause.text == str(schema_error(fields, texts))


def test_a_failure_travels_between_processes() -> None:
    failed = failure(FEW, {})
    again = pickle.loads(pickle.dumps(failed))
    assert (again.failure_reason, again.details) == (failed.failure_reason, failed.details)


def test_a_failure_reason_has_at_most_1024_characters() -> None:
    assert len(failure(FIELDS, {"x" * 5000: "1"}).failure_reason) == 1024


def test_whole_numbers_from_zero() -> None:
    assert [Integer(0).read(text) for text in ("0", "7", "10")] == [0, 7, 10]
    for text in ("-1", "00", "01", "0.0", "", "auto"):
        with pytest.raises(ValueError, match="^" + text + "$"):
            Integer(0).read(text)


def test_whole_numbers_between_two_others() -> None:
    kind = Integer(50, 1000)
    assert kind.words == "integer, 50 to 1000"
    assert [kind.read(text) for text in ("50", "99", "1000")] == [50, 99, 1000]
    for text in ("49", "1001", "0", "-60", "060", "9" * 5000):
        with pytest.raises(ValueError, match="^" + text + "$"):
            kind.read(text)


SCORES = JsonList("msd", "ssd")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('["msd"]', ("msd",)),
        ('["msd", "ssd"]', ("msd", "ssd")),
        ('["ssd","msd"]', ("ssd", "msd")),
        (' [ "ssd" ]\n', ("ssd",)),
    ],
)
def test_json_lists_in_any_spelling(text: str, words: tuple[str, ...]) -> None:
    assert SCORES.read(text) == words


@pytest.mark.parametrize(
    "text",
    [
        "",
        "msd",
        '"msd"',
        "[]",
        "[1]",
        '["mse"]',
        '["msd", "msd"]',
        '[["msd"]]',
        '{"msd": 1}',
        "[" * 100_000,
    ],
    ids=lambda text: text[:12],
)
def test_what_is_no_such_list(text: str) -> None:
    with pytest.raises(HyperparameterError) as caught:
        Hyperparameter("eval_metrics", '["msd"]', SCORES, "").value(text)
    assert str(caught.value) == (
        f"The value '{text}' is not valid for the 'eval_metrics' hyperparameter which accepts one "
        """of the following: '["msd"]', '["ssd"]', '["msd", "ssd"]'"""
    )
