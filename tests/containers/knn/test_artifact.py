"""The model's files, read by a reader that knows nothing of the writer, and other files."""

from __future__ import annotations

import json
import struct
from typing import Any

import numpy as np
import pytest

from sagemock.algorithms.knn import KNNModel
from sagemock.algorithms.knn.reduction import Reduction
from sagemock.containers.base import ArtifactError, ModelData
from sagemock.containers.knn.artifact import pack, pack_index, unpack, unpack_index

ROWS = np.array([[0, 1], [2, 3], [4, 5]], np.float32)
LABELS = np.array([7, 8, 9], np.float32)
MODEL = KNNModel(ROWS, LABELS, 2)

# What `faiss.serialize_index` of faiss-cpu 1.15.1 gives for an IndexFlatL2 with these rows.
RECORDED = bytes.fromhex(
    "497846320200000003000000000000000000100000000000000010000000000001010000000600000000000000"
    "000000000000803f0000004000004040000080400000a040"
)
INNER = RECORDED.replace(b"IxF2", b"IxFI").replace(b"\x01\x01\0\0\0\x06", b"\x01\0\0\0\0\x06")


def files(**changes: Any) -> ModelData:
    """The files of the model; with changed metadata, or whole files by their suffix."""
    packed = dict(pack(MODEL))
    for suffix in ("labels", "json"):
        if suffix in changes:
            packed[f"model_algo-1.{suffix}"] = changes.pop(suffix)
    if changes:
        metadata = json.loads(packed["model_algo-1.json"])
        packed["model_algo-1.json"] = json.dumps({**metadata, **changes}).encode()
    return ModelData(packed)


def test_the_index_is_one_of_faiss() -> None:
    assert pack_index(ROWS, "L2") == RECORDED
    assert pack_index(ROWS, "INNER_PRODUCT") == INNER


@pytest.mark.parametrize(("data", "metric"), [(RECORDED, "L2"), (INNER, "INNER_PRODUCT")])
def test_an_index_of_faiss_is_read(data: bytes, metric: str) -> None:
    for kind in (data[:4], b"IxFl"):
        rows, of_index = unpack_index(kind + data[4:])
        assert rows.tolist() == ROWS.tolist()
        assert of_index == metric


def test_labels_are_plain_numbers() -> None:
    labels: Any = pack(MODEL)["model_algo-1.labels"]
    assert np.frombuffer(labels, "<f4").tolist() == [7, 8, 9]


@pytest.mark.parametrize("reduction", [None, Reduction("fjlt", 11, 5, 2)])
def test_a_model_comes_back(reduction: Reduction | None) -> None:
    model = KNNModel(ROWS, LABELS, 2, "regressor", "INNER_PRODUCT", True, reduction)
    read = unpack(ModelData(pack(model)))
    assert read.rows.tobytes() == ROWS.tobytes()
    assert read.labels.tobytes() == LABELS.tobytes()
    assert (read.k, read.predictor_type, read.metric, read.normalize, read.reduction) == (
        2,
        "regressor",
        "INNER_PRODUCT",
        True,
        reduction,
    )


def test_users_may_change_the_metadata() -> None:
    changed = unpack(files(k=3, predictor_type="regressor"))
    assert changed.predict(ROWS[:1]).labels.tolist() == [8.0]


def test_metadata_as_the_guide_prints_it() -> None:
    text = b"""
{
  "k": 2,
  "predictor_type": "classifier",
  "dimension_reduction": {"type": "sign", "seed": 3, "target_dim": 2, "input_dim": 20},
  "normalize": False,
  "version": "1.0"
}
"""
    model = unpack(files(json=text))
    assert model.reduction == Reduction("sign", 3, 20, 2)
    assert not model.normalize


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"", "ends too early"),
        (RECORDED[:-1], "3 rows of 2 columns in 23 bytes"),
        (RECORDED[:40], "ends too early"),
        (b"IwFl" + RECORDED[4:], "no flat one of faiss, but b'IwFl'"),
        (RECORDED.replace(b"\x01\x01\0\0\0\x06", b"\x01\x09\0\0\0\x06"), "metric 9"),
        (RECORDED[:-4] + struct.pack("<f", np.nan), "not finite"),
        (pack_index(ROWS[:0], "L2"), "0 rows"),
    ],
)
def test_other_indexes(data: bytes, text: str) -> None:
    with pytest.raises(ArtifactError, match=text):
        unpack_index(data)


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"labels": b"1234"}, "3 rows with 4 bytes of labels"),
        ({"json": b"{"}, "the metadata is no JSON"),
        ({"json": b"[1]"}, "no JSON object"),
        ({"json": b"__import__('os')"}, "the metadata is no JSON"),
        ({"json": b"[" * 30_000}, "the metadata is no JSON"),
        ({"json": b" " * 100_000}, "too long"),
        ({"json": b"\xff"}, "the metadata is no JSON"),
        ({"k": 0}, "'k' is not a whole number from 1"),
        ({"k": True}, "'k' is not a whole number from 1"),
        ({"predictor_type": "both"}, "'predictor_type' is none of classifier, regressor"),
        ({"predictor_type": []}, "'predictor_type' is none of"),
        ({"dimension_reduction": 1}, "'dimension_reduction' is no JSON object"),
        ({"dimension_reduction": {"type": "pca"}}, "'type' is none of sign, fjlt"),
    ],
)
def test_other_metadata(changes: dict[str, Any], text: str) -> None:
    with pytest.raises(ArtifactError, match=text):
        unpack(files(**changes))


@pytest.mark.parametrize(
    ("target", "width", "text"),
    [(3, 9, "'target_dim' is 3"), (2, 1, "'input_dim' is 1"), (2, 1 << 40, "'input_dim' is")],
)
def test_a_reduction_that_does_not_fit(target: int, width: int, text: str) -> None:
    reduction = {"type": "sign", "seed": 3, "target_dim": target, "input_dim": width}
    with pytest.raises(ArtifactError, match=text):
        unpack(files(dimension_reduction=reduction))


@pytest.mark.parametrize("missing", ["", ".labels", ".json"])
def test_missing_files(missing: str) -> None:
    packed = dict(pack(MODEL))
    del packed[f"model_algo-1{missing}"]
    with pytest.raises(ArtifactError, match="has no file model_algo-1"):
        unpack(ModelData(packed))


def test_files_of_another_host() -> None:
    packed = {name.replace("algo-1", "algo-2"): data for name, data in pack(MODEL).items()}
    assert unpack(ModelData(packed)).rows.tolist() == ROWS.tolist()
