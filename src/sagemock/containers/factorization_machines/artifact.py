"""The model file of factorization machines, written as AWS writes it and read from any source.

`model.tar.gz` has one member, `model_algo-1`, which is a ZIP of three files: the hyperparameters of
the job as JSON, and the graph and the arrays of an MXNet module. Published programs that read
artifacts of 2019 and later name the files and the arrays: there is one network for sparse data,
and another one for dense data, whose factors are transposed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, get_args

import numpy as np
from numpy.typing import NDArray

from sagemock.algorithms.base import FloatArray
from sagemock.algorithms.factorization_machines import (
    FactorizationMachinesHyperparameters,
    FactorizationMachinesModel,
)
from sagemock.algorithms.factorization_machines.hyperparameters import PredictorType
from sagemock.containers.base import ArtifactError
from sagemock.containers.factorization_machines import network
from sagemock.containers.first_party import ndarray_list
from sagemock.containers.first_party.model_zip import unzip, zipped

META, SYMBOL, PARAMS = "meta.json", "symbol.json", "params"
PARAMETERS = "training_parameters"
ARGUMENT = "arg:"
"""MXNet's prefix of the names of a module's arguments."""


def pack_member(
    model: FactorizationMachinesModel, hyper: FactorizationMachinesHyperparameters
) -> bytes:
    """Encode a model as the file in the archive, with the hyperparameters of its job."""
    columns, factors = model.factors.shape
    graph = network.sparse_graph if model.sparse else network.dense_graph
    return zipped(
        {
            META: json.dumps({PARAMETERS: asdict(hyper)}),
            SYMBOL: graph(model.predictor_type, columns, factors),
            PARAMS: ndarray_list.encode(
                {f"{ARGUMENT}{name}": array for name, array in _arrays(model).items()}
            ),
        }
    )


def _arrays(model: FactorizationMachinesModel) -> dict[str, FloatArray]:
    bias = np.full(1, model.bias, np.float32)
    if model.sparse:
        return {
            network.FACTORS: model.factors,
            network.SPARSE_WEIGHT: model.linear.reshape(-1, 1),
            network.SPARSE_BIAS: bias.reshape(1, 1),
        }
    return {
        network.FACTORS: model.factors.T,
        network.DENSE_WEIGHT: model.linear.reshape(1, -1),
        network.DENSE_BIAS: bias,
    }


def unpack_member(data: bytes) -> FactorizationMachinesModel:
    """Decode the model in the file of an archive. Raises `ArtifactError`."""
    try:
        members = unzip(data, (META, PARAMS))
        arrays = {
            name.removeprefix(ARGUMENT): array
            for name, array in ndarray_list.decode(members[PARAMS]).items()
        }
        return _model(json.loads(members[META])[PARAMETERS], arrays)
    except KeyError as error:
        raise ArtifactError(f"the archive lacks {error}") from error
    except (ValueError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        raise ArtifactError(str(error)) from error


def _model(
    parameters: Mapping[str, Any], arrays: Mapping[str, NDArray[np.float32]]
) -> FactorizationMachinesModel:
    predictor_type = parameters["predictor_type"]
    if predictor_type not in get_args(PredictorType):
        raise ArtifactError(f"predictor_type {predictor_type}")
    sparse = network.SPARSE_WEIGHT in arrays
    factors = arrays[network.FACTORS]
    weight, bias = (network.SPARSE_WEIGHT, network.SPARSE_BIAS)
    if not sparse:
        factors = factors.T
        weight, bias = (network.DENSE_WEIGHT, network.DENSE_BIAS)
    linear = arrays[weight].reshape(-1, 1)
    if factors.ndim != 2 or len(linear) != len(factors) or arrays[bias].size != 1:
        raise ArtifactError(
            f"{weight} of shape {arrays[weight].shape} with {network.FACTORS} of "
            f"{arrays[network.FACTORS].shape} and {bias} of {arrays[bias].shape}"
        )
    columns = np.concatenate([factors, linear], axis=1)
    return FactorizationMachinesModel(
        predictor_type, float(arrays[bias].reshape(-1)[0]), columns, sparse
    )
