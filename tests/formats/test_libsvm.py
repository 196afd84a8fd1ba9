"""LibSVM text, against scikit-learn's reader."""

from __future__ import annotations

import io
from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.datasets import dump_svmlight_file, load_svmlight_file

from sagemock.formats.libsvm import LibsvmError, decode


def test_rows_are_those_of_another_reader() -> None:
    generator = np.random.default_rng(0)
    rows = generator.random((30, 7)) * (generator.random((30, 7)) > 0.5)
    stream = io.BytesIO()
    dump_svmlight_file(rows, generator.integers(0, 2, 30), stream)
    decoded = decode(stream.getvalue())
    stream.seek(0)
    features, labels = load_svmlight_file(stream, n_features=7, zero_based=True)
    np.testing.assert_array_equal(
        decoded.features.toarray(), features.toarray()[:, : decoded.features.shape[1]].astype("f4")
    )
    assert decoded.labels.tolist() == labels.tolist()
    assert decoded.weights is None
    assert decoded.groups is None


def test_weights_queries_and_rows_without_pairs() -> None:
    decoded = decode(b"1:0.5 qid:3 2:7\r\n\n0 qid:4\n")
    assert decoded.weights is not None
    assert decoded.weights.tolist() == [0.5, 1]
    assert decoded.groups is not None
    assert decoded.groups.tolist() == [3, 4]
    assert decoded.features.toarray().tolist() == [[0, 0, 7], [0, 0, 0]]


@pytest.mark.parametrize(
    "text", [b"", b"\n", b"x 1:2", b"1 2", b"1 1:2:3", b"1 -1:2", b"1 99999999999:1", b"1 1:"]
)
def test_what_is_not_libsvm(text: bytes) -> None:
    with pytest.raises(LibsvmError):
        decode(text)


@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    with suppress(LibsvmError):
        decode(data)
