"""RecordIO-protobuf: byte for byte as others write it, and nothing that hurts."""

from __future__ import annotations

import struct
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from tests.memory import peak_memory

from sagemock.algorithms.base import is_sparse
from sagemock.formats import recordio
from sagemock.formats.recordio import RecordError, decode, encode, frame
from sagemock.formats.rows import MAX_COLUMNS, RowsError, concatenated

SHEET = bytes.fromhex(
    "0a23d7ce2c0000000a160a0676616c756573120c120a0a080000803f00000040"
    "12120a0676616c7565731208120 60a040000803f".replace(" ", "")
)
"""Features [1, 2] and label 1, as published."""

numbers = st.floats(width=32, allow_nan=False)
KINDS = {
    "float32_tensor": numbers,
    "float64_tensor": st.floats(-1e30, 1e30),
    "int32_tensor": st.integers(-(1 << 31), (1 << 31) - 1),
}


def dense(data: bytes) -> tuple[np.ndarray, np.ndarray | None]:
    rows, labels = decode(data)
    features = rows.features()
    return (features.toarray() if is_sparse(features) else features), labels


def test_the_published_record_is_read_and_written_to_the_byte() -> None:
    features, labels = dense(SHEET)
    assert features.tolist() == [[1, 2]]
    assert labels is not None
    assert labels.tolist() == [1]
    assert encode(np.array([[1, 2]], np.float32), np.array([1], np.float32)) == SHEET


def test_the_size_of_a_digit_is_the_recorded_one() -> None:
    row = np.zeros((1, 784), np.float32)
    assert len(encode(row, np.zeros(1, np.float32))) == 3184


@given(
    arrays.arrays(np.float32, st.tuples(st.integers(1, 5), st.integers(1, 70)), elements=numbers)
)
def test_what_is_written_is_what_googles_library_writes(record_type: Any, features: Any) -> None:
    written = b""
    for row in features:
        record = record_type()
        record.features["values"].float32_tensor.values.extend(row)
        record.label["values"].float32_tensor.values.append(row[0])
        written += frame(record.SerializeToString())
    assert encode(features, features[:, 0]) == written
    back, labels = dense(written)
    np.testing.assert_array_equal(back, features)
    np.testing.assert_array_equal(labels, features[:, 0])


@st.composite
def files(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Records as dicts: kind, width, dense values or a map from key to value, shape, label."""
    width = draw(st.integers(1, 300))
    kinds = draw(st.lists(st.sampled_from(list(KINDS)), min_size=1, max_size=2))
    layouts = draw(st.lists(st.sampled_from(["dense", "sparse", "shaped"]), min_size=1, max_size=2))
    records = []
    for _ in range(draw(st.integers(1, 6))):
        kind, layout = draw(st.sampled_from(kinds)), draw(st.sampled_from(layouts))
        value = KINDS[kind]
        if layout == "sparse":
            keys = sorted(draw(st.sets(st.integers(0, width - 1), max_size=8)))
        else:
            keys = list(range(width))
        values = draw(st.lists(value, min_size=len(keys), max_size=len(keys)))
        label = draw(value)
        extra = draw(st.sampled_from(["", "", "", "id"]))
        records.append(
            {"kind": kind, "layout": layout, "keys": keys, "values": values, "label": label,
             "width": width, "uid": extra}
        )  # fmt: skip
    return records


def written(record_type: Any, records: list[dict[str, Any]]) -> bytes:
    data = b""
    for each in records:
        record = record_type()
        tensor = getattr(record.features["values"], each["kind"])
        tensor.SetInParent()
        tensor.values.extend(each["values"])
        if each["layout"] == "sparse":
            tensor.keys.extend(each["keys"])
        if each["layout"] != "dense":
            tensor.shape.append(each["width"])
        getattr(record.label["values"], each["kind"]).values.append(each["label"])
        if each["uid"]:
            record.uid = each["uid"]
        data += frame(record.SerializeToString(deterministic=True))
    return data


@pytest.mark.full
@given(files())
def test_every_kind_and_layout_is_read(record_type: Any, records: list[dict[str, Any]]) -> None:
    data = written(record_type, records)
    expected = np.zeros((len(records), records[0]["width"]), np.float32)
    for row, each in zip(expected, records, strict=True):
        row[each["keys"]] = each["values"]
    rows, labels = decode(data)
    features = rows.features()
    # A row without numbers is sparse, whatever it was meant to be.
    assert is_sparse(features) == any(each["layout"] == "sparse" for each in records)
    full = features.toarray() if is_sparse(features) else features
    assert full.dtype == np.float32
    np.testing.assert_array_equal(full, expected)
    np.testing.assert_array_equal(rows.dense(records[0]["width"]), expected)
    np.testing.assert_array_equal(labels, np.array([each["label"] for each in records], np.float32))


@pytest.mark.full
@given(files(), st.data())
def test_all_at_once_and_one_by_one_agree(
    record_type: Any, records: list[dict[str, Any]], data: st.DataObject
) -> None:
    content = bytearray(written(record_type, records))
    if data.draw(st.booleans()):
        position = data.draw(st.integers(8, len(content) - 1))
        content[position] = data.draw(st.integers(0, 255))
    results = []
    for slow in (False, True):
        with pytest.MonkeyPatch.context() as patch:
            if slow:
                patch.setattr(recordio.record_layout, "read", _irregular)
            try:
                features, labels = dense(bytes(content))
            except (RecordError, RowsError) as error:
                results.append(str(error))
            else:
                results.append((features.tobytes(), features.shape, np.asarray(labels).tobytes()))
    assert results[0] == results[1]


def _irregular(*_: object) -> None:
    raise recordio.record_layout.Irregular


@pytest.mark.full
@given(files(), st.integers(1, 4))
def test_blocks_make_no_difference(
    record_type: Any, records: list[dict[str, Any]], size: int
) -> None:
    data = written(record_type, records)
    features, labels = dense(data)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(recordio, "equal_payload_spans", lambda _: None)
        patch.setattr(recordio, "BLOCK", size)
        starts, ends = recordio.payload_spans(data) or ([], [])
        rows, again = recordio.decode_blocks(data, starts, ends)
    np.testing.assert_array_equal(rows.dense(features.shape[1]), features)
    np.testing.assert_array_equal(again, labels)


def test_a_block_without_labels_beside_one_with_them() -> None:
    row = np.zeros((recordio.BLOCK, 2), np.float32)
    data = encode(row, row[:, 0]) + encode(row)
    with pytest.raises(RecordError, match="a record has no label"):
        decode(data)
    with pytest.raises(RecordError, match="a record has no label"):
        decode(encode(row[:1], row[:1, 0]) + encode(row[:1]))


@given(st.binary(max_size=400))
def test_bytes_of_any_kind_are_refused_or_read(data: bytes) -> None:
    for content in (data, frame(data), SHEET + data, SHEET + frame(data)):
        try:
            dense(content)
        except (RecordError, RowsError):
            continue


@given(st.lists(st.binary(max_size=30), min_size=1, max_size=5))
def test_a_payload_with_the_magic_number_is_split_and_joined_again(parts: list[bytes]) -> None:
    payload = recordio.MAGIC_BYTES.join(part[: len(part) // 4 * 4] for part in parts) + parts[-1]
    assert [bytes(each) for each in recordio.joined_payloads(frame(payload) * 2)] == [payload] * 2


def test_a_digit_whose_pixels_are_the_magic_number() -> None:
    row = np.frombuffer(recordio.MAGIC_BYTES * 3, np.float32).reshape(1, 3)
    whole = encode(row, np.ones(1, np.float32))
    payload = whole[8 : 8 + int.from_bytes(whole[4:8], "little")]
    features, _ = dense(frame(payload))
    np.testing.assert_array_equal(features, row)


@pytest.mark.parametrize("flags", [1, 2, 3, 5, 7])
def test_a_record_that_is_split_in_a_wrong_way(flags: int) -> None:
    broken = bytearray(SHEET)
    broken[7] |= flags << 5
    with pytest.raises(
        RecordError, match=r"frames of a split record are not in order|ends inside a record"
    ):
        decode(bytes(broken) * (2 if flags == 1 else 1))


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"", "there are no records"),
        (b"\x0a", "the file ends inside a record's header"),
        (b"1,2,3\n4,5,6\n", "no record begins at byte 0"),
        (SHEET[:-1], "the file ends inside a record"),
        (SHEET + b"\x00\x00\x00\x00", "the file ends inside a record's header"),
        (SHEET + SHEET[8:], "no record begins at byte 52"),
        (frame(b""), "a record has no features"),
        (frame(b"\x0b"), "unknown wire type 3"),
        (frame(b"\xff" * 11), "a number is longer than ten bytes"),
        (frame(b"\x0a\xff\xff\xff\xff\x0f"), "the message ends inside a field"),
    ],
)
def test_what_is_wrong_is_told(data: bytes, text: str) -> None:
    with pytest.raises(RecordError, match=text):
        decode(data)


def sparse(record_type: Any, values: list[float], keys: list[int], shape: list[int]) -> bytes:
    record = record_type()
    tensor = record.features["values"].float32_tensor
    tensor.values.extend(values)
    tensor.keys.extend(keys)
    tensor.shape.extend(shape)
    record.label["values"].float32_tensor.values.append(1)
    return frame(record.SerializeToString())


@pytest.mark.parametrize(
    ("values", "keys", "shape", "text"),
    [
        ([1], [3], [3], "a key of a sparse row is outside its shape"),
        ([1], [1 << 63], [3], "a key of a sparse row is outside its shape"),
        ([1], [0], [], "a sparse tensor has no shape"),
        ([1, 2], [0], [3], "as many keys as values"),
        ([], [0], [3], "as many keys as values"),
        ([1], [0], [MAX_COLUMNS + 1], "a sparse row has 16777217 columns"),
        ([1], [0], [1 << 62], "columns"),
        ([1], [0], [1 << 40, 1 << 40], "a tensor has too many columns"),
        ([1, 2], [], [3], "a row of shape 3 has 2 numbers instead"),
        ([1], [0], [0], "a row has no numbers"),
        ([], [], [], "a row has no numbers"),
    ],
)
def test_tensors_that_are_none(
    record_type: Any, values: list[float], keys: list[int], shape: list[int], text: str
) -> None:
    data = sparse(record_type, values, keys, shape)
    with pytest.raises((RecordError, RowsError), match=text):
        dense(data)


def test_equal_keys_add_up_and_their_order_does_not_matter(record_type: Any) -> None:
    data = sparse(record_type, [1, 2, 4], [2, 0, 2], [3])
    rows, _ = decode(data)
    features = rows.features()
    assert is_sparse(features)
    assert features.toarray().tolist() == [[2, 0, 5]]
    assert features.has_canonical_format
    assert rows.dense(3).tolist() == [[2, 0, 5]]


def test_a_shape_of_several_dimensions_is_their_product(record_type: Any) -> None:
    assert dense(sparse(record_type, [7], [5], [2, 3]))[0].tolist() == [[0, 0, 0, 0, 0, 7]]


def test_numbers_need_not_be_packed() -> None:
    def field(number: int, content: bytes) -> bytes:
        return bytes([number << 3 | 2, len(content)]) + content

    single = b"".join(b"\x0d" + struct.pack("<f", value) for value in (1, 2))
    tensor = single + b"\x10\x05\x10\x00" + b"\x18\x07"
    payload = field(1, field(1, b"values") + field(2, field(2, tensor)))
    rows, labels = decode(frame(payload))
    assert rows.dense(7).tolist() == [[2, 0, 0, 0, 0, 1, 0]]
    assert labels is None


def test_a_million_columns_take_the_memory_of_their_values(record_type: Any) -> None:
    data = sparse(record_type, [1, 2], [5, 999_999], [1_000_000]) * 2000
    features, peak = peak_memory(lambda: decode(data)[0].features())
    assert is_sparse(features)
    assert features.shape == (2000, 1_000_000)
    assert features.nnz == 4000
    assert peak < 8_000_000


def test_dense_decoding_takes_little_more_than_its_result() -> None:
    matrix = np.arange(2000 * 784, dtype=np.float32).reshape(2000, 784)
    data = encode(matrix, np.ones(2000, np.float32))
    features, peak = peak_memory(lambda: decode(data)[0].features())
    assert peak < 1.2 * matrix.nbytes
    np.testing.assert_array_equal(features, matrix)


@pytest.mark.parametrize("length", [0x1FFFFFFF, 0x0FFFFFFF])
def test_a_declared_length_allocates_nothing(length: int) -> None:
    def refused() -> None:
        with pytest.raises(RecordError, match="ends inside"):
            decode(struct.pack("<II", recordio.MAGIC, length) + b"\x0a\x16")

    _, peak = peak_memory(refused)
    assert peak < 100_000


def test_a_shape_of_a_million_dimensions_is_not_multiplied_out(record_type: Any) -> None:
    record = record_type()
    tensor = record.features["values"].float32_tensor
    tensor.values.append(1)
    tensor.keys.append(0)
    tensor.shape.extend([2**64 - 1] * 400_000)
    with pytest.raises(RecordError, match="too many columns"):
        decode(frame(record.SerializeToString()))


def test_numbers_beyond_single_precision_are_infinite(record_type: Any) -> None:
    record = record_type()
    record.features["values"].float64_tensor.values.extend([1e300, -1e300])
    assert dense(frame(record.SerializeToString()))[0].tolist() == [[np.inf, -np.inf]]


def test_pieces_that_mix_layouts_become_one_sparse_matrix(record_type: Any) -> None:
    one, _ = decode(encode(np.array([[1, 2, 3]], np.float32)))
    other, _ = decode(sparse(record_type, [4], [1], [3]))
    features = concatenated([one, other]).features(3)
    assert is_sparse(features)
    assert features.toarray().tolist() == [[1, 2, 3], [0, 4, 0]]


def test_rows_of_another_width_are_told_in_numpys_words() -> None:
    rows, _ = decode(encode(np.zeros((1, 785), np.float32)))
    text = "cannot copy sequence with size 785 to array axis with dimension 784"
    with pytest.raises(RowsError, match=text):
        rows.features(784)


@pytest.mark.parametrize("outputs", [1, 3])
def test_outputs_go_under_their_names(record_type: Any, outputs: int) -> None:
    scores = np.arange(2 * outputs, dtype=np.float32).reshape(2, outputs)
    columns = {"score": scores, "predicted_label": np.array([[1], [0]], np.float32)}
    data = recordio.encode_labels(columns)
    for row, payload in enumerate(recordio.joined_payloads(data)):
        record = record_type.FromString(bytes(payload))
        assert not record.features
        assert list(record.label["score"].float32_tensor.values) == scores[row].tolist()
        assert list(record.label["predicted_label"].float32_tensor.values) == [1 - row]


@pytest.mark.parametrize("labelled", [True, False])
def test_sparse_records_are_those_of_googles_library(record_type: Any, *, labelled: bool) -> None:
    from scipy.sparse import csr_array

    rows = np.zeros((4, 300), np.float32)
    rows[0, [1, 299]] = 2, 0.5
    rows[1, 200] = -1
    rows[3, :] = 1
    labels = np.arange(4, dtype=np.float32) if labelled else None
    expected = b""
    for number, row in enumerate(rows):
        record = record_type()
        tensor = record.features["values"].float32_tensor
        keys = np.flatnonzero(row)
        tensor.values.extend(row[keys].tolist())
        tensor.keys.extend(keys.tolist())
        tensor.shape.append(300)
        if labelled:
            record.label["values"].float32_tensor.values.append(number)
        expected += frame(record.SerializeToString())
    body = encode(csr_array(rows), labels)
    assert body == expected
    decoded, of_rows = decode(body)
    assert decoded.features().toarray().tolist() == rows.tolist()
    assert (None if of_rows is None else of_rows.tolist()) == (
        labels if labels is None else labels.tolist()
    )
