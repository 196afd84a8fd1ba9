"""Request bodies of every type."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sagemock.algorithms.base import is_sparse
from sagemock.containers.first_party.payloads import PayloadError, read
from sagemock.formats import protobuf
from sagemock.formats.recordio import encode, frame

ROWS = [[1.0, 2.0, 0.0], [0.0, 0.0, 3.0]]
SPARSE = {"keys": [2], "shape": [3], "values": [3]}


def instances(*each: Any) -> bytes:
    return json.dumps({"instances": each}).encode()


def lines(*each: Any) -> bytes:
    return b"".join(json.dumps(one).encode() + b"\n" for one in each)


def sparse_records(columns: int, *rows: dict[int, float]) -> bytes:
    data = b""
    for row in rows:
        keys = b"".join(protobuf.varint(key) for key in row)
        tensor = protobuf.delimited(1, np.array(list(row.values()), "<f4").tobytes())
        tensor += protobuf.delimited(2, keys)
        tensor += protobuf.delimited(3, protobuf.varint(columns))
        entry = protobuf.delimited(1, b"values")
        entry += protobuf.delimited(2, protobuf.delimited(2, tensor))
        data += frame(protobuf.delimited(1, entry))
    return data


FORMS: dict[str, tuple[str, bytes]] = {
    "csv": ("text/csv", b"1,2,0\n0,0,3\n"),
    "csv without a last line end": ("text/csv; label_size=0", b"1,2,0\r\n0,0,3"),
    "plain": ("application/json", instances({"features": ROWS[0]}, {"features": ROWS[1]})),
    "further keys": (
        "application/json; charset=utf-8",
        instances({"features": ROWS[0], "label": 1}, {"id": "x", "features": ROWS[1]}),
    ),
    "tensors": (
        "application/json",
        instances(*({"data": {"features": {"values": row}}} for row in ROWS)),
    ),
    "tensors with a shape": (
        "application/json",
        instances(*({"data": {"features": {"values": row, "shape": [3]}}} for row in ROWS)),
    ),
    "sparse": (
        "application/json",
        instances(
            {"data": {"features": {"keys": [1, 0], "shape": [3], "values": [2, 1]}}},
            {"data": {"features": SPARSE}},
        ),
    ),
    "mixed": ("application/json", instances({"features": ROWS[0]}, {"features": SPARSE})),
    "lines": ("application/jsonlines", lines({"features": ROWS[0]}, {"features": ROWS[1]})),
    "mixed lines": (
        "Application/JSONLines",
        lines({"data": {"features": {"values": ROWS[0]}}}) + b"\n" + lines({"features": SPARSE}),
    ),
    "records": ("application/x-recordio-protobuf", encode(np.array(ROWS, np.float32))),
    "records with labels": (
        "application/x-recordio-protobuf",
        encode(np.array(ROWS, np.float32), np.ones(2, np.float32)),
    ),
    "sparse records": (
        "application/x-recordio-protobuf",
        sparse_records(3, {0: 1, 1: 2}, {2: 3}),
    ),
}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_gives_the_same_rows(form: str) -> None:
    content_type, body = FORMS[form]
    features = read(body, content_type, 3)
    assert isinstance(features, np.ndarray)
    assert features.dtype == np.float32
    assert features.tolist() == ROWS


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        (None, b"1,2,0\n"),
        ("", b"1,2,0\n"),
        ("text/plain", b"1,2,0\n"),
        ("text/csv", b""),
        ("text/csv", b"1,2\n"),
        ("text/csv", b"1,2,3,4\n"),
        ("text/csv", b"1,2,x\n"),
        ("text/csv", b"a,b,c\n1,2,3\n"),
        ("text/csv", b"1,2,\n"),
        ("text/csv", b"1,2,nan\n"),
        ("text/csv", b"1,2,inf\n"),
        ("text/csv", FORMS["plain"][1]),
        ("application/json", b""),
        ("application/json", b"1,2,0\n"),
        ("application/json", b"{}"),
        ("application/json", b"[]"),
        ("application/json", b"null"),
        ("application/json", b"[" * 200_000),
        ("application/json", b"\xff\xfe"),
        ("application/json", instances()),
        ("application/json", instances(1)),
        ("application/json", instances(ROWS[0])),
        ("application/json", instances({})),
        ("application/json", instances({"data": {}})),
        ("application/json", instances({"features": 5})),
        ("application/json", instances({"features": "123"})),
        ("application/json", instances({"features": ["1", "2", "3"]})),
        ("application/json", instances({"features": [1, 2, None]})),
        ("application/json", instances({"features": [1, 2]})),
        ("application/json", instances({"features": [[1, 2, 3]]})),
        ("application/json", instances({"features": [1, 2, 3]}, {"features": [1, 2]})),
        ("application/json", b'{"instances": [{"features": [1, 2, NaN]}]}'),
        ("application/json", b'{"instances": [{"features": [1, 2, 1e999]}]}'),
        ("application/json", b'{"instances": [{"features": [1, 2, 1' + b"0" * 5000 + b"]}]}"),
        ("application/json", instances({"features": {"values": [1, 2, 3], "shape": [4]}})),
        ("application/json", instances({"features": {"keys": [0], "values": [1]}})),
        ("application/json", instances({"features": {**SPARSE, "shape": [4]}})),
        ("application/json", instances({"features": {**SPARSE, "shape": [1 << 70]}})),
        ("application/json", instances({"features": {**SPARSE, "shape": []}})),
        ("application/json", instances({"features": {**SPARSE, "keys": [3]}})),
        ("application/json", instances({"features": {**SPARSE, "keys": [-1]}})),
        ("application/json", instances({"features": {**SPARSE, "keys": [0.5]}})),
        ("application/json", instances({"features": {**SPARSE, "keys": [0, 1]}})),
        ("application/json", instances({"features": {**SPARSE, "keys": "2"}})),
        ("application/json", instances({"features": {**SPARSE, "keys": None}})),
        ("application/json", instances({"features": {**SPARSE, "keys": [1 << 63]}})),
        ("application/jsonlines", b""),
        ("application/jsonlines", FORMS["lines"][1] + b"{\n"),
        ("application/jsonlines", lines({"features": [1, 2]})),
        ("application/x-recordio-protobuf", b""),
        ("application/x-recordio-protobuf", b"1,2,3\n"),
        ("application/x-recordio-protobuf", encode(np.zeros((1, 4), np.float32))),
        ("application/x-recordio-protobuf", encode(np.full((1, 3), np.nan, np.float32))),
        ("application/x-recordio-protobuf", sparse_records(4, {0: 1})),
    ],
)
def test_what_is_no_rows_is_refused(content_type: str | None, body: bytes) -> None:
    with pytest.raises(PayloadError):
        read(body, content_type, 3)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["instances", "features", "data", "values", "keys", "shape"]), inner
        )
    ),
    max_leaves=12,
)


@given(json_values, st.sampled_from(["application/json", "application/jsonlines"]))
def test_json_of_any_shape_is_read_or_refused(value: Any, content_type: str) -> None:
    for body in (json.dumps(value), json.dumps({"instances": [{"features": value}]})):
        try:
            features = read(body.encode(), content_type, 2)
        except PayloadError:
            continue
        assert features.shape[1] == 2


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        (
            "application/jsonlines",
            lines(*({"features": {**SPARSE, "shape": [1 << 20]}} for _ in range(3))),
        ),
        ("application/x-recordio-protobuf", sparse_records(1 << 20, *[{2: 3}] * 3)),
    ],
)
def test_sparse_rows_of_a_wide_model_stay_sparse(content_type: str, body: bytes) -> None:
    features = read(body, content_type, 1 << 20)
    assert is_sparse(features)
    assert features.nnz == 3
    assert features[:, [2]].toarray().tolist() == [[3], [3], [3]]
