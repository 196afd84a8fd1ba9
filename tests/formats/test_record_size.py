"""Sizes of records, without writing them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.sparse import csr_array

from sagemock.formats.record_size import size_of
from sagemock.formats.recordio import encode, frame


@pytest.mark.parametrize("columns", [1, 3, 20, 27, 28, 31, 784, 4090])
def test_dense_rows_are_as_large_as_they_are_written(columns: int) -> None:
    features = np.ones((3, columns), np.float32)
    size = size_of(features)
    for count in range(4):
        assert size(count) == count * len(encode(features[:1], np.ones(1, np.float32)))


def test_rows_without_labels_have_the_recorded_size() -> None:
    """3,218 rows of 7 columns, in a job of K-Means of May 2021."""
    features = np.ones((3218, 7), np.float32)
    assert size_of(features, labelled=False)(3218) == 167_336 == len(encode(features))


@pytest.mark.parametrize("columns", [1, 100, 200, 40_000, 3_000_000])
def test_sparse_rows_are_as_large_as_googles_library_writes_them(
    record_type: Any, columns: int
) -> None:
    random = np.random.default_rng(columns)
    counts = [0, 1, min(5, columns), min(40, columns), 0, min(300, columns)]
    keys = [np.sort(random.choice(columns, count, replace=False)) for count in counts]
    indptr = np.concatenate([[0], np.cumsum(counts)])
    values = np.ones(indptr[-1], np.float32)
    size = size_of(csr_array((values, np.concatenate(keys), indptr), shape=(6, columns)))
    written = 0
    for count, row in enumerate(keys):
        assert size(count) == written
        record = record_type()
        tensor = record.features["values"].float32_tensor
        tensor.values.extend(np.ones(len(row)))
        tensor.keys.extend(row.tolist())
        tensor.shape.append(columns)
        record.label["values"].float32_tensor.values.append(1)
        written += len(frame(record.SerializeToString()))
    assert size(6) == written
