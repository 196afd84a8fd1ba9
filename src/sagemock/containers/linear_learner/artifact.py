"""The model file of Linear Learner, written as AWS writes it and read from any source.

`model.tar.gz` has one member, `model_algo-1`, which is a ZIP of four files: a manifest, the
parameters of predictions as JSON, and the graph and the weights of an MXNet module. The format is
that of artifacts of 2020 and 2023; MXNet's `Module.load` and gluon's `SymbolBlock` load it.
"""

from __future__ import annotations

import io
import json
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from sagemock.algorithms.linear_learner.model import LinearModel
from sagemock.containers.base import ArtifactError
from sagemock.containers.first_party import ndarray_list
from sagemock.containers.first_party.model_file import MEMBER
from sagemock.formats.archive import MAX_SIZE

MANIFEST = "manifest.json"
PARAMETERS = "additional-params.json"
SYMBOL = "mx-mod-symbol.json"
WEIGHTS = "mx-mod-0000.params"
WEIGHT, BIAS = "arg:fc0_weight", "arg:fc0_bias"

MAX_DIRECTORY = 1 << 20
"""Bytes of a ZIP's directory; each entry becomes an object in memory."""

DIRECTORY_END = struct.Struct("<4s4H2LH")
"""The end of a ZIP, before its comment: signature, disks and numbers of entries, size and offset
of the directory, length of the comment."""

END_SIGNATURE, LOCATOR_SIGNATURE = b"PK\5\6", b"PK\6\7"
LOCATOR_SIZE = 20
"""The locator comes before the end if sizes have 64 bits."""

MAX_COMMENT = 1 << 16

ENCRYPTED = 0x1
"""A flag of a member of a ZIP."""

COMPRESSIONS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)

PREDICTOR_TYPES = ("binary_classifier", "multiclass_classifier", "regressor")

EPOCH = (1980, 1, 1, 0, 0, 0)
"""The earliest time in a ZIP, for members: equal models have equal bytes."""

NODE = 32
"""The number in the names of graph nodes, as in a recorded artifact."""


def pack_member(model: LinearModel) -> bytes:
    """Encode a model as the file in the archive."""
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_STORED) as archive:
        for name, content in _members(model).items():
            archive.writestr(zipfile.ZipInfo(name, EPOCH), content)
    return inner.getvalue()


def _members(model: LinearModel) -> dict[str, bytes | str]:
    columns, outputs = model.weights.shape
    manifest = {PARAMETERS: "json", "mx-mod": "mxnet_module", "version": 1}
    parameters = {
        "threshold": model.threshold,
        "loss_type": model.loss,
        "metrics_params": dict(model.metrics_params),
        "predictor_type": model.predictor_type,
    }
    arrays = {
        WEIGHT: model.weights.astype(np.float32),
        BIAS: model.bias.astype(np.float32).reshape(1, outputs),
    }
    return {
        MANIFEST: json.dumps(manifest),
        PARAMETERS: json.dumps(parameters),
        SYMBOL: _symbol(model, columns, outputs),
        WEIGHTS: ndarray_list.encode(arrays),
    }


_OUTPUTS = {"logistic": "LogisticRegressionOutput", "softmax_loss": "SoftmaxOutput"}
"""The graph's last operator; all other losses predict the margin itself."""


def _symbol(model: LinearModel, columns: int, outputs: int) -> str:
    """The graph in MXNet's JSON: data . weight + bias, then the link."""
    output = _OUTPUTS.get(model.loss, "LinearRegressionOutput")
    nodes = [
        _node("null", "data"),
        _node("null", "fc0_weight", {"__shape__": str((columns, outputs))}),
        _node("dot", f"dot{NODE}", inputs=[[0, 0, 0], [1, 0, 0]]),
        _node("null", "fc0_bias", {"__lr_mult__": "10.0", "__shape__": str((1, outputs))}),
        _node("broadcast_add", f"broadcast_plus{NODE}", inputs=[[2, 0, 0], [3, 0, 0]]),
        _node("null", "out_label"),
        _node(output, f"{output.lower()}{NODE}", inputs=[[4, 0, 0], [5, 0, 0]]),
    ]
    separator = ", \n"
    listed = separator.join(_indent(node, 4) for node in nodes)
    return (
        f'{{\n  "nodes": [\n{listed}\n  ], \n'
        '  "arg_nodes": [0, 1, 3, 5], \n'
        '  "node_row_ptr": [0, 1, 2, 3, 4, 5, 6, 7], \n'
        '  "heads": [[6, 0, 0]], \n'
        '  "attrs": {"mxnet_version": ["int", 10301]}\n}'
    )


def _node(
    op: str,
    name: str,
    attrs: Mapping[str, str] | None = None,
    inputs: list[list[int]] | None = None,
) -> str:
    members = [f'"op": "{op}"', f'"name": "{name}"']
    if attrs is not None:
        members.append(f'"attrs": {_attributes(attrs)}')
    members.append(f'"inputs": {json.dumps(inputs or [])}')
    return _block(members)


def _attributes(attrs: Mapping[str, str]) -> str:
    """A single attribute is on one line, as MXNet writes it."""
    members = [f'"{name}": "{value}"' for name, value in attrs.items()]
    return f"{{{members[0]}}}" if len(members) == 1 else _block(members)


def _block(members: list[str]) -> str:
    inside = ", \n".join(_indent(member, 2) for member in members)
    return f"{{\n{inside}\n}}"


def _indent(text: str, spaces: int) -> str:
    return "\n".join(" " * spaces + line for line in text.split("\n"))


def unpack_member(data: bytes) -> LinearModel:
    """Decode the model in the file of an archive. Raises `ArtifactError`."""
    try:
        members = _unzip(data)
        parameters = json.loads(members[PARAMETERS])
        arrays = ndarray_list.decode(members[WEIGHTS])
        return _model(parameters, arrays)
    except KeyError as error:
        raise ArtifactError(f"the archive lacks {error}") from error
    except (ValueError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        raise ArtifactError(str(error)) from error


def _check_directory(data: bytes) -> None:
    """Raise `ArtifactError` for a ZIP with many more entries than a model, or in 64 bits."""
    end = data.rfind(END_SIGNATURE, -DIRECTORY_END.size - MAX_COMMENT)
    if end < 0 or end + DIRECTORY_END.size > len(data):
        return  # `zipfile` raises for it.
    size = DIRECTORY_END.unpack_from(data, end)[5]
    if size > MAX_DIRECTORY or data[max(0, end - LOCATOR_SIZE) : end].startswith(LOCATOR_SIGNATURE):
        raise ArtifactError(f"{MEMBER} has too many entries")


def _unzip(data: bytes) -> dict[str, bytes]:
    _check_directory(data)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return dict(_required_members(archive))
    except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError, zlib.error) as error:
        raise ArtifactError(f"{MEMBER} is not a ZIP archive") from error


def _required_members(archive: zipfile.ZipFile) -> Iterator[tuple[str, bytes]]:
    left = MAX_SIZE
    for name in (PARAMETERS, WEIGHTS):
        info = archive.getinfo(name)
        left -= info.file_size
        if left < 0:
            raise ArtifactError(f"{name} is too large")
        if info.flag_bits & ENCRYPTED or info.compress_type not in COMPRESSIONS:
            raise ArtifactError(f"{name} is encrypted or compressed in an unusual way")
        yield name, archive.read(info)


def _model(parameters: Mapping[str, Any], arrays: Mapping[str, Any]) -> LinearModel:
    weights = arrays[WEIGHT]
    bias = arrays[BIAS].reshape(-1)
    if weights.ndim != 2 or bias.shape != (weights.shape[1],):
        raise ArtifactError(f"weights of shape {weights.shape} with bias of {bias.shape}")
    predictor_type = parameters["predictor_type"]
    if predictor_type not in PREDICTOR_TYPES:
        raise ArtifactError(f"predictor_type {predictor_type}")
    return LinearModel(
        predictor_type=predictor_type,
        loss=str(parameters["loss_type"]),
        weights=weights,
        bias=bias,
        threshold=float(parameters["threshold"]),
        metrics_params=dict(parameters.get("metrics_params", {})),
    )
