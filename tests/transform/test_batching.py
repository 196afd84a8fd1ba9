"""Splitting and batching against naive ones, and what is refused."""

from __future__ import annotations

import io
import struct
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sagemock.formats import recordio
from sagemock.transform.batching import Batching, RequestBatch
from sagemock.transform.errors import TransformError
from sagemock.transform.splitting import records


def lines_of(content: bytes) -> list[bytes]:
    lines = content.split(b"\n")
    return lines if lines[-1] else lines[:-1]


def greedy(pieces: list[bytes], limit: int, separator: bytes) -> list[list[bytes]] | None:
    """Groups, each as large as it may be; None if a piece is too large."""
    groups: list[list[bytes]] = []
    for piece in pieces:
        if len(piece) > limit:
            return None
        if groups and len(separator.join([*groups[-1], piece])) <= limit:
            groups[-1].append(piece)
        else:
            groups.append([piece])
    return groups


class Slow(io.RawIOBase):
    """A stream that gives three bytes at a time at most, as a network may."""

    def __init__(self, content: bytes) -> None:
        self._inner = io.BytesIO(content)

    def readable(self) -> bool:
        return True

    def readinto(self, target: Any) -> int:
        piece = self._inner.read(min(3, len(target)))
        target[: len(piece)] = piece
        return len(piece)


def made(batching: Batching, content: bytes) -> list[RequestBatch] | None:
    results = []
    for stream in (io.BytesIO(content), io.BufferedReader(Slow(content), 4)):
        try:
            results.append(list(batching.batches(stream)))
        except TransformError:
            results.append(None)
    assert results[0] == results[1]
    return results[0]


CONTENT = st.lists(st.sampled_from([b"a", b"bb", b"\n", b"\r\n", b"c,d"]), max_size=20).map(
    b"".join
)


@given(CONTENT, st.integers(1, 12), st.booleans(), st.booleans(), st.booleans())
def test_lines(content: bytes, limit: int, single: bool, keeps: bool, filters: bool) -> None:
    selected = (lambda record: record.replace(b"b", b"")) if filters else None
    batching = Batching("Line", single, limit, keeps, selected)
    lines = lines_of(content)
    bodies = [selected(line) for line in lines] if selected else lines
    groups = greedy(bodies, limit, b"\n")
    if single and groups is not None:
        groups = [[body] for body in bodies]
    batches = made(batching, content)
    if groups is None:
        assert batches is None
        return
    assert batches is not None
    assert [batch.body for batch in batches] == [b"\n".join(group) for group in groups]
    if keeps:
        assert [line for batch in batches for line in batch.records or ()] == lines
        assert [len(batch.records or ()) for batch in batches] == [len(group) for group in groups]
    else:
        assert all(batch.records is None for batch in batches)


@given(CONTENT, st.booleans())
def test_lines_without_a_limit(content: bytes, keeps: bool) -> None:
    (batches,) = [made(Batching("Line", False, None, keeps), content)]
    assert batches is not None
    assert [batch.body for batch in batches] == ([content.removesuffix(b"\n")] if content else [])


@given(CONTENT, st.integers(1, 60))
def test_a_whole_object(content: bytes, limit: int) -> None:
    batches = made(Batching("None", False, limit, True), content)
    if len(content) > limit:
        assert batches is None
    else:
        assert batches == ([RequestBatch(content, [content])] if content else [])


def tf_record(payload: bytes) -> bytes:
    return struct.pack("<QI", len(payload), 1) + payload + struct.pack("<I", 2)


PAYLOADS = st.lists(st.binary(max_size=9), max_size=6)


@given(PAYLOADS, st.sampled_from([(recordio.frame, "RecordIO"), (tf_record, "TFRecord")]))
@pytest.mark.parametrize("single", [True, False])
def test_binary_records(single: bool, payloads: list[bytes], kind: tuple[Any, str]) -> None:
    frame, split_type = kind
    framed = [frame(payload) for payload in payloads]
    limit = 50
    batches = made(Batching(split_type, single, limit, True), b"".join(framed))
    groups = [[each] for each in framed] if single else greedy(framed, limit, b"")
    assert groups is not None
    assert batches == [RequestBatch(b"".join(group), group) for group in groups]


def test_a_record_that_has_the_magic_number_in_it_stays_one() -> None:
    payload = b"abcd" + recordio.MAGIC_BYTES + b"e"
    framed = recordio.frame(payload)
    assert framed.count(recordio.MAGIC_BYTES) == 2
    split = list(records(io.BytesIO(framed * 2), "RecordIO", None))
    assert split == [framed, framed]
    assert b"".join(recordio.joined_payloads(split[0])) == payload


def test_records_of_the_sdk() -> None:
    body = recordio.encode(np.float32([[1, 2], [3, 4], [5, 6]]), np.float32([0, 1, 0]))
    split = list(records(io.BytesIO(body), "RecordIO", 1 << 20))
    assert len(split) == 3
    assert b"".join(split) == body


@given(st.binary(max_size=40), st.sampled_from(["RecordIO", "TFRecord"]))
def test_any_bytes_are_split_or_refused(content: bytes, split_type: str) -> None:
    try:
        split = list(records(io.BytesIO(content), split_type, 1 << 20))
    except TransformError:
        return
    assert b"".join(split) == content


@pytest.mark.parametrize("split_type", ["RecordIO", "TFRecord"])
def test_a_length_beyond_the_object_takes_no_memory(split_type: str) -> None:
    header = {
        "RecordIO": struct.pack("<II", recordio.MAGIC, (1 << 29) - 1),
        "TFRecord": struct.pack("<QI", (1 << 30) - 16, 0),
    }[split_type]
    with pytest.raises(TransformError, match="ends inside of a"):
        list(records(io.BytesIO(header + b"x"), split_type, None))
    with pytest.raises(TransformError, match="Too much data for max payload size"):
        list(records(io.BytesIO(header + b"x"), split_type, 6 << 20))
