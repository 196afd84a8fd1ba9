"""Records as the SageMaker Python SDK 2.x writes them."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest

from sagemock.formats import recordio

common = pytest.importorskip(
    "sagemaker.amazon.common", reason="the SageMaker SDK 2.x is not installed"
)


def test_dense_records_are_the_same_to_the_byte() -> None:
    rng = np.random.default_rng(0)
    features = rng.standard_normal((50, 300)).astype(np.float32)
    for labels in (None, features[:, 0].copy()):
        written = io.BytesIO()
        common.write_numpy_to_dense_tensor(written, features, labels)
        assert written.getvalue() == recordio.encode(features, labels)


@pytest.mark.parametrize("dtype", ["float32", "float64", "int64"])
def test_sparse_records_of_every_type_are_read(dtype: Any) -> None:
    sparse = pytest.importorskip("scipy.sparse")
    matrix = sparse.random(100, 5000, 0.01, random_state=0, format="csr")
    matrix.data = np.ceil(matrix.data * 100)
    written = io.BytesIO()
    labels = np.arange(100).astype(dtype)
    common.write_spmatrix_to_sparse_tensor(written, matrix.astype(dtype), labels)
    rows, decoded_labels = recordio.decode(written.getvalue())
    assert (rows.features() != matrix.astype(np.float32)).nnz == 0
    np.testing.assert_array_equal(decoded_labels, labels)
