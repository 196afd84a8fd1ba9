"""The model's file, in the forms that published programs read, and other files."""

from __future__ import annotations

import io
import json
import zipfile

import numpy as np
import pytest

from sagemock.algorithms.factorization_machines import FactorizationMachinesModel
from sagemock.containers.base import ArtifactError
from sagemock.containers.factorization_machines import parse_hyperparameters
from sagemock.containers.factorization_machines.artifact import pack_member, unpack_member
from sagemock.containers.first_party import ndarray_list

JOB = parse_hyperparameters({"feature_dim": "3", "num_factors": "2", "predictor_type": "regressor"})
COLUMNS = np.float32([[1.5, -2, 0.25], [3, 4, 5], [6, 7, 8]])


def model(*, sparse: bool) -> FactorizationMachinesModel:
    return FactorizationMachinesModel("regressor", 0.75, COLUMNS, sparse=sparse)


def files(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_a_zip_of_three_files_none_of_them_compressed() -> None:
    data = pack_member(model(sparse=True), JOB)
    assert list(files(data)) == ["meta.json", "symbol.json", "params"]
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert {each.compress_type for each in archive.infolist()} == {zipfile.ZIP_STORED}


def test_the_hyperparameters_are_in_it() -> None:
    parameters = json.loads(files(pack_member(model(sparse=True), JOB))["meta.json"])
    assert parameters["training_parameters"]["feature_dim"] == 3
    assert parameters["training_parameters"]["num_factors"] == 2
    assert parameters["training_parameters"]["factors_lr"] == 0.0001


def test_arrays_of_sparse_data() -> None:
    arrays = ndarray_list.decode(files(pack_member(model(sparse=True), JOB))["params"])
    assert arrays["arg:v"].tolist() == COLUMNS[:, :2].tolist()
    assert arrays["arg:w1_weight"].tolist() == [[0.25], [5], [8]]
    assert arrays["arg:w0_weight"].tolist() == [[0.75]]


def test_arrays_of_dense_data_are_transposed() -> None:
    arrays = ndarray_list.decode(files(pack_member(model(sparse=False), JOB))["params"])
    assert arrays["arg:v"].tolist() == COLUMNS[:, :2].T.tolist()
    assert arrays["arg:Linear_Plus_Bias_weight"].tolist() == [[0.25, 5, 8]]
    assert arrays["arg:Linear_Plus_Bias_bias"].tolist() == [0.75]


@pytest.mark.parametrize("sparse", [False, True])
def test_the_graph_names_arrays_inputs_and_label(sparse: bool) -> None:
    members = files(pack_member(model(sparse=sparse), JOB))
    graph = json.loads(members["symbol.json"])
    variables = [graph["nodes"][index] for index in graph["arg_nodes"]]
    assert all(each["op"] == "null" for each in variables)
    names = {each["name"] for each in variables}
    arrays = {name.removeprefix("arg:") for name in ndarray_list.decode(members["params"])}
    assert names == {"data", "out_label", *arrays}
    assert graph["heads"] == [[len(graph["nodes"]) - 1, 0, 0]]
    assert graph["nodes"][-1]["op"] == "LinearRegressionOutput"
    # Each node takes earlier ones.
    for index, each in enumerate(graph["nodes"]):
        assert all(source < index for source, _, _ in each["inputs"])


@pytest.mark.parametrize("sparse", [False, True])
def test_a_model_comes_back_to_the_bit(sparse: bool) -> None:
    read = unpack_member(pack_member(model(sparse=sparse), JOB))
    assert read.columns.tobytes() == COLUMNS.tobytes()
    assert (read.bias, read.predictor_type, read.sparse) == (0.75, "regressor", sparse)


def changed(**replaced: bytes | None) -> bytes:
    members = {**files(pack_member(model(sparse=True), JOB)), **replaced}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in members.items():
            if content is not None:
                archive.writestr(name, content)
    return buffer.getvalue()


def meta(**members: object) -> dict[str, bytes]:
    return {"meta.json": json.dumps({"training_parameters": members}).encode()}


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"", "is not a ZIP archive"),
        (b"PK" + bytes(30), "is not a ZIP archive"),
        (changed(params=None), "lacks"),
        (changed(params=b"none"), "ends too early"),
        (changed(**{"meta.json": b"[]"}), "list indices"),
        (changed(**meta()), "lacks 'predictor_type'"),
        (changed(**meta(predictor_type="ranker")), "predictor_type ranker"),
        (changed(**meta(predictor_type=["regressor"])), "predictor_type"),
        (changed(params=ndarray_list.encode({"arg:v": COLUMNS})), "lacks"),
        (
            changed(
                params=ndarray_list.encode(
                    {"v": COLUMNS, "w1_weight": COLUMNS[:2, :1], "w0_weight": COLUMNS[:1, :1]}
                )
            ),
            r"w1_weight of shape \(2, 1\) with v of \(3, 3\)",
        ),
    ],
)
def test_other_files(data: bytes, text: str) -> None:
    with pytest.raises(ArtifactError, match=text):
        unpack_member(data)
