"""From a channel's bytes to rows, and how it is told that they are none."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sagemock.algorithms.base import ClientError, is_sparse
from sagemock.containers.first_party.datasets import read_datasets
from sagemock.containers.inputs import Channel, Part, Shard
from sagemock.formats import protobuf
from sagemock.formats.recordio import encode, frame

RECORDIO = "application/x-recordio-protobuf"
MISMATCH = "Please verify the data matches the requested content-type. (caused by MXNetError)"


def channel(*bodies: bytes, content_type: str | None = "text/csv", name: str = "train") -> Channel:
    parts = [Part(f"/opt/ml/input/data/{name}/part-{i:05}", body) for i, body in enumerate(bodies)]
    return Channel(name, content_type, [Shard((0,), parts)])


def failure(
    *bodies: bytes, content_type: str | None = "text/csv", name: str = "train", **options: Any
) -> str:
    with pytest.raises(ClientError) as caught:
        read_datasets(channel(*bodies, content_type=content_type, name=name), **options)
    return caught.value.failure_reason


def sparse_record(columns: int) -> bytes:
    """The value 5 in the last of some columns, with label 1."""
    number = np.array([5], "<f4").tobytes()
    tensor = protobuf.delimited(1, number) + protobuf.delimited(2, protobuf.varint(columns - 1))
    tensor += protobuf.delimited(3, protobuf.varint(columns))
    features = protobuf.delimited(1, b"values")
    features += protobuf.delimited(2, protobuf.delimited(2, tensor))
    one = protobuf.delimited(1, np.array([1], "<f4").tobytes())
    label = protobuf.delimited(1, b"values") + protobuf.delimited(2, protobuf.delimited(2, one))
    return frame(protobuf.delimited(1, features) + protobuf.delimited(2, label))


@pytest.mark.parametrize("content_type", ["text/csv", "text/csv;label_size=1", "TEXT/CSV"])
def test_the_first_column_is_the_label(content_type: str) -> None:
    (data,) = read_datasets(
        channel(b"1,2,3\n0,4,5", b"", b"1,6,7\r\n", content_type=content_type)
    ).datasets
    assert data.features.tolist() == [[2, 3], [4, 5], [6, 7]]
    assert data.labels.tolist() == [1, 0, 1]
    assert isinstance(data.features, np.ndarray)
    assert data.features.flags.c_contiguous


@pytest.mark.parametrize("content_type", [None, RECORDIO, f"{RECORDIO}; version=1.0"])
def test_recordio_is_what_is_read_without_a_content_type(content_type: str | None) -> None:
    one = encode(np.array([[1, 2]], np.float32), np.array([1], np.float32))
    two = encode(np.array([[3, 4], [5, 6]], np.float32), np.array([0, 1], np.float32))
    (data,) = read_datasets(channel(one, two, content_type=content_type), columns=2).datasets
    assert data.features.tolist() == [[1, 2], [3, 4], [5, 6]]
    assert data.labels.tolist() == [1, 0, 1]


def test_sparse_records_stay_sparse_also_beside_dense_ones() -> None:
    dense = encode(np.array([[1, 2]], np.float32), np.array([0], np.float32))
    (data,) = read_datasets(channel(sparse_record(2), dense, content_type=None)).datasets
    assert is_sparse(data.features)
    assert data.features.toarray().tolist() == [[0, 5], [1, 2]]
    assert data.labels.tolist() == [1, 0]


def test_hosts_that_share_parts_share_the_rows() -> None:
    one, two = [Part("a", b"1,2\n")], [Part("b", b"0,3\n")]
    shards = [Shard((0, 2), one), Shard((1,), two)]
    rows = read_datasets(Channel("train", "text/csv", shards), hosts=3)
    assert rows.of_host == (0, 1, 0)
    assert rows.datasets[1].features.tolist() == [[3]]


def test_a_record_with_too_many_columns_has_its_own_text() -> None:
    body = encode(np.zeros((2, 785), np.float32), np.zeros(2, np.float32))
    expected = "ClientError: cannot copy sequence with size 785 to array axis with dimension 784"
    assert failure(body, content_type=None, columns=784) == expected
    shorter = encode(np.zeros((1, 784), np.float32), np.zeros(1, np.float32))
    assert failure(shorter, body, content_type=None) == expected


@pytest.mark.parametrize(
    ("body", "rows"),
    [
        (b"a,b\n1,2\n", "1-2"),
        (b"1,2\n" * 2500 + b"1,x\n", "2001-2501"),
        (b"1,2\n" * 1999 + b"1\n" + b"1,2\n" * 5000, "1001-2000"),
        (b"   \n", "1-1"),
        (b"\n\n1,x\n", "1-1"),
        (b"\x1f\x8b\x08", "1-1"),
    ],
)
def test_a_bad_table_is_told_with_the_rows_of_a_mini_batch(body: bytes, rows: str) -> None:
    path = "/opt/ml/input/data/train/part-00001"
    expected = f"ClientError: Unable to parse csv: rows {rows}, file {path}"
    assert failure(b"1,2\n", body) == expected


def test_the_mini_batch_is_the_jobs() -> None:
    assert "rows 201-300," in failure(b"1,2\n" * 250 + b"x\n" + b"1,2\n" * 90, block=100)


def test_tables_of_different_widths_do_not_fit() -> None:
    assert failure(b"1,2\n", b"1,2,3\n") == (
        "ClientError: Unable to parse csv: rows 1-1, file /opt/ml/input/data/train/part-00001"
    )


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"1,nan\n", "missing (NaN)"),
        (b"nan,1\n", "missing (NaN)"),
        (b"1,inf\n", "infinite floating point"),
        (b"1,-1e60\n", "infinite floating point"),
        (b"1,inf,nan\n", "missing (NaN)"),
    ],
)
def test_numbers_must_be_finite(body: bytes, kind: str) -> None:
    expected = (
        f"ClientError: Unable to read data channel 'train'. Found {kind} values. Please remove "
        f"any {kind} values in the input data. (caused by MXNetError)\n\n"
        f"Caused by: (Input Error) ({'NaN' if 'NaN' in kind else 'Inf'}) The data holds {kind} "
        "values."
    )
    assert failure(b"1,2\n", body.replace(b",1\n", b",1\n")) == expected or body.count(b",") == 2
    assert failure(body) == expected


def test_large_numbers_are_finite() -> None:
    (data,) = read_datasets(channel(b"1,3e38\n0,-3e38\n")).datasets
    assert np.isfinite(data.features).all()


def test_sparse_numbers_must_be_finite() -> None:
    body = sparse_record(9).replace(np.array([5], "<f4").tobytes(), b"\x00\x00\xc0\x7f")
    assert "Found missing (NaN) values" in failure(body, content_type=None)


@pytest.mark.parametrize("body", [b"1,2,3\n", b"\x0a", encode(np.zeros((1, 2), np.float32))])
def test_bytes_that_do_not_fit_the_content_type(body: bytes) -> None:
    message = failure(body, content_type=RECORDIO)
    assert message.startswith(
        f"ClientError: Unable to read data channel 'train'. Requested content-type is '{RECORDIO}'"
        f". {MISMATCH}\n\nCaused by: "
    )
    message = failure(body, content_type=None)
    assert message.startswith(
        "ClientError: Unable to read data channel 'train'. Please verify the correct data channel "
        "configuration is provided. (caused by MXNetError)\n\nCaused by: (Input Error) Unable "
    )


@pytest.mark.parametrize(
    ("content_type", "text"),
    [
        ("text/csv;label_size=0", "Training needs one label column"),
        ("text/csv;label_size=2", "Training needs one label column"),
    ],
)
def test_content_types_without_one_label(content_type: str, text: str) -> None:
    assert text in failure(b"1,2\n", content_type=content_type)


@pytest.mark.parametrize(
    ("content_type", "key"),
    [
        ("csv", "('csv', '1.0')"),
        ("application/json", "('application/json', '1.0')"),
        ("Text/LibSVM; version=2.1", "('Text/LibSVM', '2.1')"),
    ],
)
def test_content_types_that_are_not_known(content_type: str, key: str) -> None:
    expected = f"ClientError: No iterator has been registered for ContentType {key}"
    assert failure(b"1,2\n", content_type=content_type) == expected


@pytest.mark.parametrize("name", ["train", "test"])
@pytest.mark.parametrize(
    ("content_type", "bodies"),
    [(None, [b"", b""]), ("text/csv", [b"", b""]), ("text/csv", [b"\n\r\n", b""])],
)
def test_a_channel_of_empty_objects(
    content_type: str | None, bodies: list[bytes], name: str
) -> None:
    message = failure(*bodies, content_type=content_type, name=name)
    if name == "train":
        assert message.startswith("ClientError: No training data processed. Either the training ")
    else:
        assert message.startswith(
            f"ClientError: Unable to read data channel '{name}'. The channel "
        )


def test_a_label_alone_is_not_enough() -> None:
    assert "There are no columns except the label." in failure(b"1\n0\n")


def test_rows_may_lack_labels_where_none_are_needed() -> None:
    features = np.array([[1, 2], [3, 4]], np.float32)
    bare, labelled = encode(features), encode(features, np.ones(2, np.float32))
    for bodies, labels in (
        ([bare], []),
        ([labelled], [1, 1]),
        ([labelled, bare], []),
    ):
        (data,) = read_datasets(channel(*bodies, content_type=RECORDIO), labelled=False).datasets
        assert data.features.tolist() == [[1, 2], [3, 4]] * len(bodies)
        assert data.labels.tolist() == labels


@pytest.mark.parametrize(
    ("content_type", "features", "labels"),
    [
        ("text/csv;label_size=0", [[1, 2, 3], [4, 5, 6]], []),
        ("text/csv", [[2, 3], [5, 6]], [1, 4]),
        ("text/csv;label_size=1", [[2, 3], [5, 6]], [1, 4]),
    ],
)
def test_the_first_column_of_csv_is_a_label_unless_the_content_type_denies_it(
    content_type: str, features: list[list[float]], labels: list[float]
) -> None:
    (data,) = read_datasets(
        channel(b"1,2,3\n", b"4,5,6\n", content_type=content_type), labelled=False
    ).datasets
    assert data.features.tolist() == features
    assert data.labels.tolist() == labels
    assert isinstance(data.features, np.ndarray)
    assert data.features.flags.c_contiguous


def test_one_column_without_a_label() -> None:
    (data,) = read_datasets(
        channel(b"1\n2\n", content_type="text/csv;label_size=0"), labelled=False
    ).datasets
    assert data.features.tolist() == [[1], [2]]


def test_more_label_columns_than_one() -> None:
    reason = failure(b"1,2,3\n", content_type="text/csv;label_size=2", labelled=False)
    assert "Training needs one label column or none, but the content-type is" in reason
