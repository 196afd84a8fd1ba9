"""Bodies that do not fit the shapes are refused; those that do arrive complete."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sagemock.errors import SerializationException
from sagemock.wire.serialization import parse_json


def parse(operation: str, value: Any) -> dict[str, Any]:
    return parse_json("sagemaker", operation, json.dumps(value).encode())


def test_unknown_members_and_nulls_are_dropped() -> None:
    assert parse("ListModels", {"MaxResults": 5, "Nonsense": 1, "NextToken": None}) == {
        "MaxResults": 5
    }


def test_an_empty_body_is_an_empty_request() -> None:
    assert parse_json("sagemaker", "ListModels", b"") == {}


@pytest.mark.parametrize("text", ["2026-01-02T03:04:05Z", "2026-01-02T03:04:05", 1767323045])
def test_times_become_seconds(text: Any) -> None:
    assert parse("ListModels", {"CreationTimeAfter": text}) == {"CreationTimeAfter": 1767323045.0}


WRONG = [
    ({"MaxResults": "5"}, "STRING_VALUE can not be converted to an Integer"),
    ({"MaxResults": True}, "TRUE_VALUE can not be converted to an Integer"),
    ({"MaxResults": 1.5}, "DECIMAL_VALUE can not be converted to an Integer"),
    ({"MaxResults": 2**40}, "NUMBER_VALUE can not be converted to an Integer"),
    ({"NameContains": 5}, "NUMBER_VALUE can not be converted to a String"),
    ({"NameContains": ["a"]}, "Start of list found where not expected"),
    ({"NameContains": {}}, "Start of structure or map found where not expected."),
    ({"CreationTimeAfter": "yesterday"}, "STRING_VALUE can not be converted to a Timestamp"),
]


@pytest.mark.parametrize(("request_", "text"), WRONG)
def test_wrong_types(request_: dict[str, Any], text: str) -> None:
    with pytest.raises(SerializationException) as caught:
        parse("ListModels", request_)
    assert caught.value.message == text


def weight(value: Any) -> dict[str, Any]:
    return {"ProductionVariants": [{"InitialVariantWeight": value}]}


@pytest.mark.parametrize(
    ("operation", "request_", "text"),
    [
        ("CreateEndpointConfig", weight("1"), "STRING_VALUE can not be converted to a Float"),
        ("CreateEndpointConfig", weight(True), "TRUE_VALUE can not be converted to a Float"),
        ("CreateEndpointConfig", weight(10**400), "NUMBER_VALUE can not be converted to a Float"),
        (
            "UpdateEndpoint",
            {"RetainDeploymentConfig": "yes"},
            "STRING_VALUE can not be converted to a Boolean",
        ),
        (
            "ListModels",
            {"CreationTimeAfter": True},
            "TRUE_VALUE can not be converted to a Timestamp",
        ),
    ],
)
def test_wrong_numbers_and_booleans(operation: str, request_: dict[str, Any], text: str) -> None:
    with pytest.raises(SerializationException) as caught:
        parse(operation, request_)
    assert caught.value.message == text


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"\xff",
        b"[" * 100_000,
        b'{"MaxResults": NaN}',
        b'{"MaxResults": ' + b"9" * 10_000 + b"}",
        b"nul",
        b'"text"',
        b"1",
        "{}".encode("utf-16"),
        # Half of a surrogate pair, escaped, in a name, and as bytes.
        b'{"NameContains": "\\ud83d"}',
        b'{"\\uD83D": 1}',
        b'{"NameContains": "\xed\xa0\xbd"}',
    ],
)
def test_what_is_no_request_is_refused(body: bytes) -> None:
    with pytest.raises(SerializationException):
        parse_json("sagemaker", "ListModels", body)


def test_text_arrives_however_it_is_written() -> None:
    for body in (b'{"NameContains": "\\ud83d\\ude00"}', '\ufeff{"NameContains": "😀"}'.encode()):
        assert parse_json("sagemaker", "ListModels", body) == {"NameContains": "😀"}


def test_deep_nesting_in_a_shape_that_holds_itself() -> None:
    expression: dict[str, Any] = {"Filters": [{"Name": "A"}]}
    for _ in range(150):
        expression = {"SubExpressions": [expression]}
    with pytest.raises(SerializationException, match="deeply"):
        parse("Search", {"Resource": "TrainingJob", "SearchExpression": expression})


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
MEMBERS = ("TrainingJobName", "HyperParameters", "InputDataConfig", "Tags", "ResourceConfig")


@given(st.dictionaries(st.sampled_from(MEMBERS), json_values))
def test_no_body_breaks_the_parser(value: dict[str, Any]) -> None:
    try:
        parsed = parse("CreateTrainingJob", value)
    except SerializationException:
        return
    assert parsed.keys() <= value.keys()
