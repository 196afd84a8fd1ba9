"""The subset of JSONPath, operator by operator, and against a naive reading of rows."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sagemock.transform.errors import TransformError
from sagemock.transform.json_path import PathError, parse

RECORD = {"id": 7, "features": [1, 2, 3, 4, 5, 6], "deep": {"a": {"x": 1}, "b": {"x": 2}}}


@pytest.mark.parametrize(
    ("path", "selected"),
    [
        ("$", RECORD),
        ("$.id", 7),
        ("$['id']", 7),
        ('$["id"]', 7),
        ("$.deep.a.x", 1),
        ("$.deep['a']['x']", 1),
        ("$['id', 'deep']", {"id": 7, "deep": RECORD["deep"]}),
        ("$.deep.['a','b']", {"a": {"x": 1}, "b": {"x": 2}}),
        ("$.deep.*", [{"x": 1}, {"x": 2}]),
        ("$.deep[*].x", [1, 2]),
        ("$.deep.*.x", [1, 2]),
        ("$.features[0]", 1),
        ("$.features[-1]", 6),
        ("$.features[0,2,-1]", [1, 3, 6]),
        ("$.features[1:4]", [2, 3, 4]),
        ("$.features[:5]", [1, 2, 3, 4, 5]),
        ("$.features[2:]", [3, 4, 5, 6]),
        ("$.features[-2:]", [5, 6]),
        ("$.features[0,4:]", [1, 5, 6]),
        ("$.features[*]", [1, 2, 3, 4, 5, 6]),
        ("$.*", [7, RECORD["features"], RECORD["deep"]]),
    ],
)
def test_operators(path: str, selected: Any) -> None:
    assert parse(path).select(RECORD) == selected


@pytest.mark.parametrize(
    "path",
    [
        "",
        "id",
        "@",
        "$id",
        "$.",
        "$..id",
        "$[",
        "$[]",
        "$[1",
        "$['a'",
        "$['a' 'b']",
        "$[a]",
        "$[?(@.x)]",
        "$[1:2:3]",
        "$['a',1]",
        "$.a b",
        "$[1,]",
        "$.length()[?]",
    ],
)
def test_what_is_no_path(path: str) -> None:
    with pytest.raises(PathError):
        parse(path)


@pytest.mark.parametrize(
    "path",
    [
        "$.none",
        "$['id','none']",
        "$.features[6]",
        "$.features[-7]",
        "$.features[0,6]",
        "$.id[0]",
        "$.id.x",
        "$.id.*",
        "$.features.x",
        "$.deep.*.y",
    ],
)
def test_what_a_record_lacks(path: str) -> None:
    with pytest.raises(TransformError):
        parse(path).select(RECORD)


PARTS = st.one_of(
    st.integers(-5, 5),
    st.tuples(st.none() | st.integers(-5, 5), st.none() | st.integers(-5, 5)),
)


@given(st.lists(st.binary(max_size=3), max_size=5), st.lists(PARTS, min_size=1, max_size=4))
def test_indexes_and_slices_of_a_row(row: list[bytes], parts: list[Any]) -> None:
    texts = []
    expected: list[bytes] | None = []
    for part in parts:
        if isinstance(part, tuple):
            texts.append(":".join("" if bound is None else str(bound) for bound in part))
            picked = [row[i] for i in range(len(row))[part[0] : part[1]]]
        else:
            texts.append(str(part))
            within = -len(row) <= part < len(row)
            picked = [row[part]] if within else None
        expected = None if expected is None or picked is None else expected + picked
    path = parse(f"$[{','.join(texts)}]")
    if expected is None:
        with pytest.raises(TransformError):
            path.of_row(row)
    else:
        assert path.of_row(row) == expected


@given(st.text(alphabet="$.[]'\",:*0123-ab ", max_size=12))
def test_any_text_is_a_path_or_refused(text: str) -> None:
    try:
        path = parse(text)
    except PathError:
        return
    assert text.startswith("$")
    assert path.is_root == (text == "$")
