"""The model file of Linear Learner, written as AWS writes it and read from any source.

`model.tar.gz` has one member, `model_algo-1`, which is a ZIP of four files: a manifest, the
parameters of predictions as JSON, and the graph and the weights of an MXNet module. The format is
that of artifacts of 2020 and 2023; MXNet's `Module.load` and gluon's `SymbolBlock` load it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import numpy as np

from sagemock.algorithms.linear_learner.model import LinearModel
from sagemock.containers.base import ArtifactError
from sagemock.containers.first_party import ndarray_list
from sagemock.containers.first_party.model_zip import unzip, zipped
from sagemock.containers.first_party.symbol import graph, node

MANIFEST = "manifest.json"
PARAMETERS = "additional-params.json"
SYMBOL = "mx-mod-symbol.json"
WEIGHTS = "mx-mod-0000.params"
WEIGHT, BIAS = "arg:fc0_weight", "arg:fc0_bias"

PREDICTOR_TYPES = ("binary_classifier", "multiclass_classifier", "regressor")

NODE = 32
"""The number in the names of graph nodes, as in a recorded artifact."""


def pack_member(model: LinearModel) -> bytes:
    """Encode a model as the file in the archive."""
    return zipped(_members(model))


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
        node("null", "data"),
        node("null", "fc0_weight", {"__shape__": str((columns, outputs))}),
        node("dot", f"dot{NODE}", inputs=[0, 1]),
        node("null", "fc0_bias", {"__lr_mult__": "10.0", "__shape__": str((1, outputs))}),
        node("broadcast_add", f"broadcast_plus{NODE}", inputs=[2, 3]),
        node("null", "out_label"),
        node(output, f"{output.lower()}{NODE}", inputs=[4, 5]),
    ]
    return graph(nodes, variables=[0, 1, 3, 5])


def unpack_member(data: bytes) -> LinearModel:
    """Decode the model in the file of an archive. Raises `ArtifactError`."""
    try:
        members = unzip(data, (PARAMETERS, WEIGHTS))
        parameters = json.loads(members[PARAMETERS])
        arrays = ndarray_list.decode(members[WEIGHTS])
        return _model(parameters, arrays)
    except KeyError as error:
        raise ArtifactError(f"the archive lacks {error}") from error
    except (ValueError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        raise ArtifactError(str(error)) from error


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
