"""The model files of KNN: an index as faiss writes it, its labels, and metadata as JSON.

Source: *Amazon SageMaker Developer Guide*, *How the k-NN Algorithm Works*, *Serialize the Model*.
Users may change `k` and `predictor_type` in the metadata. The index is a flat one, whatever the
hyperparameter `index_type` says; its bytes are those of faiss 1.15.
"""

from __future__ import annotations

import ast
import json
import struct
from collections.abc import Mapping
from typing import Any, get_args

import numpy as np

from sagemock.algorithms.base import FloatArray
from sagemock.algorithms.knn import KNNModel
from sagemock.algorithms.knn.checks import MAX_NUMBERS
from sagemock.algorithms.knn.hyperparameters import Metric, PredictorType, ReductionType
from sagemock.algorithms.knn.reduction import Reduction
from sagemock.containers.base import ArtifactError, ModelData
from sagemock.containers.first_party.model_file import MEMBER, is_member

LABELS, METADATA = ".labels", ".json"
"""What follows the name of the index in the names of the other files."""

HEADER = struct.Struct("<4siqqqBi")
"""The kind of index, columns, rows, two numbers without meaning, whether it is trained, and the
metric."""

SIZE = struct.Struct("<Q")
UNUSED = 1 << 20

METRICS: Mapping[Metric, int] = {"INNER_PRODUCT": 0, "L2": 1}
KINDS: Mapping[Metric, bytes] = {"INNER_PRODUCT": b"IxFI", "L2": b"IxF2"}
"""faiss's names of flat indexes."""

FLAT = b"IxFl"
"""A flat index of any metric, as older versions name it."""

MAX_METADATA = 1 << 16
VERSION = "1.0"


def pack(model: KNNModel) -> Mapping[str, bytes]:
    """Encode a model as its files."""
    return {
        MEMBER: pack_index(model.rows, model.metric),
        MEMBER + LABELS: model.labels.astype("<f4").tobytes(),
        MEMBER + METADATA: json.dumps(_metadata(model)).encode(),
    }


def unpack(data: ModelData) -> KNNModel:
    """Decode the model in files. Raises `ArtifactError`."""
    for name in data.files:
        if is_member(name) and not name.endswith((LABELS, METADATA)):
            break
    else:
        raise ArtifactError(f"the model data has no file {MEMBER}")
    for needed in (name + LABELS, name + METADATA):
        if needed not in data.files:
            raise ArtifactError(f"the model data has no file {needed}")
    rows, metric = unpack_index(data.read(name))
    labels = data.read(name + LABELS)
    if len(labels) != 4 * len(rows):
        raise ArtifactError(f"{len(rows)} rows with {len(labels)} bytes of labels")
    metadata = _decoded(data.read(name + METADATA))
    return KNNModel(
        rows,
        np.frombuffer(labels, "<f4").astype(np.float32),
        _whole(metadata, "k", 1),
        _word(metadata, "predictor_type", get_args(PredictorType)),
        metric,
        metadata.get("normalize") is True,
        _reduction(metadata.get("dimension_reduction"), rows.shape[1]),
    )


def pack_index(rows: FloatArray, metric: Metric) -> bytes:
    """Encode rows (rows, columns) as faiss's `write_index` does."""
    count, columns = rows.shape
    return b"".join(
        (
            HEADER.pack(KINDS[metric], columns, count, UNUSED, UNUSED, 1, METRICS[metric]),
            SIZE.pack(rows.size),
            np.ascontiguousarray(rows, "<f4").tobytes(),
        )
    )


def unpack_index(data: bytes) -> tuple[FloatArray, Metric]:
    """Decode a flat index: its rows (rows, columns), and its metric. Raises `ArtifactError`."""
    if len(data) < HEADER.size + SIZE.size:
        raise ArtifactError("the index ends too early")
    kind, columns, count, _, _, _, code = HEADER.unpack_from(data)
    if kind not in (*KINDS.values(), FLAT):
        raise ArtifactError(f"the index is no flat one of faiss, but {kind!r}")
    metric = next((name for name, number in METRICS.items() if number == code), None)
    if metric is None:
        raise ArtifactError(f"the metric {code} of the index is not known")
    (size,) = SIZE.unpack_from(data, HEADER.size)
    numbers = data[HEADER.size + SIZE.size :]
    if columns < 1 or count < 1 or size != columns * count or len(numbers) != 4 * size:
        raise ArtifactError(f"{count} rows of {columns} columns in {len(numbers)} bytes")
    rows = np.frombuffer(numbers, "<f4").astype(np.float32).reshape(count, columns)
    if not np.isfinite(rows).all():
        raise ArtifactError("a number of the index is not finite")
    return rows, metric


def _metadata(model: KNNModel) -> dict[str, Any]:
    reduction = model.reduction
    return {
        "k": model.k,
        "predictor_type": model.predictor_type,
        "dimension_reduction": None
        if reduction is None
        else {
            "type": reduction.type,
            "seed": reduction.seed,
            "target_dim": reduction.target_dim,
            "input_dim": reduction.input_dim,
        },
        "normalize": model.normalize,
        "version": VERSION,
    }


def _decoded(data: bytes) -> Mapping[str, Any]:
    """The metadata: JSON, or the same with Python's `True`, `False` and `None`, as documented."""
    if len(data) > MAX_METADATA:
        raise ArtifactError("the metadata is too long")
    try:
        text = data.decode()
        try:
            metadata = json.loads(text)
        except ValueError:
            metadata = ast.literal_eval(text.strip())
    except (ValueError, SyntaxError, TypeError, RecursionError, MemoryError) as error:
        raise ArtifactError(f"the metadata is no JSON: {error}") from error
    if not isinstance(metadata, dict):
        raise ArtifactError("the metadata is no JSON object")
    return metadata


def _reduction(metadata: Any, columns: int) -> Reduction | None:
    if metadata is None:
        return None
    if not isinstance(metadata, dict):
        raise ArtifactError("'dimension_reduction' is no JSON object")
    reduction = Reduction(
        _word(metadata, "type", get_args(ReductionType)),
        _whole(metadata, "seed", 0),
        _whole(metadata, "input_dim", 1),
        _whole(metadata, "target_dim", 1),
    )
    if reduction.target_dim != columns:
        raise ArtifactError(f"'target_dim' is {reduction.target_dim}, the index has {columns}")
    fits = columns <= reduction.input_dim <= MAX_NUMBERS // columns
    if not fits:
        raise ArtifactError(f"'input_dim' is {reduction.input_dim}, the index has {columns}")
    return reduction


def _whole(metadata: Mapping[str, Any], name: str, low: int) -> int:
    value = metadata.get(name)
    if type(value) is not int or value < low:
        raise ArtifactError(f"{name!r} is not a whole number from {low}")
    return value


def _word(metadata: Mapping[str, Any], name: str, words: tuple[Any, ...]) -> Any:
    value = metadata.get(name)
    if value not in words:
        raise ArtifactError(f"{name!r} is none of {', '.join(words)}")
    return value
