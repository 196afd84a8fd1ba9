"""Archives of models, as a job writes and an endpoint reads them."""

from __future__ import annotations

import io

from sagemock.algorithms.linear_learner import LinearModel
from sagemock.containers.base import ModelData
from sagemock.containers.first_party.model_file import MEMBER
from sagemock.containers.linear_learner.artifact import pack_member
from sagemock.containers.linear_learner.serving import LinearLearnerServing
from sagemock.formats.archive import files, tar_gz
from sagemock.formats.content import Files, Workspace


def packed(files: Files) -> bytes:
    return b"".join(tar_gz(files))


def pack(model: LinearModel) -> bytes:
    return packed({MEMBER: pack_member(model)})


def unpack(data: bytes) -> LinearModel:
    with Workspace() as workspace:
        content = {name: file.read() for name, file in files(io.BytesIO(data), workspace)}
    serving = LinearLearnerServing()
    return serving.load(ModelData(content), document={}, environment={}, log=print).model
